"""An officer who looks one person up after another, so that the sentinel has something to say."""

from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.models import Person
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.sample.cases import SIGN_IN, officer

WHO = "clerk2"
REASON = "called"
FOUND, IN_VAIN = 5, 3


def look_around() -> int:
    """Some people found, some numbers tried in vain; how many they were, 0 if done before."""
    with in_one_transaction():
        if AuditEntry.objects.filter(verb=LOOKED_UP, sign_in=SIGN_IN).exists():
            return 0
        curious = officer(WHO)
        people = Person.objects.order_by("created_at", "pk").values_list("pk", flat=True)
        tried = [*people[:FOUND], *[None] * IN_VAIN]
        for person_id in tried:
            look_up_person(actor=curious, person_id=person_id, reason=REASON)
        return len(tried)
