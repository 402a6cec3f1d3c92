"""The form of one case as it stands: what applies, what is known, what is still to be answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from applications.access import get_own
from applications.answer_values import Entry, is_from_register, plain
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Answers, Application
from applications.verbs import Verb
from audit.kernel.actors import Actor
from catalog.conditions import KNOWN_NONE
from catalog.schema.definition import Definition, Material, Page, Question
from catalog.schema.form import problems_with


@dataclass(frozen=True)
class Sheet:
    """Definition and answers side by side. Later questions may depend on earlier answers.

    `is_by_reader`: who reads this is the one who applies, so they typed what is typed.
    """

    application: Application
    definition: Definition
    values: Mapping[str, Entry]
    is_by_reader: bool = False

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The answers the form's conditions speak of; those of hidden questions do not count."""
        return self._walked[0]

    @cached_property
    def applying(self) -> frozenset[str]:
        """The keys of the questions that are asked, as the answers stand."""
        return self._walked[1]

    @cached_property
    def _walked(self) -> tuple[dict[str, Any], frozenset[str]]:
        facts: dict[str, Any] = {}
        applying: set[str] = set()
        for question in self.definition.questions():
            if not question.applies(facts):
                facts[question.key] = KNOWN_NONE
                continue
            applying.add(question.key)
            entry = self.entry(question.key)
            if "value" in entry:
                facts[question.key] = plain(entry["value"], self.application.pk, question.key)
        return facts, frozenset(applying)

    def entry(self, key: str) -> Entry:
        return dict(self.values.get(key, {}))

    def questions(self, page: Page) -> list[Question]:
        """The questions of a page that apply."""
        return [question for question in page.questions if question.key in self.applying]

    @property
    def pages(self) -> list[Page]:
        """The pages that have something to show; the others are passed over."""
        return [page for page in self.definition.pages if self.questions(page)]

    def page(self, slug: str) -> Page | None:
        return next((page for page in self.pages if page.slug == slug), None)

    def page_after(self, slug: str) -> Page | None:
        """The next page that applies, counted from the plan so that a page may vanish meanwhile."""
        return self._from_here(slug, 1)

    def page_before(self, slug: str) -> Page | None:
        return self._from_here(slug, -1)

    def _from_here(self, slug: str, direction: int) -> Page | None:
        plan = [page.slug for page in self.definition.pages]
        here = plan.index(slug)
        beyond = plan[here + 1 :] if direction > 0 else plan[:here][::-1]
        return next((page for one in beyond if (page := self.page(one))), None)

    @property
    def materials(self) -> list[Material]:
        return [material for material in self.definition.materials if material.applies(self.facts)]

    @cached_property
    def open_questions(self) -> list[Question]:
        """Questions that still need the applicant: left out, or not usable as they are."""
        answers = {key: fact for key, fact in self.facts.items() if fact is not KNOWN_NONE}
        wrong = {problem.key for problem in problems_with(self.definition, answers)}
        return [
            question
            for page in self.pages
            for question in self.questions(page)
            if question.key in wrong or "raw" in self.entry(question.key)
        ]

    @property
    def known_count(self) -> int:
        return sum(is_from_register(self.entry(key)) for key in self.applying)

    @property
    def asked_count(self) -> int:
        return len(self.applying) - self.known_count


def own_sheet(actor: Actor, reference: str) -> Sheet:
    """The sheet of one's own case; the view is recorded."""
    application = get_own(actor, reference)
    record_case(application, actor=actor, verb=Verb.OWN_VIEWED)
    return replace(sheet_of(application), is_by_reader=actor.person_id == application.applicant_id)


def sheet_of(application: Application) -> Sheet:
    """The sheet of a case. Its subjects were recorded before in this transaction."""
    answers = Answers.objects.get(application=application)
    return Sheet(application, definition_for(application), answers.values)
