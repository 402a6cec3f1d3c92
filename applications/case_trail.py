"""Recording what is done to a case, or seen of it: always with its subjects and its purpose."""

from collections.abc import Collection, Mapping
from typing import Any

from applications.models import Application
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record

LIST = ObjectRef("applications.queue", "")
LISTED_FOR = Purpose.duty("queue")


def record_case(
    application: Application,
    *,
    actor: Actor,
    verb: Verb,
    outcome: str = "done",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """One entry about a case; from here on its contents can be read in this transaction.

    The purpose is the case itself for everybody but the applicant, whose own affair it is.
    """
    purpose = Purpose.case(application.reference) if not actor.person_id else Purpose.own()
    return record(
        actor=actor,
        verb=verb,
        on=application,
        subjects=application.subjects,
        purpose=purpose,
        outcome=outcome,
        detail=detail,
    )


def record_listed(applications: Collection[Application], *, actor: Actor) -> None:
    """One entry for one page of a list that shows whose cases it holds, by covered name.

    Its subjects are exactly those on the page; a page without rows shows nobody and has no entry.
    """
    if applications:
        shown = [application.subject_id for application in applications]
        record(actor=actor, verb=Verb.LISTED, on=LIST, subjects=shown, purpose=LISTED_FOR)
