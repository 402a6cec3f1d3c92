"""Numbers that identify people and bodies: how they are written, and whether they can be true."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from stdnum.cn import uscc

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_LENGTH = 18
# First two digits of GB/T 2260: provinces as they are. The county digits behind them are not
# compared with a list: people keep the number of a county that was renamed or merged long ago.
_PROVINCES = frozenset(
    str(code)
    for group in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in group
)


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A resident identity number (GB 11643) that can be true, and what it says."""

    value: str
    birth_date: date
    sex: str

    def __repr__(self) -> str:
        return "<CitizenNumber>"

    def __str__(self) -> str:
        return "<CitizenNumber>"


def normalise(value: str) -> str:
    """One writing for what people type: half-width, capital, no blanks, no invisible characters."""
    plain = unicodedata.normalize("NFKC", value).upper()
    return "".join(
        sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Cf"
    )


def read_citizen_number(value: str, *, today: date | None = None) -> CitizenNumber | None:
    """The number if its length, province, birth date and check digit hold, else None."""
    number = normalise(value)
    if not _is_well_formed(number) or number[:2] not in _PROVINCES:
        return None
    if _CHECK_DIGITS[_weighted_sum(number) % 11] != number[-1]:
        return None
    born = _birth_date(number)
    if born is None or born > (today or timezone.localdate()):
        return None
    return CitizenNumber(number, born, "male" if int(number[16]) % 2 else "female")


def is_credit_code(value: str) -> bool:
    """Whether a unified social credit code (GB 32100) can be true."""
    return bool(uscc.is_valid(normalise(value)))


def citizen_number_of(first_17: str) -> str:
    """Complete seventeen figures by their check digit; sample data is made with it."""
    return first_17 + _CHECK_DIGITS[_weighted_sum(first_17) % 11]


def _is_well_formed(number: str) -> bool:
    body = number[:-1]
    return len(number) == _LENGTH and body.isascii() and body.isdigit() and number.isascii()


def _weighted_sum(number: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
