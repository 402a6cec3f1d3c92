"""What somebody did one after the other for one case is read as one line that opens.

Filling in a form leaves an entry for each page that is opened and saved, handling a case one for
each turn of it. In a run nobody else did anything in between, so that the order of a page stays the
order of what happened. Every entry stays one that can be unfolded, and no page ends within a run
(`page_from` of `audit.pages`) unless it is longer than a page.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from audit.kernel.actors import STAFF_CAPACITIES, PurposeKind
from audit.lines import Line, Named
from audit.models import AuditEntry
from audit.room.terminals import Where
from audit.visits import VISIT

BETWEEN_ACTS = " · "
DONE = "done"


def runs_of_applicant(
    entries: Sequence[AuditEntry], steps: Collection[str], turns: Sequence[datetime]
) -> list[Hashable]:
    """For each entry of a case, in order of time either way, the line it belongs to: what the
    applicant, or one job, did while nothing else happened. Acts of officers, steps of the case with
    all of their request, and what was refused stand alone, and no line reaches across a turn."""
    stepping = {entry.request_id for entry in entries if entry.verb in steps} - {""}

    def alike(entry: AuditEntry) -> Hashable:
        is_step = entry.verb in steps or entry.request_id in stepping
        if is_step or entry.capacity in STAFF_CAPACITIES or entry.outcome != DONE:
            return None
        passed = sum(turn <= entry.at for turn in turns)
        return entry.capacity, entry.actor, entry.actor_label, passed

    return _runs(entries, alike)


def runs_of_officer(entries: Sequence[AuditEntry]) -> list[Hashable]:
    """The same of one officer's entries: what was done for one case on one day with less than half
    an hour between. Looks without a case and what was refused stand alone."""

    def alike(entry: AuditEntry) -> Hashable:
        if entry.purpose_kind != PurposeKind.CASE or entry.outcome != DONE:
            return None
        return entry.capacity, entry.purpose, timezone.localtime(entry.at).date()

    return _runs(entries, alike, is_short=True)


def in_runs(
    lines: Sequence[Line], entries: Sequence[AuditEntry], runs: Sequence[Hashable]
) -> list[Line]:
    """The lines of a page, those of one run in one, where the first of it stands. What belongs to
    one act (`audit.room.stories`) goes where the entry that leads it goes."""
    run_of = dict(zip((entry.pk for entry in entries), runs, strict=True))
    found: dict[Hashable, list[Line]] = {}
    for line in lines:
        found.setdefault(run_of[line.number], []).append(line)
    return [_one_line(run) for run in found.values()]


def _runs(
    entries: Sequence[AuditEntry],
    alike: Callable[[AuditEntry], Hashable],
    *,
    is_short: bool = False,
) -> list[Hashable]:
    """For each entry the number of the first of its run; None of `alike` begins and ends one."""
    runs: list[Hashable] = []
    before: AuditEntry | None = None
    for entry in entries:
        goes_on = (
            before is not None
            and alike(entry) is not None
            and alike(entry) == alike(before)
            and not (is_short and abs(entry.at - before.at) > VISIT)
        )
        runs.append(runs[-1] if goes_on else entry.pk)
        before = entry
    return runs


def _one_line(run: list[Line]) -> Line:
    """A line for several says what each of them was, once; whom and where they name together."""
    first = run[0]
    if len(run) == 1:
        return first
    in_time = sorted(run, key=lambda one: (one.at, one.number))
    named: Mapping[object, Named] = {one.id: one for line in in_time for one in line.named}
    where = [line.where for line in in_time]
    return replace(
        first,
        what=BETWEEN_ACTS.join(dict.fromkeys(line.what for line in in_time)),
        object="",
        detail="",
        erased=None,
        also=(),
        named=list(named.values()),
        persons=max(line.persons for line in run),
        where=Where(
            tuple(dict.fromkeys(code for one in where for code in one.devices)),
            any(one.is_strange for one in where),
        ),
        same=tuple(run),
        since=in_time[0].at,
        until=in_time[-1].at,
    )
