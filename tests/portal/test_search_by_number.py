"""Any number a supervisor holds leads to its page; what there is not and what is not theirs is one
answer."""

import pytest
from django.utils import timezone

from audit.actions.ask_for_export import ask_for_export
from audit.directory import the_directory
from audit.selectors import TrailSearch
from identity.actions.ask_why import ask_why
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.erasures.ask_erasure import ErasureRequest, ask_erasure
from tests.conftest import close_gate
from tests.factories import holds
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.room import TRAIL, ask, text
from tests.factories.trail import put_alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    """A supervisor who has nothing to do with anybody here."""
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting


def a_review(clerk, citizen):
    actor = officer_actor(clerk)
    look_up_person(actor=actor, person_id=citizen.person_id, reason="called", why="电话")
    number = LookupReview.objects.get().reference
    return number, f"/admin/lookup/reviews/{number}/"


def a_question(clerk, citizen):
    entry = make_look(clerk, citizen.person_id)
    close_gate()
    asker = citizen_actor(citizen)
    number = ask_why(actor=asker, entry_id=entry.pk, words="为什么看？").reference
    return number, f"/admin/questions/{number}/"


def a_hold(clerk, citizen):
    asker = make_posting(capacity="supervisor")
    number = holds.ask(asker, holds.wanted(citizen, make_department())).reference
    return number, f"/admin/holds/{number}/"


def an_order(clerk, citizen):
    wanted = ErasureRequest(
        subject_id=citizen.person_id,
        before=timezone.localdate(),
        ground="pipl47_withdrawn",
        with_others=False,
        although_needed=False,
        words="本人来函",
    )
    actor = officer_actor(make_posting(capacity="supervisor"))
    number = ask_erasure(actor=actor, wanted=wanted).number
    return number, f"/admin/erasures/{number}/"


def a_file(clerk, citizen):
    number = ask_for_export(
        actor=officer_actor(make_posting(capacity="supervisor")),
        kind="entries",
        search=TrailSearch(officer=clerk.officer_code),
        post=the_directory().post(clerk.officer_code),
        inquiry="川监〔2026〕12号",
        ground="complaint",
    ).number
    return number, f"{TRAIL}exports/?number={number}"


def an_alarm(clerk, citizen):
    entry = make_look(clerk, citizen.person_id)
    put_alarm(clerk, entry.pk, number=7700041)
    return "7700041", f"{TRAIL}alarms/7700041/"


THINGS = pytest.mark.parametrize(
    "thing", [a_review, a_question, a_hold, an_order, a_file, an_alarm]
)


@THINGS
def test_a_number_leads_to_the_page_of_its_thing(client, clerk, reader, thing):
    number, page = thing(clerk, make_citizen(person=make_person()))
    close_gate()
    for typed in (number, f" {number.lower()} ", number.replace("-", " ")):
        answer = ask(client, {"officer": typed})
        assert answer.redirect_chain == [(page, 302)]
        assert number in text(answer)


@pytest.mark.parametrize(
    ("thing", "whom"),
    [
        (a_review, "officer"),
        (a_question, "officer"),
        (a_file, "officer"),
        (an_alarm, "officer"),
        (a_hold, "person"),
        (an_order, "person"),
    ],
)
def test_whom_it_concerns_reads_what_is_read_of_numbers_nobody_has(client, thing, whom):
    officer, person = make_person(), make_person()
    clerk = make_posting(account=make_staff(private_person=officer))
    number, _page = thing(clerk, make_citizen(person=person))
    close_gate()
    concerned = make_staff(private_person=officer if whom == "officer" else person)
    sign_in(client, make_posting(capacity="supervisor", account=concerned).account)
    answer = ask(client, {"officer": number})
    assert answer.redirect_chain == []
    assert f"这里没有“{number}”" in text(answer)


def test_figures_that_fit_an_officer_and_an_alarm_are_asked_back(client, clerk, reader):
    number, page = an_alarm(clerk, make_citizen(person=make_person()))
    near = make_posting(officer_code=f"GA-{number}")
    asked = ask(client, {"officer": number})
    keys = [one.key for one in asked.context["form"].matches]
    assert keys == [f"officer:{near.officer_code}", f"page:{page}"]
    assert ask(client, {"officer": number, "who": f"page:{page}"}).redirect_chain == [(page, 302)]
    elsewhere = ask(client, {"officer": number, "who": "page:https://example.org/"})
    assert elsewhere.redirect_chain == []


def test_only_the_file_that_was_asked_after_is_shown(client, clerk, reader):
    citizen = make_citizen(person=make_person())
    first, page = a_file(clerk, citizen)
    second, _page = a_file(clerk, citizen)
    shown = text(client.get(page))
    assert first in shown
    assert second not in shown
    assert "没有这个编号的留痕文件" in text(client.get(f"{TRAIL}exports/?number=TF-2026-0000-0000"))
