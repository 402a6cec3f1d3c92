"""Whom an officer never looks up without a case, whatever the reason."""

from collections.abc import Collection
from uuid import UUID

from audit.kernel.actors import Actor, Capacity
from identity.selectors.near import began_protection, near_among, protected_among


def is_barred(actor: Actor, subjects: Collection[UUID], others: Collection[UUID] = ()) -> bool:
    """Whether one of these is the officer, an organisation the officer leads, a relative, or
    somebody of the officer's household; or a subject is under protection, for all but supervisors.

    `others` are merely named in the case. Whether they are protected decides nothing: who writes a
    number into a form would learn it from the answer. A look at them is an alarm all the same.

    Supervisors open people under protection and nobody else: everybody else has the officers on
    duty, and whoever is protected has one place where help that cannot wait is found. Whoever put
    somebody under protection is not that place: one officer alone would open anybody.
    """
    if near_among(actor.account, [*subjects, *others]):
        return True
    if began_protection(actor.account, subjects):
        return True
    is_protected = bool(protected_among(subjects))
    return is_protected is not (actor.capacity is Capacity.SUPERVISOR)
