"""Beginning: one draft, for the right subject, or a sentence that says what to do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from applications.access import get_own
from applications.actions.start import start_application
from applications.models import Application, Holder
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from catalog.models import ServiceItem
from catalog.selectors.definitions import definition_of
from identity.models import Account
from tests.factories.citizen import make_draft, make_mill, make_release, values_of
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_mandate,
    make_organisation,
    make_staff,
    sign_in,
)


@pytest.fixture
def citizen(client) -> Account:
    account = make_citizen()
    sign_in(client, account)
    return account


@pytest.mark.django_db
def test_pressing_start_twice_begins_one_request(client, citizen):
    make_release()
    first = client.post("/apply/CN014/")
    second = client.post("/apply/CN014/")
    assert first.headers["Location"] == second.headers["Location"]
    assert Application.objects.count() == 1
    case = Application.objects.get()
    assert AuditEntry.objects.filter(verb="application.started").count() == 1
    assert Holder.objects.get(application=case).kind == "applicant"
    assert values_of(case) == {}


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_the_same_moment_meet_in_one_draft():
    with in_one_transaction():
        make_release()
        account = make_citizen()

    def start() -> str:
        try:
            return start_application(actor=citizen_actor(account), item_code="CN014").reference
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        references = {future.result() for future in [pool.submit(start) for _ in range(2)]}
    assert len(references) == 1
    assert Application.objects.count() == 1
    definition_of.cache_clear()


@pytest.mark.django_db
def test_a_draft_stays_on_the_release_it_began_with(citizen):
    old = make_release()
    draft = make_draft(citizen)
    make_release(visits=1)
    assert make_draft(citizen).pk == draft.pk
    draft.refresh_from_db()
    assert draft.release_id == old.pk


@pytest.mark.django_db
def test_looking_at_the_address_leads_to_the_guide_and_begins_nothing(client, citizen):
    make_release()
    assert client.get("/apply/CN014/").headers["Location"] == "/services/CN014/"
    assert Application.objects.count() == 0


@pytest.mark.django_db
def test_the_address_of_a_draft_leads_to_where_it_was_left(client, citizen):
    make_release()
    draft = make_draft(citizen)
    answer = client.get(f"/apply/{draft.reference}/")
    assert answer.headers["Location"] == f"/apply/{draft.reference}/resume/"


@pytest.mark.django_db
def test_a_visitor_signs_in_first_and_comes_back_to_the_guide(client):
    make_release()
    answer = client.post("/apply/CN014/")
    assert answer.headers["Location"] == "/sign-in/?next=/services/CN014/"
    assert Application.objects.count() == 0


@pytest.mark.django_db
def test_somebody_who_has_not_proven_who_they_are_does_that_first(client):
    make_release()
    sign_in(client, make_citizen(proven=False))
    answer = client.post("/apply/CN014/")
    assert answer.headers["Location"].endswith("?next=%2Fservices%2FCN014%2F")
    assert Application.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["CN999", "x", "%F0%9F%98%80", "YB-2026-0000-0000", "a" * 300])
def test_an_unknown_item_is_answered_with_a_way_on(client, citizen, code):
    answer = client.post(f"/apply/{code}/")
    assert answer.status_code == 404
    assert "application.no_such_item" in answer.content.decode()


@pytest.mark.django_db
def test_an_item_whose_guide_is_not_published_says_so(client, citizen):
    ServiceItem.objects.create(
        code="GA001", name="事", item_type="01", department=make_department()
    )
    answer = client.post("/apply/GA001/")
    assert answer.status_code == 409
    assert "application.not_online_yet" in answer.content.decode()


@pytest.mark.django_db
def test_an_item_that_rests_begins_nothing(client, citizen):
    make_release()
    ServiceItem.objects.update(status="suspended")
    assert client.post("/apply/CN014/").status_code == 409
    assert Application.objects.count() == 0


@pytest.mark.django_db
def test_only_firms_can_file_a_project_and_a_person_hears_what_to_do(client, citizen):
    make_release("CN191")
    answer = client.post("/apply/CN191/")
    assert answer.status_code == 409
    assert "application.only_organisations" in answer.content.decode()


@pytest.mark.django_db
def test_the_legal_representative_files_for_the_firm(client, citizen):
    make_release("CN191")
    mill = make_mill(citizen)
    client.post("/apply/CN191/")
    case = Application.objects.get()
    assert (case.subject_id, case.subject_kind) == (mill.pk, "organisation")
    assert case.masked_name == mill.name


@pytest.mark.django_db
def test_with_two_firms_one_chooses_for_which(client, citizen):
    make_release("CN191")
    mill = make_mill(citizen)
    other = make_organisation(legal_representative=citizen.person)
    page = client.post("/apply/CN191/").content.decode()
    assert mill.name in page
    assert other.name in page
    assert "f-subject-error" not in page
    undecided = client.post("/apply/CN191/", {"choosing": "yes"}).content.decode()
    assert "f-subject-error" in undecided
    assert Application.objects.count() == 0
    client.post("/apply/CN191/", {"subject": str(other.pk)})
    assert Application.objects.get().subject_id == other.pk


@pytest.mark.django_db
@pytest.mark.parametrize("mine", [True, False])
def test_somebody_elses_firm_cannot_be_chosen(client, citizen, mine):
    make_release("CN191")
    if mine:
        make_mill(citizen)
    foreign = make_organisation()
    answer = client.post("/apply/CN191/", {"subject": str(foreign.pk)})
    assert answer.status_code == 409
    assert Application.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "consent/", "you/", "materials/", "check/", "receipt/", "correction/"]
)
def test_not_there_and_not_yours_are_one_answer(client, citizen, address):
    make_release()
    foreign = make_draft(make_citizen())
    address = address or "resume/"
    theirs = client.get(f"/apply/{foreign.reference}/{address}")
    nobodys = client.get(f"/apply/YB-2026-0000-0000/{address}")
    assert theirs.status_code == nobodys.status_code == 404
    assert "application.not_yours" in theirs.content.decode()
    assert _without(theirs, foreign.reference) == _without(nobodys, "YB-2026-0000-0000")


def _without(answer, reference: str) -> str:
    """The page without what is its own: the number asked for, and that of the request."""
    return answer.content.decode().replace(reference, "…").replace(answer["X-Request-Id"][:8], "…")


@pytest.mark.django_db
def test_an_officer_cannot_begin_anything():
    make_release()
    staff = make_staff()
    with pytest.raises(Refused) as refusal:
        start_application(actor=citizen_actor(staff), item_code="CN014")
    assert refusal.value.code == "application.not_for_whom_you_act"


@pytest.mark.django_db
def test_nobody_begins_for_somebody_who_did_not_ask_them_to():
    make_release()
    stranger = make_citizen()
    actor = citizen_actor(make_citizen(), on_behalf_of=stranger.person_id)
    with pytest.raises(Refused) as refusal:
        start_application(actor=actor, item_code="CN014")
    assert refusal.value.code == "application.not_for_whom_you_act"
    assert Application.objects.count() == 0


def give_mandate(helper: Account, elder: Account) -> dict[str, object]:
    """A mandate for the old-age allowance only; how an actor under it acts."""
    mandate = make_mandate(
        holder=helper.person,
        for_person=elder.person,
        item_codes=["CN100"],
        verbs=["view", "submit"],
        valid_to=timezone.localdate() + timedelta(days=30),
        evidence="TEST-1",
    )
    return {"on_behalf_of": elder.person_id, "mandate_id": mandate.pk}


@pytest.mark.django_db
def test_a_helper_asks_for_the_one_who_gave_the_mandate():
    make_release("CN100")
    elder, helper = make_citizen(), make_citizen()
    acting = give_mandate(helper, elder)
    draft = make_draft(helper, "CN100", **acting)
    assert (draft.subject_id, draft.applicant_id) == (elder.person_id, helper.person_id)
    assert get_own(citizen_actor(helper, **acting), draft.reference, verb="submit") == draft
    make_release("CN014")
    with pytest.raises(Refused):
        make_draft(helper, "CN014", **acting)


@pytest.mark.django_db
@pytest.mark.parametrize("is_acting", [True, False])
def test_a_mandate_opens_no_other_case_of_the_same_person(is_acting):
    make_release("CN014")
    elder, helper = make_citizen(), make_citizen()
    acting = give_mandate(helper, elder)
    other = make_draft(elder, "CN014")
    actor = citizen_actor(helper, **(acting if is_acting else {}))
    with pytest.raises(Refused) as refusal:
        get_own(actor, other.reference)
    assert refusal.value.code == "application.not_yours"
