"""What people are told by their messages, questions and contested values a hold does not keep back:
somebody who compares the pages would read that there is one."""

import pytest

from audit.kernel.actors import Purpose
from audit.selectors import entries_visible_to
from audit.trail import ObjectRef, record
from identity.actions.end_hold import end_hold
from identity.models import PersonNumber
from portal.desk.reviews import reviews_for
from tests.conftest import close_gate
from tests.factories.found_looks import NOT_FINE, judge, looked_up
from tests.factories.holds import Scope, in_force, seen_by, shown_to, wanted
from tests.factories.identity import (
    ARRANGING,
    link,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.near import make_relative
from tests.portal.test_wrong_looks_told import told

pytestmark = pytest.mark.django_db
MESSAGES = ("message.written", "message.sent")


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


@pytest.mark.parametrize("tie", ["oneself", "close", "none"])
def test_a_supervisor_meets_in_the_back_office_nothing_that_is_kept_from_somebody_close(
    client, citizen, clerk, two, tie
):
    reader = make_posting(capacity="supervisor")
    if tie == "oneself":
        link(reader.account, citizen.person)
    elif tie == "close":
        make_relative(reader.account, PersonNumber.objects.get(person=citizen.person_id).digest)
    hold = in_force(two, wanted(citizen, clerk.department))
    review = looked_up(clerk, citizen)
    sign_in(client, reader.account)

    def meets() -> tuple[bool, bool, int]:
        entries = entries_visible_to(officer_actor(reader)).filter(pk=review.entry_id)
        listed = reviews_for(officer_actor(reader), is_open=True).filter(pk=review.pk)
        page = client.get(f"/admin/lookup/reviews/{review.reference}/")
        close_gate()
        return entries.exists(), listed.exists(), page.status_code

    assert meets() == ((True, True, 200) if tie == "none" else (False, False, 404))
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    assert meets() == (True, True, 200 if tie == "none" else 403)


def test_what_a_supervisor_did_is_there_whatever_is_kept_from_the_supervisor(citizen, two):
    reader = make_posting(capacity="supervisor")
    link(reader.account, citizen.person)
    in_force(two, wanted(citizen, reader.department))
    own = make_look(reader, citizen.person_id)

    assert entries_visible_to(officer_actor(reader)).filter(pk=own.pk).exists()
