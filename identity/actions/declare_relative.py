"""An officer says who is family, so that looks at them are seen."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import account_at_work
from identity.actions.prove_person import NUMBER_KIND
from identity.models import DeclaredRelative
from identity.sealed.index import blind_index

DECLARED = "relative.declared"
ENDED = "relative.ended"
FAMILY = Purpose.duty("family")


@transaction.atomic
def declare_relative(*, actor: Actor, number: str, relation: str) -> DeclaredRelative:
    """Keep a relative by the digest of the number. The answer is the same whether or not anybody
    here has this number, so nothing can be found out by declaring. Twice is once.
    """
    _refuse_others(actor)
    relative, made = DeclaredRelative.objects.get_or_create(
        account_id=account_at_work(actor),
        digest=blind_index(NUMBER_KIND, number),
        ended_at=None,
        defaults={"relation": relation},
    )
    if made:
        record(actor=actor, verb=DECLARED, on=relative, purpose=FAMILY)
    return relative


@transaction.atomic
def end_relative(*, actor: Actor, relative_id: UUID) -> None:
    """No longer family, or declared by mistake; the declaration stays on file with its end."""
    _refuse_others(actor)
    own = DeclaredRelative.objects.filter(account_id=account_at_work(actor), ended_at=None)
    relative = own.filter(pk=relative_id).first()
    if relative is None:
        raise Refused(
            code="identity.no_such_relative",
            message=_("You have not declared this relative, or it has been ended already."),
            next_step=_("Reload the page to see whom you have declared."),
            status=404,
        )
    relative.ended_at = timezone.now()
    relative.save(update_fields=["ended_at"])
    record(actor=actor, verb=ENDED, on=relative, purpose=FAMILY)


def _refuse_others(actor: Actor) -> None:
    if not actor.is_staff:
        raise Refused(
            code="identity.relatives_of_officers",
            message=_("Only officers declare their relatives."),
            next_step=_("You need not do anything."),
            status=403,
        )
