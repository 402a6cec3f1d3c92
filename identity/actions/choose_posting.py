"""Switching between postings."""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import account_at_work
from identity.models import Posting
from identity.selectors.actor import POSTING


def choose_posting(*, actor: Actor, posting_id: UUID, session: SessionBase) -> Posting:
    """From the next page on, work in this posting. The trail then says so with every entry."""
    posting = (
        Posting.objects.in_force().filter(pk=posting_id, account_id=account_at_work(actor)).first()
    )
    if posting is None:
        raise Refused(
            code="identity.no_such_posting",
            message=_("This posting is not yours, or it has ended."),
            next_step=_("Choose another one, or ask the system administrator."),
            status=404,
        )
    session[POSTING] = str(posting.pk)
    record(actor=actor, verb="session.posting_chosen", on=posting)
    return posting
