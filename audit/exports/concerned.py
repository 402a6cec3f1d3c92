"""Whom a file of the trail concerns: they neither decide about it nor hear of it.

Concerned are the officer a file names, the officer who is the person or leads the firm it asks
about, and whoever of those who could answer it worked on somebody's data in it. Reading the trail
as a supervisor does not count: every supervisor is in every wide file that way, and nobody would
be left to answer. Who is after a supervisor's own reading names that officer.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.directory import the_directory
from audit.exports.hidden import against
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Capacity, PurposeKind
from audit.models import AuditSubject
from audit.selectors import TrailSearch, entries_found, refuse_all_but_readers
from audit.waiting import Waiting, waiting_in

AT_WORK = (PurposeKind.CASE, PurposeKind.REASON, PurposeKind.DUTY)
SUPERVISING = Q(capacity=Capacity.SUPERVISOR, purpose_kind=PurposeKind.DUTY)


def concerned_by(actor: Actor, search: TrailSearch) -> list[UUID]:
    """The accounts concerned by a file of what this search finds, beside that of the officer it
    names; to be kept with the request, because what is in the file changes no more."""
    about = [search.person] if search.person else []
    about += search.case.subjects if search.case else []
    behind = the_directory().officers_behind(about)
    return sorted({*behind, *_who_worked(actor, search)}, key=str)


def _who_worked(actor: Actor, search: TrailSearch) -> list[UUID]:
    """Of those who could answer, and their other accounts, the ones with work in what is found."""
    entries = entries_found(actor, search)
    if search.person:
        about = AuditSubject.objects.filter(
            entry_id=OuterRef("pk"), at=OuterRef("at"), subject=search.person
        )
        entries = entries.filter(Exists(about))
    codes = the_directory().codes_of_supervisors()
    work = entries.filter(purpose_kind__in=AT_WORK, actor_label__in=codes).exclude(SUPERVISING)
    accounts = work.values_list("actor", flat=True).distinct()
    return [account for account in accounts if account]


def exports_visible_to(actor: Actor) -> QuerySet[TrailExport]:
    """The files a supervisor may know of; refused to everybody else."""
    refuse_all_but_readers(actor)
    return TrailExport.objects.exclude(against(actor))


def exports_to_answer(actor: Actor) -> QuerySet[TrailExport]:
    """Those that wait for this supervisor: asked for by another human being."""
    waiting = exports_visible_to(actor).filter(state=TrailExport.State.ASKED)
    return waiting.exclude(asked_by__in=the_directory().accounts_of(actor))


def waiting_exports(actor: Actor) -> Waiting:
    """What the menu says of them; one query. None is late: after seven days they end."""
    return waiting_in(exports_to_answer(actor))
