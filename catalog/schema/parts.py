"""The parts a release is made of, and how each is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.conditions import KNOWN_NONE, Condition, Facts, evaluate
from catalog.text import Text

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take."""

    amount: int
    unit: str  # working_days or natural_days
    note: Text | None

    @property
    def in_working_days(self) -> bool:
        return self.unit == "working_days"


@dataclass(frozen=True, slots=True)
class Limits:
    statutory: Limit | None
    promised: Limit


@dataclass(frozen=True, slots=True)
class Eligibility:
    """One sentence on who may apply; with a condition where data can answer it."""

    text: Text
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Fee:
    amount: float
    text: Text
    basis: Text | None


@dataclass(frozen=True, slots=True)
class Contacts:
    enquiry: Text
    complaint: Text
    hall: Text

    @classmethod
    def read(cls, row: Json) -> "Contacts":
        return cls(
            enquiry=Text.read(row["enquiry"]),
            complaint=Text.read(row["complaint"]),
            hall=Text.read(row["hall"]),
        )


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file may be."""

    types: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Material:
    """A document the item needs. `proven_by` names the register that spares the applicant it."""

    code: str
    name: Text
    issuer: Text
    note: Text | None
    proven_by: str | None
    show_if: Condition | None
    required: bool
    upload: Upload | None

    def applies(self, facts: Facts) -> bool:
        return evaluate(self.show_if, facts) is True


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question. What follows `show_if` was copied from its data element at publication."""

    key: str
    element: str
    title: Text
    hint: Text | None
    required: bool
    show_if: Condition | None
    kind: str
    options: tuple[Option, ...]
    schema: Json
    sensitivity: str
    record_type: str | None
    reason: Text | None
    reuse: str

    def applies(self, facts: Facts) -> bool:
        """Whether to ask it: only when its condition certainly holds."""
        return evaluate(self.show_if, facts) is True


@dataclass(frozen=True, slots=True)
class Page:
    """One topic: what is known about it, then two to four questions."""

    slug: str
    title: Text
    lead: Text | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step of handling, and the department whose desk it stands on."""

    code: str
    kind: str
    department: str
    title: Text
    plain: Text
    limit: Limit | None


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact for the rules comes from: an answer, a register, or a fixed value.

    `answer:use=mixed` is the fact whether that answer is that value: true or false.
    """

    origin: str  # answer, record or fixed
    name: str  # the question's key, the data element's code, or the value as JSON
    equals: str | None = None

    @classmethod
    def read(cls, text: str) -> "FactSource":
        origin, _, name = text.partition(":")
        if origin == "fixed":
            return cls(origin, name)
        name, given, value = name.partition("=")
        return cls(origin, name, value if given else None)

    def of(self, answer: Any) -> Any:
        """The fact an answer gives: itself, or whether it is the value asked for."""
        if self.equals is None or answer is None or answer is KNOWN_NONE:
            return answer
        return bool(answer == self.equals)


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    kind: str  # licence, letter or filing
    title: Text
    body: Text
    valid_months: int | None


@dataclass(frozen=True, slots=True)
class Faq:
    question: Text
    answer: Text


def read_text(value: Json | None) -> Text | None:
    return None if value is None else Text.read(value)


def read_limit(value: Json) -> Limit:
    return Limit(amount=value["amount"], unit=value["unit"], note=read_text(value.get("note")))


def read_optional_limit(value: Json | None) -> Limit | None:
    return None if value is None else read_limit(value)


def read_material(row: Json) -> Material:
    upload = row.get("upload")
    return Material(
        code=row["code"],
        name=Text.read(row["name"]),
        issuer=Text.read(row["issuer"]),
        note=read_text(row.get("note")),
        proven_by=row.get("proven_by"),
        show_if=row.get("show_if"),
        required=row["required"],
        upload=Upload(tuple(upload["types"]), upload["max_bytes"]) if upload else None,
    )


def read_page(row: Json) -> Page:
    return Page(
        slug=row["slug"],
        title=Text.read(row["title"]),
        lead=read_text(row.get("lead")),
        questions=tuple(read_question(question) for question in row["questions"]),
    )


def read_question(row: Json) -> Question:
    return Question(
        key=row["key"],
        element=row["element"],
        title=Text.read(row["title"]),
        hint=read_text(row.get("hint")),
        required=row["required"],
        show_if=row.get("show_if"),
        kind=row["kind"],
        options=tuple(Option(one["value"], Text.read(one["label"])) for one in row["options"]),
        schema=row["schema"],
        sensitivity=row["sensitivity"],
        record_type=row.get("record_type"),
        reason=read_text(row.get("reason")),
        reuse=row["reuse"],
    )


def read_step(row: Json) -> StepPlan:
    return StepPlan(
        code=row["code"],
        kind=row["kind"],
        department=row["department"],
        title=Text.read(row["title"]),
        plain=Text.read(row["plain"]),
        limit=read_optional_limit(row.get("limit")),
    )


def read_outcome(row: Json | None) -> OutcomePlan | None:
    if row is None:
        return None
    return OutcomePlan(
        kind=row["kind"],
        title=Text.read(row["title"]),
        body=Text.read(row["body"]),
        valid_months=row.get("valid_months"),
    )
