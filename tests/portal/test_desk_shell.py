"""The shell of the back office: where each posting lands, looking a person up, demand."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.verbs import Verb
from audit.models import AuditEntry, AuditSubject
from portal.desk.trail_words import VERBS
from portal.reports.verbs import Verb as Reported
from tests.factories.desk import make_handed_in, make_officer, make_rows, office_of
from tests.factories.identity import make_number, make_person, make_posting, make_staff, sign_in

pytestmark = pytest.mark.django_db


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(
    ("capacity", "room"),
    [
        ("clerk", "/admin/desk/"),
        ("superior", "/admin/desk/escalations/"),
        ("supervisor", "/admin/trail/"),
        ("lead", "/admin/reports/"),
        ("catalogue", "/admin/tables/"),
        ("sysadmin", "/admin/tables/"),
        ("secadmin", "/admin/tables/"),
    ],
)
def test_everybody_lands_in_the_room_of_their_posting(client, capacity, room):
    sign_in(client, make_posting(capacity=capacity).account)

    assert client.get("/admin/").headers["Location"] == room
    page = text(client.get(room))
    assert f'href="{room}"' in page


def test_the_side_shows_officer_code_department_and_only_the_rooms_of_the_posting(client):
    posting = make_posting(capacity="superior")
    sign_in(client, posting.account)

    page = text(client.get("/admin/desk/escalations/"))

    assert posting.officer_code in page
    assert posting.department.name in page
    assert "/admin/trail/" not in page


@pytest.mark.parametrize("room", ["/admin/trail/", "/admin/trail/leaks/"])
def test_one_room_is_marked_as_where_one_is(client, room):
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.get(room))

    assert re.findall(r'<li><a href="([^"]+)" aria-current="page"', page) == [room]
    assert page.count("aria-current") == 1


@pytest.mark.parametrize("page", ["password/", "email/", "second-factor/", "sessions/"])
def test_the_officers_own_account_is_inside_the_back_office(client, page):
    sign_in(client, make_posting(capacity="clerk").account)

    assert 'href="/admin/desk/"' in text(client.get(f"/admin/account/{page}"))


def test_a_refusal_at_work_leads_back_to_work(client):
    sign_in(client, make_posting(capacity="clerk").account)

    page = text(client.get("/admin/desk/YB-2026-0000-0000/"), status=404)

    assert 'class="btn" href="/admin/"' in page
    assert 'href="/admin/desk/"' in page


def test_who_holds_two_postings_switches_between_them(client):
    account = make_staff()
    first = make_posting(account=account, is_primary=True)
    second = make_posting(account=account, capacity="lead")
    sign_in(client, account)
    page = text(client.get("/admin/postings/"))
    assert (first.officer_code in page, second.officer_code in page) == (True, True)

    client.post("/admin/posting/", {"posting": str(second.pk), "next": "/admin/"})

    assert client.get("/admin/").headers["Location"] == "/admin/reports/"


def test_looking_a_person_up_needs_a_reason_and_is_theirs_to_see(client):
    number = make_number()
    person = make_person(name="李晓", number=number)
    posting = make_posting()
    sign_in(client, posting.account)

    without = text(client.post("/admin/lookup/", {"number": number}))
    response = client.post("/admin/lookup/", {"number": number, "reason": "called"})

    page = text(response)
    assert "李晓" not in without
    assert "李晓" in page
    assert number not in page
    assert "no-store" in response.headers["Cache-Control"]
    entry = AuditEntry.objects.get(verb="person.looked_up")
    assert (entry.purpose_kind, entry.purpose, entry.outcome) == ("reason", "called", "done")
    seen = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert list(seen) == [person.pk]


def test_only_numbers_of_open_cases_are_shown(client):
    case = make_handed_in()
    clerk = make_officer(office_of(case))
    number = make_number()
    person = make_person(number=number)
    make_rows(case, 1, subject_id=person.pk)
    make_rows(case, 1, subject_id=person.pk, state="withdrawn")
    sign_in(client, clerk.account)

    response = client.post("/admin/lookup/", {"number": number, "reason": "called"})

    assert len(response.context["found"].references) == 1
    assert case.item.name not in response.content.decode()


@pytest.mark.parametrize("number", ["110101199001011234", "x", "🙂", "\u202e1"])
def test_a_number_nobody_has_is_recorded_and_says_nothing_more(client, number):
    sign_in(client, make_posting().account)

    response = client.post("/admin/lookup/", {"number": number, "reason": "called"})

    assert response.context["found"] is None
    assert AuditEntry.objects.get(verb="person.looked_up").outcome == "refused"


@pytest.mark.parametrize("capacity", ["supervisor", "lead", "catalogue", "sysadmin"])
def test_others_do_not_look_people_up(client, capacity):
    sign_in(client, make_posting(capacity=capacity).account)

    assert client.post("/admin/lookup/", {"number": "1", "reason": "called"}).status_code == 403


def test_demand_is_counted_from_the_cases_and_costs_the_same(client):
    case = make_handed_in()
    sign_in(client, make_posting(capacity="lead").account)
    client.get("/admin/demand/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/demand/")
    make_rows(case, 199)

    with CaptureQueriesContext(connection) as many:
        response = client.get("/admin/demand/")

    assert len(many) == len(few)
    row = response.context["wanted"][0]
    assert (row.item, row.begun, row.handed_in, row.open) == (case.item, 200, 200, 200)


def test_every_verb_of_the_trail_has_words():
    root = Path(__file__).parents[2]
    packages = ("audit", "identity", "catalog", "applications", "portal")
    sources = [path for package in packages for path in (root / package).rglob("*.py")]
    written = {
        verb
        for path in sources
        for verb in re.findall(r'verb="([a-z_]+\.[a-z_.]+)"', path.read_text(encoding="utf-8"))
    }

    assert written | {verb.value for verb in Verb} | {verb.value for verb in Reported} <= set(VERBS)
