"""What stands in a file of the trail: plain words and codes, people by masked name and number."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.directory import Directory
from audit.exports.files import NewFile
from audit.exports.models import TrailExport
from audit.keeping.erased import Erased, words_erased
from audit.kernel.actors import Actor, Purpose
from audit.kernel.spreadsheet import cell
from audit.lines import REVEALED
from audit.models import AuditEntry
from audit.room.opened import everybody_opened_by
from audit.room.terminals import Where, where_done
from audit.selectors import TrailSearch, details_of, outcome_of, page_found, subjects_of
from audit.trail import ObjectRef, record

MOST_ROWS = 1_000_000
PORTION = 2000
NAMED_AT_ONCE = 500  # subjects of one entry
LABELS_KEPT = 20_000


@dataclass(slots=True)
class Written:
    """How many rows there are, and whether there was more than fits."""

    rows: int = 0
    is_cut: bool = False


class People:
    """Masked names and numbers. Whoever stands in the file is recorded first, once."""

    def __init__(self, actor: Actor, export: TrailExport, directory: Directory) -> None:
        self._actor = actor
        self._on = ObjectRef("trail.export", export.number)
        self._directory = directory
        self._labels: dict[UUID, str] = {}

    def labels(self, subjects: Iterable[UUID]) -> Mapping[UUID, str]:
        """A label for each of these; memory stays flat however many come by."""
        if len(self._labels) > LABELS_KEPT:
            self._labels.clear()
        wanted = list(dict.fromkeys(subjects))
        new = [one for one in wanted if one not in self._labels]
        for start in range(0, len(new), NAMED_AT_ONCE):
            self._learn(new[start : start + NAMED_AT_ONCE])
        return self._labels

    def _learn(self, subjects: list[UUID]) -> None:
        record(
            actor=self._actor,
            verb="trail.export_made",
            on=self._on,
            subjects=subjects,
            purpose=Purpose.duty("supervision"),
        )
        names = self._directory.names(subjects)
        numbers = self._directory.numbers(subjects)
        for one in subjects:
            self._labels[one] = " ".join(
                part for part in (names.get(one, ""), numbers.get(one, "")) if part
            )


def write_people(export: TrailExport, file: NewFile, people: People, actor: Actor) -> Written:
    """Everybody whose data the officer opened, the last met first; one row each."""
    written = Written()
    writer = csv.writer(file)
    writer.writerow([_("Whose data"), _("Entries about them"), _("First"), _("Last")])
    assert export.since is not None  # noqa: S101 - held by the database
    for portion in everybody_opened_by(actor, export.officer, export.since, export.until):
        labels = people.labels(one.subject for one in portion)
        writer.writerows(
            [cell(labels[one.subject]), one.times, _moment(one.first), _moment(one.last)]
            for one in portion
        )
        written.rows += len(portion)
    return written


def write_entries(
    export: TrailExport, file: NewFile, people: People, actor: Actor, directory: Directory
) -> Written:
    """Every entry found, newest first, in portions by key."""
    written = Written()
    writer = csv.writer(file)
    writer.writerow(_header())
    for portion in _portions(actor, search_of(export, directory)):
        room = MOST_ROWS - written.rows
        written.is_cut = len(portion) > room
        writer.writerows(_rows(portion[:room], people, directory))
        written.rows += len(portion[:room])
        if written.is_cut:
            writer.writerow([_("There is more. Ask for a shorter time.")])
            break
    return written


def search_of(export: TrailExport, directory: Directory) -> TrailSearch:
    """What a request asks for, as the selectors take it."""
    return TrailSearch(
        officer=export.officer,
        office=export.office,
        reference=export.reference,
        case=directory.find_case(export.reference) if export.reference else None,
        person=export.person,
        verbs=tuple(export.verbs),
        without_case=export.without_case,
        since=export.since,
        until=export.until,
    )


def _portions(actor: Actor, search: TrailSearch) -> Iterator[list[AuditEntry]]:
    cursor = ""
    while True:
        page = page_found(actor, search, cursor, size=PORTION)
        if page.rows:
            yield page.rows
        cursor = page.after
        if not cursor:
            return


def _header() -> list[str]:
    return [
        _("Entry"),
        _("When"),
        _("Officer"),
        _("Office"),
        _("Acting as"),
        _("Device"),
        _("What was done"),
        _("Code"),
        _("Which value, and why"),
        _("What it was done to"),
        _("About whom"),
        _("Why"),
        _("Outcome"),
    ]


def _rows(
    entries: list[AuditEntry], people: People, directory: Directory
) -> Iterator[list[object]]:
    about = subjects_of(entries)
    labels = people.labels(one for ids in about.values() for one in ids)
    where, details = where_done(entries), _details(entries, directory)
    offices = directory.departments({entry.department for entry in entries} - {""})
    outcomes = {
        "done": _("done"),
        "refused": _("refused"),
        "nothing": _("nothing found"),
        "undone": _("failed after looking"),
    }
    actor, capacity = cache(directory.actor), cache(directory.capacity)  # few words, many rows
    verb, kind = cache(directory.verb), cache(directory.kind)
    purpose = cache(directory.purpose)
    for entry in entries:
        subjects = about.get(entry.pk, [])
        outcome = outcome_of(entry.verb, entry.outcome, len(subjects))
        row: list[object] = [
            entry.pk,
            _moment(entry.at),
            actor(entry.actor_label, entry.capacity),
            offices.get(entry.department, entry.department),
            capacity(entry.capacity),
            _device(where[entry.pk]),
            verb(entry.verb),
            entry.verb,
            details.get(entry.pk, ""),
            kind(entry.object_kind),
            "、".join(labels[one] for one in subjects),
            purpose(entry.purpose_kind, entry.purpose),
            outcomes.get(outcome, outcome),
        ]
        yield [cell(value) for value in row]


def _device(where: Where) -> str:
    """The codes of the devices, as the pages of the room have them."""
    codes = " ".join(where.devices)
    return _("%(codes)s (not the usual one)") % {"codes": codes} if where.is_strange else codes


def _details(entries: list[AuditEntry], directory: Directory) -> Mapping[int, str]:
    """Which covered value was seen in full and why; that these words were erased, if they were.
    Whoever the entries are about was recorded before."""
    erased = words_erased(entries)
    revealed = [one for one in entries if one.verb.endswith(REVEALED)]
    gone = {number: _gone(one) for number, one in erased.items()}
    return {**gone, **directory.details(details_of(revealed))}


def _gone(erased: Erased) -> str:
    if erased.at is None:
        return _("The words that stood here were erased by law.")
    day = f"{timezone.localtime(erased.at):%Y-%m-%d}"
    return _("The words that stood here were erased by law on %(day)s.") % {"day": day}


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
