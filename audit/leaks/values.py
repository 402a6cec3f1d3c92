"""Values in a text that came out by which people may be known: names, figures, addresses, days.

What stands together in one record belongs together: a name that many bear says who is meant only
beside something else of the same person. A record is a line of a table; where the lines of a
paragraph hold a thing each (a card, a form), the paragraph.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice

from audit.kernel.plain import normalised

INNER = (2, 3, 4)  # how long a name may be that stands inside a sentence
MOST_INSIDE = 100_000  # read at most of these, in all of a text
MOST_LINES = 30  # of a card or a form; a longer paragraph is a table
LONGEST_WORD = 40
LONGEST_LABEL = 6  # "户籍地址" before an address


class ValueKind(StrEnum):
    """What kinds of values people are known by; those of one kind are compared with each other."""

    WORDS = "words"  # names of people, schools, employers
    FIGURES = "figures"  # numbers of any kind: mobile, account, certificate
    ADDRESS = "address"
    DAY = "day"  # of birth
    COVERED = "covered"  # a number as its mask shows it


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a kind, as the text has it."""

    kind: ValueKind
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """What stands together: words by themselves, words inside others, and the other values."""

    apart: tuple[Value, ...] = ()
    inside: tuple[Value, ...] = ()
    values: tuple[Value, ...] = ()
    has_number: bool = False


_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(f"[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN = re.compile(r"(?<![0-9A-Z'-])[A-Z][A-Z'-]*+(?: [A-Z][A-Z'-]*+){1,4}(?![0-9A-Z])")
_FIGURES = re.compile(r"(?<![0-9A-Z*])(?=[0-9A-Z]*[0-9])[0-9A-Z]{6,30}(?![0-9A-Z*])")
_GROUPS = re.compile(r"(?<![0-9A-Z*-])[0-9]{3,4}(?:[ -][0-9]{3,8}){1,5}(?![0-9A-Z*-])")
# "+86", "0086" or "86" before a mobile, in whatever groups it is written.
_COUNTRY = re.compile(
    r"(?<![0-9A-Z])(?:\+|00)?86[ -]?(?=1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Z]))"
)
# Whole, or in the groups in which people write it: place, day of birth, the rest.
CITIZEN_NUMBER = re.compile(
    r"(?<![0-9])(?:[0-9]{17}|[0-9]{6}[ .-][0-9]{8}[ .-][0-9]{3})[0-9X](?![0-9X])"
)
_COVERED = re.compile(r"(?<![0-9A-Z*])[0-9A-Z]{3}\*{3,}[0-9A-Z]{2}(?![0-9A-Z*])")
_DAY = re.compile(
    r"(?<![0-9])((?:18|19|20)[0-9]{2})"
    r"(?:[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})|([0-9]{2})([0-9]{2}))(?![0-9])"
)
_ADDRESS = re.compile(f"[{_HAN}0-9A-Z-]{{6,100}}")
_OF_A_PLACE = re.compile("[省市区县镇乡村路街道巷号栋室组]")
_DOTS = str.maketrans(dict.fromkeys("‧•・∙⋅･", "·"))


def words_of(text: str) -> str:
    """One writing for a name: half-width capitals, one kind of dot, nothing invisible."""
    plain = normalised(text.translate(_DOTS), "NFKC").translate(_DOTS).upper()
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")


def figures_in(plain: str) -> list[str]:
    """Numbers of any kind in a text of one writing, those written in groups as one too."""
    home = _COUNTRY.sub("", plain)
    return _FIGURES.findall(home) + [re.sub("[ -]", "", one) for one in _GROUPS.findall(home)]


def records_in(text: str) -> list[list[Record]]:
    """The paragraphs of a text, each with its lines."""
    paragraphs = re.split(r"\n\s*\n", words_of(text.replace("\r", "\n")))
    left, found = MOST_INSIDE, []
    for paragraph in paragraphs:
        lines = []
        for line in paragraph.split("\n"):
            lines.append(_read(line, left))
            left -= len(lines[-1].inside)
        found.append(lines)
    return found


def together(lines: Sequence[Record], known: Container[Value]) -> Sequence[Record]:
    """The records of a paragraph, once it is known which words are somebody's."""
    is_table = any(line.values and _names_somebody(line, known) for line in lines)
    if is_table or len(lines) > MOST_LINES:
        return lines
    return [
        Record(
            apart=tuple(one for line in lines for one in line.apart),
            inside=tuple(one for line in lines for one in line.inside),
            values=tuple(one for line in lines for one in line.values),
            has_number=any(line.has_number for line in lines),
        )
    ]


def _names_somebody(line: Record, known: Container[Value]) -> bool:
    return any(word in known for word in (*line.apart, *line.inside))


def _read(line: str, most_inside: int) -> Record:
    runs = [run for run in _RUN.findall(line) if len(run) > 1]
    apart = [run for run in runs if len(run) <= LONGEST_WORD] + _LATIN.findall(line)
    return Record(
        apart=_values(ValueKind.WORDS, apart),
        inside=_values(ValueKind.WORDS, islice(_once(_inner(runs)), most_inside)),
        values=(
            *_values(ValueKind.FIGURES, figures_in(line)),
            *_values(ValueKind.ADDRESS, _addresses(line)),
            *_values(ValueKind.DAY, _days(line)),
            *_values(ValueKind.COVERED, _COVERED.findall(line)),
        ),
        has_number=CITIZEN_NUMBER.search(line) is not None,
    )


def _values(kind: ValueKind, found: Iterable[str]) -> tuple[Value, ...]:
    return tuple(Value(kind, one) for one in dict.fromkeys(found))


def _once(found: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in found:
        if one not in seen:
            seen.add(one)
            yield one


def _inner(runs: Iterable[str]) -> Iterator[str]:
    for run in runs:
        for length in INNER:
            if length < len(run):
                yield from (run[at : at + length] for at in range(len(run) - length + 1))


def _addresses(line: str) -> Iterator[str]:
    for run in _ADDRESS.findall(line):
        if len(_OF_A_PLACE.findall(run)) > 1:
            yield from (run[start:] for start in range(min(LONGEST_LABEL, len(run) - 5) + 1))


def _days(line: str) -> Iterator[str]:
    for year, month, day, written_month, written_day in _DAY.findall(line):
        try:
            found = date(int(year), int(month or written_month), int(day or written_day))
        except ValueError:
            continue
        yield found.isoformat()
