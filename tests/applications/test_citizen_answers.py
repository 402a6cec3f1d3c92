"""The form: known values with their source, what is typed and never lost, what is contested."""

from unittest.mock import patch

import pytest

from applications.answer_values import keep
from applications.models import Application
from audit.models import AuditEntry
from audit.trail import record
from identity.models import Consent, Dispute, RecordFetch
from identity.records.transport import SampleTransport, SourceUnavailable
from tests.conftest import close_gate
from tests.factories.citizen import (
    LI_XIAO,
    make_draft,
    make_helped,
    make_li_xiao,
    make_mill,
    make_registers,
    make_release,
    set_values,
    told,
    told_in,
    values_of,
)
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(client):
    make_release()
    make_registers()
    account = make_li_xiao()
    sign_in(client, account)
    return account


@pytest.fixture
def draft(citizen) -> Application:
    return make_draft(citizen)


def allow(client, draft):
    return client.post(f"/apply/{draft.reference}/consent/", {"answer": "yes"})


def save(client, draft, slug, **data):
    data.setdefault("shown", [key for key in data if key not in ("opened", "open", "keep", "then")])
    return client.post(f"/apply/{draft.reference}/{slug}/", data)


def test_known_values_come_with_source_authority_day_and_snapshot(client, draft):
    allow(client, draft)
    address = values_of(draft)["household_address"]
    assert address["value"] == "重庆市合川区南津街街道江城大道21号"
    assert (address["source"], address["edited"]) == ("household", False)
    assert address["authority"] == {"zh": "登记household", "en": "The household register"}
    assert address["as_of"]
    assert address["snapshot"]
    assert Consent.objects.get().item_code == "CN014"


def test_a_sensitive_value_is_kept_sealed_and_shown_masked(client, draft):
    allow(client, draft)
    kept = values_of(draft)["citizen_number"]["value"]
    assert sorted(kept) == ["mask", "sealed"]
    assert LI_XIAO not in str(values_of(draft))
    page = client.get(f"/apply/{draft.reference}/you/").content.decode()
    assert kept["mask"] in page
    assert LI_XIAO not in page


def test_the_page_counts_what_was_known_and_what_is_asked(client, draft):
    allow(client, draft)
    client.cookies["django_language"] = "en"
    page = client.get(f"/apply/{draft.reference}/you/").content.decode()
    assert "3 answers known already, 1 asked of you." in " ".join(page.split())


def test_the_consent_page_asks_no_register(client, draft):
    page = client.get(f"/apply/{draft.reference}/consent/").content.decode()
    assert "登记residence" in page
    assert RecordFetch.objects.count() == 0


def test_whoever_declines_is_asked_everything_by_hand(client, draft):
    onward = client.post(f"/apply/{draft.reference}/consent/", {"answer": "no"})
    assert onward.headers["Location"] == f"/apply/{draft.reference}/you/"
    assert values_of(draft) == {}
    assert RecordFetch.objects.count() == Consent.objects.count() == 0
    page = client.get(f"/apply/{draft.reference}/you/").content.decode()
    assert 'name="household_address"' in page


def test_a_register_that_is_down_leaves_its_questions_to_the_applicant(client, draft):
    answer = SampleTransport.ask

    def ask(self, number):
        if self.source_code == "household":
            raise SourceUnavailable("down")
        return answer(self, number)

    with patch.object(SampleTransport, "ask", ask):
        assert allow(client, draft).status_code == 302
    page = client.get(f"/apply/{draft.reference}/you/").content.decode()
    assert 'id="f-name-unchecked"' in page
    save(client, draft, "you", name="李晓")
    entry = values_of(draft)["name"]
    assert (entry["value"], entry["source"], entry["checked"]) == ("李晓", "you", False)


def test_a_firm_is_filled_from_the_firms_registers(client, citizen):
    make_release("CN191")
    make_mill(citizen)
    draft = make_draft(citizen, "CN191")
    allow(client, draft)
    known = [entry["source"] for entry in values_of(draft).values() if entry.get("source")]
    assert "business" in known


def test_what_does_not_pass_is_kept_as_typed_and_shown_again(client, draft):
    answer = save(client, draft, "you", name="李晓", phone="not a number 😀")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#f-phone"' in page
    assert "not a number 😀" in page
    assert values_of(draft)["name"]["value"] == "李晓"
    assert list(values_of(draft)["phone"]) == ["raw"]
    assert told_in(draft, "phone", "raw") == "not a number 😀"
    assert "not a number 😀" in client.get(f"/apply/{draft.reference}/you/").content.decode()


def test_a_sensitive_answer_that_does_not_pass_is_sealed_too(client, draft):
    save(client, draft, "you", citizen_number="11010519491231002")
    assert "11010519491231002" not in str(values_of(draft))
    page = client.get(f"/apply/{draft.reference}/you/").content.decode()
    assert "11010519491231002" in page


def test_saving_by_itself_is_silent_and_keeps_everything(client, draft):
    answer = client.post(
        f"/apply/{draft.reference}/you/",
        {"shown": ["name", "phone"], "name": "李晓", "phone": "1"},
        headers={"X-Autosave": "1"},
    )
    assert answer.status_code == 200
    assert "saved_at" in answer.json()
    assert values_of(draft)["name"]["value"] == "李晓"
    assert told_in(draft, "phone", "raw") == "1"
    draft.refresh_from_db()
    assert draft.last_page == "you"


def test_the_draft_is_taken_up_where_it_was_left(client, draft):
    save(client, draft, "home", tenure="rent")
    onward = client.get(f"/apply/{draft.reference}/resume/")
    assert onward.headers["Location"] == f"/apply/{draft.reference}/home/"


def test_keeping_it_for_later_saves_what_was_typed_without_a_word(client, draft):
    answer = save(client, draft, "you", name="李晓", phone="1", then="later")
    assert answer.headers["Location"] == "/my/"
    assert values_of(draft)["name"]["value"] == "李晓"
    assert told_in(draft, "phone", "raw") == "1"


def test_a_page_with_nothing_to_ask_is_passed_over(client, citizen):
    make_release("CN191")
    make_mill(citizen)
    draft = make_draft(citizen, "CN191")
    set_values(draft, industry=told("软件"))
    here = f"/apply/{draft.reference}"
    assert client.get(f"{here}/policy/").headers["Location"] == f"{here}/materials/"
    data = {"shown": "industry", "industry": "软件"}
    assert client.post(f"{here}/industry/", data).headers["Location"] == f"{here}/materials/"
    data = {"shown": "industry", "industry": "造纸"}
    assert client.post(f"{here}/industry/", data).headers["Location"] == f"{here}/policy/"


GARBAGE = [
    "\x00",
    "a\x07b",
    "\u202egnp.exe",
    "😀" * 3000,
    "x" * 60_000,
    "'; drop table applications_answers; --",
    "<script>alert(1)</script>",
    "{{ 7 }}",
    "json:[1",
    "-1",
    "９" * 40,
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("slug", ["you", "home", "ground", "delivery"])
def test_garbage_in_any_field_is_answered_and_kept(client, draft, slug, garbage):
    keys = {
        "you": ["name", "citizen_number", "household_address", "phone"],
        "home": ["current_address", "living_since", "tenure"],
        "ground": ["ground"],
        "delivery": ["delivery"],
    }[slug]
    data = {"shown": keys, **dict.fromkeys(keys, garbage)}
    answer = client.post(f"/apply/{draft.reference}/{slug}/", data)
    assert answer.status_code in (302, 422)
    assert "<script>alert(1)</script>" not in answer.content.decode()
    assert client.get(f"/apply/{draft.reference}/{slug}/").status_code == 200
    assert set(values_of(draft)) >= set(keys)


@pytest.mark.parametrize("shown", ["nothing", "", "name'", "person.name", "__class__"])
def test_questions_the_page_does_not_have_are_passed_over(client, draft, shown):
    answer = client.post(f"/apply/{draft.reference}/you/", {"shown": shown, shown or "x": "1"})
    assert answer.status_code == 302
    assert values_of(draft) == {}


def test_a_page_the_form_does_not_have(client, draft):
    assert client.get(f"/apply/{draft.reference}/nowhere/").status_code == 302
    assert client.post(f"/apply/{draft.reference}/nowhere/").status_code == 404


def test_an_answer_that_brings_up_a_question_stays_on_the_page(client, draft):
    answer = save(client, draft, "ground", ground="study")
    assert answer.headers["Location"] == f"/apply/{draft.reference}/ground/#f-school"
    page = client.get(f"/apply/{draft.reference}/ground/").content.decode()
    assert 'name="school"' in page
    assert 'name="employer"' not in page


def test_a_known_value_changes_only_after_it_was_opened(client, draft):
    allow(client, draft)
    save(client, draft, "you", household_address="别的地方一百二十号")
    assert values_of(draft)["household_address"]["source"] == "household"


def test_contesting_a_value_keeps_the_registers_beside_it_and_tells_its_office(client, draft):
    allow(client, draft)
    opened = save(client, draft, "you", open="household_address", phone="138")
    assert opened.headers["Location"].endswith("/you/?open=household_address")
    assert told_in(draft, "phone", "raw") == "138"
    page = client.get(opened.headers["Location"]).content.decode()
    assert 'name="note-household_address"' in page

    answer = client.post(
        f"/apply/{draft.reference}/you/",
        {
            "shown": ["household_address", "phone"],
            "opened": "household_address",
            "household_address": "重庆市合川区人民路9号",
            "note-household_address": "搬家了",
            "phone": "13800138000",
        },
    )
    assert answer.headers["Location"] == f"/apply/{draft.reference}/home/"
    entry = values_of(draft)["household_address"]
    assert (entry["value"], entry["edited"]) == ("重庆市合川区人民路9号", True)
    assert entry["register_value"] == "重庆市合川区南津街街道江城大道21号"
    assert entry["register"]["source"] == "household"
    record(actor=ARRANGING, verb="test.looked", subjects=draft.subjects)
    dispute = Dispute.objects.get()
    assert (dispute.element, dispute.statement) == ("person.household_address", "搬家了")
    close_gate()


def test_a_contest_that_does_not_pass_leaves_the_registers_value(client, draft):
    allow(client, draft)
    data = {"shown": "household_address", "opened": "household_address", "household_address": "短"}
    assert client.post(f"/apply/{draft.reference}/you/", data).status_code == 422
    entry = values_of(draft)["household_address"]
    assert (entry["source"], entry["raw"]) == ("household", "短")
    client.post(
        f"/apply/{draft.reference}/you/",
        {"shown": "household_address", "opened": "household_address", "keep": "household_address"},
    )
    assert "raw" not in values_of(draft)["household_address"]


def test_whoever_gives_in_gets_the_registers_value_back(client, draft):
    allow(client, draft)
    before = values_of(draft)["household_address"]
    address = f"/apply/{draft.reference}/you/"
    data = {"shown": "household_address", "opened": "household_address"}
    client.post(address, {**data, "household_address": "重庆市合川区人民路9号"})
    assert values_of(draft)["household_address"]["edited"] is True
    client.post(address, {**data, "household_address": "别的", "keep": "household_address"})
    assert values_of(draft)["household_address"] == before


def test_a_sealed_answer_of_ones_own_can_be_changed_after_it_was_opened(client, draft):
    address = f"/apply/{draft.reference}/you/"
    save(client, draft, "you", phone="13800138000")
    page = client.get(address).content.decode()
    assert 'name="phone"' not in page
    opened = client.get(f"{address}?open=phone").content.decode()
    assert '<input type="hidden" name="opened" value="phone">' in opened
    save(client, draft, "you", phone="13900139000", opened="phone")
    assert told_in(draft, "phone") == "13900139000"


def test_who_typed_a_covered_answer_reads_it_in_full_while_it_is_a_draft(client, draft):
    number = {
        "value": keep(
            "500199199603081265", draft.pk, "citizen_number", sensitive=True, mask="number"
        ),
        "source": "household",
        "authority": {"zh": "区公安分局"},
        "as_of": "2026-11-01T00:00:00+00:00",
    }
    set_values(draft, citizen_number=number)
    save(client, draft, "you", phone="13800138000")

    for place in ("you", "check"):
        page = client.get(f"/apply/{draft.reference}/{place}/").content.decode()
        assert "13800138000" in page
        assert "500199199603081265" not in page


def test_who_did_not_fill_in_a_covered_answer_reads_it_covered(client, citizen):
    draft = make_helped(citizen, make_citizen())
    save(client, draft, "you", phone="13800138000")

    page = client.get(f"/apply/{draft.reference}/check/").content.decode()

    assert "13800138000" not in page
    assert "138******00" in page


def test_own_pages_leave_their_entry_each_time(client, draft):
    for _ in range(3):
        client.get(f"/apply/{draft.reference}/you/")
    entries = AuditEntry.objects.filter(verb="application.own.viewed", object_id=str(draft.pk))
    assert [entry.purpose_kind for entry in entries] == ["own"] * 3


def test_without_its_entry_no_page_shows_an_answer(client, draft, monkeypatch):
    set_values(draft, name=told("李晓"))
    monkeypatch.setattr("applications.case_trail.record", lambda **_: 0)
    client.raise_request_exception = False
    answer = client.get(f"/apply/{draft.reference}/you/")
    assert answer.status_code == 500
    assert "李晓" not in answer.content.decode()


def test_a_page_costs_the_same_with_every_answer_known(
    client, draft, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        client.get(f"/apply/{draft.reference}/you/")
    allow(client, draft)
    with django_assert_max_num_queries(16):
        client.get(f"/apply/{draft.reference}/you/")


def test_an_answer_may_be_left_out_where_the_form_allows_it(client, draft):
    save(client, draft, "ground", ground="job", employer="和兴", insured_months="")
    assert values_of(draft)["insured_months"] == {}
