"""From values in a text to the people they belong to, and what is too little to say who is meant.

A figure or an address belongs to the few it is kept for, and they count. A name counts beside
something else of the same person in one record: the day of birth, a mobile, an address, a covered
number. Alone it counts only if it stands by itself, nobody else here bears it, and no identity
number beside it says who is meant. How many names were not counted is told.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from audit.leaks.people import Holders, LeakDirectory, Pair
from audit.leaks.values import MOST_INSIDE, Record, Value, ValueKind, records_in, together

MOST_LOOKED_UP = 20_000  # of names and of figures, each
MOST_PAIRS = 2_000
MOST_COMBINED = 100_000  # pairs read at most, the same one ever so often
ALONE = frozenset({ValueKind.FIGURES, ValueKind.ADDRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Each person once, where it is surest: by a value, by a name and a value, by a name nobody
    else bears. Then how many names were not counted, whether a figure is somebody's, and whether
    there was more than is read."""

    by_value: list[UUID]
    by_both: list[UUID]
    by_name: list[UUID]
    names_left: int
    has_figures: bool
    is_cut: bool

    @property
    def people(self) -> list[UUID]:
        return [*self.by_value, *self.by_both, *self.by_name]


def recognise(text: str, directory: LeakDirectory) -> Recognised:
    """Ask the directory twice, however long the text: who has a value, and who has two."""
    paragraphs = records_in(text)
    lines = [line for paragraph in paragraphs for line in paragraph]
    figures, words = _to_look_up(lines)
    holders = directory.holders_of([*figures[:MOST_LOOKED_UP], *words[:MOST_LOOKED_UP]])
    records = [one for paragraph in paragraphs for one in together(paragraph, holders)]
    combined = list(islice(_pairs(records, holders), MOST_COMBINED))
    pairs = list(dict.fromkeys(combined))
    both = directory.holders_of_both(pairs[:MOST_PAIRS])
    told = {word for word, _value in both}
    told.update(word for record in records if record.has_number for word in record.apart)
    names = [word for word in _unique(records, "apart") if word in holders and word not in told]
    alone = [word for word in names if len(holders[word].people) == 1]
    by_value = _people((holders[one] for one in figures if one in holders), ())
    by_both = _people(both.values(), by_value)
    read = (figures, MOST_LOOKED_UP), (words, MOST_LOOKED_UP), (pairs, MOST_PAIRS)
    return Recognised(
        by_value=by_value,
        by_both=by_both,
        by_name=_people((holders[one] for one in alone), (*by_value, *by_both)),
        names_left=len(names) - len(alone),
        has_figures=any(one.kind is ValueKind.FIGURES and one in holders for one in figures),
        is_cut=len(combined) == MOST_COMBINED
        or sum(len(line.inside) for line in lines) == MOST_INSIDE
        or any(len(values) > most for values, most in read),
    )


def _to_look_up(lines: Collection[Record]) -> tuple[list[Value], list[Value]]:
    """What may count alone, and words, those that stand apart first."""
    figures = [one for one in _unique(lines, "values") if one.kind in ALONE]
    return figures, list(dict.fromkeys([*_unique(lines, "apart"), *_unique(lines, "inside")]))


def _unique(records: Iterable[Record], part: str) -> list[Value]:
    return list(dict.fromkeys(value for record in records for value in getattr(record, part)))


def _pairs(records: Iterable[Record], known: Collection[Value]) -> Iterator[Pair]:
    for record in records:
        for word in (*record.apart, *record.inside):
            if word in known:
                yield from ((word, value) for value in record.values)


def _people(found: Iterable[Holders], besides: Collection[UUID]) -> list[UUID]:
    people = dict.fromkeys(who for holders in found for who in holders.people)
    known = frozenset(besides)
    return [who for who in people if who not in known]
