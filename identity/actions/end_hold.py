"""Holds end: early by a supervisor's word, or by themselves; or nobody wants them to begin."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.actions.ask_hold import record_hold
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.holds import TO_CONFIRM, TURNED_DOWN, get_hold_before

ENDED, EXPIRED, WITHDRAWN = "hold.ended", "hold.expired", "hold.withdrawn"
ENDING = Actor.system("holds")
AT_ONCE = 200


@transaction.atomic
def end_hold(*, actor: Actor, reference: str) -> None:
    """One is enough to show people more: from now on the person sees what was held back. Whoever
    asked for it and waits takes it back."""
    hold = get_hold_before(actor, reference, lock=True)
    if hold.ended_at is not None:
        raise _refused("hold.has_ended", _("This hold has ended already."))
    if hold.confirmed_at is None and not _is_own(actor, hold):
        raise _refused("hold.say_why", _("Whoever turns a hold down says why."))
    _end(actor, hold, ENDED if hold.confirmed_at else WITHDRAWN)


@transaction.atomic
def turn_hold_down(*, actor: Actor, reference: str, words: str) -> None:
    """The second supervisor says no, and why; who asked for it reads the words. They are kept in
    the detail of the entry, behind the gate, and can be erased by law."""
    hold = get_hold_before(actor, reference, lock=True)
    if hold.ended_at is not None or hold.confirmed_at is not None or _is_own(actor, hold):
        raise _refused("hold.not_to_turn_down", _("This hold does not wait for your answer."))
    _end(actor, hold, TURNED_DOWN, detail={"words": words.strip()})


@transaction.atomic
def end_holds_over_time() -> int:
    """Write down the end of holds whose time is over, and of those nobody confirmed. How many.

    They hold nothing back from their last moment on, whether this has run or not.
    """
    now = timezone.now()
    over = Q(expires_at__lte=now) | Q(confirmed_at=None, asked_at__lte=now - TO_CONFIRM)
    rows = DisclosureHold.objects.filter(over, ended_at=None).order_by("id")
    holds = list(rows.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for hold in holds:
        _end(ENDING, hold, EXPIRED)
    return len(holds)


def _end(actor: Actor, hold: DisclosureHold, verb: str, **more: Any) -> None:
    now = timezone.now()
    hold.ended_at = min(now, hold.expires_at or now)
    hold.ended_label = actor.label if actor.is_staff else ""
    hold.save(update_fields=["ended_at", "ended_label"])
    record_hold(actor, verb, hold, **more)


def _is_own(actor: Actor, hold: DisclosureHold) -> bool:
    return hold.asked_by_id in accounts_of_the_same(actor)


def _refused(code: str, message: Promise) -> Refused:
    return Refused(code=code, message=message, next_step=_("Go back to the list of holds."))
