"""What happened to a case: every act whole, looks in one line for each officer.

Entries hold ids and codes only. The caller has recorded why it looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from applications.models import Application, Decision
from applications.verbs import Verb
from audit.models import AuditEntry
from audit.selectors import VIEW_ENDINGS, about_case
from audit.trail import ObjectRef

# What only the applicant or nobody did; that somebody rated, and when, would say whose mark it was;
# that a supervisor reads the trail would warn whoever the inquiry is about.
QUIET = (
    Verb.SAVED,
    Verb.STARTED,
    Verb.OWN_VIEWED,
    Verb.RATED,
    Verb.RULES_CHECKED,
    Verb.NUMBER_REVEALED,  # stands beside the answer it was shown in
    "message.written",
    "message.sent",
    "application.refused",
    "trail.viewed",
    "trail.searched",
)
VERB_OF: dict[str, str] = {
    Decision.Kind.STEP_PASSED: Verb.STEP_PASSED,
    Decision.Kind.ASKED_SUPERIOR: Verb.ESCALATED,
    Decision.Kind.ALLOWED: Verb.ESCALATION_DECIDED,
    Decision.Kind.NOT_ALLOWED: Verb.ESCALATION_DECIDED,
    Decision.Kind.APPROVED: Verb.APPROVED,
    Decision.Kind.REJECTED: Verb.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was done, with the written word that belongs to it."""

    verb: str
    who: str
    at: datetime
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """How often one officer looked in one way, and when last."""

    verb: str
    who: str
    times: int
    at: datetime


def history_of(application: Application, decisions: Iterable[Decision]) -> list[Act | Looks]:
    """Acts and looks in one order by time; looks stand where the last of them was."""
    entries = AuditEntry.objects.filter(
        about_case(application.reference, ObjectRef.of(application)),
        outcome__in=("done", "refused"),
    ).exclude(verb__in=QUIET)
    happened: list[Act | Looks] = [*_acts(entries, decisions), *_looks(entries)]
    return sorted(happened, key=lambda one: one.at)


def _acts(entries: QuerySet[AuditEntry], decisions: Iterable[Decision]) -> list[Act]:
    """Each act beside the word that was written in the same breath."""
    words: dict[str, list[Decision]] = {}
    for decision in decisions:
        words.setdefault(VERB_OF[decision.kind], []).append(decision)
    acts = []
    for entry in entries.exclude(_is_look()).order_by("id"):
        written = words.get(entry.verb, [])
        acts.append(
            Act(entry.verb, entry.actor_label, entry.at, written.pop(0) if written else None)
        )
    return acts + [
        Act(verb, one.by_label, one.at, one) for verb, rest in words.items() for one in rest
    ]


def _looks(entries: QuerySet[AuditEntry]) -> list[Looks]:
    groups = (
        entries.filter(_is_look(), outcome="done")
        .values("verb", "actor_label")
        .annotate(times=Count("id"), last=Max("at"))
        .order_by("last")
    )
    return [Looks(one["verb"], one["actor_label"], one["times"], one["last"]) for one in groups]


def _is_look() -> Q:
    looks = Q()
    for ending in VIEW_ENDINGS:
        looks |= Q(verb__endswith=ending)
    return looks
