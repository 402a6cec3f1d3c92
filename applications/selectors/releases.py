"""What has changed for a draft since it began: a newer release of its item, and where it differs.

A case is pinned to its release. A draft keeps it while the release is in force and moves to the
next one when that has taken its place: a form that no longer holds cannot be handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q

from applications.definitions import definition_for
from applications.models import Application
from catalog.models import Release
from catalog.schema.definition import Definition, Material, Question, Text
from catalog.selectors.definitions import definition_of


class Change(StrEnum):
    NEW = "new"
    GONE = "gone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Difference:
    """One question or document that is new, gone, or asked for in another way."""

    name: Text
    change: Change


@dataclass(frozen=True, slots=True)
class NewRelease:
    """The release that follows the draft's own. `must_move`: it holds already."""

    release: Release
    must_move: bool
    questions: tuple[Difference, ...]
    papers: tuple[Difference, ...]
    asks_registers: bool


def newer_release(application: Application, today: date) -> NewRelease | None:
    """The next release of the draft's item, in force or announced; None when its own is newest."""
    own = Release.objects.filter(pk=application.release_id)
    newer = (
        Release.objects.published()
        .filter(item=application.item_id, number__gt=own.values("number"))
        .filter(Q(in_force_to=None) | Q(in_force_to__gt=today))
        .order_by("in_force_from", "number")
        .defer("content")
        .first()
    )
    if newer is None:
        return None
    old, new = definition_for(application), definition_of(newer.pk)
    before, after = _questions(old), _questions(new)
    return NewRelease(
        release=newer,
        must_move=newer.in_force_from <= today,
        questions=_differences(_as_asked(before), _as_asked(after), _titles(old, new)),
        papers=_differences(_materials(old), _materials(new), _names(old, new)),
        asks_registers=any(after[key].record_type for key in after.keys() - before.keys()),
    )


def _questions(definition: Definition) -> dict[str, Question]:
    return {one.key: one for one in definition.questions()}


def _as_asked(questions: Mapping[str, Question]) -> dict[str, object]:
    """What somebody who answers can notice of each question."""
    return {
        key: (
            *(one.title, one.hint, one.reason, one.required, one.show_if, one.kind, one.options),
            {name: limit for name, limit in one.schema.items() if not name.startswith("x-")},
        )
        for key, one in questions.items()
    }


def _materials(definition: Definition) -> dict[str, Material]:
    return {one.code: one for one in definition.materials}


def _titles(*definitions: Definition) -> dict[str, Text]:
    return {one.key: one.title for each in definitions for one in each.questions()}


def _names(*definitions: Definition) -> dict[str, Text]:
    return {one.code: one.name for each in definitions for one in each.materials}


def _differences(
    old: Mapping[str, object], new: Mapping[str, object], names: Mapping[str, Text]
) -> tuple[Difference, ...]:
    """In the order of the new form; what is gone comes last."""
    found = [
        Difference(names[key], Change.OTHER if key in old else Change.NEW)
        for key, one in new.items()
        if old.get(key) != one
    ]
    found += [Difference(names[key], Change.GONE) for key in old if key not in new]
    return tuple(found)
