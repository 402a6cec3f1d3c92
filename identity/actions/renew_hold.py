"""A hold is renewed once, again by two."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.models import DisclosureHold
from identity.selectors.holds import get_hold_before


@transaction.atomic
def renew_hold(*, actor: Actor, reference: str, days: int, words: str) -> DisclosureHold:
    """Ask that a hold in force goes on; the renewal names the same looks and is confirmed anew."""
    hold = get_hold_before(actor, reference, lock=True)
    if not can_be_renewed(hold):
        raise Refused(
            code="hold.not_renewable",
            message=_("A hold can be renewed once, and only while it is in force."),
            next_step=_("After that, the person sees what was held back."),
        )
    wanted = HoldRequest(
        subject_id=hold.subject_id,
        scope=DisclosureHold.Scope(hold.scope),
        scope_code=hold.scope_code,
        looks_from=hold.looks_from,
        looks_to=hold.looks_to,
        ground=DisclosureHold.Ground(hold.ground),
        days=days,
        words=words,
    )
    return ask_hold(actor=actor, wanted=wanted, renews=hold)


def can_be_renewed(hold: DisclosureHold) -> bool:
    """In force, itself no renewal, and not renewed yet."""
    in_force = hold.expires_at is not None and hold.expires_at > timezone.now()
    renewed = DisclosureHold.objects.filter(renews=hold.pk).exists()
    return in_force and hold.ended_at is None and hold.renews_id is None and not renewed
