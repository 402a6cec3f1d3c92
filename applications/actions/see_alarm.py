"""A supervisor takes note of an alarm."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Alarm
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.trail import record

SEEN = "alarm.seen"


@transaction.atomic
def see_alarm(*, actor: Actor, reference: str, rule_code: str) -> Alarm:
    """Mark an alarm as seen; a second time changes nothing. The alarm itself stays for good."""
    alarm = (
        Alarm.objects.select_for_update(of=("self",))
        .filter(application__reference=reference, rule__code=rule_code)
        .first()
    )
    if actor.capacity is not Capacity.SUPERVISOR or alarm is None:
        raise Refused(
            code="alarm.not_there",
            message=_("There is no such alarm for you to take note of."),
            next_step=_("Reload the list of red lines."),
            status=404,
        )
    if not alarm.is_seen:
        alarm.is_seen = True
        alarm.save(update_fields=["is_seen"])
        record(actor=actor, verb=SEEN, on=alarm, purpose=Purpose.duty("supervision"))
    return alarm
