"""A hold on looks at a case holds for everybody who stands in that case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from identity.actions.ask_why import ask_why
from identity.actions.confirm_hold import confirm_hold
from identity.actions.end_hold import end_hold, turn_hold_down
from identity.actions.open_hold import open_hold
from identity.actions.renew_hold import renew_hold
from identity.selectors import held_back
from identity.selectors.holds import ASKED, KIND, NO_HOLD, holds_before, waiting_holds
from identity.selectors.looks import (
    Lookers,
    Reader,
    looks_of_officer,
    looks_shown_late,
    page_of_looks,
    reader_for_answer,
    reader_of,
)
from identity.selectors.reach_of_holds import holds_reaching
from tests.conftest import close_gate
from tests.factories.holds import (
    Scope,
    ask,
    confirm,
    expire,
    in_force,
    refused,
    seen_by,
    shown_to,
    wanted,
)
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_organisation,
    make_posting,
    officer_actor,
)
from tests.factories.looks import make_look
from tests.identity.test_hold_bounds import (
    TIES,
    close_supervisor,
    pass_days,
    read,
    relative_of,
)
from tests.identity.test_holds import told

pytestmark = pytest.mark.django_db
NUMBER, OTHER_NUMBER = "YB-2026-1111-1111", "YB-2026-2222-2222"
CASE = Purpose.case(NUMBER)
OPENED, FILE = "application.viewed", "attachment.viewed"


@pytest.fixture
def spouse():
    """Stands in the case of the citizen; nobody asks for a hold on the spouse."""
    return make_citizen()


@pytest.fixture
def on_case(citizen, office):
    """The looks at one case, to be held back from the citizen."""
    return wanted(citizen, office, scope=Scope.CASE, scope_code=NUMBER)


def look(clerk, *accounts, purpose=CASE, **more) -> AuditEntry:
    return make_look(clerk, *(one.person_id for one in accounts), purpose=purpose, **more)


def late_for(account, *lookers) -> dict[str, tuple[str, object]]:
    """By verb: on what ground, and until when it was held back from this citizen."""
    entries = shown_to(account, *lookers)
    late = looks_shown_late(reader_of(citizen_actor(account)), entries)
    verbs = {one.pk: one.verb for one in entries}
    return {verbs[number]: (one.ground, one.until) for number, one in late.items()}


def test_who_stands_in_the_case_reads_nothing_of_it_while_the_hold_is_in_force(
    citizen, spouse, clerk, two, on_case
):
    look(clerk, citizen, spouse)
    hold = ask(two[0], on_case)
    assert seen_by(spouse) == [OPENED]

    confirm(two[1], hold)
    look(clerk, citizen, spouse, verb=FILE)

    assert (seen_by(citizen), seen_by(spouse)) == ([], [])
    assert seen_by(spouse, Lookers.MACHINE) == ["person.proven", "test.arranged"]


def test_what_is_not_of_that_case_and_of_those_days_is_shown(citizen, spouse, clerk, two, on_case):
    stranger = make_citizen()
    look(clerk, spouse, purpose=Purpose.case(OTHER_NUMBER))
    look(clerk, citizen, spouse, verb=FILE)
    look(clerk, stranger, purpose=Purpose.case(OTHER_NUMBER))

    in_force(two, on_case)

    assert (seen_by(spouse), seen_by(stranger)) == ([OPENED], [OPENED])
    tomorrow = timezone.localdate() + timedelta(days=1)
    days = {"looks_from": tomorrow, "looks_to": tomorrow, "scope_code": OTHER_NUMBER}
    in_force(two, wanted(citizen, clerk.department, scope=Scope.CASE, **days))
    assert (seen_by(spouse), seen_by(stranger)) == ([OPENED], [OPENED])


@pytest.mark.parametrize("scope", [Scope.OFFICE, Scope.OFFICER])
def test_a_hold_on_an_office_or_an_officer_is_of_one_person(
    citizen, spouse, clerk, office, two, scope
):
    code = {Scope.OFFICE: office.code, Scope.OFFICER: clerk.officer_code}[scope]
    look(clerk, citizen, spouse)

    in_force(two, wanted(citizen, office, scope=scope, scope_code=code))

    assert (seen_by(citizen), seen_by(spouse)) == ([], [OPENED])


def test_what_they_had_read_before_stays(citizen, spouse, clerk, two, on_case):
    look(clerk, citizen, spouse)
    read(spouse)
    hold = in_force(two, on_case)
    look(clerk, citizen, spouse, verb=FILE)

    assert (seen_by(citizen), seen_by(spouse)) == ([], [OPENED])
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    assert seen_by(spouse) == [FILE, OPENED]
    assert set(late_for(spouse)) == {FILE}


def test_what_they_read_while_it_is_in_force_tells_nothing(citizen, spouse, clerk, two, on_case):
    look(clerk, citizen, spouse)
    in_force(two, on_case)
    read(spouse)

    assert seen_by(spouse) == []


def test_what_was_read_for_the_firm_stays_for_who_leads_it(citizen, spouse, clerk, two, on_case):
    firm = make_organisation(legal_representative_id=spouse.person_id)
    make_look(clerk, citizen.person_id, firm.pk, spouse.person_id, purpose=CASE)
    look(clerk, citizen, spouse, verb=FILE)
    read(spouse, on_behalf_of=firm.pk)

    in_force(two, on_case)

    assert seen_by(spouse) == [OPENED]
    for_the_firm = reader_of(citizen_actor(spouse, on_behalf_of=firm.pk))
    assert [one.verb for one in page_of_looks(for_the_firm, Lookers.PEOPLE).rows] == [OPENED]


def test_looks_of_those_who_decided_are_shown_at_once(citizen, spouse, clerk, office, two, on_case):
    at_work = make_posting(department=office, account=two[0].account)
    close = make_posting(department=office, account=relative_of(two[1]))
    in_force(two, on_case)
    for posting in (clerk, at_work, close):
        look(posting, citizen, spouse)

    labels = [one.actor_label for one in shown_to(spouse)]
    assert labels == [close.officer_code, at_work.officer_code]


@pytest.mark.parametrize("verb", ["lookup_review.found_in_order", "alarm.judged"])
def test_what_supervisors_read_and_judge_does_not_give_it_away(
    citizen, spouse, clerk, two, on_case, verb
):
    judge, checked = make_posting(capacity="supervisor"), Purpose.duty("supervision")
    look(judge, spouse, purpose=checked, verb="trail.viewed")
    look(clerk, citizen, spouse)
    look(judge, spouse, purpose=checked, verb=verb)
    hold = in_force(two, on_case)
    look(judge, spouse, purpose=checked, verb="alarm.viewed")

    assert seen_by(spouse) == ["trail.viewed"]
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    assert seen_by(spouse) == ["alarm.viewed", verb, OPENED, "trail.viewed"]
    assert set(late_for(spouse, Lookers.CHECKERS)) == {"alarm.viewed", verb}
    assert set(late_for(spouse, Lookers.PEOPLE)) == {OPENED}


def test_supervisors_looks_at_the_rest_of_ones_affairs_are_shown(
    citizen, spouse, clerk, two, on_case
):
    firm = make_organisation(legal_representative_id=spouse.person_id)
    look(clerk, citizen, spouse)
    in_force(two, on_case)
    make_look(make_posting(capacity="supervisor"), firm.pk, verb="trail.viewed")

    assert seen_by(spouse) == ["trail.viewed"]


@pytest.mark.parametrize("way", ["ended", "expired"])
def test_after_the_end_they_read_ground_and_time_and_never_whose_hold_it_was(
    citizen, spouse, clerk, two, on_case, way, monkeypatch
):
    look(clerk, citizen, spouse)
    hold = in_force(two, on_case)

    if way == "ended":
        end_hold(actor=officer_actor(two[0]), reference=hold.reference)
        close_gate()
    else:
        pass_days(monkeypatch, 31)
    hold.refresh_from_db()

    assert seen_by(spouse) == [OPENED]
    until = hold.ended_at or hold.expires_at
    assert late_for(spouse) == {OPENED: (hold.get_ground_display(), until)}


def test_what_was_released_to_who_stands_in_the_case_no_hold_of_their_own_keeps_back(
    citizen, spouse, clerk, office, two, on_case
):
    look(clerk, citizen, spouse)
    hold = in_force(two, on_case)
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    in_force(two, wanted(spouse, office))
    look(clerk, citizen, spouse, verb=FILE)

    assert seen_by(spouse) == [OPENED]


def test_what_is_looked_at_after_the_end_is_not_late(citizen, spouse, clerk, two, on_case):
    hold = in_force(two, on_case)
    look(clerk, citizen, spouse)
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    look(clerk, citizen, spouse, verb=FILE)

    assert set(late_for(spouse)) == {OPENED}


def test_a_renewal_goes_on_from_what_they_had_read_before_the_first(
    citizen, spouse, clerk, two, on_case, monkeypatch
):
    look(clerk, citizen, spouse)
    read(spouse)
    first = in_force(two, replace(on_case, days=1))
    look(clerk, citizen, spouse, verb=FILE)
    read(spouse)
    renewal = renew_hold(
        actor=officer_actor(two[1]), reference=first.reference, days=10, words="还要十天"
    )
    close_gate()
    confirm(two[0], renewal)
    pass_days(monkeypatch, 2)

    assert seen_by(spouse) == [OPENED]
    pass_days(monkeypatch, 10)
    assert seen_by(spouse) == [FILE, OPENED]
    assert set(late_for(spouse)) == {FILE}


def test_pages_and_their_ends_tell_nothing(citizen, spouse, clerk, two, on_case):
    """One look a page, the one in the middle held back: there are two pages, and no empty one."""
    elsewhere = Purpose.case(OTHER_NUMBER)
    look(clerk, spouse, purpose=elsewhere)
    look(clerk, citizen, spouse, verb=FILE)
    look(clerk, spouse, purpose=elsewhere, verb="outcome.viewed")
    in_force(two, on_case)
    reader = reader_of(citizen_actor(spouse))

    first = page_of_looks(reader, Lookers.PEOPLE, size=1)
    second = page_of_looks(reader, Lookers.PEOPLE, first.after, size=1)

    assert [one.verb for one in (*first.rows, *second.rows)] == ["outcome.viewed", OPENED]
    assert second.after == ""


def test_they_cannot_ask_about_it_and_who_answers_does_not_read_it(
    citizen, spouse, clerk, two, on_case
):
    earlier = look(clerk, spouse, purpose=Purpose.case(OTHER_NUMBER))
    question = ask_why(actor=citizen_actor(spouse), entry_id=earlier.pk, words="为什么")
    close_gate()
    in_force(two, on_case)
    hidden = look(clerk, citizen, spouse)

    assert refused(ask_why, actor=citizen_actor(spouse), entry_id=hidden.pk, words="为什么") == (
        "look.not_there"
    )
    assert looks_of_officer(reader_for_answer(question), question).rows == []


def try_in_vain(supervisor, account) -> None:
    """The supervisor typed this number and got the number of the case wrong."""
    record(
        actor=officer_actor(supervisor),
        verb=ASKED,
        on=ObjectRef(KIND, NO_HOLD),
        subjects=[account.person_id],
        purpose=Purpose.duty("hold"),
        outcome="refused",
    )
    close_gate()


def test_a_slip_of_the_pen_about_one_of_them_is_not_told_meanwhile(
    citizen, spouse, clerk, two, on_case, monkeypatch
):
    try_in_vain(two[0], spouse)
    look(clerk, citizen, spouse)
    in_force(two, on_case)

    pass_days(monkeypatch, 8)

    assert seen_by(spouse) == []


def test_a_slip_that_was_told_before_stays_told(citizen, spouse, clerk, two, on_case, monkeypatch):
    monkeypatch.setattr(held_back, "TO_CONFIRM", timedelta(0))  # a try is told at once
    try_in_vain(two[0], citizen)
    try_in_vain(two[0], spouse)
    look(clerk, citizen, spouse)
    in_force(two, on_case)

    assert (seen_by(citizen), seen_by(spouse)) == ([ASKED], [ASKED])


@pytest.mark.parametrize("tie", TIES)
def test_who_is_close_to_somebody_in_the_case_neither_asks_nor_confirms_nor_sees_it(
    citizen, spouse, clerk, two, on_case, tie
):
    close = close_supervisor(spouse, tie)
    look(clerk, citizen, spouse)

    assert refused(ask, close, on_case) == "hold.not_yours"
    hold = ask(two[0], on_case)
    who = {"actor": officer_actor(close), "reference": hold.reference}
    assert not holds_before(who["actor"]).exists()
    assert waiting_holds(who["actor"]).open == 0
    for call in (confirm_hold, end_hold, open_hold):
        assert refused(call, **who) == "hold.not_there"
    assert refused(turn_hold_down, **who, words="不该暂缓") == "hold.not_there"
    confirm(two[1], hold)
    assert refused(renew_hold, **who, days=10, words="还要") == "hold.not_there"


def test_who_looked_at_the_case_does_not_decide_whoever_it_named(
    citizen, spouse, clerk, office, two, on_case
):
    inside = make_posting(department=office, account=two[0].account)
    look(inside, spouse)

    assert refused(ask, two[0], on_case) == "hold.own_looks"
    other = make_posting(capacity="supervisor")
    assert refused(confirm, two[0], ask(other, on_case)) == "hold.own_looks"


def test_holds_cost_a_stranger_one_query_where_there_are_none_and_four_where_others_have_some(
    citizen, spouse, clerk, two, on_case
):
    stranger = make_citizen()
    look(clerk, citizen, spouse)
    own = look(clerk, stranger, purpose=Purpose.case(OTHER_NUMBER))
    with CaptureQueriesContext(connection) as without:
        reader = reader_for(stranger)
        assert (reader.holds.kept, looks_shown_late(reader, [own])) == ([], {})
    assert len(without) == 1
    assert not any("audit_" in one["sql"] for one in without)
    expired = in_force(two, on_case)
    expire(expired)
    in_force(two, on_case)

    with CaptureQueriesContext(connection) as asked:
        reader = reader_for(stranger)
        assert (reader.holds.kept, looks_shown_late(reader, [own])) == ([], {})

    assert len(asked) == 4
    assert sum("audit_" in one["sql"] for one in asked) == 1


def reader_for(account) -> Reader:
    """Without what it costs to know for whom somebody reads."""
    subjects = [account.person_id]
    return Reader(account.pk, subjects, subjects, holds_reaching(subjects))


def test_whoever_it_kept_looks_from_is_told_when_it_is_over(citizen, spouse, clerk, two, on_case):
    had_read = make_citizen()
    look(clerk, citizen, spouse, had_read)
    read(had_read)
    first = in_force(two, on_case)
    renewal = renew_hold(
        actor=officer_actor(two[1]), reference=first.reference, days=10, words="还要十天"
    )
    close_gate()
    confirm(two[0], renewal)

    end_hold(actor=officer_actor(two[0]), reference=first.reference)
    assert [told(one) for one in (citizen, spouse, had_read)] == [[], [], []]
    end_hold(actor=officer_actor(two[0]), reference=renewal.reference)

    assert [told(one) for one in (citizen, spouse, had_read)] == [["hold.over"]] * 2 + [[]]
