"""The second person the end of a declaration needs."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import record
from identity.access import account_at_work
from identity.actions.declare_relative import FAMILY, SEEN
from identity.models import DeclaredRelative
from identity.selectors.near import are_related, whose_relative

ENDED, END_REFUSED = "relative.ended", "relative.end_refused"


@transaction.atomic
def end_relative(*, actor: Actor, relative_id: UUID, agreed: bool) -> None:
    """Agree to the end an officer asked for, or turn it down: then the declaration holds on.

    A supervisor does it; never the officer, under whatever account, nor somebody of the officer's
    family or household. Needs a fresh code of the app.
    """
    relative = _asked_for(actor, relative_id)
    if relative is None:
        raise Refused(
            code="identity.no_end_to_agree_to",
            message=_("There is no such end for you to agree to."),
            next_step=_("Reload the list: somebody may have answered it already."),
            status=404,
        )
    if are_related(account_at_work(actor), relative.account_id):
        raise Refused(
            code="identity.end_by_another",
            message=_("This declaration is your own, or of somebody close to you."),
            next_step=_("Ask another supervisor."),
            status=403,
        )
    refuse_stale(actor)
    if agreed:
        relative.ended_at, relative.ended_by_id = timezone.now(), actor.account_id
    else:
        relative.end_asked_at, relative.end_refused_at = None, timezone.now()
    columns = ["ended_at", "ended_by", "end_asked_at", "end_refused_at"]
    relative.save(update_fields=columns)
    record(actor=actor, verb=ENDED if agreed else END_REFUSED, on=relative, purpose=FAMILY)


def _asked_for(actor: Actor, relative_id: UUID) -> DeclaredRelative | None:
    """The declaration, if its end was asked for and this may be a supervisor's to answer. Looking
    at it is an entry about the officer who declared it."""
    account = whose_relative(relative_id)
    if actor.capacity is not Capacity.SUPERVISOR or account is None:
        return None
    record(actor=actor, verb=SEEN, subjects=[account], purpose=FAMILY)
    asked = DeclaredRelative.objects.filter(end_asked_at__isnull=False, ended_at=None)
    return asked.select_for_update().filter(pk=relative_id).first()
