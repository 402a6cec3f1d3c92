"""The typed reading of `Release.content`. Everything above reads releases through this."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.schema.parts import (
    Contacts,
    Eligibility,
    FactSource,
    Faq,
    Fee,
    Json,
    Limit,
    Limits,
    Material,
    Option,
    OutcomePlan,
    Page,
    Question,
    StepPlan,
    Upload,
    read_limit,
    read_material,
    read_optional_limit,
    read_outcome,
    read_page,
    read_step,
    read_text,
)
from catalog.text import Text

__all__ = [
    "Contacts",
    "Definition",
    "Eligibility",
    "FactSource",
    "Faq",
    "Fee",
    "Limit",
    "Limits",
    "Material",
    "Option",
    "OutcomePlan",
    "Page",
    "Question",
    "StepPlan",
    "Text",
    "Upload",
]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole release: guide, form, materials, steps and outcome."""

    name: Text
    plain_name: Text
    summary: Text
    lead: Text
    entrustment: Text | None
    audience: tuple[str, ...]
    online: bool
    eligibility: tuple[Eligibility, ...]
    limits: Limits
    fee: Fee
    visits: int
    basis: tuple[str, ...]
    contacts: Contacts
    materials: tuple[Material, ...]
    pages: tuple[Page, ...]
    steps: tuple[StepPlan, ...]
    facts: Mapping[str, FactSource]
    outcome: OutcomePlan | None
    faq: tuple[Faq, ...]

    def questions(self) -> Iterator[Question]:
        """Every question, page by page."""
        for page in self.pages:
            yield from page.questions

    def question(self, key: str) -> Question:
        """The question of this key; LookupError when there is none."""
        for question in self.questions():
            if question.key == key:
                return question
        raise LookupError(f"no question {key!r}")

    def page(self, slug: str) -> Page:
        """The page of this slug; LookupError when there is none."""
        for page in self.pages:
            if page.slug == slug:
                return page
        raise LookupError(f"no page {slug!r}")

    def elements(self) -> set[str]:
        """The data elements its questions and rules need."""
        from_records = {fact.name for fact in self.facts.values() if fact.origin == "record"}
        return {question.element for question in self.questions()} | from_records

    @classmethod
    def read(cls, content: Json) -> "Definition":
        """Read content that `check_content` accepted when it was published."""
        return cls(
            name=Text.read(content["name"]),
            plain_name=Text.read(content["plain_name"]),
            summary=Text.read(content["summary"]),
            lead=Text.read(content["lead"]),
            entrustment=read_text(content.get("entrustment")),
            audience=tuple(content["audience"]),
            online=content["online"],
            eligibility=tuple(
                Eligibility(Text.read(row["text"]), row.get("condition"))
                for row in content["eligibility"]
            ),
            limits=Limits(
                statutory=read_optional_limit(content["limits"]["statutory"]),
                promised=read_limit(content["limits"]["promised"]),
            ),
            fee=Fee(
                amount=content["fee"]["amount"],
                text=Text.read(content["fee"]["text"]),
                basis=read_text(content["fee"].get("basis")),
            ),
            visits=content["visits"],
            basis=tuple(row["text"] for row in content["basis"]),
            contacts=Contacts.read(content["contacts"]),
            materials=tuple(read_material(row) for row in content["materials"]),
            pages=tuple(read_page(row) for row in content["pages"]),
            steps=tuple(read_step(row) for row in content["steps"]),
            facts={name: FactSource.read(source) for name, source in content["facts"].items()},
            outcome=read_outcome(content.get("outcome")),
            faq=tuple(
                Faq(Text.read(row["question"]), Text.read(row["answer"])) for row in content["faq"]
            ),
        )
