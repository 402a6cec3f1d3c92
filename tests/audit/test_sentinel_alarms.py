"""Alarms: raised once, growing while they wait, judged by another person, tuning the thresholds."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from audit.kernel.errors import Refused
from audit.models import (
    AuditEntry,
    Habit,
    SentinelAlarm,
    SentinelTuning,
    SentinelVerdict,
)
from audit.sentinel.events import Post
from audit.sentinel.models import AlarmState, VerdictKind
from audit.sentinel.registry import RULES
from audit.sentinel.selectors import records_of_rules, verdicts_of, waiting_alarms
from audit.sentinel.thresholds import factors_of, lines_for
from audit.sentinel.verdicts import SUPERVISION, judge_alarm, reset_line
from audit.sentinel.words import alarm_lines
from audit.trail import record
from identity.models import PersonNumber
from tests.conftest import close_gate
from tests.factories.identity import (
    link,
    make_department,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.near import make_relative
from tests.factories.trail import leave_look, sentinel_reads

pytestmark = pytest.mark.django_db

WORDS = "Asked the officer; the hall had a power cut that day."
EXPLAINED, WRONG = VerdictKind.EXPLAINED, VerdictKind.WRONG
MISUSE, INQUIRY = VerdictKind.MISUSE, VerdictKind.INQUIRY


@pytest.fixture
def clerk():
    return make_posting()


@pytest.fixture
def judge():
    return officer_actor(make_posting(capacity="supervisor"))


def idle_looks(posting, count):
    return [leave_look(posting, make_person().pk, case="") for _ in range(count)]


def alarm_of(posting, rule="without_case"):
    return SentinelAlarm.objects.get(officer=posting.officer_code, rule=rule)


def raised(posting, count=11):
    """An alarm about looks of this officer without a case."""
    sentinel_reads(idle_looks(posting, count))
    return SentinelAlarm.objects.filter(officer=posting.officer_code, rule="without_case").last()


def text(page) -> str:
    return page.content.decode()


def verdict(actor, alarm, kind):
    given = judge_alarm(actor=actor, number=alarm.pk, kind=kind, words=WORDS)
    close_gate()
    alarm.refresh_from_db()
    return given


def test_an_alarm_has_its_evidence_its_threshold_and_the_day_it_is_due(clerk):
    looks = idle_looks(clerk, 11)
    for _ in range(3):
        leave_look(clerk, make_person().pk)
    sentinel_reads()

    alarm = alarm_of(clerk)
    assert alarm.entries == looks
    assert (alarm.measured, alarm.allowed, alarm.state) == (11, 10, AlarmState.RAISED)
    assert (alarm.account, alarm.capacity) == (clerk.account_id, "clerk")
    assert alarm.department == clerk.department.code
    assert alarm.due_on >= timezone.localdate() + timedelta(days=5)
    entry = AuditEntry.objects.get(verb="alarm.raised", object_id=str(alarm.pk))
    assert (entry.actor_label, entry.capacity) == ("sentinel", "system")


def test_the_same_thing_read_again_is_one_alarm_and_more_of_it_makes_it_grow(clerk):
    alarm = raised(clerk)
    sentinel_reads(alarm.entries)
    more = idle_looks(clerk, 2)
    sentinel_reads(more)

    grown = alarm_of(clerk)
    assert grown.pk == alarm.pk
    assert grown.entries == [*alarm.entries, *more]
    assert grown.measured == 13
    assert AuditEntry.objects.filter(verb="alarm.raised", object_id=str(alarm.pk)).count() == 1


def test_what_was_judged_is_no_evidence_again_and_as_much_anew_is_a_new_alarm(clerk, judge):
    first = raised(clerk)
    verdict(judge, first, WRONG)
    sentinel_reads(idle_looks(clerk, 12))
    assert SentinelAlarm.objects.filter(rule="without_case").count() == 1

    sentinel_reads(idle_looks(clerk, 1))
    second = SentinelAlarm.objects.filter(rule="without_case").last()
    assert second.pk != first.pk
    assert set(second.entries).isdisjoint(first.entries)
    assert (second.measured, second.allowed) == (13, 12)


def test_an_entry_that_is_sealed_late_does_not_make_its_day_smaller(clerk):
    looks = idle_looks(clerk, 4)
    sentinel_reads(looks[1:])
    sentinel_reads(looks[:1])
    assert Habit.objects.get(officer=clerk.officer_code).without_case == 4


def test_the_number_of_queries_does_not_grow_with_officers_and_looks():
    def cost(officers, looks):
        ids = []
        for _ in range(officers):
            posting = make_posting()
            ids += [leave_look(posting, make_person().pk) for _ in range(looks)]
        with CaptureQueriesContext(connection) as seen:
            sentinel_reads(ids)
        return len(seen)

    assert cost(1, 1) == cost(6, 5)


def test_a_verdict_is_kept_with_its_words_where_only_a_record_opens_them(clerk, judge):
    alarm = raised(clerk)
    given = verdict(judge, alarm, EXPLAINED)

    assert (alarm.state, alarm.verdict) == (AlarmState.JUDGED, "explained")
    assert (given.judged_by, given.about) == (judge.account, clerk.account_id)
    entry = AuditEntry.objects.get(pk=given.entry)
    assert (entry.verb, entry.actor) == ("alarm.judged", judge.account)
    with pytest.raises(ProgrammingError, match="recorded nobody"), transaction.atomic():
        verdicts_of(alarm)
    record(actor=judge, verb="trail.viewed", subjects=[clerk.account_id], purpose=SUPERVISION)
    assert [told.words for told in verdicts_of(alarm)] == [WORDS]
    close_gate()


@pytest.mark.parametrize("capacity", ["clerk", "superior", "lead", "secadmin"])
def test_only_supervisors_judge_and_a_superior_does_not(clerk, capacity):
    alarm = raised(clerk)
    actor = officer_actor(make_posting(capacity=capacity, department=clerk.department))
    with pytest.raises(Refused) as refused:
        judge_alarm(actor=actor, number=alarm.pk, kind=EXPLAINED, words=WORDS)
    assert refused.value.code == "alarm.for_supervisors"
    assert not SentinelVerdict.objects.exists()


def test_nobody_judges_an_alarm_about_themselves():
    supervisor = make_posting(capacity="supervisor")
    alarm = raised(supervisor)
    with pytest.raises(Refused) as refused:
        verdict(officer_actor(supervisor), alarm, EXPLAINED)
    assert refused.value.code == "alarm.not_by_you"


def test_neither_does_another_account_of_the_same_person():
    person = make_person()
    clerk = make_posting(account=make_staff(private_person=person))
    account = make_staff(private_person=person)
    supervisor = make_posting(capacity="supervisor", account=account)
    alarm = raised(clerk)
    with pytest.raises(Refused) as refused:
        verdict(officer_actor(supervisor), alarm, EXPLAINED)
    assert refused.value.code == "alarm.not_by_you"


@pytest.mark.parametrize("tie", ["oneself", "close", "none"])
def test_nobody_judges_looks_at_themselves_or_at_somebody_close(clerk, tie):
    supervisor, number = make_posting(capacity="supervisor"), make_number()
    person = make_person(number=number)
    if tie == "oneself":
        link(supervisor.account, person)
    elif tie == "close":
        make_relative(supervisor.account, PersonNumber.objects.get(person=person).digest)
    for one in (person.pk, *[uuid4() for _ in range(20)]):
        leave_look(clerk, one)
    sentinel_reads()
    alarm = SentinelAlarm.objects.get(rule="sweep")

    if tie == "none":
        verdict(officer_actor(supervisor), alarm, EXPLAINED)
        assert SentinelVerdict.objects.count() == 1
        return
    with pytest.raises(Refused) as refused:
        verdict(officer_actor(supervisor), alarm, EXPLAINED)
    assert refused.value.code == "alarm.not_by_you"


def test_the_database_refuses_a_verdict_about_oneself_or_about_another_officer(clerk):
    alarm = raised(clerk)
    facts = {"alarm": alarm.pk, "judge": "T", "kind": EXPLAINED, "entry": 1}
    other = make_posting().account_id
    own = {"about": alarm.account, "judged_by": alarm.account}
    with pytest.raises(IntegrityError, match="another_person"), transaction.atomic():
        SentinelVerdict.objects.create(**facts, **own)
    with pytest.raises(IntegrityError, match="of_alarm"), transaction.atomic():
        SentinelVerdict.objects.create(**facts, about=other, judged_by=alarm.account)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from audit_sentinelalarm",
        "update audit_sentinelalarm set account = gen_random_uuid()",
        "update audit_sentinelalarm set allowed = 1000",
        "update audit_sentinelalarm set entries = '{}'",
        "update audit_sentinelalarm set state = 'judged', verdict = 'explained'",
        "update audit_sentinelverdict set kind = 'explained'",
        "delete from audit_sentinelverdict",
        "update audit_sentineltuning set factor = 4",
        "delete from audit_sentineltuning",
        "delete from audit_habit",
        "truncate audit_sentinelalarm cascade",
    ],
)
def test_the_application_role_cannot_do_away_with_what_was_found(clerk, statement):
    raised(clerk)
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|only grows|settled by a verdict"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_judged_alarm_stands_and_is_not_judged_twice(clerk, judge):
    alarm = raised(clerk)
    verdict(judge, alarm, EXPLAINED)
    with pytest.raises(Refused) as refused:
        verdict(judge, alarm, MISUSE)
    assert refused.value.code == "alarm.judged_already"
    with pytest.raises(ProgrammingError, match="judged one stands"), transaction.atomic():
        SentinelAlarm.objects.filter(pk=alarm.pk).update(measured=1)


def test_an_inquiry_is_followed_by_a_verdict(clerk, judge):
    alarm = raised(clerk)
    verdict(judge, alarm, INQUIRY)
    assert alarm.state == AlarmState.INQUIRY
    assert not SentinelTuning.objects.exists()

    verdict(judge, alarm, MISUSE)
    assert alarm.state == AlarmState.JUDGED
    kinds = SentinelVerdict.objects.filter(alarm=alarm.pk).order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["inquiry", "misuse"]


def test_explained_alarms_move_the_posts_threshold_up_and_misuse_moves_it_down(judge):
    office = make_department()
    one, other = make_posting(department=office), make_posting(department=office)
    elsewhere = make_posting()

    verdict(judge, raised(one), EXPLAINED)
    place = (office.code, "clerk")
    assert factors_of([place]) == {("without_case", *place): Decimal("1.875")}
    lines = lines_for([post_of(other), post_of(elsewhere)])
    rule = RULES.get("without_case")()
    assert lines.allowed(rule, post_of(other)) == 12
    assert lines.allowed(rule, post_of(elsewhere)) == 10

    verdict(judge, raised(other, 13), MISUSE)
    assert factors_of([place])["without_case", *place] == Decimal("1.500")
    move = SentinelTuning.objects.latest("id")
    assert (move.before, move.because, move.mover) == (Decimal("1.875"), "misuse", judge.label)


def post_of(posting):
    return Post(
        officer=posting.officer_code,
        account=posting.account_id,
        department=posting.department.code,
        capacity=posting.capacity,
    )


def test_verdicts_move_a_threshold_within_bounds_and_it_can_be_put_back(clerk, judge):
    place = (clerk.department.code, "clerk")
    for _ in range(7):
        alarm = raised(clerk, 27)
        verdict(judge, alarm, WRONG)
    assert factors_of([place])["without_case", *place] == Decimal("4.000")

    assert reset_line(actor=judge, rule="without_case", department=place[0], capacity=place[1])
    assert factors_of([place])["without_case", *place] == Decimal("1.500")
    assert AuditEntry.objects.filter(verb="alarm.line_reset", actor=judge.account).count() == 1
    assert not reset_line(actor=judge, rule="without_case", department=place[0], capacity=place[1])


def test_a_rule_that_asks_after_every_look_is_not_moved(judge):
    person = make_person()
    clerk = make_posting(account=make_staff(private_person=person))
    sentinel_reads([leave_look(clerk, person.pk)])
    verdict(judge, alarm_of(clerk, "relatives"), EXPLAINED)
    assert not SentinelTuning.objects.exists()


def test_the_rate_of_false_alarms_is_explained_and_wrong_over_judged(judge):
    clerks = [make_posting() for _ in range(5)]
    alarms = [raised(clerk) for clerk in clerks]
    for alarm, kind in zip(alarms, (EXPLAINED, WRONG, MISUSE, INQUIRY), strict=False):
        verdict(judge, alarm, kind)

    found = next(one for one in records_of_rules(judge) if one.rule.code == "without_case")
    assert (found.raised, found.waiting, found.inquired) == (5, 1, 1)
    assert (found.judged, found.false, found.false_percent) == (3, 2, 67)
    quiet = next(one for one in records_of_rules(judge) if one.rule.code == "exports")
    assert (quiet.raised, quiet.false_percent) == (0, None)


def test_what_nobody_judged_in_time_is_late(clerk):
    alarm = raised(clerk)
    others = SentinelAlarm.objects.count()
    reader = officer_actor(make_posting(capacity="supervisor"))
    waiting = waiting_alarms(reader)
    assert (waiting.open, waiting.late) == (others, 0)
    assert waiting_alarms(reader, alarm.due_on).late == 0
    assert waiting_alarms(reader, alarm.due_on + timedelta(days=1)).late == others


def test_what_is_inquired_into_still_waits_and_becomes_late(client, clerk):
    supervisor = make_posting(capacity="supervisor")
    judge, alarm = officer_actor(supervisor), raised(clerk)
    before = waiting_alarms(judge).open
    verdict(judge, alarm, INQUIRY)

    assert waiting_alarms(judge).open == before
    late = alarm.due_on + timedelta(days=1)
    assert waiting_alarms(judge, late).late == before
    assert [one.is_late for one in alarm_lines([alarm], {}, {}, late)] == [True]
    sign_in(client, supervisor.account)
    pages = {
        state: client.get(f"/admin/trail/alarms/?state={state}", headers={"accept-language": "en"})
        for state in ("raised", "inquiry")
    }
    assert "1 is being inquired into and waits for its last verdict" in text(pages["raised"])
    assert date_format(alarm.due_on, "SHORT_DATE_FORMAT") in text(pages["inquiry"])


def test_the_menu_does_not_count_alarms_about_the_reader_under_whatever_account(clerk):
    raised(clerk)
    human = make_person()
    link(clerk.account, human)
    twin = make_staff(private_person=human)
    own = officer_actor(make_posting(capacity="supervisor", account=twin))

    others = SentinelAlarm.objects.exclude(account=clerk.account_id).count()
    assert (waiting_alarms(own).open, SentinelAlarm.objects.count() > others) == (others, True)
