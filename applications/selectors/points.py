"""What an open correction asks for, point by point, with what stood there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.definitions import definition_for
from applications.models import Application, Attachment, Correction
from applications.outcomes.letter import in_words
from catalog.schema.definition import Definition, Material, Question

MATERIAL = "material:"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to put right: a question or a document, and the office's words about it."""

    target: str
    text: str
    question: Question | None
    material: Material | None
    before: Any
    old_files: tuple[Attachment, ...]
    new_files: tuple[Attachment, ...]

    @property
    def is_file(self) -> bool:
        return self.material is not None and self.material.upload is not None

    @property
    def title(self) -> str:
        if self.question is not None:
            return str(self.question.title)
        return str(self.material.name) if self.material is not None else ""

    @property
    def before_words(self) -> str:
        return "" if self.question is None else in_words(self.question, self.before)


def points_of(application: Application, correction: Correction) -> list[Point]:
    """The points of a correction. Gated: its subjects were recorded in this transaction."""
    definition = definition_for(application)
    files = list(
        Attachment.objects.filter(application=application, removed_at=None).order_by("uploaded_at")
    )
    return [_point(definition, correction, point, files) for point in correction.points]


def _point(
    definition: Definition,
    correction: Correction,
    point: Mapping[str, Any],
    files: list[Attachment],
) -> Point:
    target = str(point["target"])
    material = _material(definition, target)
    mine = [file for file in files if material and file.material == material.code]
    return Point(
        target=target,
        text=str(point["text"]),
        question=None if target.startswith(MATERIAL) else _question(definition, target),
        material=material,
        before=point.get("before"),
        old_files=tuple(file for file in mine if file.uploaded_at < correction.asked_at),
        new_files=tuple(file for file in mine if file.uploaded_at >= correction.asked_at),
    )


def _question(definition: Definition, key: str) -> Question | None:
    return next((one for one in definition.questions() if one.key == key), None)


def _material(definition: Definition, target: str) -> Material | None:
    code = target.removeprefix(MATERIAL) if target.startswith(MATERIAL) else ""
    return next((one for one in definition.materials if one.code == code), None)
