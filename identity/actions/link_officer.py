"""Saying whom an officer is as a citizen; security administration has to confirm it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import account_at_work
from identity.models import Account, OfficerLink, PersonNumber
from identity.quota import Quota, Used, take_one, used_by
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.numbered import digest_of_number

OFFICER_LINKED = "officer.linked"
LINKS = Purpose.duty("links")
NUMBERS = Quota(20, 60)
"""Identity numbers one system administrator may enter: each answer tells whether somebody here has
the number."""


def numbers_left(actor: Actor) -> int:
    """How many numbers this administrator can still enter today."""
    used = used_by(actor, OFFICER_LINKED, LINKS.kind)
    return used.get(LINKS.code, Used()).left_of(NUMBERS)


@transaction.atomic
def link_officer(*, actor: Actor, account: Account, number: str) -> OfficerLink | None:
    """Say that this officer is the citizen with this number; None if nobody was linked. It gives
    nothing until security administration has confirmed it.

    Never of oneself, under whatever account, and not while another link waits or holds. Every try
    is an entry and counts, the vain ones too: nobody finds out unseen who uses the portal, and who
    was linked before learns that somebody tried to change it. Refused with `desk.quota_used_up`.
    """
    refuse_all_but(actor, Capacity.SYSADMIN)
    take_one(actor, OFFICER_LINKED, LINKS.code, NUMBERS, LINKS.kind)
    digest = digest_of_number(number)
    person_id = PersonNumber.objects.filter(digest=digest).values_list("person", flat=True).first()
    linked = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    earlier = OfficerLink.objects.filter(account=linked, ended_at=None).first()
    may_link = earlier is None and linked.is_staff and linked.pk not in accounts_of_the_same(actor)
    link = None
    if may_link and person_id is not None:
        link = OfficerLink(
            account=linked, person_id=person_id, entered_by_id=account_at_work(actor)
        )
    record(
        actor=actor,
        verb=OFFICER_LINKED,
        on=linked,
        subjects=_named(person_id, earlier),
        purpose=LINKS,
        outcome="done" if link else "refused",
    )
    if link:
        link.save(force_insert=True)
    return link


def refuse_all_but(actor: Actor, *capacities: Capacity) -> None:
    """Links are for system and security administration, each its own part."""
    if actor.capacity not in capacities:
        raise Refused(
            code="identity.link_not_yours",
            message=_("Who officers are as citizens is not for you to say."),
            next_step=_("Ask a system administrator."),
            status=403,
        )


def _named(person_id: UUID | None, earlier: OfficerLink | None) -> list[UUID]:
    return [one for one in (person_id, earlier.person_id if earlier else None) if one]
