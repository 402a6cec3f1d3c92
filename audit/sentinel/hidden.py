"""What a reader must not hear of, because the sentinel asks it about them."""

from collections.abc import Collection

from django.db.models import Q

from audit.directory import the_directory
from audit.exports.hidden import HiddenFile, entries_of, files_against
from audit.kernel.actors import Actor
from audit.models import AuditEntry, SentinelAlarm

KINDS = ("audit.sentinelalarm", "trail.alarm")  # what is done to one, and its page


def alarms_against(actor: Actor, files: Collection[HiddenFile] | None = None) -> Q:
    """Alarms about this human being, under whatever account; and those that rest on a file of the
    trail against them (`files`, read here if not given), which the number of their entries would
    tell. A condition on alarms."""
    own = Q(account__in=the_directory().accounts_of(actor))
    hidden = files_against(actor) if files is None else files
    if not hidden:
        return own
    entries = AuditEntry.objects.filter(entries_of(hidden)).values_list("pk", flat=True)
    return own | Q(entries__overlap=list(entries))


def entries_about_alarms(actor: Actor, files: Collection[HiddenFile]) -> Q:
    """The entries that tell of such alarms: raised, read and judged. A condition on entries; the
    alarms are read first, for the reason the files are."""
    hidden = SentinelAlarm.objects.filter(alarms_against(actor, files))
    numbers = [str(number) for number in hidden.values_list("number", flat=True)]
    return Q(object_kind__in=KINDS, object_id__in=numbers)
