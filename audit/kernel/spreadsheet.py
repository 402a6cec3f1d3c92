"""Cells of tables that spreadsheet programs open correctly and without running anything."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # by which spreadsheet programs know UTF-8
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(value, str) and value.startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return "" if value is None else value
