"""Whom an officer names by number while working on a case is named by every look at it as well."""

from functools import partial

import pytest
from django.db import connection

from applications.actions.approve import approve_application
from applications.actions.escalate import answer_escalation, ask_superior
from applications.actions.keep_named import keep_named_of_earlier
from applications.actions.pass_step import pass_step
from applications.actions.reject import reject_application
from applications.actions.request_correction import request_correction
from applications.actions.state_fact import state_fact
from applications.actions.view import open_application
from applications.models import Application, Clock, Step
from applications.selectors.others import everybody_in
from audit.models import AuditEntry, AuditSubject
from tests.conftest import close_gate
from tests.demands import judge_at_once
from tests.factories.desk import make_in_hand, make_officer, make_rule, office_of
from tests.factories.identity import make_number, make_person, officer_actor
from tests.factories.rules import change_rule

pytestmark = pytest.mark.django_db
FACT = "licences.food_crime"


@pytest.fixture
def number():
    return make_number()


@pytest.fixture
def third(number):
    return make_person(name="周敏", number=number)


@pytest.fixture
def in_hand():
    return settled(*make_in_hand())


def settled(case, posting):
    settle()
    return case, officer_actor(posting)


def settle() -> None:
    """What was done up to here is judged; what follows is judged at its own end."""
    judge_at_once()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")
    close_gate()


def named_by(entry: AuditEntry) -> set:
    rows = AuditSubject.objects.filter(entry_id=entry.pk)
    return set(rows.values_list("subject", flat=True))


def newest_about(case: Application) -> AuditEntry:
    return AuditEntry.objects.filter(purpose=case.reference).latest("id")


def wants_fact(case):
    condition = {"field": FACT, "op": "<", "value": 5}
    change_rule(make_rule(), condition=condition)


def before_the_end(case):
    Step.objects.filter(application=case, state="open").update(kind="review")


def asked_once(case):
    Clock.objects.create(
        application=case,
        reason="correction",
        paused_at=case.submitted_at,
        resumed_at=case.submitted_at,
    )


POINT = {"target": "phone", "text": "打不通"}
ACTS = {
    "grant": (None, partial(approve_application, reason="见{}", no_interest=True)),
    "grant although": (
        None,
        partial(approve_application, reason="x", although="见{}", no_interest=True),
    ),
    "refuse, grounds": (None, partial(reject_application, grounds=["与{}不符"], reason="x")),
    "refuse, reason": (None, partial(reject_application, grounds=["x"], reason="见{}")),
    "correct": (
        None,
        partial(request_correction, points=[{"target": "phone", "text": "是{}的电话"}]),
    ),
    "correct again": (asked_once, partial(request_correction, points=[POINT], news="见{}")),
    "pass on": (before_the_end, partial(pass_step, reason="见{}")),
    "ask": (lambda case: make_rule(override="superior"), partial(ask_superior, reason="见{}")),
    "state": (wants_fact, partial(state_fact, field=FACT, value=None, evidence="问过{}")),
}


def with_number(words, number: str):
    if isinstance(words, str):
        return words.replace("{}", number)
    if isinstance(words, list):
        return [with_number(one, number) for one in words]
    if isinstance(words, dict):
        return {key: with_number(one, number) for key, one in words.items()}
    return words


@pytest.mark.parametrize("act", ACTS)
def test_an_act_with_somebodys_number_in_its_words_names_them_from_then_on(
    in_hand, third, number, act
):
    case, actor = in_hand
    arrange, do = ACTS[act]
    if arrange is not None:
        arrange(case)

    do(actor=actor, reference=case.reference, **with_number(do.keywords, number))

    judge_at_once()
    assert named_by(newest_about(case)) == {case.subject_id, third.pk}
    case.refresh_from_db()
    assert everybody_in(case) == [case.subject_id, third.pk]


def test_what_a_superior_answers_counts_too_and_the_officer_reads_it_under_their_name(
    in_hand, third, number
):
    case, actor = in_hand
    make_rule(override="superior")
    superior = officer_actor(make_officer(office_of(case), "superior"))
    ask_superior(actor=actor, reference=case.reference, reason="x")
    settle()

    answer_escalation(
        actor=superior, reference=case.reference, allow=True, document="1号", reason=f"见{number}"
    )

    assert named_by(newest_about(case)) == {case.subject_id, third.pk}
    close_gate()
    open_application(actor=actor, reference=case.reference)
    assert named_by(newest_about(case)) == {case.subject_id, third.pk}


def test_words_about_a_case_handed_in_earlier_do_not_keep_it_from_being_looked_through(
    third, number
):
    case, posting = make_in_hand(is_earlier=True, spouse_number=number)
    case, actor = settled(case, posting)

    request_correction(actor=actor, reference=case.reference, points=[POINT])
    close_gate()
    judge_at_once()

    assert keep_named_of_earlier() == 1
    case.refresh_from_db()
    assert everybody_in(case) == [case.subject_id, third.pk]
