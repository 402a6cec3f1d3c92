"""Numbers that identify people and bodies: how they are written, and whether they can be true."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc

from audit.kernel.plain import normalised
from catalog.schema.elements.citizen_number import birth_date_in, check_digit, is_citizen_number

_BETWEEN = re.compile(r"[\s.·_/–—-]+")
# Looked for from every figure on: what stands before a number may be figures too.
_GROUPED = re.compile(r"(?=([1-9](?:[\s.·_/–—-]{0,3}[0-9]){16}[\s.·_/–—-]{0,3}[0-9X]))")


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
    plain = normalised(value, "NFKC").upper()
    return "".join(
        sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Cf"
    )


def read_citizen_number(value: str, *, today: date | None = None) -> CitizenNumber | None:
    """The number if its form, province, past birth date and check digit hold, else None."""
    number = normalise(value)
    born = birth_date_in(number, today) if is_citizen_number(number, today) else None
    if born is None:
        return None
    return CitizenNumber(number, born, "male" if int(number[16]) % 2 else "female")


def numbers_in(text: str) -> list[str]:
    """The identity numbers in a text that can be true, each once, however they are grouped and
    whatever letters touch them. The check digit keeps other figures out."""
    plain = normalised(text, "NFKC").upper()
    read = (read_citizen_number(_BETWEEN.sub("", one)) for one in _GROUPED.findall(plain))
    return list(dict.fromkeys(one.value for one in read if one))


def is_credit_code(value: str) -> bool:
    """Whether a unified social credit code (GB 32100) can be true."""
    return bool(uscc.is_valid(normalise(value)))


def citizen_number_of(first_17: str) -> str:
    """Complete seventeen figures by their check digit; sample data is made with it."""
    return first_17 + check_digit(first_17)
