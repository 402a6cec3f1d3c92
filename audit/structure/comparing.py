"""Whether the database is built as the migrations build it, and what differs, in words.

What should be there comes with the code (`STRUCTURE_FILE`, written by `audit_structure --write` and
held equal to the migrations by a test), never from the database: whoever switched a safeguard off
there would switch off the memory of it as well.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import OperationalError

from audit.sealing.faults import Fault
from audit.structure.reading import Facts, read_facts

SETTING = "changed setting"
UNREAD = "structure not read"
MONTH = re.compile(r"_\d{4}_(?:0[1-9]|1[0-2])(?![0-9])")
ANY_MONTH = "_MONTH"
SHORT = 120
WORDING = "wording"  # what a check or trigger says once it was restored (`wordings`)

_Flat = dict[tuple[str, str], list[str]]


def faults_of_structure() -> list[Fault]:
    """What differs now from what the migrations make; the kind of each fault says where.

    Settings of roles first: they change what every other look at the database finds. That it could
    not be read in time is a fault like any other, so that nobody hides behind a lock.
    """
    try:
        facts = read_facts()
    except OperationalError:
        return [Fault(UNREAD, "somebody holds a lock on what it is read from, or it took too long")]
    found = differences(_expected(settings.STRUCTURE_FILE), facts)
    return sorted(found, key=lambda one: one.kind != SETTING)


def differences(expected: Facts, found: Facts) -> Iterator[Fault]:
    """Each thing that is missing, is too many, or is another than it should be.

    The rooms of the months are compared with the one that stands for all of them. A wording of
    after a restore counts as what it was.
    """
    wanted = _flat({kind: of for kind, of in expected.items() if kind != WORDING})
    before = {said: text for text, others in expected.get(WORDING, {}).items() for said in others}
    found = {
        kind: {thing: [before.get(part, part) for part in parts] for thing, parts in of.items()}
        for kind, of in found.items()
    }
    plan = {key: parts for key, parts in wanted.items() if ANY_MONTH in key[1]}
    for (kind, thing), parts in wanted.items():
        if (kind, thing) not in plan:
            yield from _compared(kind, thing, parts, found.get(kind, {}).get(thing))
    rooms: dict[str, _Flat] = {}
    for (kind, thing), parts in _flat(found).items():
        month = MONTH.search(thing)
        if month:
            rooms.setdefault(month.group(), {})[kind, thing] = parts
        elif (kind, thing) not in wanted:
            yield Fault(f"changed {kind}", f"{thing} should not be there")
    for name, room in sorted(rooms.items()):
        yield from _compared_room(name, room, plan)


def as_plan(facts: Facts) -> dict[str, dict[str, list[str]]]:
    """The facts with one room that stands for those of all months: what is kept in the file.

    ValueError if the rooms are not alike.
    """
    plan: dict[str, dict[str, list[str]]] = {}
    for (kind, thing), parts in sorted(_flat(facts).items()):
        name, said = _any_month(thing), [_any_month(part) for part in parts]
        if plan.setdefault(kind, {}).setdefault(name, said) != said:
            raise ValueError(f"the rooms of the months are not alike: {kind} {thing}")
    return plan


def _compared_room(name: str, room: _Flat, plan: _Flat) -> Iterator[Fault]:
    for kind, thing in plan:
        own = thing.replace(ANY_MONTH, name)
        should = [part.replace(ANY_MONTH, name) for part in plan[kind, thing]]
        yield from _compared(kind, own, should, room.get((kind, own)))
    for kind, thing in sorted(room):
        if (kind, _any_month(thing)) not in plan:
            yield Fault(f"changed {kind}", f"{thing} should not be there")


def _compared(kind: str, thing: str, should: list[str], found: list[str] | None) -> Iterator[Fault]:
    if found is None:
        yield Fault(f"changed {kind}", f"{thing} is missing")
        return
    gone = [part for part in should if part not in found]
    new = [part for part in found if part not in should]
    if gone or new:
        words = [f"should be “{_short(gone)}”"] if gone else []
        words += [f"is “{_short(new)}”"] if new else []
        yield Fault(f"changed {kind}", f"{thing} {', '.join(words)}")


def _short(parts: list[str]) -> str:
    said = "; ".join(parts)
    return said if len(said) <= SHORT else f"{said[:SHORT]}…"


def _any_month(said: str) -> str:
    return MONTH.sub(ANY_MONTH, said)


def _flat(facts: Facts) -> _Flat:
    return {(kind, thing): parts for kind, of in facts.items() for thing, parts in of.items()}


@cache
def _expected(path: Path) -> Facts:
    facts: Facts = json.loads(path.read_text(encoding="utf-8"))
    return facts
