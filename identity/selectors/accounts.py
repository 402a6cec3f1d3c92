"""Which accounts are one human being, as far as the portal was told: asked by whatever takes two.

A citizen's account stands for its person, an officer's may say which citizen the officer is. An
account that says neither is nobody's but its own.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from audit.kernel.actors import Actor
from identity.models import Account


def accounts_of_the_same(actor: Actor) -> QuerySet[Account, UUID]:
    """The ids of the account that acts and of every other account of that human being."""
    return same_accounts([actor.account_id])


def same_accounts(accounts: Iterable[UUID | None]) -> QuerySet[Account, UUID]:
    """The ids of these accounts and of all others of the same people.

    Not asked of the database before it is looked into; inside a condition it is part of that
    statement. Each road is an index, however many citizens there are.
    """
    one_of_them = Q(pk__in=[])
    for account in accounts:
        if account is not None:
            human = Account.objects.filter(pk=account).values(
                human=Coalesce("private_person", "person")
            )[:1]
            one_of_them |= Q(pk=account) | Q(person=human) | Q(private_person=human)
    return Account.objects.filter(one_of_them).values_list("pk", flat=True)
