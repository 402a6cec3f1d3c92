"""An officer says who is family, so that looks at them are seen."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import account_at_work
from identity.models import DeclaredRelative
from identity.selectors.numbered import digest_of_number

DECLARED = "relative.declared"
SEEN = "relative.seen"
END_ASKED = "relative.end_asked"
FAMILY = Purpose.duty("family")


@transaction.atomic
def declare_relative(*, actor: Actor, number: str, relation: str) -> DeclaredRelative:
    """Keep a relative by the digest of the number. The answer is the same whether or not anybody
    here has this number, so nothing can be found out by declaring. Twice is once.
    """
    _refuse_others(actor)
    view_own_relatives(actor)
    relative, made = DeclaredRelative.objects.get_or_create(
        account_id=account_at_work(actor),
        digest=digest_of_number(number),
        ended_at=None,
        defaults={"relation": relation},
    )
    if made:
        record(actor=actor, verb=DECLARED, on=relative, purpose=FAMILY)
    return relative


def view_own_relatives(actor: Actor) -> None:
    """Note that officers look at whom they declared; it lies under their own account."""
    record(actor=actor, verb=SEEN, subjects=[account_at_work(actor)], purpose=FAMILY)


@transaction.atomic
def ask_end_of_relative(*, actor: Actor, relative_id: UUID) -> None:
    """No longer family, or declared by mistake: a supervisor has to agree (`end_relative`), and
    until then the declaration holds."""
    _refuse_others(actor)
    view_own_relatives(actor)
    own = DeclaredRelative.objects.filter(account_id=account_at_work(actor), ended_at=None)
    relative = own.select_for_update().filter(pk=relative_id, end_asked_at=None).first()
    if relative is None:
        raise Refused(
            code="identity.no_such_relative",
            message=_("You have not declared this relative, or its end was asked for already."),
            next_step=_("Reload the page to see whom you have declared."),
            status=404,
        )
    relative.end_asked_at, relative.end_refused_at = timezone.now(), None
    relative.save(update_fields=["end_asked_at", "end_refused_at"])
    record(actor=actor, verb=END_ASKED, on=relative, purpose=FAMILY)


def _refuse_others(actor: Actor) -> None:
    if not actor.is_staff:
        raise Refused(
            code="identity.relatives_of_officers",
            message=_("Only officers declare their relatives."),
            next_step=_("You need not do anything."),
            status=403,
        )
