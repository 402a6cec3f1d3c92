"""Whoever answered for a look, or should have, hears it when somebody else has it, or the last
word, after them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from audit.outbox import take_all
from audit.trail import record
from identity.actions.answer_question import answer_question
from identity.actions.ask_why import ask_why
from identity.actions.pass_questions_on import pass_questions_on
from identity.models import LookQuestion, Message
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_department,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_superior

pytestmark = pytest.mark.django_db
FOR_WORK, MISTAKE = LookQuestion.Verdict.FOR_WORK, LookQuestion.Verdict.MISTAKE
FINE, NOT_FINE = LookupReview.State.FINE, LookupReview.State.NOT_FINE


@pytest.fixture
def offices():
    above = make_department(name="市局")
    return make_department(name="区分局", parent=above), above


@pytest.fixture
def superior(offices):
    return make_superior(offices[0])


@pytest.fixture
def higher(offices):
    return make_superior(offices[1])


@pytest.fixture
def supervisor():
    return make_posting(capacity="supervisor")


@pytest.fixture
def look(citizen, offices):
    actor = officer_actor(make_posting(department=offices[0]))
    look_up_person(actor=actor, person_id=citizen.person_id, reason="called", why="电话")
    close_gate()
    return AuditEntry.objects.get(verb=LOOKED_UP)


def ask(citizen, look):
    question = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么看我？")
    close_gate()
    return question


def answer(posting, question, verdict=FOR_WORK):
    answer_question(
        actor=officer_actor(posting),
        reference=question.reference,
        verdict=verdict,
        answer="为了办您的件。",
    )
    close_gate()


def go_up(question):
    """Nobody answered in time."""
    late = timezone.localdate() - timedelta(days=1)
    LookQuestion.objects.filter(pk=question.pk).update(due_on=late)
    pass_questions_on(timezone.localdate())
    close_gate()


def judge(posting, state):
    review = judge_look(
        actor=officer_actor(posting),
        reference=LookupReview.objects.get().reference,
        state=state,
        words="没有来电记录",
    )
    close_gate()
    return review


def told(posting) -> list[str]:
    """The kinds of messages to this officer but those that something waits, in their order."""
    take_all()
    record(actor=ARRANGING, verb="test.looked", subjects=[posting.account_id])
    kinds = Message.objects.filter(account=posting.account).exclude(kind="question.waits")
    found = list(kinds.order_by("created_at").values_list("kind", flat=True))
    close_gate()
    return found


def opened(client, posting, kind) -> str:
    """The page of the one message of this kind."""
    sign_in(client, posting.account)
    record(actor=ARRANGING, verb="test.looked", subjects=[posting.account_id])
    message = Message.objects.get(account=posting.account, kind=kind).pk
    close_gate()
    page = client.get(f"/admin/messages/{message}/").content.decode()
    return page[page.index("<main") : page.index("</main")]


def test_who_answered_hears_that_the_person_asks_again_and_what_the_next_found(
    client, citizen, look, superior, higher, supervisor
):
    first = ask(citizen, look)
    answer(superior, first)
    assert told(superior) == []
    second = ask(citizen, look)
    assert told(superior) == ["question.asked_again"]
    answer(higher, second, MISTAKE)
    assert told(superior) == ["question.asked_again", "question.answered_otherwise"]
    assert told(higher) == []
    page = opened(client, superior, "question.answered_otherwise")
    assert f"结论与您不同：{first.reference}" in page
    assert "看错了" in page
    assert 'href="/admin/questions/"' in page


def test_who_answered_hears_nothing_of_the_same_finding(
    citizen, look, superior, higher, supervisor
):
    answer(superior, ask(citizen, look))
    answer(higher, ask(citizen, look))
    assert told(superior) == ["question.asked_again"]
    ask(citizen, look)
    assert told(higher) == ["question.asked_again"]
    assert told(superior) == ["question.asked_again"]


def test_who_let_the_time_go_by_hears_that_it_went_over_their_heads(
    client, citizen, look, superior, higher, supervisor
):
    question = ask(citizen, look)
    go_up(question)
    go_up(question)
    assert [told(one) for one in (superior, higher, supervisor)] == [
        ["question.went_up"],
        ["question.went_up"],
        [],
    ]
    assert question.reference in opened(client, superior, "question.went_up")


def test_whoever_has_it_next_as_well_is_told_only_that_it_waits(citizen, look, offices):
    both = make_superior(offices[0])
    above = make_superior(offices[1], account=both.account)
    question = ask(citizen, look)
    go_up(question)
    answer(above, question)
    assert told(both) == []


def test_nobody_is_told_of_an_own_second_answer(citizen, look, offices):
    both = make_superior(offices[0])
    above = make_superior(offices[1], account=both.account)
    answer(both, ask(citizen, look))
    answer(above, ask(citizen, look), MISTAKE)
    assert told(both) == []


def test_who_reviewed_a_look_hears_that_the_answer_found_otherwise(
    client, citizen, look, superior, supervisor
):
    review = judge(supervisor, FINE)
    answer(superior, ask(citizen, look), MISTAKE)
    assert told(superior) == []
    assert set(told(supervisor)) == {"question.not_in_order", "review.answered_otherwise"}
    page = opened(client, supervisor, "review.answered_otherwise")
    assert f'href="/admin/lookup/reviews/{review.reference}/"' in page
    assert "看错了" in page


def test_who_answered_hears_that_the_review_found_otherwise(
    client, citizen, look, superior, supervisor
):
    question = ask(citizen, look)
    answer(superior, question)
    judge(supervisor, NOT_FINE)
    assert told(superior) == ["question.reviewed_otherwise"]
    assert told(supervisor) == []
    page = opened(client, superior, "question.reviewed_otherwise")
    assert f"复核结论与您的答复不同：{question.reference}" in page


@pytest.mark.parametrize(("state", "verdict"), [(FINE, FOR_WORK), (NOT_FINE, MISTAKE)])
def test_nobody_hears_anything_where_both_found_the_same(
    citizen, look, superior, supervisor, state, verdict
):
    judge(supervisor, state)
    answer(superior, ask(citizen, look), verdict)
    assert "review.answered_otherwise" not in told(supervisor)
    assert told(superior) == []
