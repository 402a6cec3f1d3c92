"""What the trail costs a page: the one statement that writes the entry, whatever the page shows.

Only pages that show the trail itself read it besides, in as many statements as they have lists.
"""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import close_gate
from tests.factories.citizen import make_draft
from tests.factories.desk import make_in_hand
from tests.factories.identity import make_citizen, make_person, make_posting, sign_in
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db
ENTRY = "select audit_record("
CLOSING = "audit.floor"  # the tests close the gate around each request
TRAIL = re.compile(r"\baudit_[a-z_]+\b")

OWN = ["/my/records/", "/my/messages/", "/my/licences/", "/my/mandates/", "/api/v1/cases/"]
OWN_CASE = ["/my/cases/{}/", "/my/cases/{}/handed-in/", "/my/cases/{}/withdraw/"]
SHOW_THE_TRAIL = {"/my/": 3, "/my/access/": 14, "/admin/desk/{}/": 2}
"""How often these read it here, however many entries there are."""


def on_the_trail(client, address: str) -> list[str]:
    """The statements of an answer that name a table or function of the trail."""
    client.get(address)  # what a session or a process asks once
    cache.clear()
    close_gate()
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in caught if TRAIL.search(one["sql"]) and CLOSING not in one["sql"]]


def entries(statements: list[str]) -> int:
    return sum(one.startswith(ENTRY) for one in statements)


@pytest.fixture
def case(client):
    citizen = make_citizen(person=make_person(name="李晓"))
    found, posting = make_in_hand(account=citizen)
    return found, citizen, posting


def test_a_page_without_anybodys_data_does_not_touch_the_trail(client, case):
    assert on_the_trail(client, f"/services/{case[0].item.code}/") == []
    assert on_the_trail(client, "/") == []


@pytest.mark.parametrize("address", [*OWN, *OWN_CASE])
def test_a_page_of_ones_own_costs_one_statement(client, case, address):
    found, citizen, _posting = case
    sign_in(client, citizen)

    touched = on_the_trail(client, address.format(found.reference))

    assert len(touched) == entries(touched) == 1


def test_each_page_of_a_form_costs_one_statement(client, case):
    _found, citizen, _posting = case
    draft = make_draft(citizen)
    sign_in(client, citizen)

    for page in ("you", "materials", "check"):
        touched = on_the_trail(client, f"/apply/{draft.reference}/{page}/")

        assert len(touched) == entries(touched) == 1


def test_the_list_at_the_desk_costs_one_statement(client, case):
    _found, _citizen, posting = case
    sign_in(client, posting.account)

    touched = on_the_trail(client, "/admin/desk/")

    assert len(touched) == entries(touched) == 1


@pytest.mark.parametrize(("address", "most"), SHOW_THE_TRAIL.items())
def test_a_page_that_shows_the_trail_writes_one_entry_and_reads_by_lists(
    client, case, address, most
):
    found, citizen, posting = case
    sign_in(client, posting.account if address.startswith("/admin/") else citizen)
    few = on_the_trail(client, address.format(found.reference))
    for _ in range(30):
        client.get(address.format(found.reference))

    many = on_the_trail(client, address.format(found.reference))

    assert entries(few) == entries(many) == 1
    assert len(few) - 1 <= most
    assert len(many) <= len(few)


def test_what_the_lists_of_looks_say_is_asked_once_for_all_of_them(client, case):
    """Whose looks they are: here of an officer at work, and of one who checks."""
    _found, citizen, _posting = case
    make_look(make_posting(capacity="supervisor"), citizen.person_id, verb="trail.viewed")
    sign_in(client, citizen)
    client.get("/my/access/")
    close_gate()
    with CaptureQueriesContext(connection) as caught:
        context = client.get("/my/access/").context

    assert context["people"].looks
    assert context["checkers"].looks
    for table in ("audit_sentinelalarm", "catalog_department", "identity_disclosurehold"):
        assert sum(f'FROM "{table}"' in one["sql"] for one in caught) == 1
