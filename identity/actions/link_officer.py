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
    """From now on no case of this person reaches the officer; False if nobody was linked.

    It is said once, and never of oneself: another link would let the officer's own cases in.
    Every try is an entry, the vain ones too: nobody finds out unseen who uses the portal, and who
    was linked before learns that somebody tried to change it.
    """
    digest = blind_index(NUMBER_KIND, number)
    person_id = PersonNumber.objects.filter(digest=digest).values_list("person", flat=True).first()
    linked = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    earlier, is_own = linked.private_person_id, linked.pk == actor.account_id
    may_link = person_id is not None and earlier is None and not is_own
    record(
        actor=actor,
        verb=OFFICER_LINKED,
        on=account,
        subjects=[one for one in (person_id, earlier) if one],
        purpose=Purpose.duty("tables"),
        outcome="done" if may_link else "refused",
    )
    if may_link:
        account.private_person_id = person_id
        account.save(update_fields=["private_person"])
    return may_link
