"""What a reader must not hear of, because the sentinel asks it about them."""

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from audit.directory import the_directory
from audit.kernel.actors import Actor
from audit.models import SentinelAlarm

KINDS = ("audit.sentinelalarm", "trail.alarm")  # what is done to one, and its page


def about_alarms_against(actor: Actor) -> Q:
    """The entries that tell of alarms about this human being, under whatever account: raised,
    read and judged. A condition on entries, to be asked as part of another statement."""
    own = SentinelAlarm.objects.filter(account__in=the_directory().accounts_of(actor))
    numbers = own.annotate(written=Cast("number", CharField())).values("written")
    return Q(object_kind__in=KINDS, object_id__in=numbers)
