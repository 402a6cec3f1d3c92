"""The desk: what an officer can choose from, and how a case comes into his or her hands."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.states import State
from audit.models import AuditEntry
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, make_rows, office_of
from tests.factories.identity import make_department, sign_in
from tests.factories.portal import take_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_desk(client):
    case = make_handed_in()
    posting = make_officer(office_of(case))
    sign_in(client, posting.account)
    return case, posting


def text(response):
    assert response.status_code == 200, response
    return response.content.decode()


def test_a_clerk_lands_at_the_desk(client, at_desk):
    assert client.get("/admin/").headers["Location"] == "/admin/desk/"


def test_what_nobody_has_is_listed_without_opening_it(client, at_desk):
    case, _posting = at_desk
    before = AuditEntry.objects.latest("id").pk

    page = text(client.get("/admin/desk/?show=unclaimed"))

    assert case.reference in page
    assert "李*" in page
    assert "李晓" not in page
    [look] = AuditEntry.objects.filter(pk__gt=before)
    assert (look.verb, look.object_id) == ("queue.listed", "")


def test_the_most_urgent_case_is_taken_first_and_opened(client, at_desk):
    case, posting = at_desk
    make_rows(case, 3, state=State.SUBMITTED)

    response = client.post("/admin/desk/next/")

    taken = response.headers["Location"]
    assert taken.startswith("/admin/desk/T-")
    assert AuditEntry.objects.filter(verb="application.claimed").get().actor == posting.account_id


def test_an_empty_office_says_so_in_a_friendly_way(client):
    posting = make_officer(make_department())
    sign_in(client, posting.account)

    page = text(client.post("/admin/desk/next/", follow=True))

    assert "Nothing is waiting" in page or "没有" in page


@pytest.mark.parametrize("tab", ["mine", "unclaimed", "waiting"])
def test_the_list_costs_the_same_with_one_row_and_with_two_hundred(client, tab):
    case, posting = make_in_hand()
    sign_in(client, posting.account)
    hands = {"taken_by": posting} if tab != "unclaimed" else {}
    state = {"state": State.CORRECTING} if tab == "waiting" else {}
    make_rows(case, 1, **hands, **state)
    client.get("/admin/desk/")
    with CaptureQueriesContext(connection) as few:
        text(client.get(f"/admin/desk/?show={tab}"))
    make_rows(case, 199, **hands, **state)

    with CaptureQueriesContext(connection) as many:
        page = text(client.get(f"/admin/desk/?show={tab}"))

    assert len(many) == len(few)
    assert len(many) <= 17
    assert page.count("<tr>") == 51


def test_pages_follow_each_other_without_gap_or_repetition(client):
    case, posting = make_in_hand()
    sign_in(client, posting.account)
    make_rows(case, 120, taken_by=posting)
    seen, address = [], "/admin/desk/"

    for _ in range(3):
        response = client.get(address)
        seen += [row["application"].reference for row in response.context["rows"]]
        address = f"/admin/desk/?show=mine&from={response.context['page'].after}"

    assert len(seen) == 121
    assert len(set(seen)) == 121
    assert response.context["page"].after == ""
    back = client.get(f"/admin/desk/?from={response.context['page'].before}")
    assert [row["application"].reference for row in back.context["rows"]] == seen[50:100]


@pytest.mark.parametrize("cursor", ["x", "🙂", "a" * 900, "WyJhIiwgMSwgMl0", "%E2%80%AE", "e30"])
def test_a_cursor_that_makes_no_sense_shows_the_first_page(client, at_desk, cursor):
    page = text(client.get(f"/admin/desk/?show=unclaimed&from={cursor}"))

    assert at_desk[0].reference in page


def test_a_case_is_found_by_its_number_however_it_is_typed(client, at_desk):
    case, _posting = at_desk
    typed = case.reference.replace("-", " ").lower()

    response = client.get("/admin/desk/", {"find": typed})

    assert response.headers["Location"] == f"/admin/desk/{case.reference}/"


def test_unknown_and_foreign_numbers_get_the_same_answer(client, at_desk):
    foreign = make_handed_in(code="CN005")
    unknown = "YB-2026-0000-0000"

    for address in ("/admin/desk/{}/", "/admin/desk/{}/approve/", "/admin/desk/{}/files/1/"):
        answers = [
            client.get(address.format(reference)) for reference in (foreign.reference, unknown)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert len({_without_numbers(answer) for answer in answers}) == 1, address
    found = [client.get("/admin/desk/", {"find": one}) for one in (foreign.reference, unknown)]
    assert [answer.status_code for answer in found] == [200, 200]


def _without_numbers(response):
    """Without what differs by nature: the request's number, its address, the form's token."""
    page = response.content.decode()
    for own in (response.headers["X-Request-Id"][:8], response.wsgi_request.path):
        page = page.replace(own, "")
    lines = page.splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize("capacity", ["supervisor", "lead", "catalogue", "sysadmin", "secadmin"])
def test_nobody_but_clerks_reaches_the_desk(client, capacity):
    case = make_handed_in()
    sign_in(client, make_officer(office_of(case), capacity).account)

    for address in ("/admin/desk/", f"/admin/desk/{case.reference}/"):
        assert client.get(address).status_code == 403


def test_taking_a_case_and_handing_it_back(client, at_desk):
    case, posting = at_desk
    client.post(f"/admin/desk/{case.reference}/take/")
    case.refresh_from_db()
    assert (case.claimed_by, case.state) == (posting.account_id, State.ACCEPTED)

    client.post(f"/admin/desk/{case.reference}/hand-back/")

    case.refresh_from_db()
    assert case.claimed_by is None


def test_a_case_in_other_hands_is_not_taken_away(client, at_desk):
    case, _posting = at_desk
    other = make_officer(office_of(case))
    take_case(case, other)

    response = client.post(f"/admin/desk/{case.reference}/take/")

    assert response.status_code == 409
    case.refresh_from_db()
    assert case.claimed_by == other.account_id


def test_cases_of_other_offices_are_in_no_tab(client, at_desk):
    foreign = make_handed_in(code="CN005")

    for tab in ("mine", "unclaimed", "waiting"):
        assert foreign.reference not in text(client.get(f"/admin/desk/?show={tab}"))


def test_a_second_click_on_the_next_case_takes_no_second_case(client, at_desk):
    case, posting = at_desk
    make_rows(case, 3, state=State.SUBMITTED)
    seen = {"in_hand": client.get("/admin/desk/").context["in_hand"]}

    first = client.post("/admin/desk/next/", seen).headers["Location"]
    second = client.post("/admin/desk/next/", seen).headers["Location"]
    after_looking = client.post("/admin/desk/next/", {"in_hand": 1}).headers["Location"]

    assert second == first
    assert after_looking != first
    taken = AuditEntry.objects.filter(verb="application.claimed", actor=posting.account_id)
    assert taken.count() == 2


@pytest.mark.parametrize("count", ["-1", "x", "9" * 30, "٣", ""])
def test_a_count_that_is_none_is_no_reason_not_to_take_a_case(client, at_desk, count):
    response = client.post("/admin/desk/next/", {"in_hand": count})

    assert response.headers["Location"] == f"/admin/desk/{at_desk[0].reference}/"
