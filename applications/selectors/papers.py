"""The documents a case needs: which a register proves, which were handed in, which are lacking."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from applications.models import Attachment
from applications.prefill.fill import looked_up_types
from applications.selectors.sheet import Sheet
from catalog.schema.definition import Material


class Need(StrEnum):
    """How a document comes to the office."""

    PROVEN = "proven"  # a register answered: nothing to do
    LOOKED_UP = "looked_up"  # the office looks it up itself, now or later
    NOTHING = "nothing"  # comes about by itself; its note says how
    UPLOAD = "upload"  # the applicant hands in a file
    OPTIONAL = "optional"  # a file may be handed in


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a case and the files handed in for it."""

    material: Material
    need: Need
    files: tuple[Attachment, ...]
    source_failed: bool

    @property
    def is_lacking(self) -> bool:
        return self.need is Need.UPLOAD and not self.files

    @property
    def takes_files(self) -> bool:
        return self.need in (Need.UPLOAD, Need.OPTIONAL)


def papers_of(sheet: Sheet) -> list[Paper]:
    """Every document that applies as the answers stand. One or two queries, however many."""
    files: dict[str, list[Attachment]] = defaultdict(list)
    rows = Attachment.objects.filter(application=sheet.application, removed_at=None)
    for row in rows.order_by("uploaded_at"):
        files[row.material].append(row)
    materials = sheet.materials
    by_register = any(material.proven_by for material in materials)
    proven, failed = looked_up_types(sheet.application) if by_register else (set(), set())
    return [
        Paper(
            material,
            _need(material, proven),
            tuple(files[material.code]),
            material.proven_by in failed,
        )
        for material in materials
    ]


def lacking_papers(sheet: Sheet) -> list[Paper]:
    return [paper for paper in papers_of(sheet) if paper.is_lacking]


def _need(material: Material, proven: set[str]) -> Need:
    if material.proven_by and material.proven_by in proven:
        return Need.PROVEN
    if material.upload is None:
        return Need.LOOKED_UP if material.proven_by else Need.NOTHING
    return Need.UPLOAD if material.required else Need.OPTIONAL
