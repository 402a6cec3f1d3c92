"""Marking who lives at one address, so that it can be known without reading an address."""

from uuid import UUID

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from identity.actions.mark_values import mark_details
from identity.models import HouseholdMark, PersonDetail
from identity.sealed.index import blind_index
from identity.selectors.near import without_mark

HOUSEHOLD = "household"
AT_ONCE = 200
MARKED = "person.household_marked"


def mark_household(person_id: UUID, address: str) -> None:
    """Keep the keyed digest of a registered address; where there is none, that there is none."""
    HouseholdMark.objects.update_or_create(
        person_id=person_id, defaults={"digest": _digest(address)}
    )


def mark_households(*, job: str) -> int:
    """Mark people who were entered before there were marks, some at a time; how many it were."""
    people = without_mark(AT_ONCE)
    if people:
        purpose = Purpose.duty("household")
        record(actor=Actor.system(job), verb=MARKED, subjects=people, purpose=purpose)
        details = {one.pk: one for one in PersonDetail.objects.filter(pk__in=people)}
        addresses = {one: details[one].household_address for one in people if one in details}
        HouseholdMark.objects.bulk_create(
            [
                HouseholdMark(person_id=one, digest=_digest(addresses.get(one, "")))
                for one in people
            ],
            ignore_conflicts=True,
        )
        for detail in details.values():
            mark_details(detail)
    return len(people)


def _digest(address: str) -> bytes | None:
    return blind_index(HOUSEHOLD, address) if address.strip() else None
