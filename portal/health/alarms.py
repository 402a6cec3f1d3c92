"""Alarms: what somebody has to see to now, in sentences, and every minute in the log.

They stand on every page of the supervisors' and system administrators' back office, and in the
figures for monitoring. Nobody has to look for them, and they do not depend on the worker.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from audit.trail import Door
from portal.health.checks import Readiness, fill_in, look

logger = logging.getLogger(__name__)

SECONDS = 10
MINUTE = 60
STARTED = time.monotonic()
SETTLED_AFTER = 90  # seconds: what beat and the sealer do first has been done by then
AT_ONCE = frozenset(
    {
        "trail.not_written",
        "trail.clock_ahead",
        "trail.too_long_unsealed",
        "trail.safeguards_changed",
        "trail.may_stand_set",
        "trail.check_found",
        "witness.objects",
    }
)
KEY = "portal.health.alarms"
CODES = (
    "trail.not_written",
    "trail.clock_ahead",
    "trail.too_long_unsealed",
    "trail.not_published",
    "trail.not_in_file",
    "trail.not_sealed",
    "trail.safeguards_changed",
    "trail.may_stand_set",
    "trail.check_found",
    "trail.not_checked",
    "sentinel.gap",
    "sentinel.passed_over",
    "sentinel.behind",
    "outbox.key_taken",
    "witness.objects",
    "witness.silent",
    "outbox.stands",
    "worker.silent",
)


_SEALER = _(
    "On the server: see that the sealer runs (manage.py seal --every 3), that it has its signing"
    " key, and that it reaches the database as portal_sealer; its log says what is wrong."
)
_WORKER = _(
    "On the server: see that worker and beat run, and read in their log why jobs are not done."
)
REMEDIES: dict[str, Promise] = {
    "trail.not_written": _(
        "On the server: see that the database runs, has room on its disk and all migrations; the"
        " log has the code of its error."
    ),
    "trail.clock_ahead": _(
        "On the server: see that its clock is right. If it is, run manage.py put_clock_right with"
        " --settings portal.settings_owner: it says what to do."
    ),
    "trail.too_long_unsealed": _SEALER,
    "trail.not_published": _SEALER,
    "trail.not_in_file": _(
        "On the server: see that the folder of heads has room and that the sealer may write the"
        " file; its log says why it could not. Sealing goes on meanwhile."
    ),
    "trail.not_sealed": _SEALER,
    "trail.safeguards_changed": _(
        "On the server: run manage.py audit_structure, find out who changed it and when, put it"
        " back, and run manage.py audit_verify."
    ),
    "trail.may_stand_set": _(
        "On the server: ask the owner of the database whether this was meant. The guide"
        " keeping-the-trail says how to set it. The alarm ends by itself after two days."
    ),
    "trail.check_found": _(
        "On the server: change nothing, keep the database and the file of heads as they are, and"
        " run manage.py audit_verify. The guide what-audit-verify-finds says what a fault means."
    ),
    "trail.not_checked": _(
        "On the server: the sealer makes the check once a day; its log says why it could not."
    ),
    "sentinel.gap": _(
        "On the server: find out who else writes to the database as portal_app, and give that role"
        " a new password. What was hidden stands among the alarms of the sentinel now."
    ),
    "sentinel.passed_over": _(
        "On the server: read in the worker's log why it could not look. The newest entries"
        " sentinel.passed_over of the trail name the codes and accounts; find out who recorded"
        " under them, and whether as portal_app."
    ),
    "sentinel.behind": _WORKER,
    "outbox.key_taken": _(
        "On the server: find out who else writes to the database as portal_app, and give that role"
        " a new password. The messages were promised again and go out."
    ),
    "witness.objects": _(
        "On the server: change nothing, keep the database and the file of heads as they are, run"
        " manage.py audit_verify with the witness's heads, and call whoever keeps the witness."
    ),
    "witness.silent": _(
        "Ask whoever keeps the witness whether it runs, and see that the server reaches its"
        " address. Sealing goes on meanwhile."
    ),
    "outbox.stands": _WORKER,
    "worker.silent": _WORKER,
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong: a code for programs, a sentence for people."""

    code: str
    says: str | Promise

    @property
    def remedy(self) -> Promise:
        """What whoever runs the servers does about it. Nobody can do it on a page."""
        return REMEDIES[self.code]


def standing_alarms() -> list[Alarm]:
    """What is wrong now; looked at anew every few seconds at most. Never a fault of the page.

    A portal that has just been started finds the night's silence behind it: what will mend itself
    in the first minute is not called out.
    """
    state: Readiness | None = cache.get(KEY)
    if state is None:
        state = Readiness()
        with suppress(DatabaseError), transaction.atomic():
            fill_in(state)
        cache.set(KEY, state, SECONDS)
    settled = time.monotonic() - STARTED > SETTLED_AFTER
    return [alarm for alarm in raised_by(state) if settled or alarm.code in AT_ONCE]


def log_alarms() -> int:
    """Write every alarm into the log as an error; return how many there are."""
    with translation.override("en"):
        raised = list(raised_by(look()))
        for alarm in raised:
            logger.error("alarm %s: %s", alarm.code, str(alarm.says))
    return len(raised)


def raised_by(state: Readiness) -> Iterator[Alarm]:
    """The alarms this state gives reason for, the worst first."""
    if state.door is Door.NOT_WRITTEN:
        yield Alarm(
            "trail.not_written", _("The trail cannot be written: nobody's data can be shown.")
        )
    yield from _of_the_clock(state)
    if state.door is Door.NOT_SEALED:
        says = _("The seal has stood still too long: nobody's data can be shown.")
        yield Alarm("trail.too_long_unsealed", says)
    yield from _of_the_checks(state)
    yield from _of_the_seal(state)
    for place in state.objecting:
        yield Alarm(
            "witness.objects",
            _("A witness says that the trail tells two stories: %(place)s.")
            % {"place": place.name},
        )
    yield from _of_silent_witnesses(state)
    yield from _of_the_work(state)


def _of_the_clock(state: Readiness) -> Iterator[Alarm]:
    """While the newest seal is ahead, entries say its time; if it is far ahead, none is taken."""
    if not state.is_ahead:
        return
    says = _("The newest seal says %(when)s, which is still to come, and entries say the same.")
    if state.door is Door.CLOCK_AHEAD:
        says = _("The newest seal says %(when)s, long before it is so: nobody's data can be shown.")
    when = date_format(timezone.localtime(timezone.now() + state.ahead), "SHORT_DATETIME_FORMAT")
    yield Alarm("trail.clock_ahead", says % {"when": when})


def _of_the_checks(state: Readiness) -> Iterator[Alarm]:
    """What is found is told as the check writes it: a code for whoever has to see to it."""
    if state.safeguards:
        says = _("A safeguard of the database is not as it was made: %(what)s.")
        yield Alarm("trail.safeguards_changed", says % {"what": state.safeguards})
    if state.newly_may_stand is not None:
        says = _(
            "Somebody has set how long sealing may stand still before nobody's data is shown:"
            " %(how_long)s now."
        )
        now = timezone.now()
        how_long = timesince(now - state.newly_may_stand, now)
        yield Alarm("trail.may_stand_set", says % {"how_long": how_long})
    if state.check_faults:
        says = _("The last check of the trail found something wrong: %(what)s.")
        yield Alarm("trail.check_found", says % {"what": state.first_fault})
    if not state.is_checked:
        count = {"count": state.unchecked_days}
        says = ngettext_lazy(
            "The trail has not been checked for %(count)d day.",
            "The trail has not been checked for %(count)d days.",
            "count",
        )
        yield Alarm("trail.not_checked", says % count)
    yield from _of_the_sentinel(state)


def _of_the_sentinel(state: Readiness) -> Iterator[Alarm]:
    if state.was_kept_from_reading:
        says = _("The sentinel had been kept from reading looks of officers; it has read them now.")
        yield Alarm("sentinel.gap", says)
    if state.has_passed_over:
        says = _("The sentinel could not look at some officers; it goes on with all others.")
        yield Alarm("sentinel.passed_over", says)
    if not state.sentinel_reads:
        count = {"count": (state.unread_seconds or 0) // MINUTE}
        lags = ngettext_lazy(
            "The sentinel has not read the sealed trail for %(count)d minute.",
            "The sentinel has not read the sealed trail for %(count)d minutes.",
            "count",
        )
        yield Alarm("sentinel.behind", lags % count)
    if state.keys_were_taken:
        says = _("Somebody had written to the list of messages to send, ahead of the portal.")
        yield Alarm("outbox.key_taken", says)


def _of_the_seal(state: Readiness) -> Iterator[Alarm]:
    if state.head_seconds is None:
        yield Alarm("trail.not_published", _("No seal has been published yet."))
    elif state.head_seconds >= MINUTE and state.is_signed:
        says = ngettext_lazy(
            "Seals are made, but for %(count)d minute none has got into the file of heads.",
            "Seals are made, but for %(count)d minutes none has got into the file of heads.",
            "count",
        )
        yield Alarm("trail.not_in_file", says % {"count": state.head_seconds // MINUTE})
    elif state.head_seconds >= MINUTE:
        says = ngettext_lazy(
            "The trail has not been sealed for %(count)d minute.",
            "The trail has not been sealed for %(count)d minutes.",
            "count",
        )
        yield Alarm("trail.not_published", says % {"count": state.head_seconds // MINUTE})
    if (state.waiting_seconds or 0) >= MINUTE:
        says = ngettext_lazy(
            "Entries have waited for the seal for %(count)d minute.",
            "Entries have waited for the seal for %(count)d minutes.",
            "count",
        )
        yield Alarm("trail.not_sealed", says % {"count": (state.waiting_seconds or 0) // MINUTE})


def _of_silent_witnesses(state: Readiness) -> Iterator[Alarm]:
    """If no witness at all has the newest seals, all are named, after a minute."""
    if state.unwitnessed:
        says = _("Seals are made, but no witness has taken them: %(places)s.")
        names = ", ".join(place.name for place in state.unwitnessed)
        yield Alarm("witness.silent", says % {"places": names})
        return
    for place in state.silent:
        says = _("A witness has not answered for ten minutes: %(place)s.")
        yield Alarm("witness.silent", says % {"place": place.name})


def _of_the_work(state: Readiness) -> Iterator[Alarm]:
    if not state.outbox_moves:
        says = ngettext_lazy(
            "Messages have waited to be sent for %(count)d minute.",
            "Messages have waited to be sent for %(count)d minutes.",
            "count",
        )
        yield Alarm("outbox.stands", says % {"count": (state.oldest_due_seconds or 0) // MINUTE})
    if not state.worker_lives:
        yield Alarm("worker.silent", _("The program that sends messages gives no sign of life."))
