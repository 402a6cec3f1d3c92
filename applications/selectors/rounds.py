"""What an applicant was asked to put right, and what came back. Read after the view is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from applications.answer_values import Entry, plain
from applications.models import Application, Attachment, Correction
from applications.outcomes.letter import in_words
from applications.selectors.points import Point, points_of


@dataclass(frozen=True, slots=True)
class PointLine:
    """One thing asked for: the office's words, what stood there, and what stands there now.

    `now`, `note` and the new files are empty until the applicant has answered.
    """

    point: Point
    now: str
    note: str
    is_changed: bool
    new_files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One request for corrections and its answer."""

    asked_at: datetime
    last_day: date
    answered_at: datetime | None
    news: str
    lines: tuple[PointLine, ...]


def rounds_of(
    application: Application,
    corrections: Sequence[Correction],
    values: Mapping[str, Mapping[str, Any]],
) -> tuple[Round, ...]:
    """Every request, oldest first. What a later one found there is what an earlier one brought."""
    rounds = []
    found: dict[str, Any] = {}
    for correction in reversed(corrections):
        lines = tuple(
            _line(application, correction, point, values, found)
            for point in points_of(application, correction)
        )
        found |= {line.point.target: line.point.before for line in lines if line.point.question}
        news = next((str(one["news"]) for one in correction.points if one.get("news")), "")
        rounds.append(
            Round(correction.asked_at, correction.last_day, correction.answered_at, news, lines)
        )
    return tuple(reversed(rounds))


def changed_by_applicant(rounds: Sequence[Round]) -> dict[str, str]:
    """The answers that came back otherwise than they stood: by question, what stood there."""
    return {
        line.point.question.key: line.point.before_words
        for one in rounds
        for line in one.lines
        if line.is_changed and line.point.question is not None
    }


def _line(
    application: Application,
    correction: Correction,
    point: Point,
    values: Mapping[str, Mapping[str, Any]],
    found: Mapping[str, Any],
) -> PointLine:
    """`found` is what later requests saw there; without one, the answer as it stands counts."""
    answered = correction.answered_at
    if answered is None:
        return PointLine(point, "", "", is_changed=False, new_files=())
    if point.question is None:
        files = tuple(one for one in point.new_files if one.uploaded_at <= answered)
        return PointLine(point, "", "", is_changed=bool(files), new_files=files)
    key = point.question.key
    entry: Entry = dict(values.get(key, {}))
    is_newest = point.target not in found
    now = entry.get("value") if is_newest else found[point.target]
    changed = plain(now, application.pk, key) != plain(point.before, application.pk, key)
    note = str(entry.get("note", "")) if is_newest else ""
    return PointLine(point, in_words(point.question, now), note, is_changed=changed, new_files=())
