"""What two people decide is only believed with its entry: whoever holds the application's role can
write no verdict, hold, end of a protection, answer or review that nobody gave."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import STAFF_CAPACITIES, Capacity
from audit.models import AuditEntry, SentinelAlarm, SentinelTuning, SentinelVerdict
from audit.sentinel.verdicts import judge_alarm, reset_line
from audit.trail import ObjectRef, record
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.actions.ask_why import ask_why
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.models import (
    DeclaredRelative,
    DisclosureHold,
    LookQuestion,
    ProtectedPerson,
    QuestionText,
)
from tests.conftest import close_gate
from tests.demands import (
    DUTY,
    NOT_TOLD,
    at_the_end_of_the_transaction,
    carry_out,
    is_demanded,
    is_held_to_its_entry,
)
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_department,
    make_number,
    make_person,
    make_posting,
    officer_actor,
)
from tests.factories.looks import make_look
from tests.factories.trail import leave_look, sentinel_reads

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=30)


@pytest.fixture
def two():
    return [make_posting(capacity="supervisor") for _ in range(2)]


def raised() -> SentinelAlarm:
    clerk = make_posting()
    sentinel_reads([leave_look(clerk, make_person().pk, case="") for _ in range(11)])
    return SentinelAlarm.objects.get(officer=clerk.officer_code, rule="without_case")


def put_verdict(
    alarm: SentinelAlarm, by: Any, kind: str = "explained", **fields: Any
) -> SentinelVerdict:
    """With the entry that was written last."""
    values = {
        "alarm": alarm.pk,
        "about": alarm.account,
        "judged_by": by.account_id,
        "judge": by.officer_code,
        "kind": kind,
        "entry": AuditEntry.objects.latest("id").pk,
    }
    return SentinelVerdict.objects.create(**{**values, **fields})


def put_tuning(about: SentinelAlarm, by: Any, **fields: Any) -> SentinelTuning:
    values = {
        "rule": about.rule,
        "department": about.department,
        "capacity": about.capacity,
        "before": 1,
        "factor": 4,
        "because": "reset",
        "alarm": None,
        "moved_by": by.account_id,
        "mover": by.officer_code,
    }
    return SentinelTuning.objects.create(**{**values, **fields})


def asked_hold(person: Any, by: Any, **fields: Any) -> DisclosureHold:
    values = {
        "reference": "FORGED0001",
        "subject_id": person.pk,
        "scope": "office",
        "scope_code": "x",
        "looks_from": timezone.localdate(),
        "looks_to": timezone.localdate(),
        "ground": "duty",
        "days": 30,
        "asked_by": by.account,
        "asked_label": by.officer_code,
    }
    return DisclosureHold.objects.create(**{**values, **fields})


def confirmation(by: Any, days: timedelta = DAYS) -> dict[str, Any]:
    now = timezone.now()
    return {
        "confirmed_by": by.account,
        "confirmed_label": by.officer_code,
        "confirmed_at": now,
        "expires_at": now + days,
    }


def hold_ref(hold: DisclosureHold) -> ObjectRef:
    return ObjectRef("identity.disclosurehold", hold.reference)


def tell(hold: DisclosureHold, verb: str, by: Any) -> None:
    subjects = [hold.subject_id]
    record(actor=officer_actor(by), verb=verb, on=hold_ref(hold), subjects=subjects, purpose=DUTY)


def requested(two: Any, person: Any) -> DisclosureHold:
    wanted = HoldRequest(
        subject_id=person.pk,
        scope=DisclosureHold.Scope.OFFICE,
        scope_code=make_department().code,
        looks_from=timezone.localdate(),
        looks_to=timezone.localdate(),
        ground=DisclosureHold.Ground.DUTY,
        days=30,
        words="来函：测2026-1号",
    )
    hold = ask_hold(actor=officer_actor(two[0]), wanted=wanted)
    close_gate()
    return hold


def test_a_verdict_needs_the_entry_of_its_judge(two):
    alarm = raised()
    is_held_to_its_entry(
        lambda **row: put_verdict(alarm, two[0], **row),
        {"judge": two[1].officer_code, "entry": 1},
        by=officer_actor(two[0]),
        verb="alarm.judged",
        on=ObjectRef.of(alarm),
        about=[alarm.account],
    )


def test_a_line_put_back_needs_the_entry_of_who_did(two):
    alarm = raised()
    is_held_to_its_entry(
        lambda **row: put_tuning(alarm, two[0], **row),
        {"mover": two[1].officer_code},
        by=officer_actor(two[0]),
        verb="alarm.line_reset",
        on=ObjectRef("audit.line", f"{alarm.rule}/{alarm.capacity}/{alarm.department}"),
    )


def test_a_line_is_moved_by_a_verdict_of_the_same_judge_rule_and_post_or_by_nothing(two):
    alarm = raised()
    said = {"actor": officer_actor(two[0]), "verb": "alarm.judged", "on": alarm}
    record(**said, subjects=[alarm.account], purpose=DUTY)
    put_verdict(alarm, two[0], kind="wrong")
    for fields in (
        {"because": "wrong"},
        {"alarm": alarm.pk},
        {"alarm": alarm.pk, "because": "explained"},
        {"alarm": alarm.pk, "because": "wrong", "rule": "sweep"},
        {"alarm": alarm.pk, "because": "wrong", "moved_by": two[1].account_id},
    ):
        with pytest.raises(ProgrammingError, match="moved by a verdict"), transaction.atomic():
            put_tuning(alarm, two[0], **fields)
    of_it = {"alarm": alarm.pk, "because": "wrong"}
    assert put_tuning(alarm, two[0], **of_it).pk
    with pytest.raises(ProgrammingError, match=NOT_TOLD):
        carry_out(lambda: put_tuning(alarm, two[0], **of_it, mover=two[1].officer_code), None)


def test_what_the_action_does_has_its_entries(two):
    alarm = raised()
    with at_the_end_of_the_transaction():
        judge_alarm(actor=officer_actor(two[0]), number=alarm.pk, kind="wrong", words="...")
        where = {"department": alarm.department, "capacity": alarm.capacity}
        assert reset_line(actor=officer_actor(two[0]), rule=alarm.rule, **where)


def test_the_end_of_a_declared_relative_needs_the_entry_of_who_agreed(two):
    officer = make_posting()
    relative = declare_relative(
        actor=officer_actor(officer), number=make_number(), relation="child"
    )
    ask_end_of_relative(actor=officer_actor(officer), relative_id=relative.pk)
    rows = DeclaredRelative.objects.filter(pk=relative.pk)
    is_demanded(
        lambda: rows.update(ended_at=timezone.now(), ended_by=two[0].account_id),
        by=officer_actor(two[0]),
        verb="relative.ended",
        on=ObjectRef.of(relative),
    )


def test_a_request_for_a_hold_needs_the_entry_of_who_asks(two):
    person = make_person()
    is_held_to_its_entry(
        lambda **row: asked_hold(person, two[0], **row),
        {"asked_label": two[1].officer_code},
        by=officer_actor(two[0]),
        verb="hold.asked",
        on=ObjectRef("identity.disclosurehold", "FORGED0001"),
        about=[person.pk],
    )


def test_a_hold_cannot_be_put_there_confirmed_nor_in_the_future(two):
    person = make_person()
    for fields in (
        confirmation(two[1]),
        {"asked_at": timezone.now() + timedelta(days=1)},
        {"ended_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError, match="begins as a request"), transaction.atomic():
            asked_hold(person, two[0], **fields)


def test_a_confirmation_needs_the_entry_of_the_second_person(two):
    hold = requested(two, make_person())
    mine, fields = DisclosureHold.objects.filter(pk=hold.pk), confirmation(two[1])
    is_held_to_its_entry(
        lambda **row: mine.update(**{**fields, **row}),
        {"confirmed_label": two[0].officer_code},
        by=officer_actor(two[1]),
        verb="hold.confirmed",
        on=hold_ref(hold),
        about=[hold.subject_id],
    )


def test_a_hold_lasts_no_longer_than_was_asked_for_and_only_becomes_shorter(two):
    hold = requested(two, make_person())
    mine = DisclosureHold.objects.filter(pk=hold.pk)
    later = {"confirmed_at": timezone.now() + timedelta(days=9)}
    for longer in (
        confirmation(two[1], timedelta(days=31)),
        {**confirmation(two[1]), **later, "expires_at": timezone.now() + DAYS},
    ):
        with pytest.raises(IntegrityError, match="lasts for the days"), transaction.atomic():
            mine.update(**longer)
    mine.update(**confirmation(two[1]))
    third = make_posting(capacity="supervisor")
    for change in (confirmation(third), confirmation(two[1])):
        with pytest.raises(IntegrityError, match="only becomes shorter"), transaction.atomic():
            mine.update(**change)
    mine.update(ended_at=timezone.now(), ended_label=two[1].officer_code)
    with pytest.raises(IntegrityError, match="only becomes shorter"), transaction.atomic():
        mine.update(ended_at=None)
    for verb in ("hold.confirmed", "hold.ended"):
        tell(hold, verb, two[1])


@pytest.mark.parametrize("verb", ["hold.ended", "hold.withdrawn", "hold.turned_down"])
def test_the_end_of_a_hold_needs_the_entry_of_who_ended_it(two, verb):
    hold = requested(two, make_person())
    end = {"ended_at": timezone.now(), "ended_label": two[1].officer_code}
    is_held_to_its_entry(
        lambda **row: DisclosureHold.objects.filter(pk=hold.pk).update(**{**end, **row}),
        {"ended_label": two[0].officer_code},
        by=officer_actor(two[1]),
        verb=verb,
        on=hold_ref(hold),
        about=[hold.subject_id],
    )


@pytest.mark.parametrize(
    ("confirmed", "ages", "is_over"),
    [(False, 6, False), (False, 8, True), (True, 29, False), (True, 31, True)],
)
def test_a_hold_ends_by_itself_once_its_time_is_over_and_not_before(two, confirmed, ages, is_over):
    began = timezone.now() - timedelta(days=ages)
    hold = asked_hold(make_person(), two[0], asked_at=began)
    tell(hold, "hold.asked", two[0])
    mine = DisclosureHold.objects.filter(pk=hold.pk)
    if confirmed:
        fields = {**confirmation(two[1]), "confirmed_at": began, "expires_at": began + DAYS}
        mine.update(**fields)
        tell(hold, "hold.confirmed", two[1])

    def ends() -> int:
        with transaction.atomic():
            return mine.update(ended_at=timezone.now())

    if is_over:
        assert ends() == 1
    else:
        with pytest.raises(ProgrammingError, match="when its time is over"):
            ends()


def test_an_entry_of_an_earlier_transaction_counts_for_nothing(two):
    """As far as a wrapped test can say so: an entry that is taken back is none."""
    person = make_person()
    on = ObjectRef("identity.disclosurehold", "FORGED0001")

    def with_an_entry_taken_back() -> None:
        with transaction.atomic():
            record(actor=officer_actor(two[0]), verb="hold.asked", on=on)
            transaction.set_rollback(True)
        asked_hold(person, two[0])

    with pytest.raises(ProgrammingError, match="no entry of"):
        carry_out(with_an_entry_taken_back, None)


def test_a_protection_begins_and_ends_by_the_entries_of_those_it_names(two):
    record(actor=ARRANGING, verb="test.arranged", subjects=[two[0].account_id])
    made: list[ProtectedPerson] = []

    def put() -> None:
        known = {"pk": made[0].pk} if made else {}
        made[:] = [
            ProtectedPerson.objects.create(
                digest=bytes(32), ground="witness", entered_by=two[0].account, **known
            )
        ]

    put()
    on = ObjectRef.of(made[0])
    record(actor=officer_actor(two[0]), verb="protection.begun", on=on)
    running = ProtectedPerson.objects.filter(pk=made[0].pk)
    is_demanded(
        lambda: running.update(end_asked_by=two[0].account),
        by=officer_actor(two[0]),
        verb="protection.end_asked",
        on=on,
    )
    running.update(end_asked_by=two[0].account)
    record(actor=officer_actor(two[0]), verb="protection.end_asked", on=on)
    is_demanded(
        lambda: running.update(end_asked_by=None, end_refused_by=two[1].account),
        by=officer_actor(two[1]),
        verb="protection.end_refused",
        on=on,
    )
    is_demanded(
        lambda: running.update(ended_by=two[1].account, ended_at=timezone.now()),
        by=officer_actor(two[1]),
        verb="protection.ended",
        on=on,
    )


def test_a_question_is_asked_and_answered_by_the_entries_of_those_it_names(two):
    citizen, clerk = make_citizen(), make_posting()
    look = make_look(clerk, citizen.person_id)
    question = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="?")
    close_gate()
    superior = make_posting(capacity="superior")
    mine = LookQuestion.objects.filter(pk=question.pk)
    is_demanded(
        lambda: mine.update(
            answered_at=timezone.now(), answered_by=superior.officer_code, verdict="for_work"
        ),
        by=officer_actor(superior),
        verb="question.answered",
        on=ObjectRef("identity.lookquestion", question.reference),
    )


def test_a_question_begins_unanswered_and_its_answer_stands():
    citizen, clerk = make_citizen(), make_posting()
    look = make_look(clerk, citizen.person_id)
    question = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="?")
    answer = {"answered_at": timezone.now(), "answered_by": "X", "verdict": "mistake"}
    mine = LookQuestion.objects.filter(pk=question.pk)
    known = mine.values("entry_id", "entry_at", "subject_id", "asker_id", "officer", "due_on").get()
    with pytest.raises(IntegrityError, match="without an answer"), transaction.atomic():
        LookQuestion.objects.create(reference="Q-FORGED", **known, **answer)
    with pytest.raises(IntegrityError, match="answer stand"), transaction.atomic():
        mine.update(officer=make_posting().account_id)
    texts = QuestionText.objects.filter(pk=question.pk)
    with pytest.raises(IntegrityError, match="words of a question"), transaction.atomic():
        texts.update(words="forged")
    texts.update(answer="to the person")
    with pytest.raises(IntegrityError, match="words of a question"), transaction.atomic():
        texts.update(answer="forged")
    with transaction.atomic():
        mine.update(**answer)
        with pytest.raises(IntegrityError, match="answer stand"), transaction.atomic():
            mine.update(verdict="for_work")
        transaction.set_rollback(True)


KEEPERS = {Capacity.SUPERVISOR, Capacity.SECADMIN}
ANSWERING = {Capacity.SUPERIOR, Capacity.SUPERVISOR}
MAY = {
    "alarm.judged": {Capacity.SUPERVISOR},
    "alarm.line_reset": {Capacity.SUPERVISOR},
    "trail.export_asked": {Capacity.SUPERVISOR},
    "trail.export_approved": {Capacity.SUPERVISOR},
    "trail.export_refused": {Capacity.SUPERVISOR},
    "trail.export_withdrawn": {Capacity.SUPERVISOR},
    "relative.ended": {Capacity.SUPERVISOR},
    "hold.asked": {Capacity.SUPERVISOR},
    "hold.confirmed": {Capacity.SUPERVISOR},
    "hold.ended,hold.withdrawn,hold.turned_down": {Capacity.SUPERVISOR},
    "protection.begun": KEEPERS,
    "protection.end_asked": KEEPERS,
    "protection.end_refused": KEEPERS,
    "protection.ended": KEEPERS,
    "question.asked": {Capacity.CITIZEN},
    "question.answered": ANSWERING,
    "lookup_review.found_in_order": {Capacity.SUPERVISOR},
    "lookup_review.found_not_in_order": {Capacity.SUPERVISOR},
    "erasure.asked": {Capacity.SUPERVISOR},
    "erasure.confirmed": {Capacity.SUPERVISOR},
    "erasure.ended": {Capacity.SUPERVISOR},
    "erasure.turned_down": {Capacity.SUPERVISOR},
    "posting.entered": {Capacity.SYSADMIN},
    "posting.confirmed": {Capacity.SECADMIN},
    "officer.linked": {Capacity.SYSADMIN},
    "officer.link_confirmed": {Capacity.SECADMIN},
    "officer.link_turned_down": {Capacity.SYSADMIN, Capacity.SECADMIN},
    "officer.link_objected": STAFF_CAPACITIES,
    "officer.unlink_asked": {Capacity.SYSADMIN},
    "officer.unlink_refused": {Capacity.SECADMIN},
    "officer.unlinked": {Capacity.SECADMIN},
    "application.step_passed": {Capacity.CLERK},
    "application.escalated": {Capacity.CLERK},
    "application.escalation_decided": {Capacity.SUPERIOR},
    "application.approved": {Capacity.CLERK},
    "application.rejected": {Capacity.CLERK},
}


def test_every_row_that_needs_an_entry_says_whose_act_it_is():
    """By verb, in one list; the database holds it, trigger by trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_triggerdef(t.oid) from pg_trigger t join pg_proc p on p.oid = t.tgfoid"
            " where p.proname = 'audit_demands_entry'"
        )
        called = [row[0].split("audit_demands_entry(")[1] for row in cursor.fetchall()]
    said = [one.removesuffix(")").replace("'", "").split(", ") for one in called]
    assert {one[0]: set(one[4].split(",")) for one in said} == MAY


@pytest.mark.parametrize("capacity", sorted(STAFF_CAPACITIES))
def test_an_officer_of_another_post_decides_nothing_with_an_entry_of_their_own(capacity):
    """Each account's own, true entry: only the post that may decide is believed."""
    person, alarm = make_person(), raised()
    own = make_posting(capacity=capacity)
    actor, on = officer_actor(own), ObjectRef("identity.disclosurehold", "FORGED0001")
    for write, verb, thing, about in (
        (lambda: put_verdict(alarm, own), "alarm.judged", ObjectRef.of(alarm), alarm.account),
        (lambda: asked_hold(person, own), "hold.asked", on, person.pk),
    ):
        said = {"actor": actor, "verb": verb, "on": thing, "subjects": [about], "purpose": DUTY}
        if capacity in MAY[verb]:
            carry_out(write, said)
            continue
        with pytest.raises(ProgrammingError, match="no entry of"):
            carry_out(write, said)
