"""What the page of one case shows, made from its file."""

from collections.abc import Iterable, Mapping, Set
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.access import is_own_affair
from applications.compliance.evaluate import RuleResult, Verdict
from applications.compliance.facts import NO_INTEREST, words_for
from applications.models import Application, Attachment, Step
from applications.selectors.case import AnswerLine, CaseFile
from applications.selectors.papers import Need, papers_of
from applications.selectors.rounds import Round, changed_by_applicant
from applications.selectors.sheet import Sheet, sheet_of
from applications.selectors.warnings import conditions_not_met
from applications.states import State
from applications.views.desk_history import ending_context, history_lines
from applications.views.desk_words import (
    MARK_KINDS,
    item_language,
    left_of,
    name_of,
    rule_words,
    source_words,
    state_kind,
    state_words,
)
from applications.workflow.engine import kind_of
from audit.kernel.actors import Actor, Capacity
from catalog.schema.definition import Definition, Eligibility
from catalog.text import local
from identity.sealed.masks import COVER


def case_context(actor: Actor, file: CaseFile) -> dict[str, Any]:
    """Everything of the page. The view of the case was recorded when the file was read."""
    application = file.application
    step = next((one for one in file.steps if one.state == Step.State.OPEN), None)
    is_mine = application.claimed_by == actor.account_id and actor.capacity is Capacity.CLERK
    in_work = is_mine and application.state == State.ACCEPTED
    decides = step is not None and kind_of(step).decides
    missing = missing_facts(file.verdict, file.definition)
    sheet = sheet_of(application)
    not_met = () if application.has_ended else conditions_not_met(sheet)
    changed = changed_by_applicant(file.rounds)
    numbers = _numbers(file.attachments)
    return {
        "application": application,
        "title": application.item.display_name,
        "title_lang": item_language(application.item),
        "plain_name": local(file.definition.plain_name),
        "release_number": application.release.number,
        "state_words": state_words(application),
        "state_kind": state_kind(application),
        "left": left_of(application, timezone.localdate()),
        "groups": [
            {
                "title": local(group.page.title),
                "lines": [_line(application, one, changed) for one in group.lines],
            }
            for group in file.groups
        ],
        "known_count": file.known_count,
        "asked_count": file.asked_count,
        "papers": _papers(sheet, numbers, _new_files(file)),
        "rounds": [_round(one, numbers) for one in file.rounds],
        "stated": file.stated,
        "ending": ending_context(file),
        "red_lines": [rule_context(result) for result in fired(file.verdict)],
        "missing": missing,
        "checks": _checks(file.verdict, missing, not_met),
        "history": history_lines(file),
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


def fired(verdict: Verdict | None) -> tuple[RuleResult, ...]:
    return verdict.fired if verdict else ()


def missing_facts(verdict: Verdict | None, definition: Definition) -> list[tuple[str, str]]:
    """Facts the rules need and nobody has supplied; the officer's own declaration comes later."""
    wanted = [field for field in verdict.lacks if field != NO_INTEREST] if verdict else []
    return [(field, words_for(field, definition)) for field in wanted]


def rule_context(result: RuleResult) -> dict[str, Any]:
    rule = result.rule
    return {
        "code": rule.code,
        **rule_words(rule),
        "basis": rule.legal_basis,
        "override": rule.override,
        "is_sample": rule.is_sample,
    }


def _line(
    application: Application, answer: AnswerLine, changed: Mapping[str, str]
) -> dict[str, Any]:
    key = answer.question.key
    is_covered = answer.is_sealed and COVER in answer.value
    reveal = reverse("desk:reveal", args=[application.reference, key])
    return {
        "name": name_of(answer.question),
        "value": answer.value,
        "source": source_words(answer),
        "kind": MARK_KINDS.get(answer.mark, ""),
        "user_text": answer.is_user_text,
        "code": answer.is_sealed,
        "action_url": reveal if is_covered else "",
        "action_label": _words_to_reveal(answer.value),
        "note": answer.note,
        "is_changed": key in changed,
        "before": changed.get(key, ""),
    }


def _words_to_reveal(mask: str) -> str:
    """A number shows some of its signs, which something else does not."""
    is_number = any(sign.isalnum() for sign in mask)
    return _("See in full") if is_number else _("See what is covered")


def _numbers(attachments: Iterable[Attachment]) -> dict[UUID, int]:
    """Files are numbered in the order they were handed in."""
    ordered = sorted(attachments, key=lambda one: (one.uploaded_at, one.pk))
    return {attachment.pk: number for number, attachment in enumerate(ordered, start=1)}


def _new_files(file: CaseFile) -> set[UUID]:
    """The files that came in answer to a request."""
    lines = [line for one in file.rounds for line in one.lines]
    return {attachment.pk for line in lines for attachment in line.new_files}


def _papers(sheet: Sheet, numbers: Mapping[UUID, int], new: Set[UUID]) -> list[dict[str, Any]]:
    """The documents of the case; `files` are number, file, and whether it is new."""
    return [
        {
            "name": str(paper.material.name),
            "is_proven": paper.need is Need.PROVEN,
            "is_lacking": paper.is_lacking,
            "source_failed": paper.source_failed,
            "files": [(numbers[one.pk], one, one.pk in new) for one in paper.files],
        }
        for paper in papers_of(sheet)
    ]


def _round(one: Round, numbers: Mapping[UUID, int]) -> dict[str, Any]:
    """A request and its answer, in the order of its points."""
    return {
        "round": one,
        "lines": [
            {
                "name": name_of(line.point.question) if line.point.question else line.point.title,
                "is_question": line.point.question is not None,
                "text": line.point.text,
                "before": line.point.before_words,
                "now": line.now,
                "note": line.note,
                "is_changed": line.is_changed,
                "files": [(numbers[file.pk], file) for file in line.new_files],
            }
            for line in one.lines
        ],
    }


def _checks(
    verdict: Verdict | None, missing: list[tuple[str, str]], not_met: Iterable[Eligibility]
) -> list[dict[str, str]]:
    """What the rules and the guide say, line by line. The portal compares; the officer decides."""
    if verdict is None:
        return []
    lines = [
        {"kind": "bad", "text": _("%(rule)s stands against it") % {"rule": result.rule.code}}
        for result in verdict.fired
    ]
    lines += [
        {"kind": "bad", "text": _("Condition not met: %(condition)s") % {"condition": one.text}}
        for one in not_met
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
