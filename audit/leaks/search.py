"""The act of tracing: what leaked becomes people and maybe one view, and that is recorded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.kernel.fresh import refuse_stale
from audit.leaks.facts import MOST_PERSONS, Facts, facts_in
from audit.leaks.inquiry import for_inquiry
from audit.leaks.people import LeakDirectory
from audit.leaks.recognise import recognise
from audit.leaks.trace import view_marked
from audit.marks.copies import read_copy
from audit.marks.printed import read_view
from audit.marks.reading import read_mark
from audit.models import AuditEntry
from audit.selectors import refuse_all_but_readers, subjects_of
from audit.trail import ObjectRef, record

TRACED = "trail.leak_traced"
TRACE = ObjectRef("trail", "leaks")
MOST_NAMED = 20_000
"""Of so many people at most a search says that they are known, and its entry names them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search led to, without a number or a name in it: it is kept in the session."""

    people: list[str] = field(default_factory=list)
    view: int | None = None
    printed: int | None = None
    viewed_on: date | None = None
    was_picture: bool = False
    in_picture: bool = False
    looked_up: int = 0
    unknown: int = 0
    unknown_cases: list[str] = field(default_factory=list)
    by_value: int = 0
    by_both: int = 0
    by_name: int = 0
    names_left: int = 0
    is_long: bool = False
    has_covered: bool = False
    is_cut: bool = False

    def kept(self) -> dict[str, Any]:
        kept = asdict(self)
        del kept["viewed_on"]
        return kept


@transaction.atomic
def search_leak(
    *, actor: Actor, inquiry: str, text: str, picture: bytes, directory: LeakDirectory
) -> Found:
    """Find whose data came out and which view or copy it carries the mark of; record the search.

    A view number that only stands in the text proves nothing: it is followed (`printed`), but it is
    no mark.

    Refused for anybody but supervisors, for a picture that cannot be opened, and for more traces
    than one supervisor may begin (429): what comes out says how many numbers are known here.
    """
    refuse_all_but_readers(actor)
    refuse_stale(actor)
    directory.take_trace(actor)
    facts = facts_in(text)
    by_number = directory.people_of(facts.numbers, facts.codes)
    in_cases = directory.people_in_cases(facts.references)
    recognised = recognise(text, directory)
    in_picture = _marked(actor, read_mark(picture) if picture else None)
    marked = in_picture or _marked(actor, read_copy(text))
    printed = _marked(actor, read_view(text))
    held = [person for people in in_cases.values() for person in people]
    numbered = dict.fromkeys([*by_number.values(), *held])
    people = list(dict.fromkeys([*numbered, *recognised.people]))
    view = marked or printed
    if view is not None and not people:
        people = subjects_of([view]).get(view.id, [])
    people = people[:MOST_NAMED]
    record(
        actor=actor,
        verb=TRACED,
        on=TRACE,
        subjects=people,
        purpose=for_inquiry(inquiry),
    )
    counted = set(people) - set(numbered)
    return Found(
        people=[str(one) for one in people[:MOST_PERSONS]],
        view=marked.id if marked else None,
        printed=printed.id if printed and printed != marked else None,
        viewed_on=timezone.localtime(view.at).date() if view else None,
        was_picture=bool(picture),
        in_picture=in_picture is not None,
        **_counts(facts, by_number, in_cases),
        has_covered=facts.has_covered or recognised.has_figures,
        by_value=len(counted.intersection(recognised.by_value)),
        by_both=len(counted.intersection(recognised.by_both)),
        by_name=len(counted.intersection(recognised.by_name)),
        names_left=recognised.names_left,
        is_long=recognised.is_cut,
        is_cut=len(people) > MOST_PERSONS,
    )


def _marked(actor: Actor, number: int | None) -> AuditEntry | None:
    return None if number is None else view_marked(actor, number)


def _counts(
    facts: Facts, by_number: Mapping[str, UUID], in_cases: Mapping[str, list[UUID]]
) -> dict[str, Any]:
    """What was looked up and what nobody here knows; of case numbers, which."""
    typed = {*facts.numbers, *facts.codes}
    return {
        "looked_up": len(typed) + len(facts.references),
        "unknown": len(typed - set(by_number)),
        "unknown_cases": [one for one in facts.references if one not in in_cases],
    }
