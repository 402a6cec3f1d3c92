"""Putting somebody under protection by the number; its end takes two people."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import record
from identity.access import account_at_work
from identity.models import ProtectedPerson
from identity.numbers import normalise
from identity.quota import PERSONS, Used, take_one, used_by
from identity.sealed.masks import mask_number
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.near import keepers_of_protections, known_among
from identity.selectors.numbered import digest_of_number

LISTED = "protection.listed"
PROTECTED = "protection.begun"
END_ASKED = "protection.end_asked"
END_REFUSED = "protection.end_refused"
ENDED = "protection.ended"
PROTECTION = Purpose.duty("protection")
KEEPERS = (Capacity.SUPERVISOR, Capacity.SECADMIN)


def numbers_left(actor: Actor) -> int:
    """How many numbers this keeper can still enter today."""
    return used_by(actor, PROTECTED, PROTECTION.kind).get(PROTECTION.code, Used()).left_of(PERSONS)


@transaction.atomic
def protect_person(*, actor: Actor, number: str, ground: str) -> ProtectedPerson:
    """From now on every look at whoever has this number is an alarm, also at somebody who comes to
    the portal later: so nothing here tells whether anybody has it. Twice is once.

    It holds at once, and whoever began it opens nothing by it (`began_protection`). Refused with
    `identity.code_needed`, and with `desk.quota_used_up` like look-ups: five numbers a day and
    fifteen a week, each of them an entry.
    """
    refuse_all_but_keepers(actor)
    refuse_stale(actor)
    take_one(actor, PROTECTED, PROTECTION.code, PERSONS, PROTECTION.kind)
    open_protections(actor)
    protection, _made = ProtectedPerson.objects.get_or_create(
        digest=digest_of_number(number),
        ended_at=None,
        defaults={
            "masked_number": mask_number(normalise(number)),
            "ground": ground,
            "entered_by_id": account_at_work(actor),
        },
    )
    _note(actor, PROTECTED, protection)
    return protection


@transaction.atomic
def end_protection(*, actor: Actor, protection_id: UUID) -> bool:
    """Ask for the end of a protection, or as a second person grant it; True once it has ended."""
    refuse_all_but_keepers(actor)
    refuse_stale(actor)
    protection = _running(actor, protection_id)
    if protection.end_asked_by_id is None:
        protection.end_asked_by_id = account_at_work(actor)
        protection.end_refused_by_id = protection.end_refused_at = None
        protection.save(update_fields=["end_asked_by", "end_refused_by", "end_refused_at"])
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


@transaction.atomic
def refuse_end_of_protection(*, actor: Actor, protection_id: UUID) -> None:
    """Turn down an end that was asked for, or take back one's own request: the protection goes on,
    and its end can be asked for anew. One is enough, since it opens nothing."""
    refuse_all_but_keepers(actor)
    refuse_stale(actor)
    protection = _running(actor, protection_id)
    if protection.end_asked_by_id is None:
        raise Refused(
            code="identity.no_end_asked",
            message=_("Nobody asks for the end of this protection any more."),
            next_step=_("Reload the list."),
        )
    is_own = protection.end_asked_by_id in accounts_of_the_same(actor)
    protection.end_asked_by_id = None
    protection.end_refused_by_id = account_at_work(actor)
    protection.end_refused_at = None if is_own else timezone.now()
    protection.save(update_fields=["end_asked_by", "end_refused_by", "end_refused_at"])
    _note(actor, END_REFUSED, protection)


def refuse_all_but_keepers(actor: Actor) -> None:
    """Supervisors and security administrators keep the list; nobody else reads it."""
    if actor.capacity not in KEEPERS:
        raise Refused(
            code="identity.protection_not_yours",
            message=_("Only supervisors and security administrators keep this list."),
            next_step=_("If somebody needs protection, tell your supervisor."),
            status=403,
        )


def open_protections(actor: Actor) -> None:
    """Note that a keeper reads protections: for the rest of the transaction they are open."""
    keepers = [account_at_work(actor), *keepers_of_protections()]
    record(actor=actor, verb=LISTED, subjects=keepers, purpose=PROTECTION)


def _running(actor: Actor, protection_id: UUID) -> ProtectedPerson:
    open_protections(actor)
    rows = ProtectedPerson.objects.select_for_update().filter(ended_at=None)
    protection = rows.filter(pk=protection_id).first()
    if protection is None:
        raise Refused(
            code="identity.no_such_protection",
            message=_("This protection has ended already."),
            next_step=_("Reload the list."),
            status=404,
        )
    return protection


def _note(actor: Actor, verb: str, protection: ProtectedPerson) -> None:
    record(
        actor=actor,
        verb=verb,
        on=protection,
        subjects=known_among([protection]),
        purpose=PROTECTION,
    )
