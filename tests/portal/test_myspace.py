"""The citizen's own space: cases, letters, who looked, records, and all of it as a file."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from applications.actions.approve import approve_application
from applications.actions.request_correction import request_correction
from applications.models import Outcome
from applications.states import State
from audit.kernel.actors import Purpose, PurposeKind
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from catalog.models import ServiceItem
from identity.models import Dispute, RecordSnapshot, RecordSource, RecordType
from identity.sealed.text import seal_text
from tests.conftest import close_gate
from tests.factories.desk import NUMBER, make_handed_in, make_in_hand, make_officer, make_rows
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_mandate,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(client):
    account = make_citizen(person=make_person(name="李晓"))
    sign_in(client, account)
    return account


@pytest.fixture
def granted(client, citizen):
    """A case of this citizen's that was granted, with its letter."""
    case, clerk = make_in_hand(account=citizen)
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    close_gate()
    case.refresh_from_db()
    return case


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def look(posting, person_id, purpose=None, verb="application.viewed"):
    record(
        actor=officer_actor(posting),
        verb=verb,
        on=ObjectRef("applications.application", "x"),
        subjects=[person_id],
        purpose=purpose,
        outcome="done" if purpose else "undone",
    )
    close_gate()


def test_the_space_greets_by_name_and_lists_what_is_open_first(client, citizen):
    case = make_handed_in(account=citizen)

    page = text(client.get("/my/"))

    assert "李晓" in page
    assert f"/my/cases/{case.reference}/" in page
    assert AuditEntry.objects.filter(verb="space.viewed").get().actor == citizen.pk


def test_an_empty_space_says_where_to_begin(client, citizen):
    page = text(client.get("/my/"))

    assert 'class="empty"' in page


def test_what_waits_for_the_reader_stands_first(client, citizen):
    case, clerk = make_in_hand(account=citizen)
    request_correction(
        actor=officer_actor(clerk),
        reference=case.reference,
        points=[{"target": "phone", "text": "号码打不通"}],
    )
    close_gate()

    home = text(client.get("/my/"))
    page = text(client.get(f"/my/cases/{case.reference}/"))

    assert f"/apply/{case.reference}/correction/" in home
    assert "note--wait" in home
    assert "号码打不通" in page
    assert f"/apply/{case.reference}/correction/" in page


def test_a_case_shows_holder_date_and_the_line(client, citizen):
    case = make_handed_in(account=citizen)

    page = text(client.get(f"/my/cases/{case.reference}/"))

    office = case.steps.get(order=1).department
    assert office.name in page
    assert case.due_on.isoformat() in page
    assert case.track_code in page
    assert 'aria-current="step"' in page


@pytest.mark.parametrize("way", ["", "outcome/", "withdraw/"])
def test_foreign_and_unknown_cases_are_not_there(client, citizen, way):
    foreign = make_handed_in()

    answers = [
        client.get(f"/my/cases/{reference}/{way}")
        for reference in (foreign.reference, "YB-2026-0000-0000", "🙂")
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert not any("李" in answer.content.decode() for answer in answers)


def test_taking_a_case_back_is_asked_once_more_and_then_final(client, citizen):
    case = make_handed_in(account=citizen)
    address = f"/my/cases/{case.reference}/withdraw/"
    text(client.get(address))
    case.refresh_from_db()
    assert case.state == State.SUBMITTED

    client.post(address)
    again = client.post(address)

    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert again.status_code == 409
    assert AuditEntry.objects.filter(verb="application.withdrawn", outcome="done").count() >= 1


def test_the_letter_carries_number_code_seal_and_where_to_check_it(client, granted):
    outcome = Outcome.objects.get(application=granted)

    page = text(client.get(f"/my/cases/{granted.reference}/outcome/"))

    assert outcome.number in page
    assert f"/trust/?code={outcome.code}" in page
    assert 'class="seal"' in page
    assert "准" in page
    assert AuditEntry.objects.get(verb="outcome.viewed").purpose_kind == "own"


def test_without_a_decision_there_is_no_letter(client, citizen):
    case = make_handed_in(account=citizen)

    assert client.get(f"/my/cases/{case.reference}/outcome/").status_code == 404


def test_a_granted_case_can_be_rated_and_is_listed_as_a_licence(client, granted):
    outcome = Outcome.objects.get(application=granted)

    page = text(client.get(f"/my/cases/{granted.reference}/"))
    licences = text(client.get("/my/licences/"))

    assert f"/my/cases/{granted.reference}/rate/" in page
    assert outcome.number in licences


def test_a_view_at_the_desk_is_seen_by_the_person_at_once_with_office_post_and_reason(
    client, citizen
):
    case, clerk = make_in_hand(account=citizen)
    sign_in(client, clerk.account)
    client.get(f"/admin/desk/{case.reference}/")
    sign_in(client, citizen)

    page = text(client.get("/my/access/"))

    assert clerk.department.name in page
    assert case.reference in page
    assert page.count("is-view") >= 1
    assert str(citizen.person_id) not in page


def test_a_look_without_a_case_is_shown_as_such(client, citizen):
    look(make_posting(), citizen.person_id)
    look(
        make_posting(), citizen.person_id, Purpose(PurposeKind.REASON, "called"), "person.looked_up"
    )

    page = text(client.get("/my/access/"))

    assert page.count("is-stop") == 1
    people = client.get("/my/access/").context["people"].looks
    assert [one.has_no_reason for one in people] == [False, True]
    assert people[0].why != ""


def test_third_persons_are_never_shown(client, citizen):
    """A case of other people in which one is named: that it was looked at, not whose it is."""
    other = make_handed_in()
    record(
        actor=officer_actor(make_posting()),
        verb="application.viewed",
        on=other,
        subjects=[*other.subjects, citizen.person_id],
        purpose=Purpose.case(other.reference),
    )
    close_gate()

    page = text(client.get("/my/access/"))

    assert other.reference not in page
    assert other.masked_name not in page.replace("李晓", "")
    assert str(other.applicant_id) not in page


def test_automatic_checks_and_own_looks_stand_apart(client, citizen):
    record(
        actor=ARRANGING,
        verb="message.sent",
        subjects=[citizen.person_id],
        purpose=Purpose.duty("outbox"),
    )
    close_gate()
    client.get("/my/")
    client.get("/my/")

    response = client.get("/my/access/")

    context = response.context
    assert [one.post for one in context["people"].looks] == []
    verbs = {one.what for one in context["machine"].looks}
    assert len(verbs) == 3  # the message, and what arranging the test recorded
    assert [len(one.same) for one in context["own"].looks] == [0, 2]  # this page, and the space


def test_a_register_was_asked_by_the_portal_not_by_a_person(client, citizen):
    record(
        actor=citizen_actor(citizen),
        verb="record.fetched",
        subjects=[citizen.person_id],
        purpose=Purpose.own(),
    )
    close_gate()

    looks = client.get("/my/access/").context["machine"].looks

    assert [one.post for one in looks if one.what == "向登记部门查了您的信息"] == [
        "系统，为了帮您填表"
    ]


def test_two_cases_about_the_same_can_be_told_apart_by_the_number(client, citizen):
    cases = [make_handed_in(account=citizen), make_handed_in(account=citizen)]

    page = text(client.get("/my/"))

    assert [page.count(f"{one.reference} · 最晚") for one in cases] == [1, 1]


def test_the_list_of_looks_costs_the_same_with_one_row_and_with_two_hundred(client, citizen):
    clerk = make_posting()
    look(clerk, citizen.person_id)
    client.get("/my/access/")
    with CaptureQueriesContext(connection) as few:
        client.get("/my/access/")
    for _ in range(199):
        look(clerk, citizen.person_id)

    with CaptureQueriesContext(connection) as many:
        response = client.get("/my/access/")

    assert len(many) <= len(few)  # the last page also asks since when entries are here
    first = response.context["people"]
    assert len(first.looks) == 50
    second = client.get(f"/my/access/?from={first.page.after}").context["people"]
    assert not {row.pk for row in first.page.rows} & {row.pk for row in second.page.rows}


def test_the_space_costs_the_same_with_one_case_and_with_two_hundred(client, citizen):
    case = make_handed_in(account=citizen)
    make_rows(case, 1, subject_id=citizen.person_id, state=State.WITHDRAWN)
    client.get("/my/")
    with CaptureQueriesContext(connection) as few:
        client.get("/my/")
    make_rows(case, 99, subject_id=citizen.person_id, state=State.WITHDRAWN)
    make_rows(case, 100, subject_id=citizen.person_id)

    with CaptureQueriesContext(connection) as many:
        response = client.get("/my/")

    assert len(many) == len(few)
    assert len(response.context["open_entries"]) == 100
    assert len(response.context["ended_entries"]) == 20


def make_snapshot(subject_id) -> RecordSnapshot:
    kind = RecordType.objects.create(code="household", name_zh="户口", name_en="Household")
    source = RecordSource.objects.create(
        code="household",
        name_zh="人口登记",
        name_en="Population register",
        record_type=kind,
        endpoint="sample:",
    )
    snapshot = RecordSnapshot(
        subject_id=subject_id,
        source=source,
        payload={
            "person.household_address": "广安区北辰街道1号",
            "person.citizen_number": seal_text(NUMBER, "x", mask="number"),
        },
        as_of=timezone.now(),
    )
    record(actor=ARRANGING, verb="test.arranged", subjects=[subject_id])
    snapshot.save(force_insert=True)
    close_gate()
    return snapshot


def test_records_show_what_registers_said_with_source_and_date_and_covered_numbers(client, citizen):
    make_snapshot(citizen.person_id)

    page = text(client.get("/my/records/"))

    assert "广安区北辰街道1号" in page
    assert date_format(timezone.localdate(), "Y年n月j日") in page
    assert NUMBER not in page
    assert "511*************34" in page
    assert AuditEntry.objects.filter(verb="record.viewed").get().purpose_kind == "own"


def test_a_wrong_value_is_contested_once_and_kept(client, citizen):
    make_snapshot(citizen.person_id)
    value = {"source": "household", "element": "person.household_address"}
    address = "/my/records/wrong/"
    text(client.get(address, value))

    empty = text(client.post(address, {**value, "statement": " "}))
    client.post(address, {**value, "statement": "我搬到了2号 🙂"})

    assert 'href="#id_statement"' in empty
    record(actor=ARRANGING, verb="test.looked", subjects=[citizen.person_id])
    assert Dispute.objects.get().statement == "我搬到了2号 🙂"


def test_a_second_word_about_the_same_value_meets_the_first(client, citizen):
    make_snapshot(citizen.person_id)
    value = {"source": "household", "element": "person.household_address"}
    address = "/my/records/wrong/"
    client.post(address, {**value, "statement": "我搬到了2号"})

    answer = client.post(address, {**value, "statement": "是3号"})

    page = text(client.get(answer.headers["Location"]))
    assert "我搬到了2号" in page
    assert "广安区北辰街道1号" in page
    said = re.search(r'name="instead_of" value="([^"]+)"', page)
    client.post(address, {**value, "statement": "是3号", "instead_of": said[1]})
    record(actor=ARRANGING, verb="test.looked", subjects=[citizen.person_id])
    dispute = Dispute.objects.get()
    assert dispute.statement == "是3号"
    assert [one["statement"] for one in dispute.earlier] == ["我搬到了2号"]
    close_gate()
    records = text(client.get("/my/records/"))
    assert f"您{date_format(timezone.localdate())}说过这一项不对" in records
    assert "我搬到了2号" in records


@pytest.mark.parametrize(
    "value",
    [
        {"source": "household", "element": "person.name"},
        {"source": "nobody", "element": "person.household_address"},
        {"source": "a\x00b", "element": "🙂"},
        {},
    ],
)
def test_what_no_register_said_cannot_be_contested(client, citizen, value):
    make_snapshot(citizen.person_id)

    assert client.post("/my/records/wrong/", {**value, "statement": "x"}).status_code == 404


def test_other_peoples_records_are_not_there(client, citizen):
    make_snapshot(make_person(name="王芳").pk)

    assert "北辰" not in text(client.get("/my/records/"))
    value = {"source": "household", "element": "person.household_address", "statement": "x"}
    assert client.post("/my/records/wrong/", value).status_code == 404


def test_a_consent_that_is_not_there_cannot_be_taken_back(client, citizen):
    for consent in ("", "x", "00000000-0000-0000-0000-000000000001"):
        answer = client.post("/my/records/consents/", {"consent": consent})
        assert answer.status_code == 404


def test_the_file_holds_everything_of_ones_own_and_nothing_of_others(client, granted):
    other = make_handed_in()
    text(client.get("/my/export/"))

    response = client.post("/my/export/")

    content = json.loads(text(response))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert not response.streaming
    assert content["person"]["name"] == "李晓"
    assert content["cases"][0]["reference"] == granted.reference
    assert content["cases"][0]["answers"]["citizen_number"]["value"] == NUMBER
    assert content["who_looked"]
    assert other.reference not in response.content.decode()
    assert AuditEntry.objects.filter(verb="data.exported").count() == 1


def test_the_file_holds_every_look_and_not_one_page_of_them(client, granted):
    officer = officer_actor(make_posting())
    for _ in range(120):
        record(
            actor=officer,
            verb="application.viewed",
            subjects=[granted.subject_id],
            purpose=Purpose.case(granted.reference),
        )
    close_gate()

    content = json.loads(text(client.post("/my/export/")))

    assert len(content["who_looked"]) >= 120


def test_acting_for_a_firm_shows_its_cases_and_names_it(client, citizen):
    firm = make_organisation(legal_representative=citizen.person, name="清溪纸业")
    case = make_handed_in(account=citizen)
    firms = {"subject_id": firm.pk, "subject_kind": "organisation"}
    make_rows(case, 1, **firms)
    assert "清溪纸业" in text(client.get("/my/"))

    client.post("/my/act-for/", {"subject": str(firm.pk), "next": "/my/"})
    page = text(client.get("/my/"))

    assert case.reference not in page
    assert page.count("/my/cases/T-") == 1


def test_a_mandate_names_its_items_not_their_codes(client, citizen):
    code = make_handed_in().item.code
    make_mandate(
        holder_id=citizen.person_id,
        for_person=make_person(),
        item_codes=[code],
        valid_to=timezone.localdate() + timedelta(days=9),
    )

    page = text(client.get("/my/mandates/"))

    assert ServiceItem.objects.get(code=code).name in page
    assert code not in page


def test_mandates_say_who_may_act_for_whom(client, citizen):
    page = text(client.get("/my/mandates/"))

    assert "h1" in page
    assert AuditEntry.objects.filter(verb="mandates.viewed").exists()


@pytest.mark.parametrize(
    "address",
    ["", "access/", "records/", "records/wrong/", "mandates/", "licences/", "export/"],
)
def test_visitors_are_asked_to_sign_in_first(client, address):
    response = client.get(f"/my/{address}")

    assert response.status_code == 302
    assert "/sign-in/" in response.headers["Location"]


def test_officers_have_no_space_of_citizens(client):
    sign_in(client, make_officer(make_handed_in().steps.get(order=1).department).account)

    assert client.get("/my/").status_code == 302
