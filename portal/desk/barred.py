"""Whom an officer never looks up, whatever the reason: that is left to somebody else."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from audit.kernel.actors import Actor
from identity.access import own_affairs_of
from identity.models import Account, Mandate


def is_barred(actor: Actor, subjects: Collection[UUID]) -> bool:
    """Whether one of these is the officer, an organisation the officer leads, or a person for whom
    the officer acts or who acts for the officer, such as a guardian or a child."""
    asked = set(subjects)
    if asked & set(own_affairs_of(actor.account_id)):
        return True
    return bool(asked & _tied_to(actor.account))


def _tied_to(account_id: UUID) -> set[UUID]:
    """Ended mandates count: who stood in for whom stays close."""
    officer = Account.objects.filter(pk=account_id, private_person__isnull=False)
    person = officer.values("private_person")
    ties = Mandate.objects.filter(Q(holder__in=person) | Q(for_person__in=person))
    pairs = ties.values_list("holder_id", "for_person_id", "for_organisation_id")
    return {one for pair in pairs for one in pair if one is not None}
