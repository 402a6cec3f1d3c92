"""The facts a rule is asked about, and where each comes from.

A fact is a value, `KNOWN_NONE` (its source answered: nothing recorded, or the question does not
apply) or absent (nobody asked). Absent facts hold an approval and say what to ask.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.answer_values import opened
from applications.models import Application
from audit.kernel.clock import working_days_between
from catalog.conditions import KNOWN_NONE
from catalog.schema.definition import Definition, FactSource
from catalog.selectors.calendar import work_calendar
from catalog.selectors.elements import elements

Values = Mapping[str, Mapping[str, Any]]

NO_INTEREST = "clerk.conflict_of_interest"
EXTENSION = "R31"

OWN_WORDS = {
    NO_INTEREST: gettext_lazy("Whether the officer has an interest in this case"),
    "working_days_elapsed": gettext_lazy("How long the case has been running"),
    "requested_material.shareable": gettext_lazy(
        "Whether a document was asked for that a register holds"
    ),
}


def facts_of(
    application: Application,
    definition: Definition,
    values: Values,
    allowed: Collection[str] = (),
) -> dict[str, Any]:
    """Everything known about a case, under the names rules use.

    `allowed` are the codes of the rules a superior has allowed for it.
    """
    values = opened(values, application.pk)
    answers = answer_facts(definition, values)
    facts = {
        name: fact
        for name, source in definition.facts.items()
        if (fact := _from(source, answers, values)) is not None
    }
    facts.update(_about_the_case(application, definition, allowed))
    facts.update(
        {
            key.removeprefix("fact:"): _plain(entry)
            for key, entry in values.items()
            if key.startswith("fact:")
        }
    )
    return facts


def answer_facts(definition: Definition, values: Values) -> dict[str, Any]:
    """The answers as facts: given ones, and known none for questions that do not apply.

    Questions are read in their order, so one that depends on an earlier one sees its answer.
    """
    facts: dict[str, Any] = {}
    for question in definition.questions():
        if not question.applies(facts):
            facts[question.key] = KNOWN_NONE
        elif "value" in values.get(question.key, {}):
            facts[question.key] = values[question.key]["value"]
    return facts


def words_for(field: str, definition: Definition) -> str:
    """A fact in words an officer can act on: the name the table of data elements has for it."""
    source = definition.facts.get(field)
    if field in OWN_WORDS or source is None:
        return str(OWN_WORDS.get(field) or _name_of(field))
    if source.origin != "answer":
        return _name_of(source.name)
    question = definition.question(source.name)
    value = next((str(one.label) for one in question.options if one.value == source.equals), "")
    name = _name_of(question.element)
    return _("%(fact)s: %(value)s") % {"fact": name, "value": value} if value else name


def _name_of(code: str) -> str:
    element = elements().get(code)
    return str(element.name) if element else code


def _from(source: FactSource, answers: Mapping[str, Any], values: Values) -> Any:
    """The value of one source; None when nobody has supplied it."""
    if source.origin == "answer":
        return source.of(answers.get(source.name))
    if source.origin == "record":
        entry = values.get(f"record:{source.name}")
        return _plain(entry) if entry else None
    return json.loads(source.name)


def _plain(entry: Mapping[str, Any]) -> Any:
    return KNOWN_NONE if entry.get("known_none") else entry["value"]


def _about_the_case(
    application: Application, definition: Definition, allowed: Collection[str]
) -> dict[str, Any]:
    """What the portal itself knows: fee, basis, time that has run, the ten working days more.

    Administrative Licensing Law, article 42: the head may allow those.
    """
    statutory = definition.limits.statutory
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "fee_charged": definition.fee.amount,
        "item.fee_legal_basis": str(definition.fee.basis or ""),
        "item.statutory_limit": statutory.amount if statutory else KNOWN_NONE,
        "extension_approved": EXTENSION in allowed,
        "requested_material.shareable": False,
    }
    if application.submitted_at is not None:
        began = timezone.localdate(application.submitted_at)
        working = statutory is None or statutory.in_working_days
        facts["working_days_elapsed"] = _elapsed(began, today, working=working)
    return facts


def _elapsed(began: date, today: date, *, working: bool) -> int:
    """Days run so far, in the unit of the statutory limit they are compared with."""
    if working:
        return working_days_between(began, today, work_calendar())
    return (today - began).days
