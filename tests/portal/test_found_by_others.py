"""Whoever judges a look reads what others found about it, as far as it is theirs to read."""

from html import unescape

import pytest

from audit.models import SentinelAlarm
from audit.sentinel.models import VerdictKind
from audit.sentinel.verdicts import judge_alarm
from identity.actions.answer_question import answer_question
from identity.actions.ask_why import ask_why
from identity.actions.declare_relative import declare_relative
from identity.models import DisclosureHold, LookQuestion
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from tests.conftest import close_gate
from tests.factories.holds import in_force, wanted
from tests.factories.identity import (
    citizen_actor,
    link,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look, make_superior
from tests.factories.trail import put_alarm

pytestmark = pytest.mark.django_db
FINE, NOT_FINE = LookupReview.State.FINE, LookupReview.State.NOT_FINE
FOR_WORK, MISTAKE = LookQuestion.Verdict.FOR_WORK, LookQuestion.Verdict.MISTAKE
NOTHING = "这里没有您可以看的其他结论。"
WORDS = "没有来电记录，理由不实"
REVIEWED, ALARMED = "监督员（复核这次查看）", "监督员（对异常提醒下结论）"


@pytest.fixture
def supervisors():
    """One who reviews, one who judges alarms, one who reads."""
    return [make_posting(capacity="supervisor") for _one in range(3)]


@pytest.fixture
def superior(clerk):
    return make_superior(clerk.department)


@pytest.fixture
def review(clerk, citizen) -> LookupReview:
    """A look without a case, waiting for its review."""
    look_up_person(
        actor=officer_actor(clerk), person_id=citizen.person_id, reason="called", why="来电问进度"
    )
    close_gate()
    return LookupReview.objects.get()


@pytest.fixture
def alarm(clerk, review) -> SentinelAlarm:
    found = put_alarm(clerk, review.entry_id)
    close_gate()
    return found


def reviewed(posting, review, state=NOT_FINE) -> None:
    judge_look(actor=officer_actor(posting), reference=review.reference, state=state, words=WORDS)
    close_gate()


def judged(posting, alarm, kind=VerdictKind.MISUSE) -> None:
    judge_alarm(actor=officer_actor(posting), number=alarm.pk, kind=kind, words=WORDS)
    close_gate()


def asked(account, entry_id) -> LookQuestion:
    question = ask_why(actor=citizen_actor(account), entry_id=entry_id, words="为什么？")
    close_gate()
    return question


def answered(posting, question, verdict=FOR_WORK) -> None:
    answer_question(
        actor=officer_actor(posting),
        reference=question.reference,
        verdict=verdict,
        answer="查过了。",
    )
    close_gate()


def found_on(client, posting, address: str) -> list[tuple[str, str, str]]:
    """Who found what, by which code, as the page tells it; none, and it says so."""
    sign_in(client, posting.account)
    response = client.get(address)
    page = unescape(response.content.decode())
    client.cookies.clear()
    close_gate()
    context = response.context
    found = context["judged"] if "judged" in context else context["found"]
    assert (NOTHING in page) is (not found)
    for one in found:
        assert one.who in page
        assert one.result in page
    return [(one.who, one.result, one.judge) for one in found]


def test_who_reviews_a_look_reads_the_verdict_of_an_alarm_and_the_answer_to_the_person(
    client, citizen, superior, supervisors, review, alarm
):
    reviewer, judge, _reader = supervisors
    address = f"/admin/lookup/reviews/{review.reference}/"
    assert found_on(client, reviewer, address) == []
    judged(judge, alarm)
    answered(superior, asked(citizen, review.entry_id))

    office = superior.department.display_name
    assert found_on(client, reviewer, address) == [
        (ALARMED, "确属滥用", judge.officer_code),
        (f"{office}的上级（答复当事人的提问）", FOR_WORK.label, superior.officer_code),
    ]
    reviewed(reviewer, review)
    assert len(found_on(client, reviewer, address)) == 2  # and not the reader's own


def test_who_judges_an_alarm_reads_the_review_and_the_answer_and_other_alarms(
    client, citizen, clerk, superior, supervisors, review, alarm
):
    reviewer, judge, reader = supervisors
    other = put_alarm(clerk, review.entry_id)
    waiting = put_alarm(clerk, review.entry_id)
    close_gate()
    reviewed(reviewer, review, FINE)
    judged(judge, other, VerdictKind.WRONG)
    judged(judge, waiting, VerdictKind.INQUIRY)
    answered(superior, asked(citizen, review.entry_id), MISTAKE)

    found = found_on(client, reader, f"/admin/trail/alarms/{alarm.pk}/")

    assert [(result, code) for _who, result, code in found] == [
        ("没有问题", reviewer.officer_code),
        ("规则不对", judge.officer_code),
        (MISTAKE.label, superior.officer_code),
    ]


def test_who_answers_reads_of_supervisors_what_the_person_reads_and_no_name(
    client, citizen, superior, supervisors, review, alarm
):
    reviewer, judge, _reader = supervisors
    judged(judge, alarm, VerdictKind.EXPLAINED)
    question = asked(citizen, review.entry_id)
    address = f"/admin/questions/{question.reference}/"
    assert found_on(client, superior, address) == []
    reviewed(reviewer, review)

    assert found_on(client, superior, address) == [
        (ALARMED, "有正当理由，没有问题", ""),
        (REVIEWED, "有问题", ""),
    ]
    sign_in(client, superior.account)
    page = client.get(address).content.decode()
    for secret in (reviewer.officer_code, judge.officer_code, WORDS):
        assert secret not in page


def test_who_answers_reads_nothing_that_a_hold_keeps_from_the_person(
    client, citizen, clerk, superior, supervisors, review
):
    question = asked(citizen, review.entry_id)
    ask = wanted(
        citizen,
        clerk.department,
        scope=DisclosureHold.Scope.OFFICER,
        scope_code=make_posting().officer_code,
    )
    in_force(supervisors[:2], ask)
    reviewed(supervisors[2], review)

    assert found_on(client, superior, f"/admin/questions/{question.reference}/") == []


def test_what_a_neighbour_was_answered_is_read_by_supervisors_and_not_by_who_answers(
    client, citizen, clerk, superior, supervisors
):
    neighbour = make_citizen()
    look = make_look(clerk, citizen.person_id, neighbour.person_id)
    alarm = put_alarm(clerk, look.pk)
    close_gate()
    answered(superior, asked(neighbour, look.pk), MISTAKE)
    question = asked(citizen, look.pk)

    assert found_on(client, superior, f"/admin/questions/{question.reference}/") == []
    ((_who, result, _code),) = found_on(client, supervisors[2], f"/admin/trail/alarms/{alarm.pk}/")
    assert result == MISTAKE.label


def test_a_supervisor_close_to_the_person_or_the_officer_reads_no_finding_on_the_alarm(
    client, clerk, supervisors, alarm, citizen, review
):
    reviewed(supervisors[0], review)
    address = f"/admin/trail/alarms/{alarm.pk}/"
    _one, of_person, of_officer = supervisors
    assert len(found_on(client, of_person, address)) == 1
    link(of_person.account, citizen.person)
    number = make_number()
    link(clerk.account, make_person(number=number))
    declare_relative(actor=officer_actor(of_officer), number=number, relation="sibling")
    close_gate()

    assert found_on(client, of_person, address) == []
    assert found_on(client, of_officer, address) == []


@pytest.mark.parametrize(("rule", "moves"), [("without_case", True), ("relatives", False)])
def test_each_verdict_says_what_it_does_before_it_is_chosen(
    client, clerk, supervisors, review, rule, moves
):
    alarm = put_alarm(clerk, review.entry_id, rule=rule)
    close_gate()
    sign_in(client, supervisors[0].account)

    page = client.get(f"/admin/trail/alarms/{alarm.pk}/").content.decode()

    picks = page.split('value="explained"')[1].split("</fieldset>")[0]
    said = [one.split('<span class="small muted">')[1] for one in picks.split("</label>")[:-1]]
    up, down = "界线上调四分之一", "界线下调五分之一"
    assert [(up in one, down in one, "收到消息" in one) for one in said] == [
        (moves, False, False),
        (False, False, False),
        (False, moves, True),
        (moves, False, False),
    ]
