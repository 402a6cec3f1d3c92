"""Provinces, cities, counties and districts."""

from pathlib import Path
from typing import Any

from catalog.loading.files import Row, read_table
from catalog.loading.names import Names
from catalog.loading.report import FileReport
from catalog.loading.upsert import bring, too_long
from catalog.models import Region

COLUMNS = ("code", "name", "level", "parent_code", "full_name")
SHORT = 6
FULL = 12


def load_regions(path: Path, names: Names) -> FileReport:
    """Load the list of divisions; codes of six digits become codes of twelve."""
    report = FileReport(path.name)
    wanted: dict[str, dict[str, Any]] = {}
    known = set(Region.objects.values_list("code", flat=True))
    for row in read_table(path, COLUMNS, report):
        code = row["code"].ljust(FULL, "0")
        reason = _fault(row, code, known, wanted)
        if reason:
            report.refuse(row.line, reason)
            continue
        values = {
            "name": row["name"],
            "short_name": row["name"],
            "name_en": names.of("region", code),
            "full_name": row["full_name"],
            "level": int(row["level"]),
            "parent_id": row["parent_code"].ljust(FULL, "0") if row["parent_code"] else None,
        }
        reason = too_long(Region, {k: v for k, v in values.items() if k != "parent_id"})
        if reason:
            report.refuse(row.line, reason)
            continue
        wanted[code] = values
    bring(Region, "code", wanted, report)
    return report


def _fault(row: Row, code: str, known: set[str], wanted: dict[str, dict[str, Any]]) -> str:
    if not (row["code"].isascii() and row["code"].isdigit() and len(row["code"]) in (SHORT, FULL)):
        return "a division code has 6 or 12 digits"
    if code in wanted:
        return f"{row['code']} is there twice"
    if row["level"] not in ("1", "2", "3", "4", "5"):
        return "the level is a number from 1 to 5"
    if not row["name"] or not row["full_name"]:
        return "a division has a name and a full name"
    parent = row["parent_code"].ljust(FULL, "0") if row["parent_code"] else None
    if parent is not None and parent not in wanted and parent not in known:
        return f"no division {row['parent_code']} to belong to"
    return ""
