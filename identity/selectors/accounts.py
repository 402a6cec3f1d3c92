"""Accounts that are the same human being, as far as the portal was told."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from audit.kernel.actors import Actor
from identity.models import Account


def accounts_of_the_same(actor: Actor) -> list[UUID]:
    """The account that acts and every other account of that officer as a citizen."""
    return same_accounts([actor.account_id]) if actor.account_id else []


def same_accounts(accounts: Collection[UUID | None]) -> list[UUID]:
    """These accounts, and those of the same private persons."""
    known = [one for one in accounts if one is not None]
    persons = Account.objects.filter(pk__in=known).exclude(private_person=None)
    return list(
        Account.objects.filter(
            Q(pk__in=known) | Q(private_person__in=persons.values("private_person"))
        ).values_list("pk", flat=True)
    )
