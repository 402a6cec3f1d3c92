"""Handing in: from here on the office has it, and a date is promised."""

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_own
from applications.actions.keep_named import keep_named
from applications.actions.mark_answers import mark_answers
from applications.actions.move import move
from applications.actions.pause import due_date
from applications.case_trail import record_case
from applications.compliance.evaluate import check_rules
from applications.models import Alarm, Answers, Application
from applications.selectors.papers import Paper, lacking_papers
from applications.selectors.releases import newer_release
from applications.selectors.sheet import Sheet, sheet_of
from applications.states import State
from applications.verbs import Verb
from applications.workflow.engine import begin
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.schema.definition import Question


@dataclass(frozen=True, slots=True)
class Submitted:
    """Handed in, now or already before."""

    application: Application


@dataclass(frozen=True, slots=True)
class NotComplete:
    """What is still lacking; nothing has changed."""

    application: Application
    questions: list[Question]
    papers: list[Paper]


@transaction.atomic
def submit_application(*, actor: Actor, reference: str, declared: bool) -> Submitted | NotComplete:
    """Check everything against the pinned release and hand it in; pressing twice hands in once.

    A rule that stands in the way does not forbid handing in: its alarm is raised and the office
    explains. The page says so before the button is pressed.
    """
    application = get_own(actor, reference, verb="submit", lock=True)
    if not application.is_draft:
        return _again(application)
    _require_declaration(declared)
    _require_release_in_force(application)
    record_case(application, actor=actor, verb=Verb.OWN_VIEWED)
    sheet = sheet_of(application)
    papers = lacking_papers(sheet)
    if sheet.open_questions or papers:
        return NotComplete(application, sheet.open_questions, papers)
    sheet = _without_hidden(sheet)
    keep_named(sheet)
    _hand_in(application, sheet)
    record_case(application, actor=actor, verb=Verb.SUBMITTED)
    mark_answers(sheet)
    check_rules(application, stage=Alarm.Stage.SUBMISSION)
    return Submitted(application)


def _again(application: Application) -> Submitted:
    if application.submitted_at is None:
        raise Refused(
            code="application.withdrawn",
            message=_("This draft was taken back."),
            next_step=_("Start again from the guide; what the registers know is filled in anew."),
        )
    return Submitted(application)


def _require_declaration(declared: bool) -> None:
    if not declared:
        raise Refused(
            code="application.not_declared",
            message=_("Please confirm first that what you say is true."),
            next_step=_("Go back and tick the box above the button."),
            status=422,
        )


def _require_release_in_force(application: Application) -> None:
    newer = newer_release(application, timezone.localdate())
    if newer is not None and newer.must_move:
        raise Refused(
            code="application.release_changed",
            message=_("What is asked for this service has changed since you began."),
            next_step=_(
                "Open your draft in your space: its last page shows what is different now, and what"
                " you wrote stays."
            ),
        )


def _without_hidden(sheet: Sheet) -> Sheet:
    """Answers to questions that no longer apply are nobody's business: they are not handed in."""
    all_keys = {question.key for question in sheet.definition.questions()}
    hidden = all_keys - sheet.applying
    kept = {key: entry for key, entry in sheet.values.items() if key not in hidden}
    if len(kept) == len(sheet.values):
        return sheet
    Answers.objects.filter(application=sheet.application).update(values=kept)
    return replace(sheet, values=kept)


def _hand_in(application: Application, sheet: Sheet) -> None:
    now = timezone.now()
    application.submitted_at = now
    application.due_on, application.due_is_provisional = due_date(
        timezone.localdate(now), sheet.definition.limits.promised
    )
    begin(application, sheet.definition, now)
    move(application, State.SUBMITTED)
