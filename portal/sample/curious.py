"""An officer who looks one person up after another, so that the sentinel has something to say."""

from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.models import Person
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.sample.cases import SIGN_IN, officer

WHO = "clerk2"
REASON, OTHER_REASON = "called", "wrong_office"
WHY = "有人来电问办到哪一步了。"
FOUND, IN_VAIN = 5, 3


def look_around() -> int:
    """Some people found, some numbers tried in vain; how many they were, 0 if done before."""
    with in_one_transaction():
        curious = officer(WHO)
        before = AuditEntry.objects.filter(actor_label=curious.label, sign_in=SIGN_IN)
        if before.filter(verb=LOOKED_UP, purpose=REASON).exists():
            return 0
        people = Person.objects.order_by("created_at", "pk").values_list("pk", flat=True)
        for person_id in people[:FOUND]:
            look_up_person(actor=curious, person_id=person_id, reason=REASON, why=WHY)
        for _number in range(IN_VAIN):
            look_up_person(actor=curious, person_id=None, reason=OTHER_REASON, why=WHY)
        return FOUND + IN_VAIN
