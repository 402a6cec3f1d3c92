"""Putting a person under protection, and ending it by two people."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import record
from identity.access import account_at_work
from identity.actions.prove_person import NUMBER_KIND
from identity.models import PersonNumber, ProtectedPerson
from identity.sealed.index import blind_index
from identity.selectors.accounts import accounts_of_the_same

PROTECTED = "protection.begun"
END_ASKED = "protection.end_asked"
ENDED = "protection.ended"
PROTECTION = Purpose.duty("protection")
KEEPERS = (Capacity.SUPERVISOR, Capacity.SECADMIN)


@transaction.atomic
def protect_person(*, actor: Actor, number: str, ground: str) -> ProtectedPerson | None:
    """From now on every look at this person is an alarm; None if nobody here has the number.

    It holds at once, and whoever began it opens nothing by it (`began_protection`). Takes a fresh
    code: it answers whether somebody here has the number.
    """
    refuse_all_but_keepers(actor)
    refuse_stale(actor)
    digest = blind_index(NUMBER_KIND, number)
    person_id = PersonNumber.objects.filter(digest=digest).values_list("person", flat=True).first()
    if person_id is None:
        record(actor=actor, verb=PROTECTED, purpose=PROTECTION, outcome="refused")
        return None
    protection, made = ProtectedPerson.objects.get_or_create(
        person_id=person_id,
        ended_at=None,
        defaults={"ground": ground, "entered_by_id": account_at_work(actor)},
    )
    if made:
        _note(actor, PROTECTED, protection)
    return protection


@transaction.atomic
def end_protection(*, actor: Actor, protection_id: UUID) -> bool:
    """Ask for the end of a protection, or as a second person grant it; True once it has ended."""
    refuse_all_but_keepers(actor)
    refuse_stale(actor)
    running = ProtectedPerson.objects.select_for_update().filter(ended_at=None)
    protection = running.filter(pk=protection_id).first()
    if protection is None:
        raise Refused(
            code="identity.no_such_protection",
            message=_("This protection has ended already."),
            next_step=_("Reload the list."),
            status=404,
        )
    if protection.end_asked_by_id is None:
        protection.end_asked_by_id = account_at_work(actor)
        protection.save(update_fields=["end_asked_by"])
        _note(actor, END_ASKED, protection)
        return False
    if protection.end_asked_by_id in accounts_of_the_same(actor):
        raise Refused(
            code="identity.protection_ends_by_two",
            message=_("You asked for this end yourself; somebody else has to agree."),
            next_step=_("Ask another supervisor or the security administrator."),
            status=403,
        )
    protection.ended_by_id, protection.ended_at = account_at_work(actor), timezone.now()
    protection.save(update_fields=["ended_by", "ended_at"])
    _note(actor, ENDED, protection)
    return True


def refuse_all_but_keepers(actor: Actor) -> None:
    """Supervisors and security administrators keep the list; nobody else reads it."""
    if actor.capacity not in KEEPERS:
        raise Refused(
            code="identity.protection_not_yours",
            message=_("Only supervisors and security administrators keep this list."),
            next_step=_("If somebody needs protection, tell your supervisor."),
            status=403,
        )


def _note(actor: Actor, verb: str, protection: ProtectedPerson) -> None:
    subjects = [protection.person_id]
    record(actor=actor, verb=verb, on=protection, subjects=subjects, purpose=PROTECTION)
