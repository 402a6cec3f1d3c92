"""Asking for a hold by a number somebody typed: no try says more than whether a hold came of it.

Whoever asks types an identity number and perhaps the number of a case. If the form told which of
them it knows, it would be a look-up without a reason, so each try is written down before it is
answered, uses a quota counted from the trail, and fails in the same words whatever was wrong.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from applications.models import Application
from applications.selectors.others import everybody_in
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import ObjectRef, record
from identity.actions.ask_hold import (
    HOLDS,
    HoldRequest,
    ask_hold,
    refuse_all_but_supervisors,
)
from identity.models import DisclosureHold
from identity.quota import PERSONS, Used, take_one, used_by
from identity.selectors.holds import ASKED, KIND, NO_HOLD
from portal.desk.directory import subject_of_number

SAID_BY_SILENCE = ("hold.not_yours", "hold.own_looks")


def tries_left(actor: Actor) -> int:
    """How many holds this supervisor can still ask for today; renewals count as well."""
    return used_by(actor, ASKED, HOLDS.kind).get(HOLDS.code, Used()).left_of(PERSONS)


@transaction.atomic
def ask_hold_by_number(
    *, actor: Actor, number: str, request_for: Callable[[UUID], HoldRequest]
) -> DisclosureHold | None:
    """The hold that was asked for; None where nobody has the number, the case is not theirs, or it
    is not for this supervisor to decide: the person is the supervisor or close to the supervisor,
    or the looks are the supervisor's own.

    Refused with `desk.quota_used_up` like look-ups, five a day and fifteen a week, and with
    `identity.code_needed`, both before anything is looked for.
    """
    refuse_all_but_supervisors(actor)
    refuse_stale(actor)
    take_one(actor, ASKED, HOLDS.code, PERSONS, HOLDS.kind)
    subject = subject_of_number(number)
    hold = _asked_for(actor, request_for(subject)) if subject else None
    if hold is None:
        record(
            actor=actor,
            verb=ASKED,
            on=ObjectRef(KIND, NO_HOLD),
            subjects=[subject] if subject else [],
            purpose=HOLDS,
            outcome="refused",
        )
    return hold


def _asked_for(actor: Actor, wanted: HoldRequest) -> DisclosureHold | None:
    if wanted.scope == DisclosureHold.Scope.CASE and not _is_theirs(wanted):
        return None
    try:
        return ask_hold(actor=actor, wanted=wanted)
    except Refused as refusal:
        if refusal.code not in SAID_BY_SILENCE:
            raise
        return None


def _is_theirs(wanted: HoldRequest) -> bool:
    case = Application.objects.filter(reference=wanted.scope_code).first()
    return case is not None and wanted.subject_id in everybody_in(case)
