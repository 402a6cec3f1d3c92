"""The second supervisor a hold needs."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from identity.access import account_at_work
from identity.actions.ask_hold import record_hold, refuse_own_looks
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.holds import TO_CONFIRM, get_hold_before
from identity.selectors.reach_of_holds import told_until

COLUMNS = ["confirmed_by", "confirmed_label", "confirmed_at", "expires_at", "told_until"]
CONFIRMED = "hold.confirmed"


@transaction.atomic
def confirm_hold(*, actor: Actor, reference: str) -> DisclosureHold:
    """From now on the looks the person has not been told of are held back, for the days that were
    asked for."""
    hold = get_hold_before(actor, reference, lock=True)
    now = timezone.now()
    if not _waits(hold, now):
        raise Refused(
            code="hold.nothing_to_confirm",
            message=_("This hold does not wait to be confirmed any more."),
            next_step=_("Go back to the list of holds."),
        )
    if hold.asked_by_id in accounts_of_the_same(actor):
        raise Refused(
            code="hold.takes_two",
            message=_("You asked for this hold, so you cannot confirm it."),
            next_step=_("Ask another supervisor."),
            status=403,
        )
    refuse_own_looks(actor, hold)
    refuse_stale(actor)
    hold.confirmed_by_id, hold.confirmed_label = account_at_work(actor), actor.label
    hold.confirmed_at, hold.expires_at = now, now + timedelta(days=hold.days)
    hold.told_until = told_until(hold, now)
    hold.save(update_fields=COLUMNS)
    record_hold(actor, CONFIRMED, hold)
    return hold


def _waits(hold: DisclosureHold, now: datetime) -> bool:
    """Not decided, not a week old; and what is to be renewed has not been shown meanwhile."""
    before = hold.renews
    if before is not None and (before.ended_at or (before.expires_at or now) <= now):
        return False
    return hold.confirmed_at is None and hold.ended_at is None and hold.asked_at + TO_CONFIRM > now
