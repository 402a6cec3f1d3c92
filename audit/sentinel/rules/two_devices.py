"""One officer at two devices at the same time."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.events import Event
from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of

BACK_WITHIN = timedelta(minutes=30)


@RULES.register("two_devices")
class TwoDevices(Rule):
    """Somebody else has the officer's password or session.

    Signing in ends the session elsewhere, so sign-ins follow one another: one that comes back
    after another was at work means two of them live, unless both are on the same device. One
    sign-in on two devices was carried over. A program with a key of its own is no device.
    """

    code = "two_devices"
    name = _("Two devices at once")
    looks_at = _("Work under one officer's name from two devices at the same time.")

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        known = [one for one in watch.events if watch.devices(one)]
        found = {one.entry: one for one in (*_carried(watch, known), *_crossing(watch, known))}
        return evidence_of(watch, sorted(found.values(), key=lambda one: one.at), allowed)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d entry from two devices", "%(n)d entries from two devices", number
        ) % {"n": number}


def _carried(watch: Watch, events: Sequence[Event]) -> list[Event]:
    """What was done under a sign-in after it had been seen on a second device."""
    found = []
    for event in events:
        seen = sorted(one.first_seen for one in watch.devices(event))
        if len(seen) > 1 and event.at >= seen[1]:
            found.append(event)
    return found


def _crossing(watch: Watch, events: Sequence[Event]) -> list[Event]:
    """Stretches in which one sign-in comes back after another one, on another device, acted."""
    found: list[Event] = []
    last: dict[str, int] = {}
    for place, event in enumerate(events):
        before = events[place - 1] if place else event
        since = last.get(event.sign_in)
        if since is not None and before.sign_in != event.sign_in:
            is_soon = event.at - events[since].at <= BACK_WITHIN
            found += events[since : place + 1] if is_soon and _differ(watch, event, before) else []
        last[event.sign_in] = place
    return found


def _differ(watch: Watch, one: Event, other: Event) -> bool:
    mine = {device.device for device in watch.devices(one)}
    return mine.isdisjoint(device.device for device in watch.devices(other))
