"""What of a sensitive value may be seen: enough to recognise one's own, too little to use."""

from collections.abc import Callable

COVER = "*"


def mask_name(value: str) -> str:
    """Keep the first character: 李晓 becomes 李*."""
    return value[:1] + COVER * max(len(value) - 1, 1)


def mask_number(value: str) -> str:
    """Keep three characters in front and two at the end; birth date and sex stay covered."""
    if len(value) < 8:  # noqa: PLR2004 - too short to keep anything
        return COVER * len(value)
    return value[:3] + COVER * (len(value) - 5) + value[-2:]


def mask_phone(value: str) -> str:
    """Keep three figures in front and the last two."""
    return mask_number(value)


def mask_text(value: str) -> str:
    """Keep nothing, not even the length."""
    return COVER * 4


def mask_code(value: str) -> str:
    """A number with letters, of a certificate say, like a number; anything else covers itself."""
    return mask_number(value) if value.isascii() and value.isalnum() else mask_text(value)


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "number": mask_number,
    "phone": mask_phone,
    "text": mask_text,
    "code": mask_code,
}
# Which mask a sensitive value of a kind of field takes; every other kind is covered whole.
MASK_OF_KIND = {
    "citizen_number": "number",
    "bank_account": "number",
    "phone": "phone",
    "text": "code",
}
