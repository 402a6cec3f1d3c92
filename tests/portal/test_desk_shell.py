"""The shell of the back office: where each posting lands, looking a person up, demand."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.kernel.actors import Capacity
from portal.desk.menu import HOME, menu_of
from portal.home.selectors import online_releases
from tests.factories.desk import make_handed_in, make_rows
from tests.factories.identity import (
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look

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

    assert re.findall(r'<li>\s*<a href="([^"]+)" aria-current="page"', page) == [room]
    assert page.count("aria-current") == 1


@pytest.mark.parametrize(
    ("address", "room"),
    [
        ("/admin/trail/alarms/rules/", "/admin/trail/alarms/"),
        ("/admin/trail/seal/", "/admin/trail/seal/"),
        ("/admin/trail/exports/ask/?officer=GA-1", "/admin/trail/exports/"),
        ("/admin/lookup/case/", "/admin/lookup/"),
        ("/admin/holds/new/", "/admin/holds/"),
        ("/admin/erasures/new/", "/admin/erasures/"),
    ],
)
def test_a_page_inside_a_room_marks_that_room(client, address, room):
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.get(address))

    assert re.findall(r'<li>\s*<a href="([^"]+)" aria-current="(?:page|true)"', page) == [room]


def test_post_and_office_stand_at_the_side_and_at_the_end_of_a_page_and_nowhere_else(client):
    posting = make_posting(capacity="supervisor")
    clerk = make_posting()
    make_look(clerk, make_person().pk)
    sign_in(client, posting.account)

    page = text(client.post("/admin/trail/", {"officer": clerk.officer_code}, follow=True))

    assert "查看号" in page.partition("<main")[0]
    for words in (posting.officer_code, posting.department.name):
        side, end = page.partition("<main")[0], page.partition('class="page-mark"')[2]
        assert (side.count(words), end.count(words)) == (1, 1)


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


def test_an_unknown_address_of_the_back_office_stays_in_the_back_office(client):
    sign_in(client, make_posting().account)

    page = text(client.get("/admin/nothing/here/"), 404)

    assert 'class="staff' in page
    assert "/services/" not in page


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


def test_never_asked_for_counts_what_the_front_page_calls_online_and_a_good_zero_is_not_red(client):
    case = make_handed_in()
    sign_in(client, make_posting(capacity="lead").account)
    online = online_releases(timezone.localdate())
    asked = online.filter(item__applications__isnull=False).distinct().count()

    late, never = client.get("/admin/demand/").context["facts"]

    assert case.item_id in online.values_list("item_id", flat=True)
    assert never["value"] == online.count() - asked
    assert (late["value"], late["bad"]) == (0, False)
    assert never["bad"] is (never["value"] > 0)


@pytest.mark.parametrize("capacity", [*HOME, Capacity.SYSADMIN])
def test_no_two_rooms_of_a_menu_share_an_icon(capacity):
    actor = officer_actor(make_posting(capacity=capacity))
    icons = [entry["icon"] for group in menu_of(actor) for entry in group["entries"]]

    assert sorted(icons) == sorted(set(icons))
    assert "text" not in icons


def test_an_empty_inbox_of_an_officer_offers_no_service(client):
    sign_in(client, make_posting().account)

    page = text(client.get("/admin/messages/"))

    assert "/services/" not in page


def test_the_menu_folds_and_signing_out_does_not(client):
    sign_in(client, make_posting().account)

    page = text(client.get("/admin/postings/"))

    fold = page[page.index("<details") : page.index("</details>")]
    assert "data-menu open" in fold
    assert "/admin/sign-out/" not in fold
    assert "/admin/sign-out/" in page
