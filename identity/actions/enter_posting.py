"""Entering and ending the postings of officers."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import record
from identity.models import Account, Posting
from identity.models.posting import ADMINISTRATION_OF
from identity.rights import group_of_post


@transaction.atomic
def enter_posting(*, actor: Actor, posting: Posting) -> Posting:
    """Save a new or changed posting and let its holder into the group that carries its rights.

    The first posting with a power of administration binds the account to that power for good.
    """
    account = Account.objects.select_for_update().get(pk=posting.account_id)
    if account.kind != Account.Kind.STAFF:
        raise Refused(
            code="identity.posting_for_staff_only",
            message=_("Only staff accounts hold postings."),
            next_step=_("Make a staff account for this officer first."),
        )
    power = ADMINISTRATION_OF.get(posting.capacity)
    if power is not None and account.administration != power:
        _bind(account, power)
    posting.save()
    account.groups.add(group_of_post(posting.capacity, posting.department))
    record(
        actor=actor,
        verb="posting.entered",
        on=posting,
        detail={"capacity": posting.capacity, "officer": posting.officer_code},
    )
    return posting


@transaction.atomic
def end_posting(*, actor: Actor, posting: Posting, on: date) -> None:
    """The posting holds until this day; its group is left when no other posting needs it."""
    posting.valid_to = on
    posting.save(update_fields=["valid_to"])
    record(actor=actor, verb="posting.ended", on=posting)
    if on > timezone.localdate():
        return
    group = group_of_post(posting.capacity, posting.department)
    others = Posting.objects.in_force().filter(
        account_id=posting.account_id,
        capacity=posting.capacity,
        department_id=posting.department_id,
    )
    if not others.exclude(pk=posting.pk).exists():
        posting.account.groups.remove(group)


def _bind(account: Account, power: str) -> None:
    if account.administration is not None:
        raise Refused(
            code="identity.powers_are_separate",
            message=_("System, security and audit administration are never in one hand."),
            next_step=_("Enter this posting for another account."),
        )
    account.administration = power
    account.save(update_fields=["administration"])
