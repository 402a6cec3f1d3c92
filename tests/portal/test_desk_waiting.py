"""The menu counts what waits for this reader: no own request, nothing that concerns oneself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actions.ask_for_export import ask_for_export
from audit.keeping.erasing import Ground
from audit.selectors import TrailSearch
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.actions.ask_why import ask_why
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.actions.protect_person import end_protection, protect_person
from identity.models import DisclosureHold, LookQuestion
from portal.desk.lookup import look_up_person
from portal.desk.menu import menu_of, waiting_of
from portal.desk.models import LookupReview
from portal.erasures.ask_erasure import ErasureRequest, ask_erasure
from tests.conftest import close_gate
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look, make_superior

pytestmark = pytest.mark.django_db


def supervisor(human=None):
    account = make_staff(private_person=human)
    return make_posting(capacity="supervisor", account=account)


def waiting(posting) -> dict[str, tuple[int, bool]]:
    """By the last part of its address, how much waits in each room, and whether some is late."""
    rooms = waiting_of(menu_of(officer_actor(posting)))
    return {one["url"].rstrip("/").split("/")[-1]: (one["count"], one["hot"]) for one in rooms}


def ask_for_all(posting, person, number) -> None:
    """A file, a hold, an erasure and the end of a protection."""
    actor = officer_actor(posting)
    ask_for_export(
        actor=actor,
        kind="entries",
        search=TrailSearch(since=timezone.now()),
        post=None,
        inquiry="川监〔2026〕12号",
        ground="review",
    )
    ask_hold(
        actor=actor,
        wanted=HoldRequest(
            subject_id=person.pk,
            scope=DisclosureHold.Scope.CASE,
            scope_code="YB-2026-1111-1111",
            looks_from=timezone.localdate(),
            looks_to=timezone.localdate(),
            ground=DisclosureHold.Ground.DUTY,
            days=30,
            words="来函：测2026-1号",
        ),
    )
    ask_erasure(
        actor=actor,
        wanted=ErasureRequest(
            subject_id=person.pk,
            before=timezone.localdate(),
            ground=Ground.WITHDRAWN,
            with_others=False,
            although_needed=False,
            words="当事人撤回同意",
        ),
    )
    protection = protect_person(actor=actor, number=number, ground="witness")
    end_protection(actor=actor, protection_id=protection.pk)
    close_gate()


def test_requests_wait_for_others_and_not_for_any_account_of_who_asked():
    human, number = make_person(), make_number()
    asker, twin, other = supervisor(human), supervisor(human), supervisor()
    ask_for_all(asker, make_person(number=number), number)

    one = (1, False)
    assert waiting(other) == {"exports": one, "holds": one, "protected": one, "erasures": one}
    assert waiting(asker) == waiting(twin) == {}
    assert waiting(make_posting(capacity="secadmin")) == {"protected": one}


def test_the_end_of_a_declaration_waits_for_supervisors_who_are_not_the_officer():
    human = make_person()
    clerk = officer_actor(make_posting(account=make_staff(private_person=human)))
    relative = declare_relative(actor=clerk, number=make_number(), relation="other")
    ask_end_of_relative(actor=clerk, relative_id=relative.pk)

    assert waiting(supervisor(human)) == {}
    assert waiting(supervisor()) == {"to-end": (1, False)}


def test_a_hold_on_oneself_and_one_that_lapsed_are_not_counted(monkeypatch):
    number = make_number()
    person = make_person(number=number)
    concerned, other = supervisor(person), supervisor()
    ask_for_all(supervisor(), person, number)

    assert "holds" not in waiting(concerned)
    assert waiting(other)["holds"] == (1, False)
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "holds" not in waiting(other)


def test_reviews_and_questions_are_late_after_their_day_and_not_for_who_looked(monkeypatch):
    human, office = make_person(), make_department()
    clerk = make_posting(department=office, account=make_staff(private_person=human))
    twin, other = supervisor(human), supervisor()
    citizen = make_citizen()
    look_up_person(
        actor=officer_actor(clerk), person_id=citizen.person_id, reason="called", why="来电问办件"
    )
    look = make_look(clerk, citizen.person_id)
    ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么看？")
    close_gate()

    assert waiting(twin) == {}
    assert waiting(other) == {"reviews": (1, False), "questions": (1, False)}
    last = max(LookupReview.objects.get().due_on, LookQuestion.objects.get().due_on)
    monkeypatch.setattr(timezone, "localdate", lambda *_: last + timedelta(days=1))
    assert waiting(other) == {"reviews": (1, True), "questions": (1, True)}


def test_a_posting_waits_for_security_but_not_for_whom_it_concerns():
    human = make_person()
    first, second = (
        make_posting(
            capacity="secadmin",
            account=make_staff(private_person=one),
        )
        for one in (human, None)
    )
    make_posting(account=make_staff(private_person=human), confirmed_at=None)

    assert waiting(first) == {}
    assert waiting(second) == {"to-confirm": (1, False)}


def test_the_first_page_of_a_supervisor_says_what_waits_and_nothing_where_nothing_does(client):
    number = make_number()
    reader = supervisor()
    sign_in(client, reader.account)
    assert "等您处理" not in client.get("/admin/trail/").content.decode()
    ask_for_all(supervisor(), make_person(number=number), number)

    page = client.get("/admin/trail/").content.decode()

    listed = page.split('id="waiting"')[1].split("</section>")[0]
    for room in ("/admin/trail/exports/", "/admin/holds/", "/admin/protected/"):
        assert f'href="{room}"' in listed


def test_each_room_costs_one_query_while_nothing_waits_and_rights_one_more():
    """The alarms cost two: files against the reader are read first."""
    superior = make_superior(make_department())

    def cost(posting):
        with CaptureQueriesContext(connection) as seen:
            menu_of(officer_actor(posting))
        return len(seen)

    assert (cost(supervisor()), cost(superior), cost(make_posting())) == (10, 3, 1)
