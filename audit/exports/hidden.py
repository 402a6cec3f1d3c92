"""Files of the trail that a reader must not hear of, because they are asked for against them.

There are hardly ever any, and every statement over the trail leaves them out. So they are read
first and named in it: asked as a part of it, they are planned for every month there is.
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from audit.directory import the_directory
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor

KIND = "trail.export"
ASKING = "ask"  # what the page points at on which a file is asked for, before it has a number


class HiddenFile(NamedTuple):
    """Its number, and the accounts that asked and answered."""

    number: str
    asked_by: UUID
    answered_by: UUID | None


def against(actor: Actor) -> Q:
    """The files that concern this human being, under whatever account; but own requests are known.

    A condition on files, to be asked as part of another statement.
    """
    own = the_directory().accounts_of(actor)
    concerned = Q(officer=actor.label) | Q(about_account__in=own) | Q(concerned__overlap=own)
    return concerned & ~Q(asked_by__in=own)


def files_against(actor: Actor) -> list[HiddenFile]:
    """Those files; one query."""
    rows = TrailExport.objects.filter(against(actor))
    return [HiddenFile(*row) for row in rows.values_list("number", "asked_by", "answered_by")]


def entries_of(files: Collection[HiddenFile]) -> Q:
    """What was done to these files: asked for, seen, answered, made, fetched. On entries."""
    return Q(object_kind=KIND, object_id__in=[one.number for one in files])


def entries_about(files: Collection[HiddenFile], actor: Actor) -> Q:
    """The entries that would tell of them: their own, and those that lead up to one. Whoever asked
    for it opened the page for asking, and with the answerer the week of the officer it is about.
    """
    askers = {one.asked_by for one in files}
    two = askers | {one.answered_by for one in files if one.answered_by}
    asking = Q(object_kind=KIND, object_id=ASKING, actor__in=askers)
    week = Q(object_kind="trail.officer", object_id=actor.label, actor__in=two)
    return entries_of(files) | asking | week
