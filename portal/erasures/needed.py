"""What is still open and needs the words an erasure would take."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.exports.hidden import against
from audit.exports.models import TrailExport
from audit.keeping.affected import entries_taken
from audit.keeping.erasing import Erasure
from audit.kernel.actors import Actor
from audit.sentinel.hidden import alarms_against
from audit.sentinel.models import AlarmState, SentinelAlarm
from identity.models import DisclosureHold, LookQuestion
from identity.selectors.holds import holds_before, quiet_holds
from portal.desk.models import LookupReview

UNMADE = (TrailExport.State.ASKED, TrailExport.State.APPROVED)


@dataclass(frozen=True, slots=True)
class Need:
    """One open matter, by its kind and its number; `page` is the name of where it is decided."""

    kind: Promise
    number: str
    page: str = ""


def still_needed(erasure: Erasure, reader: Actor | None = None) -> list[Need]:
    """Open questions, looks not judged, open alarms, holds and files of the trail.

    Whoever decides them reads the words; once these are gone, nobody can. For a reader it leaves
    out what that supervisor must not hear of: alarms, holds and files against them.
    """
    entries = list(entries_taken(erasure))
    return [*_about_entries(entries, reader), *_about_the_person(erasure, reader)]


def _about_entries(entries: Collection[int], reader: Actor | None) -> list[Need]:
    questions = LookQuestion.objects.filter(entry_id__in=entries, answered_at=None)
    reviews = LookupReview.objects.filter(entry_id__in=entries, state=LookupReview.State.OPEN)
    alarms = SentinelAlarm.objects.filter(entries__overlap=list(entries)).exclude(
        state=AlarmState.JUDGED
    )
    if reader is not None:
        alarms = alarms.exclude(alarms_against(reader))
    return [
        *(
            Need(_("Question why somebody looked, not answered"), number, "desk:question")
            for number in questions.order_by("pk").values_list("reference", flat=True)
        ),
        *(
            Need(_("Look without a case, not judged"), number, "desk:review")
            for number in reviews.order_by("at", "pk").values_list("reference", flat=True)
        ),
        *(
            Need(_("Alarm of the sentinel, not judged"), str(number), "trail:alarm")
            for number in alarms.order_by("pk").values_list("pk", flat=True)
        ),
    ]


def _about_the_person(erasure: Erasure, reader: Actor | None) -> list[Need]:
    held = [one for one in quiet_holds([erasure.subject]) if one.looks_from < erasure.before]
    files = TrailExport.objects.filter(person=erasure.subject, state__in=UNMADE)
    if reader is not None:
        files = files.exclude(against(reader))
        rows = DisclosureHold.objects.filter(pk__in=[one.pk for one in held])
        readable = set(holds_before(reader, rows).values_list("pk", flat=True))
        held = [one for one in held if one.pk in readable]
    return [
        *(Need(_("Looks that are shown later"), one.reference, "desk:hold") for one in held),
        *(
            Need(_("File of the trail, not made yet"), number)
            for number in files.order_by("asked_at", "pk").values_list("number", flat=True)
        ),
    ]
