"""Asking the applicant to put things right: everything, once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand
from applications.actions.decide import require_in_work
from applications.actions.keep_named import keep_named_in
from applications.actions.move import move
from applications.actions.pause import pause
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Answers, Application, Clock, Correction, Holder
from applications.states import State
from applications.verbs import Verb
from applications.workflow.holders import hold
from audit.kernel.actors import Actor
from audit.kernel.clock import working_days_after
from audit.kernel.errors import Refused
from catalog.schema.definition import Definition
from catalog.selectors.calendar import work_calendar

DAYS_TO_ANSWER = 10
MATERIAL = "material:"


@transaction.atomic
def request_correction(
    *,
    actor: Actor,
    reference: str,
    points: Sequence[Mapping[str, str]],
    days: int = DAYS_TO_ANSWER,
    news: str = "",
) -> Application:
    """Tell the applicant everything that is missing at once; the clock stands still meanwhile.

    `points` are `{"target": question key or "material:<code>", "text": …}`; `days` working days.
    Everything has to be said in one go, within five days (Administrative Licensing Law, article
    32). A second request is taken only if the answer to the first brought up something new: `news`
    says what, and stays with its points.
    """
    application = get_in_hand(actor, reference)
    require_in_work(application)
    again = {"news": news.strip()} if asked_before(application) else {}
    if again and not again["news"]:
        raise _asked_once()
    definition = definition_for(application)
    wanted = _checked(points, definition)
    now = timezone.now()
    keep_named_in(application, news, *(point["text"] for point in wanted))
    move(application, State.CORRECTING)
    record_case(
        application,
        actor=actor,
        verb=Verb.CORRECTION_ASKED,
        detail={"targets": [point["target"] for point in wanted]},
    )
    values = Answers.objects.get(application=application).values
    Correction.objects.create(
        application=application,
        subject_id=application.subject_id,
        points=[{**point, "before": _before(values, point["target"]), **again} for point in wanted],
        asked_at=now,
        asked_by=actor.account,
        last_day=working_days_after(timezone.localdate(now), days, work_calendar()),
    )
    pause(application, reason=Clock.Reason.CORRECTION, at=now)
    hold(application, kind=Holder.Kind.APPLICANT, at=now)
    return application


def asked_before(application: Application) -> bool:
    """Whether the applicant was asked to put something right already. Opens nothing."""
    pauses = Clock.objects.filter(application=application, reason=Clock.Reason.CORRECTION)
    return pauses.exists()


def _asked_once() -> Refused:
    return Refused(
        code="application.correction_was_asked",
        message=_("The applicant was asked once already, and the law lets an office ask once."),
        next_step=_("Decide on what is there, or say what new thing the first answer brought up."),
        status=422,
    )


def _checked(points: Sequence[Mapping[str, str]], definition: Definition) -> list[dict[str, str]]:
    """The points that say something, each about a thing this release asks for."""
    targets = {question.key for question in definition.questions()}
    targets |= {MATERIAL + material.code for material in definition.materials}
    wanted = [
        {"target": point["target"], "text": point["text"].strip()}
        for point in points
        if point.get("target") in targets and point.get("text", "").strip()
    ]
    if not wanted:
        raise Refused(
            code="application.correction_needs_points",
            message=_("Nothing to put right has been named."),
            next_step=_("Choose at least one question or document and write what is needed."),
            status=422,
        )
    return wanted


def _before(values: Mapping[str, Any], target: str) -> Any:
    """What stood there when the correction was asked for, to be shown beside the new answer."""
    return values.get(target, {}).get("value")
