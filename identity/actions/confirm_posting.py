"""The second person a posting needs."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.outbox import enqueue
from audit.trail import record
from identity.access import account_at_work
from identity.actions.enter_posting import POSTINGS
from identity.models import Posting
from identity.selectors.accounts import same_accounts

FIRST_MAIL = "account.first_mail"


@transaction.atomic
def confirm_posting(*, actor: Actor, posting_id: UUID) -> Posting:
    """From now on the posting gives its rights. Confirming it again changes nothing. Who has no
    password yet gets a mail by which to choose the first.

    Security administration does it; never who entered it, whom it concerns, or another account of
    one of these two.
    """
    waiting = Posting.objects.not_ended().select_for_update(of=("self",))
    posting = waiting.filter(pk=posting_id).first()
    if actor.capacity is not Capacity.SECADMIN or posting is None:
        raise Refused(
            code="identity.nothing_to_confirm",
            message=_("There is no such posting for you to confirm."),
            next_step=_("Reload the list: it may have been ended."),
            status=404,
        )
    _refuse_the_same_person(account_at_work(actor), posting)
    if posting.confirmed_at is None:
        posting.confirmed_by_id, posting.confirmed_at = actor.account_id, timezone.now()
        posting.save(update_fields=["confirmed_by", "confirmed_at"])
        record(
            actor=actor,
            verb="posting.confirmed",
            on=posting,
            purpose=POSTINGS,
            detail={"capacity": posting.capacity, "officer": posting.officer_code},
        )
        if not posting.account.has_usable_password():
            payload = {"account": str(posting.account_id)}
            enqueue(FIRST_MAIL, payload, key=f"{FIRST_MAIL}:{posting.pk}")
    return posting


def _refuse_the_same_person(account_id: UUID, posting: Posting) -> None:
    if account_id in same_accounts([posting.account_id, posting.entered_by_id]):
        raise Refused(
            code="identity.confirmed_by_another",
            message=_("You entered this posting or it is your own, so you cannot confirm it."),
            next_step=_("Ask another security administrator."),
            status=403,
        )
