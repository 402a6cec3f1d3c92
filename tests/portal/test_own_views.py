"""Every road to one's own cases leaves its entry, for citizens and for who helps them."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.actions.withdraw import withdraw_application
from applications.models import Application
from audit.models import AuditEntry, AuditSubject
from identity.models import Account
from identity.selectors.actor import ACTING_FOR
from tests.factories.citizen import make_draft, make_release
from tests.factories.desk import make_handed_in
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_mandate,
    make_organisation,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db

ITEM = "CN100"
CASES = "/api/v1/cases/"
SHOWING = (
    "/api/v1/cases/{}/",
    "/apply/{}/receipt/",
    "/my/cases/{}/",
    "/my/cases/{}/handed-in/",
    "/my/cases/{}/withdraw/",
)
CALL = "select audit_record("


@pytest.fixture
def elder() -> Account:
    return make_citizen(person=make_person(name="黄桂兰"))


@pytest.fixture
def helper() -> Account:
    return make_citizen(person=make_person(name="李晓"))


@pytest.fixture
def case(elder: Account) -> Application:
    return make_handed_in(account=elder, code=ITEM)


@pytest.fixture(params=["citizen", "delegate"])
def reader(request, client: Client, elder: Account, helper: Account) -> Client:
    """The citizen whose case it is, and the helper who acts for that citizen under a mandate."""
    if request.param == "citizen":
        sign_in(client, elder)
        return client
    act_for(client, elder, helper)
    return client


def act_for(client: Client, elder: Account, helper: Account) -> None:
    """The helper, signed in and acting under a mandate that lets them look."""
    make_mandate(holder=helper.person, for_person=elder.person, item_codes=[ITEM], verbs=["view"])
    sign_in(client, helper)
    session = client.session
    session[ACTING_FOR] = str(elder.person_id)
    session.save()


def newest() -> int:
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def left_by(client: Client, address: str) -> tuple[list[AuditEntry], int, int]:
    """The entries of one look, the calls of the trail it took, and the status of the answer."""
    before = newest()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    calls = sum(one["sql"].startswith(CALL) for one in asked)
    return list(AuditEntry.objects.filter(pk__gt=before)), calls, answer.status_code


def named_in(entry: AuditEntry) -> set[UUID]:
    rows = AuditSubject.objects.filter(entry_id=entry.pk)
    return set(rows.values_list("subject", flat=True))


@pytest.mark.parametrize("address", SHOWING)
def test_whatever_shows_one_case_is_recorded_by_one_entry(reader, case, elder, helper, address):
    (entry,), calls, status = left_by(reader, address.format(case.reference))

    assert (status, calls) == (200, 1)
    assert (entry.verb, entry.object_id) == ("application.own.viewed", str(case.pk))
    assert (entry.purpose_kind, entry.outcome) == ("own", "done")
    assert named_in(entry) == {elder.person_id}
    is_helped = entry.capacity == "delegate"
    assert entry.actor == (helper if is_helped else elder).pk
    assert entry.principal == (elder.person_id if is_helped else None)


def test_the_list_of_ones_cases_is_recorded_by_one_entry(reader, case, elder, helper):
    (entry,), calls, status = left_by(reader, CASES)

    assert (status, calls) == (200, 1)
    assert (entry.verb, entry.purpose_kind) == ("application.own.listed", "own")
    assert (entry.object_kind, entry.object_id) == ("space", str(elder.person_id))
    assert named_in(entry) == {elder.person_id}
    is_helped = entry.capacity == "delegate"
    assert entry.actor == (helper if is_helped else elder).pk
    assert entry.principal == (elder.person_id if is_helped else None)


def test_the_list_names_the_firms_whose_cases_are_in_it(client, elder):
    firm = make_organisation(legal_representative=elder.person)
    sign_in(client, elder)

    (entry,), _calls, _status = left_by(client, CASES)

    assert named_in(entry) == {elder.person_id, firm.pk}


def test_what_somebody_under_a_mandate_read_is_told_to_its_giver(client, helper, elder, case):
    """The giver finds the list and the pages among what other citizens did."""
    act_for(client, elder, helper)
    for address in (CASES, f"/apply/{case.reference}/receipt/"):
        client.get(address)
    sign_in(client, elder)

    page = client.get("/my/access/", headers={"accept-language": "zh-hans"})

    told = [one.what for one in page.context["citizens"].single]
    assert sorted(told) == ["看了办件", "看了办件清单"]


def test_who_has_not_proven_who_they_are_reads_an_empty_list_about_nobody(client):
    sign_in(client, make_citizen(proven=False))

    assert left_by(client, CASES) == ([], 0, 200)


def test_a_case_that_is_not_ones_own_leaves_no_entry_about_anybody(client, helper, case):
    sign_in(client, helper)

    for address in SHOWING:
        assert left_by(client, address.format(case.reference)) == ([], 0, 404)


def test_the_description_of_the_api_lists_nobodys_cases(client, elder):
    sign_in(client, elder)

    entries, _calls, status = left_by(client, "/api/v1/schema/")

    assert ([one.verb for one in entries], status) == ([], 200)


@pytest.mark.parametrize(
    ("state", "address"),
    [
        ("draft", "/my/cases/{}/"),
        ("draft", "/my/cases/{}/handed-in/"),
        ("draft", "/apply/{}/receipt/"),
        ("draft", "/apply/{}/correction/"),
        ("draft", "/apply/{}/papers/"),
        ("submitted", "/apply/{}/consent/"),
        ("submitted", "/apply/{}/materials/"),
        ("submitted", "/apply/{}/check/"),
        ("submitted", "/apply/{}/photo/"),
        ("withdrawn", "/my/cases/{}/withdraw/"),
    ],
)
def test_who_is_only_led_on_has_not_looked(client, state, address):
    owner = make_citizen(person=make_person(name="黄桂兰"))
    make_release(ITEM)
    case = make_draft(owner, ITEM) if state == "draft" else make_handed_in(owner, ITEM)
    if state == "withdrawn":
        withdraw_application(actor=citizen_actor(owner), reference=case.reference)
    sign_in(client, owner)

    entries, _calls, status = left_by(client, address.format(case.reference))

    assert (entries, status) == ([], 302)


def test_a_proof_that_is_not_there_yet_is_no_look(client, case, elder):
    sign_in(client, elder)

    entries, _calls, status = left_by(client, f"/my/cases/{case.reference}/proof/")

    assert (entries, status) == ([], 404)


def test_a_page_of_the_list_that_is_not_there_is_no_look(reader, case):
    entries, _calls, status = left_by(reader, f"{CASES}?cursor=none")

    assert (entries, status) == ([], 404)


def test_the_own_space_names_those_it_calls_by_name_and_nobody_else(client, elder, helper):
    """Of mandates it says how many there are; for whom one may act stands on a button each."""
    firms = [make_organisation(legal_representative=elder.person) for _one in range(2)]
    giver = make_person(name="周敏")
    make_mandate(holder=helper.person, for_person=elder.person, item_codes=[ITEM])
    make_mandate(holder=elder.person, for_person=giver, item_codes=[ITEM])
    sign_in(client, elder)

    for acting_for in (None, firms[0].pk, giver.pk):
        session = client.session
        session[ACTING_FOR] = str(acting_for) if acting_for else None
        session.save()
        [entry], _calls, status = left_by(client, "/my/")

        assert status == 200
        assert named_in(entry) == {elder.person_id, giver.pk, *(firm.pk for firm in firms)}


def test_the_page_of_ones_mail_addresses_is_recorded_by_one_entry(client, elder):
    sign_in(client, elder)

    (entry,), calls, status = left_by(client, "/account/email/")

    assert (status, calls) == (200, 1)
    assert (entry.verb, entry.purpose_kind) == ("addresses.viewed", "own")
    assert named_in(entry) == {elder.person_id}


def test_mail_addresses_of_who_has_not_proven_who_they_are_name_nobody(client):
    sign_in(client, make_citizen(proven=False))

    assert left_by(client, "/account/email/") == ([], 0, 200)
