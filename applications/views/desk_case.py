"""What the page of one case shows, made from its file."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.access import is_own_affair
from applications.actions.request_correction import MATERIAL
from applications.compliance.evaluate import RuleResult, Verdict
from applications.compliance.facts import NO_INTEREST, words_for
from applications.models import Application, Attachment, Step
from applications.selectors.case import AnswerLine, CaseFile
from applications.selectors.papers import Need, papers_of
from applications.selectors.sheet import sheet_of
from applications.states import State
from applications.views.desk_forms import Target
from applications.views.desk_words import (
    MARK_KINDS,
    STATE_KINDS,
    item_language,
    left_of,
    source_words,
    verb_words,
)
from applications.workflow.engine import kind_of
from audit.kernel.actors import Actor, Capacity
from audit.models import AuditEntry
from audit.selectors import history_of
from audit.trail import ObjectRef
from catalog.schema.definition import Definition
from catalog.text import in_english, local

QUIET = frozenset({"application.saved", "application.started", "application.own.viewed"})
STOPS = frozenset({"application.stopped", "application.rejected"})


def case_context(actor: Actor, file: CaseFile) -> dict[str, Any]:
    """Everything of the page. The view of the case was recorded when the file was read."""
    application = file.application
    step = next((one for one in file.steps if one.state == Step.State.OPEN), None)
    is_mine = application.claimed_by == actor.account_id and actor.capacity is Capacity.CLERK
    in_work = is_mine and application.state == State.ACCEPTED
    decides = step is not None and kind_of(step).decides
    missing = missing_facts(file.verdict, file.definition)
    return {
        "application": application,
        "title": application.item.display_name,
        "title_lang": item_language(application.item),
        "plain_name": local(file.definition.plain_name),
        "release_number": application.release.number,
        "state_kind": STATE_KINDS.get(State(application.state), ""),
        "left": left_of(application, timezone.localdate()),
        "groups": [
            {
                "title": local(group.page.title),
                "lines": [_line(application, one) for one in group.lines],
            }
            for group in file.groups
        ],
        "known_count": file.known_count,
        "asked_count": file.asked_count,
        "papers": _papers(application, file.attachments),
        "red_lines": [rule_context(result) for result in fired(file.verdict)],
        "missing": missing,
        "checks": _checks(file.verdict, missing),
        "decisions": file.decisions,
        "history": [_event(entry) for entry in _history(application)],
        "step": step,
        "step_title": _step_title(file.definition, step),
        "is_mine": is_mine,
        "is_superior": actor.capacity is Capacity.SUPERIOR,
        "can_claim": _can_claim(actor, application),
        "can_work": in_work,
        "can_decide": in_work and decides,
        "can_pass": in_work and not decides,
        "is_locked": bool(fired(file.verdict) or missing),
        "may_ask_superior": bool(file.verdict and file.verdict.can_be_put_before_superior),
    }


def correctable(file: CaseFile) -> list[Target]:
    """What the applicant can be asked to put right: the questions that apply, the documents."""
    sheet = sheet_of(file.application)
    now = {line.question.key: line.value for group in file.groups for line in group.lines}
    questions = [
        Target(question.key, str(question.title), now.get(question.key, ""))
        for question in file.definition.questions()
        if question.key in sheet.applying
    ]
    papers = [
        Target(MATERIAL + material.code, str(material.name))
        for material in sheet.materials
        if material.upload is not None
    ]
    return [*questions, *papers]


def fired(verdict: Verdict | None) -> tuple[RuleResult, ...]:
    return verdict.fired if verdict else ()


def missing_facts(verdict: Verdict | None, definition: Definition) -> list[tuple[str, str]]:
    """Facts the rules need and nobody has supplied; the officer's own declaration comes later."""
    fields = [field for result in verdict.unknown for field in result.missing] if verdict else []
    wanted = [field for field in dict.fromkeys(fields) if field != NO_INTEREST]
    return [(field, words_for(field, definition)) for field in wanted]


def rule_context(result: RuleResult) -> dict[str, Any]:
    rule = result.rule
    has_english = in_english() and rule.title_en
    return {
        "code": rule.code,
        "title": rule.title_en if has_english else rule.title,
        "title_lang": "zh-Hans" if in_english() and not rule.title_en else "",
        "basis": rule.legal_basis,
        "override": rule.override,
        "is_sample": rule.is_sample,
    }


def _line(application: Application, answer: AnswerLine) -> dict[str, Any]:
    reveal = reverse("desk:reveal", args=[application.reference, answer.question.key])
    return {
        "name": str(answer.question.title),
        "value": answer.value,
        "source": source_words(answer),
        "kind": MARK_KINDS.get(answer.mark, ""),
        "user_text": answer.is_user_text,
        "code": answer.is_sealed,
        "action_url": reveal if answer.is_sealed else "",
    }


def _papers(application: Application, attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The documents of the case; files are numbered in the order they were handed in."""
    ordered = sorted(attachments, key=lambda one: (one.uploaded_at, one.pk))
    numbers = {attachment.pk: number for number, attachment in enumerate(ordered, start=1)}
    return [
        {
            "name": str(paper.material.name),
            "is_proven": paper.need is Need.PROVEN,
            "is_lacking": paper.is_lacking,
            "source_failed": paper.source_failed,
            "files": [(numbers[attachment.pk], attachment) for attachment in paper.files],
        }
        for paper in papers_of(sheet_of(application))
    ]


def _checks(verdict: Verdict | None, missing: list[tuple[str, str]]) -> list[dict[str, str]]:
    """What the rules say, line by line. The portal compares; the officer decides."""
    if verdict is None:
        return []
    lines = [
        {"kind": "bad", "text": _("%(rule)s does not hold") % {"rule": result.rule.code}}
        for result in verdict.fired
    ]
    lines += [
        {"kind": "ask", "text": _("Still to be found out: %(fact)s") % {"fact": words}}
        for _field, words in missing
    ]
    lines += [
        {"kind": "ask", "text": _("Look closely: %(rule)s") % {"rule": result.rule.title}}
        for result in verdict.warnings
    ]
    lines += [
        {"kind": "", "text": _("%(rule)s was allowed by a superior") % {"rule": code}}
        for code in verdict.allowed
    ]
    return lines or [{"kind": "", "text": _("No national rule stands in the way.")}]


def _history(application: Application) -> list[AuditEntry]:
    entries = history_of(application.reference, ObjectRef.of(application))
    return [entry for entry in entries if entry.verb not in QUIET]


def _event(entry: AuditEntry) -> dict[str, Any]:
    kind = "view" if entry.verb.endswith(".viewed") or entry.verb == "value.revealed" else ""
    return {
        "title": verb_words(entry.verb),
        "who": entry.actor_label or _("Applicant"),
        "at": entry.at,
        "kind": "stop" if entry.verb in STOPS else kind,
    }


def _step_title(definition: Definition, step: Step | None) -> str:
    if step is None:
        return ""
    plan = next((one for one in definition.steps if one.code == step.code), None)
    return str(plan.title) if plan else step.code


def _can_claim(actor: Actor, application: Application) -> bool:
    if actor.capacity is not Capacity.CLERK or application.has_ended:
        return False
    holder = application.claimed_by
    if holder is None or holder == actor.account_id:
        return holder is None
    return is_own_affair(holder, application)
