"""Asking the rules about a case: at hand-in, at opening, and inside the deciding transaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import F, Q

from applications.compliance.facts import facts_of
from applications.definitions import definition_for
from applications.models import Alarm, Answers, Application, Escalation, Rule
from audit.outbox import enqueue
from catalog.conditions import evaluate, missing

ALARM_RAISED = "application.alarm_raised"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule that stands in the way, or cannot be decided yet."""

    rule: Rule
    missing: tuple[str, ...] = ()

    @property
    def may_be_allowed(self) -> bool:
        return bool(self.rule.override)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a case now. `allowed` are the codes a superior has allowed."""

    fired: tuple[RuleResult, ...] = ()
    unknown: tuple[RuleResult, ...] = ()
    warnings: tuple[RuleResult, ...] = ()
    allowed: tuple[str, ...] = ()
    asked: tuple[Rule, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether an approval is held: by a rule that fires, or by a fact nobody has supplied."""
        return bool(self.fired or self.unknown)

    @property
    def final(self) -> tuple[RuleResult, ...]:
        """The rules nobody may set aside."""
        return tuple(result for result in self.fired if not result.may_be_allowed)

    @property
    def can_be_put_before_superior(self) -> bool:
        """Every rule that fires names somebody who may allow it."""
        return bool(self.fired) and not self.final

    @property
    def lacks(self) -> list[str]:
        """The facts that are missing, each once."""
        return list(dict.fromkeys(field for one in self.unknown for field in one.missing))

    @property
    def codes(self) -> list[str]:
        return [result.rule.code for result in self.fired]

    @property
    def evidence(self) -> dict[str, Any]:
        """What an approval stood on: the rules asked, those a superior had allowed, and the SHA-256
        of what the rules said, by which it is told later whether they were others then."""
        said = [
            [one.code, one.items, one.condition, one.effect, one.override] for one in self.asked
        ]
        content = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
        return {
            "rules": [one.code for one in self.asked],
            "allowed": list(self.allowed),
            "sha256": sha256(content).hexdigest(),
        }


def check_rules(
    application: Application,
    *,
    stage: Alarm.Stage,
    extra: Mapping[str, Any] | None = None,
) -> Verdict:
    """Evaluate every rule of the case's item and raise an alarm for each that fires.

    Reads gated answers: call it after `record()` in the same transaction. `extra` adds facts of the
    moment, such as the officer's declaration.
    """
    answers = Answers.objects.get(application=application)
    definition = definition_for(application)
    allowed = _allowed(application)
    facts = {**facts_of(application, definition, answers.values, allowed), **(extra or {})}
    verdict = judge(rules_for(application.item.code), facts, allowed)
    _raise_alarms(application, verdict, stage)
    return verdict


def rules_for(item_code: str) -> list[Rule]:
    """The rules in force for an item, those for every item included."""
    concerned = Q(items__contains=["*"]) | Q(items__contains=[item_code])
    return list(Rule.objects.filter(concerned, is_active=True).order_by("code"))


def judge(
    rules: Iterable[Rule],
    facts: Mapping[str, Any],
    allowed: Iterable[str] = (),
) -> Verdict:
    """What these rules say about these facts; pure, so that rules can be tried out."""
    fired, unknown, warnings = [], [], []
    granted, asked = tuple(allowed), tuple(rules)
    for rule in asked:
        answer = evaluate(rule.condition, facts)
        if answer is False or rule.code in granted:
            continue
        if rule.effect == Rule.Effect.WARN:
            warnings += [RuleResult(rule)] if answer else []
        elif answer:
            fired.append(RuleResult(rule))
        else:
            unknown.append(RuleResult(rule, tuple(missing(rule.condition, facts))))
    return Verdict(tuple(fired), tuple(unknown), tuple(warnings), granted, asked)


def _allowed(application: Application) -> list[str]:
    """Codes of the rules a superior has allowed for this case."""
    answered = Escalation.objects.filter(
        application=application, answer=Escalation.Answer.ALLOWED
    ).values_list("rules", flat=True)
    return [code for codes in answered for code in codes]


def _raise_alarms(application: Application, verdict: Verdict, stage: Alarm.Stage) -> None:
    """One alarm a rule and case, kept whatever follows; tries to grant all the same are counted."""
    if not verdict.fired:
        return
    rules = [result.rule for result in verdict.fired]
    raised = set(Alarm.objects.filter(application=application).values_list("rule_id", flat=True))
    new = [rule for rule in rules if rule.pk not in raised]
    Alarm.objects.bulk_create(
        [Alarm(application=application, rule=rule, stage=stage) for rule in new],
        ignore_conflicts=True,
    )
    for rule in new:
        enqueue(
            ALARM_RAISED,
            {"application": str(application.pk), "rule": rule.code},
            key=f"{ALARM_RAISED}:{application.pk}:{rule.code}",
        )
    if stage == Alarm.Stage.DECISION:
        Alarm.objects.filter(application=application, rule__in=rules).update(
            attempts=F("attempts") + 1
        )
