"""Saying whom an officer is as a citizen."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from identity.actions.prove_person import NUMBER_KIND
from identity.models import Account, PersonNumber
from identity.sealed.index import blind_index

OFFICER_LINKED = "officer.linked"


@transaction.atomic
def link_officer(*, actor: Actor, account: Account, number: str) -> bool:
    """From now on no case of this person reaches the officer; False if nobody here has the number.

    Every try is an entry, the vain ones too: nobody finds out unseen who uses the portal.
    """
    digest = blind_index(NUMBER_KIND, number)
    person_id = PersonNumber.objects.filter(digest=digest).values_list("person", flat=True).first()
    record(
        actor=actor,
        verb=OFFICER_LINKED,
        on=account,
        subjects=[person_id] if person_id else [],
        purpose=Purpose.duty("tables"),
        outcome="done" if person_id else "refused",
    )
    if person_id is None:
        return False
    account.private_person_id = person_id
    account.save(update_fields=["private_person"])
    return True
