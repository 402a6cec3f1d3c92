"""The applicant's side of cases: which there are, and how far each has come."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.access import get_own
from applications.case_trail import record_case, record_own_list
from applications.definitions import definition_for
from applications.models import Application, Clock, Correction, Escalation, Holder, Outcome, Step
from applications.selectors.points import Point, points_of
from applications.selectors.rating import own_rating
from applications.selectors.thread import Entry, History, thread_of
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.clock import working_days_between
from catalog.schema.definition import Definition
from catalog.selectors.calendar import work_calendar
from identity.access import items_open_to, subjects_of

STATE_MARKS = {
    State.DRAFT: ("", ""),
    State.SUBMITTED: ("info", "dot"),
    State.ACCEPTED: ("info", "dot"),
    State.CORRECTING: ("wait", "warn"),
    State.ESCALATED: ("info", "dot"),
    State.APPROVED: ("ok", "check"),
    State.REJECTED: ("stop", "cross"),
    State.WITHDRAWN: ("", ""),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case has come: for its owner in full, for a look-up code without personal words.

    `entries` are the knots of the thread (`components/thread.html`).
    """

    application: Application
    definition: Definition
    state: State
    state_words: str
    holder: str
    held_since: datetime | None
    entries: tuple[Entry, ...]
    paused_since: datetime | None
    days_late: int
    days_early: int
    outcome: Outcome | None

    @property
    def is_paused(self) -> bool:
        return self.paused_since is not None

    @property
    def is_late(self) -> bool:
        return self.days_late > 0

    @property
    def kept(self) -> bool:
        """Decided on or before the promised date."""
        decided, due = self.application.decided_at, self.application.due_on
        return decided is not None and due is not None and timezone.localdate(decided) <= due

    @property
    def mark(self) -> tuple[str, str]:
        """Kind and icon of the state's tag."""
        return STATE_MARKS[self.state]


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One case as its applicant sees it."""

    progress: Progress
    correction: Correction | None
    points: tuple[Point, ...]
    mark_given: int | None
    may_rate: bool

    @property
    def application(self) -> Application:
        return self.progress.application


def own_cases(actor: Actor) -> QuerySet[Application]:
    """The cases of everybody this actor acts for, newest first. Index rows: no personal content.

    Whoever shows them has recorded it.
    """
    items = items_open_to(actor, "view")
    return (
        Application.objects.about(_subjects(actor))
        .filter(Q() if items is None else Q(item__code__in=items))
        .exclude(state=State.WITHDRAWN, submitted_at=None)
        .select_related("item")
        .prefetch_related(
            Prefetch(
                "holders",
                Holder.objects.filter(until=None).select_related("department"),
                to_attr="open_holders",
            )
        )
        .order_by("-created_at", "pk")
    )


def record_own_cases(actor: Actor) -> None:
    """That these were shown, as a list by itself."""
    record_own_list(_subjects(actor), actor=actor)


def _subjects(actor: Actor) -> list[UUID]:
    return [actor.on_behalf_of] if actor.on_behalf_of else subjects_of(actor)


def view_own(actor: Actor, reference: str) -> Application:
    """One of the actor's cases, for pages that show a part of it; the view is recorded."""
    application = get_own(actor, reference)
    record_case(application, actor=actor, verb=Verb.OWN_VIEWED)
    return application


def own_case(actor: Actor, reference: str) -> OwnCase:
    """One of the actor's cases with its progress and what is asked; the view is recorded."""
    application = view_own(actor, reference)
    correction = Correction.objects.filter(application=application, answered_at=None).first()
    is_decided = application.state in (State.APPROVED, State.REJECTED)
    rating = own_rating(application) if is_decided else None
    return OwnCase(
        progress=progress_of(application, names_officer=True),
        correction=correction,
        points=tuple(points_of(application, correction)) if correction else (),
        mark_given=rating.score if rating else None,
        may_rate=is_decided and not (rating and rating.is_changed),
    )


def same_in_hand(draft: Application) -> Application | None:
    """The newest case about the same item for the same subject that an office is working on."""
    same = Application.objects.open().filter(item=draft.item_id, subject_id=draft.subject_id)
    return same.exclude(pk=draft.pk).order_by("-submitted_at").first()


def find_by_code(code: str) -> Application | None:
    """The case of a look-up code; drafts are nobody's business but their writer's."""
    return (
        Application.objects.exclude(submitted_at=None)
        .select_related("item__department")
        .filter(track_code=code)
        .first()
    )


def progress_of(application: Application, *, names_officer: bool = False) -> Progress:
    """How far a case has come. Reads no gated row."""
    definition = definition_for(application)
    steps = list(
        Step.objects.filter(application=application).select_related("department").order_by("order")
    )
    pauses = list(Clock.objects.filter(application=application).order_by("paused_at"))
    holder = (
        Holder.objects.filter(application=application, until=None)
        .select_related("department")
        .first()
    )
    escalations = list(Escalation.objects.filter(application=application).order_by("asked_at"))
    outcome = Outcome.objects.filter(application=application).first()
    return Progress(
        application=application,
        definition=definition,
        state=State(application.state),
        state_words=str(State(application.state).label),
        holder=holder_words(holder),
        held_since=holder.since if holder else None,
        entries=tuple(
            thread_of(History(application, definition, steps, pauses, escalations, names_officer))
        ),
        paused_since=next((one.paused_at for one in pauses if one.resumed_at is None), None),
        days_late=application.days_late(timezone.localdate()),
        days_early=_days_early(application),
        outcome=outcome,
    )


def holder_words(holder: Holder | None) -> str:
    """Who has it, in words."""
    if holder is None:
        return ""
    if holder.kind == Holder.Kind.APPLICANT or holder.department is None:
        return _("You")
    if holder.kind == Holder.Kind.SUPERIOR:
        return _("A superior at %(office)s") % {"office": holder.department.display_name}
    return holder.department.display_name


def _days_early(application: Application) -> int:
    if application.decided_at is None or application.due_on is None:
        return 0
    decided: date = timezone.localdate(application.decided_at)
    return working_days_between(decided, application.due_on, work_calendar())
