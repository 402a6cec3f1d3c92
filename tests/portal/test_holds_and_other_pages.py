"""What people are told by their messages, questions and contested values a hold does not keep back:
somebody who compares the pages would read that there is one."""

import pytest

from audit.kernel.actors import Purpose
from audit.trail import ObjectRef, record
from identity.actions.end_hold import end_hold
from tests.conftest import close_gate
from tests.factories.holds import Scope, in_force, seen_by, shown_to, wanted
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.portal.test_looks_found import NOT_FINE, judge, looked_up
from tests.portal.test_wrong_looks_told import told

pytestmark = pytest.mark.django_db
MESSAGES = ("message.written", "message.sent")


@pytest.fixture
def citizen():
    return make_citizen()


@pytest.fixture
def clerk():
    return make_posting()


@pytest.fixture
def two():
    return [make_posting(capacity="supervisor") for _ in range(2)]


def test_a_look_that_a_message_tells_of_stays_where_it_leads_to(client, citizen, clerk, two):
    review = looked_up(clerk, citizen)
    judge(make_posting(capacity="supervisor"), review, NOT_FINE)
    assert told(citizen) == [review.entry_id]

    in_force(two, wanted(citizen, clerk.department))
    later = make_look(clerk, citizen.person_id)

    assert review.entry_id in [one.pk for one in shown_to(citizen)]
    assert later.pk not in [one.pk for one in shown_to(citizen)]
    sign_in(client, citizen)
    assert client.get(f"/my/access/{review.entry_id}/").status_code == 200


@pytest.mark.parametrize("capacity", ["clerk", "superior", "supervisor"])
@pytest.mark.parametrize("what", ["question", "dispute"])
def test_who_answered_is_told_whatever_a_hold_keeps_back(citizen, clerk, two, what, capacity):
    answers = make_posting(capacity=capacity, department=clerk.department)
    in_force(two, wanted(citizen, clerk.department))
    duty = Purpose.duty("supervision" if capacity == "supervisor" else what)
    for verb in (f"{what}.viewed", f"{what}.answered", "application.viewed"):
        make_look(answers, citizen.person_id, verb=verb, purpose=duty)

    assert seen_by(citizen) == [f"{what}.answered", f"{what}.viewed"]


def test_what_stands_in_the_inbox_is_told_as_written_and_sent(client, citizen, clerk, two):
    case = "YB-2026-AAAA-BBBB"
    make_look(clerk, citizen.person_id, purpose=Purpose.case(case))
    hold = in_force(two, wanted(citizen, clerk.department, scope=Scope.CASE, scope_code=case))
    for verb in MESSAGES:
        record(
            actor=ARRANGING,
            verb=verb,
            on=ObjectRef("identity.message", "1"),
            subjects=[citizen.person_id],
            purpose=Purpose.case(case),
        )
        close_gate()
    sign_in(client, citizen)

    def lines() -> list[str]:
        return [one.what for one in client.get("/my/access/").context["machine"].looks]

    meanwhile = lines()
    assert meanwhile
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    assert lines() == meanwhile
