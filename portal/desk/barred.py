"""Whom an officer never looks up without a case, whatever the reason."""

from collections.abc import Collection
from uuid import UUID

from audit.kernel.actors import Actor
from identity.selectors.near import Circle, circles, protected_among


def is_barred(actor: Actor, subjects: Collection[UUID]) -> bool:
    """Whether one of these is the officer, an organisation the officer leads, a relative, somebody
    of the officer's household, or a person under protection."""
    near = circles([actor.account], subjects).get(actor.account, Circle())
    is_near = not set(subjects).isdisjoint(near.relatives | near.household)
    return is_near or bool(protected_among(subjects))
