"""The eighteen-digit citizen identity number (GB 11643)."""

import re
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.schema.cleaning import digits_of
from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds

WRITTEN = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
OLDEST = 1850
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]", re.ASCII)


def check_digit(first_seventeen: str) -> str:
    """The last character that belongs to the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def birth_date_in(number: str, today: date | None = None) -> date | None:
    """The birth date the number states; None if there is no such day, or it is still to come."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= OLDEST and born <= (today or timezone.localdate()) else None


def is_citizen_number(number: str, today: date | None = None) -> bool:
    """Whether the number is whole: form, province, order number, past birth date, check digit.

    County codes are not looked up: numbers keep the code of a county that no longer exists.
    """
    if not WRITTEN.fullmatch(number) or number[14:17] == "000" or not PROVINCE.match(number):
        return False
    return birth_date_in(number, today) is not None and check_digit(number[:17]) == number[17]


@kinds.register("citizen_number")
class CitizenNumber(Kind):
    """A citizen identity number, kept with a capital X."""

    inputmode = "text"
    width = "w-m"

    def parse(self, raw: str, schema: Constraints) -> Any:
        number = digits_of(raw).upper().replace("Ⅹ", "X")
        if not is_citizen_number(number):
            raise Unreadable(
                _(
                    "Please compare this with the card: 18 characters, "
                    "the last one may be X, for example 11010519491231002X."
                )
            )
        return number

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[1-9][0-9]{16}[0-9X]$"}
