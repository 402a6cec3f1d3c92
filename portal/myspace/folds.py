"""Which looks a person reads as one line: what one officer saw of one case in one go, what one
office listed or checked on one day, what the portal did by itself again and again.

Every look stays one that can be unfolded and asked about. Lines are made of the entries the person
may see now, so that no line counts, joins or parts anything by what is held back.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.verbs import Verb
from audit.keeping.erasing import ERASED
from audit.kernel.actors import STAFF_CAPACITIES, Capacity, PurposeKind
from audit.models import AuditEntry
from audit.selectors import VIEW_ENDINGS
from audit.visits import VISIT
from identity.selectors.looks import ASKED_REGISTER, PRIVATE, is_checking
from identity.views.links import LISTED as OFFICERS_LISTED
from portal.desk.models import LookupReview
from portal.desk.reviews import VERDICTS
from portal.myspace.look_words import Known, Look, look_of

ORDERS = ("erasure.", "hold.")  # what two supervisors order about somebody, and what comes of it
ALONE = (ERASED, Verb.NUMBER_REVEALED, VERDICTS[LookupReview.State.NOT_FINE])
MESSAGES = "message."  # one job writes it, another sends it
LISTS = (Verb.LISTED, OFFICERS_LISTED)
A_DAY = timedelta(days=1)
BETWEEN_ACTS = " · "


def lines_of(entries: Sequence[AuditEntry]) -> list[Hashable]:
    """For each of these entries, in order of time either way, the line it belongs to."""
    lines: list[Hashable] = []
    newest: dict[Hashable, tuple[Hashable, datetime]] = {}
    zone = get_current_timezone()
    for entry in entries:
        key, pause = _fold(entry, entry.at.astimezone(zone).date())
        line, at = newest.get(key, (entry.pk, entry.at))
        if abs(entry.at - at) > pause:
            line = entry.pk
        newest[key] = (line, entry.at)
        lines.append(line)
    return lines


def folded(entries: Sequence[AuditEntry], known: Known, *, may_ask: bool) -> list[Look]:
    """The entries as lines, each where its newest look stands. What the person asked about, and
    what was found not to be in order, stands alone; what was told late stands with what was told
    late for the same ground and time."""
    lines: dict[tuple[Hashable, Hashable, bool], list[Look]] = {}
    for entry, line in zip(entries, lines_of(entries), strict=True):
        look = look_of(entry, known, may_ask=may_ask)
        late = look.late and (look.late.ground, look.late.until)
        own_line = look.number if look.question is not None or look.is_wrong else late
        lines.setdefault((line, own_line, is_checking(entry)), []).append(look)
    return [_one_line(looks, is_check=key[-1]) for key, looks in lines.items()]


def _fold(entry: AuditEntry, day: date) -> tuple[Hashable, timedelta]:
    """What entries of one line have in common, and how long nothing may happen within it. Refused
    looks, looks without a case and steps of an order about the person never go into another line.
    """
    office = (entry.department, entry.capacity, day)
    is_view = entry.verb.endswith(VIEW_ENDINGS)
    why = (entry.purpose_kind, entry.purpose, entry.outcome)
    if entry.verb in LISTS:
        return ("lists", *office, entry.actor), A_DAY
    if entry.verb in ALONE or (entry.verb.startswith(ORDERS) and not is_view):
        return entry.pk, A_DAY
    if entry.verb.startswith(MESSAGES) and entry.capacity == Capacity.SYSTEM:
        return ("messages", day, *why), VISIT
    if entry.verb == ASKED_REGISTER or entry.capacity == Capacity.SYSTEM:
        return ("by itself", day, entry.actor_label, entry.verb, *why), VISIT
    if is_checking(entry):
        return ("checks", *office), A_DAY
    if entry.capacity in PRIVATE and is_view:
        return ("others", *office, entry.actor, entry.verb, _thing(entry)), A_DAY
    if entry.capacity in STAFF_CAPACITIES and is_view and entry.purpose_kind == PurposeKind.CASE:
        return ("visit", *office, entry.actor, *why), VISIT
    return entry.pk, A_DAY


def _thing(entry: AuditEntry) -> tuple[str, str]:
    return entry.object_kind, entry.object_id


def _one_line(looks: list[Look], *, is_check: bool) -> Look:
    """One look, or a line for several that says what each of them was, once, what was seen and
    why. What checks of several kinds showed stands where the line opens: all of it is too much."""
    first = looks[0]
    if len(looks) == 1:
        return first
    what, seen, why = (_in_order(looks, name) for name in ("what", "seen", "why"))
    if is_check and len(what) > 1:
        checked = _("Checked who looked at your data: %(what)s")
        what = [checked % {"what": _between_lists().join(what)}]
        seen = seen if len(seen) == 1 else []
    return replace(
        first,
        what=BETWEEN_ACTS.join(what),
        seen=_between_lists().join(seen),
        why=_between_lists().join(why),
        asked=tuple(dict.fromkeys(asked for one in reversed(looks) for asked in one.asked)),
        reference=first.reference if len(why) == 1 else "",
        is_refused=all(one.is_refused for one in looks),
        has_failed=all(one.has_failed for one in looks),
        late=looks[-1].late,
        erased=None,
        same=tuple(looks),
    )


def _in_order(looks: list[Look], name: str) -> list[str]:
    """What the looks say here, each wording once, in the order of time."""
    said: dict[str, None] = {getattr(one, name): None for one in reversed(looks)}
    return [one for one in said if one]


def _between_lists() -> str:
    return pgettext("between things that have commas in them", "; ")
