"""Opening the case of another office: for a reason that cannot wait, once, before everybody's eyes.

At its ordinary address such a case is not there. Here it is opened for this one view; the person
concerned sees it, and a supervisor judges it.
"""

from dataclasses import dataclass

from django.db import transaction

from applications.access import workable_queue_ids
from applications.definitions import definition_for
from applications.models import Answers, Application, Attachment, Decision, Holder
from applications.selectors.case import AnswerGroup, answer_groups
from applications.selectors.others import everybody_in
from applications.states import State
from audit.kernel.actors import Actor, Purpose, PurposeKind
from audit.kernel.fresh import refuse_stale
from audit.trail import ObjectRef, record
from identity.quota import take_one
from portal.desk.barred import is_barred
from portal.desk.lookup import Nothing, allowed, own_page
from portal.desk.models import LookupReview
from portal.desk.reasons import Part, reasons_for_cases
from portal.desk.reviews import ask_for_review, words_of_look

OPENED_BY_REASON = "case.opened_by_reason"


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """What the reason opens of a case; a part it does not open is None. `files` are names only."""

    application: Application
    holder: Holder | None
    groups: tuple[AnswerGroup, ...] | None
    decisions: tuple[Decision, ...] | None
    files: tuple[Attachment, ...] | None


def page_of_own_case(actor: Actor, reference: str) -> str:
    """The address name by which this officer opens the case in the ordinary way; empty for a case
    that is elsewhere or nowhere."""
    application = _handed_in(reference)
    return own_page(actor, application, workable_queue_ids(actor)) if application else ""


@transaction.atomic
def open_case_by_reason(
    *, actor: Actor, reference: str, reason: str, why: str
) -> CaseSeen | Nothing:
    """One case, wherever it is, recorded for the person and put before a supervisor.

    A number no office has, and a case of the officer's own or of somebody close, are recorded too
    and use the quota. A draft is nobody's case yet. Refused for a reason that is not for this post
    (`desk.lookup_not_allowed`) or used up (`desk.quota_used_up`).
    """
    chosen = allowed(reasons_for_cases(actor.capacity), reason)
    refuse_stale(actor)
    take_one(actor, OPENED_BY_REASON, reason, chosen.case_quota)
    parts = chosen.case[actor.capacity]
    application = _handed_in(reference)
    parties = application.subjects if application else []
    subjects = everybody_in(application) if application else []
    is_open = application is not None and not is_barred(actor, parties, subjects)
    tried = ObjectRef("applications.application", reference)
    more = {"parts": list(parts)} if is_open else {}
    entry_id = record(
        actor=actor,
        verb=OPENED_BY_REASON,
        on=application or tried,
        subjects=subjects,
        purpose=Purpose(PurposeKind.REASON, reason),
        outcome="done" if is_open else "refused",
        detail=words_of_look(why, **more),
    )
    ask_for_review(entry_id, actor=actor, kind=LookupReview.Kind.CASE, reason=reason)
    return _read(application, parts) if application and is_open else Nothing()


def _handed_in(reference: str) -> Application | None:
    cases = Application.objects.exclude(state=State.DRAFT)
    cases = cases.select_related("item__department", "queue__department")
    return cases.filter(reference=reference).first()


def _read(application: Application, parts: tuple[Part, ...]) -> CaseSeen:
    holders = Holder.objects.filter(application=application, until=None)
    decisions = Decision.objects.filter(application=application).select_related("department")
    files = Attachment.objects.filter(application=application, removed_at=None)
    return CaseSeen(
        application=application,
        holder=holders.select_related("department").first(),
        groups=_groups(application) if Part.ANSWERS in parts else None,
        decisions=tuple(decisions.order_by("at")) if Part.DECISIONS in parts else None,
        files=tuple(files.order_by("uploaded_at", "id")) if Part.FILES in parts else None,
    )


def _groups(application: Application) -> tuple[AnswerGroup, ...]:
    answers = Answers.objects.filter(application=application).first()
    return answer_groups(definition_for(application), answers.values if answers else {})
