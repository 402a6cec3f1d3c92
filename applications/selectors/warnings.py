"""What stands in the way as the answers are now, told before anything is handed in."""

from dataclasses import dataclass

from applications.answer_values import language_of
from applications.compliance.evaluate import judge, rules_for
from applications.compliance.facts import facts_of
from applications.models import Rule
from applications.selectors.sheet import Sheet
from catalog.conditions import evaluate
from catalog.schema.definition import Eligibility
from catalog.text import in_english


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Rules that surely hold the approval, and conditions of the guide that are surely not met."""

    rules: tuple["RuleWords", ...]
    not_met: tuple[Eligibility, ...]

    def __bool__(self) -> bool:
        return bool(self.rules or self.not_met)


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule as the applicant reads it."""

    words: str
    lang: str
    basis: str
    allowed_by: str


def in_the_way(sheet: Sheet) -> InTheWay:
    """Only what is certain: a fact nobody has supplied yet is no reason to warn anybody."""
    application, definition = sheet.application, sheet.definition
    facts = facts_of(application, definition, sheet.values)
    verdict = judge(rules_for(application.item.code), facts)
    return InTheWay(
        rules=tuple(_words(result.rule) for result in verdict.fired),
        not_met=conditions_not_met(sheet),
    )


def conditions_not_met(sheet: Sheet) -> tuple[Eligibility, ...]:
    """The conditions of the guide that are surely not met, as the answers stand."""
    conditions = sheet.definition.eligibility
    return tuple(one for one in conditions if evaluate(one.condition, sheet.facts) is False)


def _words(rule: Rule) -> RuleWords:
    words = rule.title_en if in_english() and rule.title_en else rule.title
    return RuleWords(words, language_of(words), rule.legal_basis, rule.override)
