"""What a reader must not hear of, because the sentinel asks it about them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from audit.directory import the_directory
from audit.exports.hidden import files_against
from audit.kernel.actors import Actor
from audit.models import AuditEntry, SentinelAlarm

KINDS = ("audit.sentinelalarm", "trail.alarm")  # what is done to one, and its page


def alarms_against(actor: Actor) -> Q:
    """Alarms about this human being, under whatever account; and those that rest on a file of the
    trail against them, which the number of their entries would tell. A condition on alarms."""
    files = AuditEntry.objects.filter(files_against(actor)).values("pk")
    own = Q(account__in=the_directory().accounts_of(actor))
    return own | Q(entries__overlap=ArraySubquery(files))


def about_alarms_against(actor: Actor) -> Q:
    """The entries that tell of such alarms: raised, read and judged. A condition on entries, to be
    asked as part of another statement."""
    hidden = SentinelAlarm.objects.filter(alarms_against(actor))
    numbers = hidden.annotate(written=Cast("number", CharField())).values("written")
    return Q(object_kind__in=KINDS, object_id__in=numbers)
