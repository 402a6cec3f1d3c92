"""Recording what is done to a case, or seen of it: always with its subjects and its purpose."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from applications.models import Application
from applications.selectors.others import everybody_in
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

    The purpose is the case itself for everybody but the applicant, whose own affair it is: what
    they typed of others they may read without naming these (decision 17).
    """
    is_own = bool(actor.person_id)
    purpose = Purpose.own() if is_own else Purpose.case(application.reference)
    return record(
        actor=actor,
        verb=verb,
        on=application,
        subjects=application.subjects if is_own else everybody_in(application),
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


def record_own_list(subjects: Collection[UUID], *, actor: Actor) -> None:
    """One entry for the list of the cases of these subjects, read by whom they are or who helps.

    The list tells nothing of who looked, so it is not the entry of the space, after which looks
    count as told (`identity.selectors.reach_of_holds`). About nobody there is nothing to read.
    """
    if subjects:
        space = ObjectRef("space", str(actor.subject_id))
        shown, own = list(subjects), Purpose.own()
        record(actor=actor, verb=Verb.OWN_LISTED, on=space, subjects=shown, purpose=own)
