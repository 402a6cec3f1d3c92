"""What government holds about somebody, as far as it was asked through this portal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from applications.answer_values import language_of
from catalog.models import DataElement, ServiceItem
from catalog.schema.elements import kinds
from catalog.schema.units import in_unit
from catalog.text import in_english, local
from identity.models import (
    Consent,
    Dispute,
    Organisation,
    RecordFetch,
    RecordSnapshot,
    RecordSource,
    RecordType,
)
from identity.sealed.text import is_sealed_text

FETCHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One value with its name; sensitive ones as their mask."""

    element: str
    name: str
    value: str
    lang: str
    is_sealed: bool
    said_wrong_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a register, and the name of the service it was asked for."""

    fetch: RecordFetch
    item: str

    @property
    def register(self) -> str:
        return source_name(self.fetch.source)


@dataclass(frozen=True, slots=True)
class Register:
    """The newest answer of one register about one subject."""

    source: RecordSource
    name: str
    about: str
    authority: str
    as_of: datetime
    values: list[Known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """A value said to be wrong, in words: which, in which register, and whose answer it is."""

    dispute: Dispute
    name: str
    register: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A consent in words: for which item, and which registers."""

    consent: Consent
    item: str
    registers: list[str]


def registers_about(subjects: Collection[UUID]) -> list[Register]:
    """The newest answer of every register that was asked. Gated: record first."""
    snapshots = (
        RecordSnapshot.objects.filter(subject_id__in=subjects)
        .select_related("source__department")
        .order_by("subject_id", "source_id", "-as_of")
        .distinct("subject_id", "source_id")
    )
    found = list(snapshots)
    codes = {code for snapshot in found for code in snapshot.payload}
    names = {one.code: one for one in DataElement.objects.filter(code__in=codes)}
    said = {
        (one.subject_id, one.source_id, one.element): one.raised_at
        for one in Dispute.objects.filter(subject_id__in=subjects, state=Dispute.State.OPEN)
    }
    firms = dict(Organisation.objects.filter(pk__in=subjects).values_list("pk", "name"))
    return [_register(one, names, said, firms.get(one.subject_id, "")) for one in found]


def open_dispute_about(snapshot: RecordSnapshot, element: str) -> Dispute | None:
    """What was said about this value and waits for an answer. Gated: record first."""
    return Dispute.objects.filter(
        subject_id=snapshot.subject_id,
        source_id=snapshot.source_id,
        element=element,
        state=Dispute.State.OPEN,
    ).first()


def contested_now(snapshot: RecordSnapshot, element: str) -> Known:
    """The value that is called wrong, as its register says it now."""
    known = DataElement.objects.filter(code=element).first()
    return known_value(element, snapshot.payload[element], known)


def asked_about(subjects: Collection[UUID]) -> list[Asked]:
    """Which registers were asked, for which item and when, newest first."""
    rows = RecordFetch.objects.filter(subject_id__in=subjects).select_related("source")
    found = list(rows.order_by("-at", "-id")[:FETCHES])
    names = _item_names({one.item_code for one in found})
    return [Asked(one, names.get(one.item_code, one.item_code)) for one in found]


def disputes_of(subjects: Collection[UUID]) -> list[Contested]:
    """What was said to be wrong, and what became of it. Gated: record first."""
    rows = Dispute.objects.filter(subject_id__in=subjects).select_related("source__department")
    found = list(rows.order_by("-raised_at"))
    elements = DataElement.objects.filter(code__in={one.element for one in found})
    names = {one.code: one for one in elements}
    return [
        Contested(
            dispute=one,
            name=known_value(one.element, None, names.get(one.element)).name,
            register=source_name(one.source),
            office=one.source.department.display_name if one.source.department else "",
        )
        for one in found
    ]


def consents_of(subjects: Collection[UUID]) -> list[Allowed]:
    """The consents in force, with the names of the item and of the kinds of records."""
    found = list(Consent.objects.live().filter(subject_id__in=subjects).order_by("-given_at"))
    names = _item_names({one.item_code for one in found})
    types = {kind.code: kind for kind in RecordType.objects.all()}
    return [
        Allowed(
            consent=one,
            item=names.get(one.item_code, one.item_code),
            registers=[
                (types[code].name_en if in_english() else types[code].name_zh)
                for code in one.record_types
                if code in types
            ],
        )
        for one in found
    ]


def _item_names(codes: Collection[str]) -> dict[str, str]:
    items = ServiceItem.objects.filter(code__in=codes)
    return {item.code: item.display_name for item in items}


def source_name(source: RecordSource) -> str:
    return source.name_en if in_english() else source.name_zh


def shown(value: Any) -> str:
    """A register's value in words; what is sealed shows its mask."""
    if is_sealed_text(value):
        return str(value["mask"])
    if isinstance(value, list):
        return "、".join(shown(one) for one in value)
    if isinstance(value, Mapping):
        return "，".join(shown(one) for one in value.values())
    return "" if value is None else str(value)


def _plain(element: DataElement | None, value: Any) -> str:
    """A day or a figure as forms show it; registers answer with year-month-day and no unit. Empty
    where the register answered with something else."""
    is_figure = isinstance(value, int | float) and not isinstance(value, bool)
    if element is None or not (is_figure or element.kind == "date"):
        return ""
    try:
        words = kinds.get(element.kind)().show(value)
    except (TypeError, ValueError):
        return ""
    return in_unit(words, value, element.constraints.get("unit"))


def _option(element: DataElement | None, value: Any) -> str:
    """The label of a value that is one of a list, such as the use of a building."""
    options = element.constraints.get("options", []) if element else []
    return next((local(one["label"]) for one in options if one["value"] == value), "")


def _register(
    snapshot: RecordSnapshot,
    names: Mapping[str, DataElement],
    said: Mapping[tuple[UUID, str, str], datetime],
    about: str,
) -> Register:
    department = snapshot.source.department
    place = (snapshot.subject_id, snapshot.source_id)
    values = [
        replace(known_value(code, value, names.get(code)), said_wrong_at=said.get((*place, code)))
        for code, value in snapshot.payload.items()
    ]
    return Register(
        source=snapshot.source,
        name=source_name(snapshot.source),
        about=about,
        authority=department.display_name if department else "",
        as_of=snapshot.as_of,
        values=values,
    )


def known_value(code: str, value: Any, element: DataElement | None) -> Known:
    """A value with its name in the reader's language; codes without a name stay codes."""
    words = _option(element, value) or _plain(element, value) or shown(value)
    name = code if element is None else element.name_en if in_english() else element.name
    return Known(
        element=code,
        name=name or code,
        value=words,
        lang=language_of(words),
        is_sealed=is_sealed_text(value),
    )
