"""Handing in: whole or not at all, once, with a date, a holder and a warning where it is due."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from applications.actions.submit import submit_application
from applications.messages import tell_of_entry
from applications.models import Alarm, Answers, Application, Attachment, Holder, Rule, Step
from applications.states import State
from audit.kernel.clock import WorkCalendar, working_days_after
from audit.models import AuditEntry
from audit.trail import record
from audit.transaction import in_one_transaction
from catalog.loading.calendar import LOADED, LOADING
from catalog.models import CalendarDay
from catalog.selectors.definitions import definition_of
from tests.conftest import close_gate
from tests.factories.citizen import (
    jpeg,
    make_draft,
    make_li_xiao,
    make_mill,
    make_release,
    set_values,
    told,
    upload,
    values_of,
)
from tests.factories.identity import ARRANGING, citizen_actor, sign_in
from tests.factories.rules import put_rules_of_the_file

pytestmark = pytest.mark.django_db

WHOLE = {
    "name": told("李晓"),
    "citizen_number": told("500199199603081265"),
    "household_address": told("重庆市合川区江城大道21号"),
    "phone": told("13800138000"),
    "current_address": told("广安区思源大道12号3栋302"),
    "living_since": told("2024-03-01"),
    "tenure": told("rent"),
    "ground": told("study"),
    "school": told("广安中学"),
    "employer": told("和兴"),
    "delivery": told("collect"),
}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def citizen(client):
    account = make_li_xiao()
    sign_in(client, account)
    return account


@pytest.fixture
def draft(client, citizen) -> Application:
    make_release()
    return make_draft(citizen)


def fill(client, draft):
    set_values(draft, **WHOLE)
    for material in ("photo", "study-proof"):
        address = f"/apply/{draft.reference}/materials/"
        client.post(address, {f"file-{material}": upload(jpeg())})


def hand_in(client, draft, declared="yes"):
    return client.post(f"/apply/{draft.reference}/check/", {"declared": declared})


def test_handing_in_promises_a_date_in_working_days_and_gives_the_case_to_the_office(client, draft):
    fill(client, draft)
    record(actor=LOADING, verb=LOADED)
    CalendarDay.objects.create(day=date(2030, 1, 1), is_worked=False)
    hand_in(client, draft)
    draft.refresh_from_db()
    today = draft.submitted_at.astimezone().date()
    assert draft.state == State.SUBMITTED
    assert draft.due_on == working_days_after(today, 7, WorkCalendar())
    step = Step.objects.get(application=draft, state="open")
    assert (step.order, draft.queue.department) == (1, step.department)
    holders = list(Holder.objects.filter(application=draft).order_by("since"))
    assert [holder.kind for holder in holders] == ["applicant", "department"]
    assert holders[0].until == holders[1].since


def test_pressing_twice_hands_in_once_and_shows_the_same_receipt(client, draft):
    fill(client, draft)
    first, second = hand_in(client, draft), hand_in(client, draft, declared="")
    assert first.headers["Location"] == second.headers["Location"]
    assert AuditEntry.objects.filter(verb="application.submitted").count() == 1
    assert Step.objects.filter(application=draft).count() == 2


def test_without_the_declaration_nothing_is_handed_in(client, draft):
    fill(client, draft)
    answer = hand_in(client, draft, declared="")
    assert answer.status_code == 422
    assert 'href="#f-declared"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_every_gap_is_named_at_once_and_the_tick_with_them(client, draft):
    set_values(draft, **{key: WHOLE[key] for key in WHOLE if key not in ("phone", "ground")})

    page = hand_in(client, draft, declared="").content.decode()

    places = re.findall(r'href="#f-([^"]+)"', page)
    assert places == ["q-phone", "q-ground", "m-photo", "declared"]


def test_what_was_confirmed_stays_confirmed_while_gaps_are_named(client, draft):
    page = hand_in(client, draft).content.decode()

    assert 'name="declared" value="yes" checked' in page
    assert "#f-declared" not in page


def test_only_finished_parts_are_marked_as_done(client, draft):
    address = f"/apply/{draft.reference}/check/"

    def marks():
        return [step["state"] for step in client.get(address).context["steps"]]

    assert marks() == ["done", "open", "open", "now", "next"]
    fill(client, draft)
    assert marks() == ["done", "done", "done", "now", "next"]


@pytest.mark.parametrize("gap", ["phone", "ground", "school"])
def test_a_gap_anywhere_is_named_and_nothing_is_handed_in(client, draft, gap):
    fill(client, draft)
    set_values(draft, **{gap: {}})
    answer = hand_in(client, draft)
    assert answer.status_code == 422
    assert f'href="#f-q-{gap}"' in answer.content.decode()
    assert f'id="f-q-{gap}"' in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == (State.DRAFT, None)
    assert AuditEntry.objects.filter(verb="application.submitted").count() == 0


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        ("ground", told("because")),
        ("living_since", told("yesterday")),
        ("phone", told(["13800138000"])),
        ("phone", {**told("13800138000"), "raw": "1"}),
    ],
)
def test_an_answer_that_is_not_as_the_release_asks_is_named(client, draft, key, entry):
    fill(client, draft)
    set_values(draft, **{key: entry})
    assert hand_in(client, draft).status_code == 422


def test_a_missing_paper_is_named_and_nothing_is_handed_in(client, draft):
    set_values(draft, **WHOLE)
    answer = hand_in(client, draft)
    assert 'href="#f-m-photo"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_answers_to_questions_that_no_longer_apply_are_not_handed_in(client, draft):
    fill(client, draft)
    hand_in(client, draft)
    assert "employer" not in values_of(draft)
    assert values_of(draft)["school"]["value"] == "广安中学"


def test_after_handing_in_nothing_can_be_changed(client, draft):
    fill(client, draft)
    hand_in(client, draft)
    page = f"/apply/{draft.reference}/you/"
    assert client.post(page, {"shown": "phone", "phone": "1"}).status_code == 409
    file = {"file-photo": upload(jpeg(quality=30))}
    assert client.post(f"/apply/{draft.reference}/materials/", file).status_code == 409
    assert client.post(f"/apply/{draft.reference}/consent/", {"answer": "yes"}).status_code == 302
    record(actor=ARRANGING, verb="test.looked", subjects=draft.subjects)
    assert Answers.objects.get(application=draft).values["phone"]["value"] == "13800138000"
    assert Attachment.objects.filter(application=draft).count() == 2
    close_gate()
    assert client.get(page).headers["Location"] == f"/apply/{draft.reference}/receipt/"


def test_the_receipt_of_a_draft_leads_back_to_the_draft(client, draft):
    answer = client.get(f"/apply/{draft.reference}/receipt/")
    assert answer.headers["Location"] == f"/apply/{draft.reference}/resume/"


SMALL_PAPER_MILL = {
    "business_name": told("广安清溪纸业有限公司"),
    "credit_code": told("91511602MA68A10016"),
    "legal_representative": told("何志强"),
    "phone": told("13800138000"),
    "project_name": told("年产八百吨纸浆项目"),
    "project_kind": told("新建"),
    "investment": told(120),
    "content": told("新建一条制浆生产线，年产八百吨。"),
    "site_address": told("广安区奎阁街道工业大道90号"),
    "water_zone": told("不在"),
    "reserve_zone": told("不在"),
    "industry": told("造纸"),
    "below_minimum_scale": told(True),
    "pulp_type": told("废纸浆"),
    "line_capacity": told(0.08),
}


def test_a_rule_in_the_way_is_told_before_handing_in_and_raises_its_alarm_after(client, citizen):
    put_rules_of_the_file()
    make_release("CN191")
    make_mill(citizen)
    draft = make_draft(citizen, "CN191")
    set_values(draft, **SMALL_PAPER_MILL)
    page = client.get(f"/apply/{draft.reference}/check/").content.decode()
    assert "note--stop" in page
    assert Rule.objects.get(code="R14").title in page
    assert Alarm.objects.count() == 0
    assert hand_in(client, draft).status_code == 302
    raised = Alarm.objects.values_list("rule__code", "stage")
    assert ("R14", "submission") in raised
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED


def test_a_project_no_rule_speaks_against_is_not_warned_about(client, citizen):
    put_rules_of_the_file()
    make_release("CN191")
    make_mill(citizen)
    draft = make_draft(citizen, "CN191")
    set_values(draft, **{**SMALL_PAPER_MILL, "industry": told("软件")})
    page = client.get(f"/apply/{draft.reference}/check/").content.decode()
    assert "note--stop" not in page


@pytest.mark.django_db(transaction=True)
def test_two_hand_ins_at_the_same_moment_are_one(client):
    with in_one_transaction():
        account = make_li_xiao()
        sign_in(client, account)
        make_release()
        draft = make_draft(account)
        set_values(draft, **WHOLE)
    for material in ("photo", "study-proof"):
        address = f"/apply/{draft.reference}/materials/"
        client.post(address, {f"file-{material}": upload(jpeg())})

    def submit() -> str:
        try:
            with in_one_transaction():
                result = submit_application(
                    actor=citizen_actor(account), reference=draft.reference, declared=True
                )
            return type(result).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in [pool.submit(submit) for _ in range(2)]]
    assert results == ["Submitted", "Submitted"]
    assert AuditEntry.objects.filter(verb="application.submitted").count() == 1
    assert Step.objects.filter(application=draft).count() == 2
    definition_of.cache_clear()


def test_the_same_once_more_is_said_before_it_is_handed_in(client):
    account = make_li_xiao()
    make_release()
    sign_in(client, account)
    first = make_draft(account)
    fill(client, first)
    address = f"/apply/{first.reference}/check/"
    assert "您已经交过一件" not in client.get(address).content.decode()
    hand_in(client, first)
    close_gate()
    second = make_draft(account)

    page = client.get(f"/apply/{second.reference}/check/").content.decode()

    assert "您已经交过一件" in page
    assert f'href="/my/cases/{first.reference}/"' in page


def test_the_message_calls_the_item_what_the_applicant_calls_it(client):
    account = make_li_xiao()
    make_release()
    sign_in(client, account)
    draft = make_draft(account)
    fill(client, draft)
    hand_in(client, draft)
    close_gate()
    entry = AuditEntry.objects.get(verb="application.submitted")

    with in_one_transaction():
        tell_of_entry({"entry": entry.pk}, "test")

    page = client.get("/my/messages/").content.decode()
    plain = definition_of(draft.release_id).plain_name.zh
    assert plain != draft.item.name
    assert f"收到了：{plain}" in page
