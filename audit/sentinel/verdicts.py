"""Judging an alarm: another person says what it was, and the threshold learns from it."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.exports.hidden import entries_of, files_against
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.models import AuditEntry, AuditSubject
from audit.sentinel.models import AlarmState, SentinelAlarm, SentinelVerdict, VerdictKind
from audit.sentinel.registry import rule_of
from audit.sentinel.surroundings import surroundings
from audit.sentinel.thresholds import put_back, tune
from audit.trail import ObjectRef, record

JUDGED = "alarm.judged"
LINE_RESET = "alarm.line_reset"
SUPERVISION = Purpose.duty("supervision")
VERDICT = Purpose.duty("verdict")


@transaction.atomic
def judge_alarm(*, actor: Actor, number: int, kind: VerdictKind, words: str) -> SentinelVerdict:
    """Say what an alarm was; final but for an inquiry, which is judged once more later.

    The words are kept in the detail of the entry, which only a record about the officer's account
    opens. Takes a fresh code: a verdict closes what was asked of an officer, who may sit near the
    screen. Refused to everybody but supervisors, and to the officer concerned and those near.
    """
    alarm = get_judgeable(actor, number, lock=True)
    refuse_stale(actor)
    entry = record(
        actor=actor,
        verb=JUDGED,
        on=alarm,
        subjects=[alarm.account],
        purpose=SUPERVISION,
        detail={"verdict": str(kind), "words": words},
    )
    verdict = SentinelVerdict.objects.create(
        alarm=alarm.pk,
        about=alarm.account,
        judged_by=actor.account,
        judge=actor.label,
        kind=kind,
        entry=entry,
    )
    is_final = kind is not VerdictKind.INQUIRY
    alarm.state = AlarmState.JUDGED if is_final else AlarmState.INQUIRY
    alarm.verdict = kind
    alarm.save(update_fields=["state", "verdict"])
    rule = rule_of(alarm.rule)
    if rule is not None:
        tune(actor=actor, rule=rule, alarm=alarm, verdict=kind)
    return verdict


@transaction.atomic
def reset_line(*, actor: Actor, rule: str, department: str, capacity: str) -> bool:
    """Put the threshold of a rule at a post back where it began; False if it stands there. Takes a
    fresh code, as the verdict that moved it did."""
    refuse_all_but_supervisors(actor)
    refuse_stale(actor)
    moved = put_back(actor=actor, rule=rule, department=department, capacity=capacity)
    if moved:
        post = ObjectRef("audit.line", f"{rule}/{capacity}/{department}"[:80])
        record(actor=actor, verb=LINE_RESET, on=post, purpose=SUPERVISION)
    return moved


def get_judgeable(actor: Actor, number: int, *, lock: bool = False) -> SentinelAlarm:
    """The alarm, if this person may judge it now; refused otherwise."""
    refuse_all_but_supervisors(actor)
    alarms = SentinelAlarm.objects.select_for_update() if lock else SentinelAlarm.objects.all()
    alarm = alarms.filter(pk=number).first()
    if alarm is None or _rests_on_a_file_against(actor, alarm):
        raise no_such_alarm()
    if is_near(actor.account, alarm):
        raise Refused(
            code="alarm.not_by_you",
            message=_("This alarm is about you or somebody near to you, so you cannot judge it."),
            next_step=_("Leave it to another supervisor; it stays on the list."),
            status=403,
        )
    if alarm.state == AlarmState.JUDGED:
        raise Refused(
            code="alarm.judged_already",
            message=_("Somebody has judged this alarm already."),
            next_step=_("Reload the page to read the verdict."),
        )
    return alarm


def _rests_on_a_file_against(actor: Actor, alarm: SentinelAlarm) -> bool:
    """Such an alarm is not there for the reader (`alarms_against`)."""
    about = entries_of(files_against(actor))
    return AuditEntry.objects.filter(about, pk__in=alarm.entries).exists()


def purpose_of_reading(actor: Actor, alarm: SentinelAlarm) -> Purpose:
    """Why a supervisor reads an alarm: to judge it, where that is left to do and theirs to do. Only
    then the sentinel takes further looks at the same people for part of judging."""
    if alarm.state == AlarmState.JUDGED or is_near(actor.account, alarm):
        return SUPERVISION
    return VERDICT


def verdicts_on(
    entries: Collection[AuditEntry], alarms: QuerySet[SentinelAlarm]
) -> list[tuple[int, SentinelVerdict]]:
    """The final verdicts of these alarms, each with an entry it rests on; what is only asked into
    is not among them. Two queries, one where there is no such alarm, along the index of the
    officers' alarms."""
    if not entries:
        return []
    numbers = {one.pk for one in entries}
    judged = alarms.filter(
        officer__in={one.actor_label for one in entries},
        until__gte=min(one.at for one in entries),
        state=AlarmState.JUDGED,
    )
    found = dict(judged.values_list("number", "entries"))
    rests_on = {alarm: hit for alarm, them in found.items() if (hit := numbers.intersection(them))}
    if not rests_on:
        return []
    verdicts = SentinelVerdict.objects.filter(alarm__in=rests_on).exclude(kind=VerdictKind.INQUIRY)
    return [(number, verdict) for verdict in verdicts for number in sorted(rests_on[verdict.alarm])]


def is_near(judge: UUID, alarm: SentinelAlarm) -> bool:
    """Whether a judge is the officer concerned, or a relative or housemate of that officer's; or is
    among those looked at, or close to one of them."""
    people = AuditSubject.objects.filter(
        entry_id__in=alarm.entries, at__gte=alarm.since, at__lte=alarm.until
    )
    around = surroundings()
    return around.are_related(judge, alarm.account) or around.is_close(
        judge, set(people.values_list("subject", flat=True))
    )


def refuse_all_but_supervisors(actor: Actor) -> None:
    """A superior answers for the officer's work and is no judge of it."""
    if actor.capacity is not Capacity.SUPERVISOR:
        raise Refused(
            code="alarm.for_supervisors",
            message=_("Only supervisors read and judge these alarms."),
            next_step=_("If you know of misuse, tell your supervisor."),
            status=403,
        )


def no_such_alarm() -> Refused:
    return Refused(
        code="alarm.none",
        message=_("There is no alarm with this number."),
        next_step=_("Go back to the list of alarms."),
        status=404,
    )
