"""Entering and ending the postings of officers."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.models import Account, Posting
from identity.models.posting import ADMINISTRATION_OF, FIRST_POSTS
from identity.rights import group_of_post

POSTINGS = Purpose.duty("postings")
ACCOUNT_ENTERED = "account.entered"
"""By a job of the portal; in the back office it is a row added to a table."""


@transaction.atomic
def enter_posting(*, actor: Actor, posting: Posting) -> Posting:
    """Save a posting; it gives nothing until security administration has confirmed it.

    One that is confirmed can only be shortened. The first posting with a power of administration
    binds the account to that power for good. A job of the portal enters the first system and the
    first security administrator, confirmed, since without them nobody could confirm anything; the
    database takes nobody else of a job, and after these two none from the application's role.
    """
    account = Account.objects.select_for_update().get(pk=posting.account_id)
    _refuse_who_may_not(actor, account)
    _keep_powers_apart(account, posting)
    before = Posting.objects.select_for_update().filter(pk=posting.pk).first()
    if before is not None and before.confirmed_at is not None:
        _refuse_more(before, posting)
    else:
        posting.entered_by_id = actor.account_id
        posting.confirmed_at = timezone.now() if _needs_nobody(actor, posting) else None
    posting.save()
    group_of_post(posting.capacity, posting.department)
    record(
        actor=actor,
        verb="posting.entered",
        on=posting,
        purpose=POSTINGS,
        detail={"capacity": posting.capacity, "officer": posting.officer_code},
    )
    return posting


@transaction.atomic
def end_posting(*, actor: Actor, posting: Posting, on: date) -> None:
    """The posting holds until this day, and all it gave ends with it.

    Only system administration says so, and nobody of a posting of their own.
    """
    posting.valid_to = on
    posting.save(update_fields=["valid_to"])
    record(actor=actor, verb="posting.ended", on=posting, purpose=POSTINGS)


def _needs_nobody(actor: Actor, posting: Posting) -> bool:
    return actor.capacity is Capacity.SYSTEM and posting.capacity in FIRST_POSTS


def _refuse_who_may_not(actor: Actor, account: Account) -> None:
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


def _refuse_more(before: Posting, after: Posting) -> None:
    """What was confirmed is what one person alone can make less of, and not more."""
    same = ("account_id", "department_id", "capacity", "officer_code", "confirmed_at")
    is_same = all(getattr(before, name) == getattr(after, name) for name in same)
    ends = after.valid_to or date.max
    if not is_same or after.valid_from < before.valid_from or ends > (before.valid_to or date.max):
        raise Refused(
            code="identity.posting_only_shortened",
            message=_("A confirmed posting can be shortened, and nothing else."),
            next_step=_("Enter a new posting; security administration confirms it."),
        )


def _keep_powers_apart(account: Account, posting: Posting) -> None:
    """Bind the account to its power. Who administers does nothing else: a system administrator who
    also works cases could appoint themselves to any file."""
    power = ADMINISTRATION_OF.get(posting.capacity)
    others = Posting.objects.not_ended().filter(account=account).exclude(pk=posting.pk)
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
