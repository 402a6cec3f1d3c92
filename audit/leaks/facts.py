"""What a text that came out contains by which a person can be looked up."""

import re
from dataclasses import dataclass, field

from audit.kernel.ids import read_reference
from audit.kernel.plain import normalised
from audit.leaks.values import CITIZEN_NUMBER, figures_in

MOST_PERSONS = 200
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_PHONE = re.compile("1[3-9][0-9]{9}")
_REFERENCE = re.compile(
    r"(?<![0-9A-Z])YB[-\s]?[0-9]{4}[-\s]?[0-9A-Z]{4}[-\s]?[0-9A-Z]{4}(?![0-9A-Z])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Numbers found in a text, each once, in the order of the text."""

    numbers: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    @property
    def names_people(self) -> bool:
        """Whether anything by which somebody can be looked up is in it."""
        return bool(self.numbers or self.codes or self.phones or self.references)

    @property
    def has_covered(self) -> bool:
        """Whether it holds numbers officers see covered until they ask for them. Other figures do
        as well, where they are somebody's (`audit.leaks.recognise`)."""
        return bool(self.numbers or self.phones)


def facts_in(text: str) -> Facts:
    """Identity numbers, credit codes, mobile numbers and case numbers in a text of any form.

    Full-width characters count as their plain ones. An identity number is any that has its form:
    whether it can be true is for the directory to say.
    """
    plain = normalised(text, "NFKC").upper()
    numbers = _first([re.sub("[ .-]", "", one) for one in CITIZEN_NUMBER.findall(plain)])
    typed = (read_reference(one) for one in _found(_REFERENCE, plain))
    return Facts(
        numbers=numbers,
        codes=[one for one in _found(_CODE, plain) if one not in numbers],
        phones=[one for one in _first(figures_in(plain)) if _PHONE.fullmatch(one)],
        references=list(dict.fromkeys(one for one in typed if one)),
    )


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return _first(pattern.findall(text))


def _first(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))[:MOST_PERSONS]
