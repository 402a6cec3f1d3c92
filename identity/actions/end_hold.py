"""Holds end: early by a supervisor's word, or by themselves."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.actions.ask_hold import record_hold
from identity.models import DisclosureHold
from identity.selectors.holds import TO_CONFIRM, get_hold_before

ENDED, EXPIRED = "hold.ended", "hold.expired"
ENDING = Actor.system("holds")
AT_ONCE = 200


@transaction.atomic
def end_hold(*, actor: Actor, reference: str) -> None:
    """One is enough to show people more: from now on the person sees what was held back."""
    hold = get_hold_before(actor, reference, lock=True)
    if hold.ended_at is not None:
        raise Refused(
            code="hold.has_ended",
            message=_("This hold has ended already."),
            next_step=_("Go back to the list of holds."),
        )
    _end(actor, hold, label=actor.label)


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
        _end(ENDING, hold, label="")
    return len(holds)


def _end(actor: Actor, hold: DisclosureHold, *, label: str) -> None:
    now = timezone.now()
    hold.ended_at = min(now, hold.expires_at or now)
    hold.ended_label = label
    hold.save(update_fields=["ended_at", "ended_label"])
    record_hold(actor, ENDED if label else EXPIRED, hold)
