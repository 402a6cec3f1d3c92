"""What others found about a look is told at that very look, and what one can do about it."""

import json
from html import unescape

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from audit.models import SentinelAlarm
from audit.sentinel.models import VerdictKind
from audit.sentinel.verdicts import judge_alarm
from identity.actions.answer_question import answer_question
from identity.actions.ask_why import ask_why
from identity.actions.end_hold import end_hold
from identity.models import DisclosureHold, LookQuestion
from tests.conftest import close_gate
from tests.factories.found_looks import (
    ACCESS,
    FINE,
    NOT_FINE,
    NOT_IN_ORDER,
    WORDS,
    found_at,
    judge,
    looked_up,
)
from tests.factories.holds import in_force, wanted
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look, make_superior
from tests.factories.trail import leave_look, put_alarm, sentinel_reads

pytestmark = pytest.mark.django_db
MISUSED = "监督员核查了这名工作人员的查看，包括这一次：确属滥用"
EXPLAINED = "监督员核查了这名工作人员的查看，包括这一次：理由正当"
NO_AGREEMENT = "对这次查看，几个结论不一致。"
Verdict = LookQuestion.Verdict


@pytest.fixture
def supervisor():
    return make_posting(capacity="supervisor")


def judge_alarm_about(supervisor, clerk, kind) -> None:
    alarm = SentinelAlarm.objects.get(officer=clerk.officer_code, rule="without_case")
    judge_alarm(actor=officer_actor(supervisor), number=alarm.pk, kind=kind, words=WORDS)
    close_gate()


def page_of(client, account) -> str:
    sign_in(client, account)
    return page(client)


def page(client, address: str = ACCESS) -> str:
    return unescape(client.get(address).content.decode())


def test_a_review_that_found_it_not_in_order_stands_at_that_look_with_what_one_can_do(
    client, citizen, clerk, supervisor
):
    other = looked_up(clerk, citizen)
    review = looked_up(clerk, citizen)
    judge(supervisor, review, NOT_FINE)

    assert found_at(client, citizen) == {review.entry_id: [NOT_IN_ORDER], other.entry_id: []}
    for address in (ACCESS, f"{ACCESS}{review.entry_id}/"):
        told = page(client, address)
        assert told.count(NOT_IN_ORDER) == 1
        assert told.count("您可以投诉；造成损害的，可以要求赔偿") == 1
        assert WORDS not in told
    assert "您可以投诉" not in page(client, f"{ACCESS}{other.entry_id}/")
    looks = json.loads(client.post("/my/export/").content)["who_looked"]
    assert [found["what"] for one in looks for found in one["found"]] == [NOT_IN_ORDER]


def test_a_review_that_found_it_in_order_says_so_and_no_more(client, citizen, clerk, supervisor):
    review = looked_up(clerk, citizen)
    judge(supervisor, review, FINE)

    assert found_at(client, citizen) == {review.entry_id: ["监督员复核了这次查看：没有问题"]}
    assert "您可以投诉" not in page(client)


def test_the_line_of_the_review_stands_alone_and_leads_to_the_look(
    client, citizen, clerk, supervisor
):
    review = looked_up(clerk, citizen)
    make_look(supervisor, citizen.person_id, verb="trail.viewed")
    judge(supervisor, review, NOT_FINE)
    make_look(supervisor, citizen.person_id, verb="trail.viewed")
    sign_in(client, citizen)

    lines = client.get(ACCESS).context["checkers"].looks

    assert sorted(len(one.same) for one in lines) == [0, 2]
    (alone,) = (one for one in lines if not one.same)
    assert alone.reviewed == review.entry_id
    of_line = page(client).split(f'id="look-{alone.number}"')[1].split("</li>")[0]
    assert f'href="{ACCESS}{review.entry_id}/"' in of_line


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (VerdictKind.MISUSE, [MISUSED]),
        (VerdictKind.INQUIRY, []),
        (VerdictKind.EXPLAINED, []),
        (VerdictKind.WRONG, []),
    ],
)
def test_a_verdict_of_misuse_stands_at_the_looks_it_is_about_and_no_other_verdict(
    client, citizen, clerk, supervisor, kind, told
):
    evidence = [leave_look(clerk, citizen.person_id, case="") for _ in range(11)]
    sentinel_reads(evidence)
    close_gate()
    judge_alarm_about(supervisor, clerk, kind)
    later = make_look(clerk, citizen.person_id)
    make_look(clerk, make_citizen().person_id)

    found = found_at(client, citizen)

    assert found.pop(later.pk) == []
    assert list(found.values()) == [told] * 11


@pytest.mark.parametrize(
    ("verdict", "is_wrong"),
    [(Verdict.NOT_ALLOWED, True), (Verdict.MISTAKE, True), (Verdict.FOR_WORK, False)],
)
def test_the_answer_to_ones_question_stands_at_the_look_it_was_about(
    client, citizen, clerk, verdict, is_wrong
):
    look = make_look(clerk, citizen.person_id)
    superior = make_superior(clerk.department)
    asked = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么？")
    answer_question(
        actor=officer_actor(superior), reference=asked.reference, verdict=verdict, answer="查过了。"
    )
    close_gate()

    found = found_at(client, citizen)

    assert found == {look.pk: [f"您的提问有了答复：{verdict.label}"]}
    for address in (ACCESS, f"{ACCESS}questions/{asked.reference}/"):
        assert ("您可以投诉" in page(client, address)) is is_wrong


def test_an_answer_stays_while_the_same_is_asked_of_the_office_above(client, citizen, clerk):
    look = make_look(clerk, citizen.person_id)
    superior = make_superior(clerk.department)
    asked = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么？")
    answer_question(
        actor=officer_actor(superior),
        reference=asked.reference,
        verdict=Verdict.MISTAKE,
        answer="查过了。",
    )
    ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="怎么会看错？")
    close_gate()

    assert found_at(client, citizen) == {look.pk: [f"您的提问有了答复：{Verdict.MISTAKE.label}"]}
    assert "您可以投诉" in page(client, ACCESS)


def test_what_somebody_else_asked_about_the_same_look_is_told_to_nobody_else(
    client, citizen, clerk
):
    neighbour = make_citizen()
    look = make_look(clerk, citizen.person_id, neighbour.person_id)
    superior = make_superior(clerk.department)
    asked = ask_why(actor=citizen_actor(neighbour), entry_id=look.pk, words="为什么？")
    answer_question(
        actor=officer_actor(superior),
        reference=asked.reference,
        verdict=Verdict.NOT_ALLOWED,
        answer="查过了。",
    )
    close_gate()

    assert found_at(client, citizen) == {look.pk: []}


def test_what_is_found_during_a_hold_is_told_when_it_is_over_and_what_was_told_stays(
    client, citizen, clerk, supervisor
):
    before, during = looked_up(clerk, citizen), looked_up(clerk, citizen)
    judge(supervisor, before, NOT_FINE)
    elsewhere = make_posting()
    ask = wanted(
        citizen,
        elsewhere.department,
        scope=DisclosureHold.Scope.OFFICER,
        scope_code=elsewhere.officer_code,
    )
    two = [make_posting(capacity="supervisor") for _ in range(2)]
    hold = in_force(two, ask)
    judge(supervisor, during, NOT_FINE)

    found = found_at(client, citizen)
    assert found == {during.entry_id: [], before.entry_id: [NOT_IN_ORDER]}
    client.cookies.clear()
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    found = found_at(client, citizen)
    assert found == {during.entry_id: [NOT_IN_ORDER], before.entry_id: [NOT_IN_ORDER]}


def test_a_review_never_leads_to_a_look_that_is_held_back(client, citizen, clerk, supervisor):
    review = looked_up(clerk, citizen)
    judge(supervisor, review, NOT_FINE)
    ask = wanted(
        citizen,
        clerk.department,
        scope=DisclosureHold.Scope.OFFICER,
        scope_code=clerk.officer_code,
    )
    in_force([make_posting(capacity="supervisor") for _ in range(2)], ask)

    assert found_at(client, citizen) == {}
    assert f"{ACCESS}{review.entry_id}/" not in page(client)


def test_who_answers_for_an_officer_does_not_read_what_supervisors_found(
    client, citizen, clerk, supervisor
):
    review = looked_up(clerk, citizen)
    judge(supervisor, review, NOT_FINE)
    look = make_look(clerk, citizen.person_id)
    superior = make_superior(clerk.department)
    asked = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么？")
    close_gate()
    sign_in(client, superior.account)

    told = page(client, f"/admin/questions/{asked.reference}/")

    assert "没有对应办件，查了您的信息" in told
    assert NOT_IN_ORDER not in told


def test_findings_that_contradict_stand_in_their_order_with_a_word_that_they_do(
    client, citizen, clerk, supervisor
):
    office, above = clerk.department, make_department(name="市局")
    office.parent = above
    office.save(update_fields=["parent"])
    make_superior(above)
    superior = make_superior(office)
    review = looked_up(clerk, citizen)
    judge(supervisor, review, NOT_FINE)
    assert NO_AGREEMENT not in page_of(client, citizen)
    asked = ask_why(actor=citizen_actor(citizen), entry_id=review.entry_id, words="为什么？")
    answer_question(
        actor=officer_actor(superior),
        reference=asked.reference,
        verdict=Verdict.FOR_WORK,
        answer="她来电。",
    )
    close_gate()

    told = page_of(client, citizen)

    answered = f"您的提问有了答复：{Verdict.FOR_WORK.label}"
    assert found_at(client, citizen) == {review.entry_id: [NOT_IN_ORDER, answered]}
    assert told.count(NO_AGREEMENT) == 1
    assert told.count(f'<a href="{ACCESS}{review.entry_id}/">问上一级') == 1
    for address in (f"{ACCESS}{review.entry_id}/", f"{ACCESS}questions/{asked.reference}/"):
        own = page(client, address)
        assert own.index(NOT_IN_ORDER) < own.index(answered) < own.index(NO_AGREEMENT)
        assert own.count("您可以投诉；造成损害的，可以要求赔偿") == 1


def test_a_good_reason_is_told_beside_what_somebody_else_found_wrong_and_not_alone(
    client, citizen, clerk, supervisor
):
    reviews = [looked_up(clerk, citizen) for _one in range(2)]
    entries = [one.entry_id for one in reviews]
    alarm = put_alarm(clerk, entries[0], entries=entries, until=reviews[1].at)
    judge_alarm(
        actor=officer_actor(supervisor), number=alarm.pk, kind=VerdictKind.EXPLAINED, words=WORDS
    )
    judge(make_posting(capacity="supervisor"), reviews[1], NOT_FINE)

    assert found_at(client, citizen) == {
        reviews[0].entry_id: [],
        reviews[1].entry_id: [EXPLAINED, NOT_IN_ORDER],
    }
    assert NO_AGREEMENT in page(client)


def test_ones_question_says_which_look_it_is_about(client, citizen, clerk):
    look = make_look(clerk, citizen.person_id)
    make_superior(clerk.department)
    asked = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么？")
    close_gate()
    sign_in(client, citizen)

    told = page(client, f"{ACCESS}questions/{asked.reference}/")

    own = told.split("您问的是哪次查看")[1].split("</section>")[0]
    moment = date_format(timezone.localtime(look.at), "Y年n月j日")
    for words in (moment, clerk.department.name, "办件人员", "打开了您的办件"):
        assert words in own


def test_findings_cost_the_same_for_one_look_and_for_many(
    client, citizen, clerk, supervisor, django_assert_max_num_queries
):
    for _ in range(3):
        judge(supervisor, looked_up(clerk, citizen), NOT_FINE)
    sign_in(client, citizen)
    client.get(ACCESS)
    with django_assert_max_num_queries(200) as few:
        client.get(ACCESS)
    for _ in range(2):
        other = make_posting()
        judge(supervisor, looked_up(other, citizen), NOT_FINE)
    with django_assert_max_num_queries(200) as many:
        client.get(ACCESS)

    assert len(many) == len(few)
