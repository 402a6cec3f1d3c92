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
    if account.pk == actor.account_id:
        raise Refused(
            code="identity.not_your_own_posting",
            message=_("Nobody enters or changes a posting of their own."),
            next_step=_("Ask another system administrator to enter it."),
            status=403,
        )
    _keep_powers_apart(account, posting)
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


def _keep_powers_apart(account: Account, posting: Posting) -> None:
    """Bind the account to its power. Who administers does nothing else: a system administrator who
    also works cases could appoint themselves to any file."""
    power = ADMINISTRATION_OF.get(posting.capacity)
    others = Posting.objects.in_force().filter(account=account).exclude(pk=posting.pk)
    works = others.filter(administration=None).exists()
    if account.administration not in (None, power) or (power is not None and works):
        raise Refused(
            code="identity.powers_are_separate",
            message=_(
                "System, security and audit administration are never in one hand,"
                " and never in the hand of somebody who works cases."
            ),
            next_step=_("Enter this posting for another account."),
        )
    if power is not None and account.administration is None:
        account.administration = power
        account.save(update_fields=["administration"])
