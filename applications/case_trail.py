"""Recording what is done to a case, or seen of it: always with its subjects and its purpose."""

from collections.abc import Mapping
from typing import Any

from applications.models import Application
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose
from audit.trail import record


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
