"""One case on the desk: opening it, looking closer, and each way to deal with it."""

import re

import pytest
from django.utils import timezone

from applications.actions.decide import deciding_step
from applications.attachments.content import Content
from applications.attachments.store import store
from applications.models import (
    Alarm,
    Answers,
    Application,
    Attachment,
    Correction,
    Decision,
    Escalation,
    Outcome,
)
from applications.states import State
from applications.views.desk_words import VERBS
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.trail import record
from tests.conftest import close_gate
from tests.factories.desk import (
    NUMBER,
    make_handed_in,
    make_in_hand,
    make_officer,
    make_rule,
    office_of,
)
from tests.factories.identity import ARRANGING, citizen_actor, sign_in
from tests.factories.rules import change_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_hand(client):
    case, posting = make_in_hand()
    sign_in(client, posting.account)
    return case, posting


def here(case: Application, way: str = "") -> str:
    return f"/admin/desk/{case.reference}/{way}"


def opened(case: Application) -> None:
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def entries(verb: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb=verb).order_by("id"))


def test_opening_shows_the_case_with_sources_and_covered_values(client, in_hand):
    case, _posting = in_hand

    page = text(client.get(here(case)))

    assert "李晓" in page
    assert "known--you" in page
    assert NUMBER not in page
    assert "511*************34" in page
    assert f"{here(case)}reveal/citizen_number/" in page


def test_a_register_is_dated_by_the_day_here_as_the_applicant_reads_it(client, in_hand):
    case, _posting = in_hand
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    answers = Answers.objects.get(application=case)
    told = {"source": "household", "authority": {"zh": "公安 · 户籍", "en": "Police"}}
    answers.values["name"] |= {**told, "as_of": "2026-11-21T21:43:00+00:00"}
    answers.save()
    close_gate()

    words = re.sub(r"<[^>]+>", "", text(client.get(here(case))))
    assert "公安 · 户籍 · 2026年11月22日" in words


def test_every_opening_is_recorded_reloading_too(client, in_hand):
    case, posting = in_hand

    client.get(here(case))
    client.get(here(case))

    looks = entries("application.viewed")
    assert [one.actor for one in looks] == [posting.account_id] * 2
    assert {(one.purpose_kind, one.purpose) for one in looks} == {("case", case.reference)}
    seen = AuditSubject.objects.filter(entry_id=looks[-1].pk).values_list("subject", flat=True)
    assert set(seen) == set(case.subjects)


def test_a_page_that_forgets_to_record_shows_nothing(client, in_hand, monkeypatch):
    case, _posting = in_hand
    monkeypatch.setattr("applications.case_trail.record", lambda **_entry: 0)
    client.raise_request_exception = False

    response = client.get(here(case))

    assert response.status_code == 500
    assert "李晓" not in response.content.decode()


def test_a_covered_value_is_shown_once_for_a_reason(client, in_hand):
    case, posting = in_hand
    address = here(case, "reveal/citizen_number/")

    refused = text(client.post(address, {}))
    shown = client.post(address, {"reason": "compare"})

    assert NUMBER not in refused
    assert 'href="#id_reason"' in refused
    assert NUMBER in text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    look = entries("value.revealed")[0]
    assert (look.actor, look.purpose) == (posting.account_id, case.reference)
    opened(case)
    body = AuditDetail.objects.get(entry_id=look.pk).body
    assert body == {"answer": "citizen_number", "reason": "compare"}


def test_a_value_that_does_not_exist_is_not_revealed(client, in_hand):
    for key in ("nobody", "employer", "citizen_number%F0%9F%99%82"):
        response = client.post(here(in_hand[0], f"reveal/{key}/"), {"reason": "compare"})
        assert response.status_code == 404


def test_a_file_is_only_ever_saved_and_its_opening_recorded(client, in_hand, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    case, posting = in_hand
    held = Content("image/jpeg", b"<script>alert(1)</script>")
    opened(case)
    Attachment.objects.create(
        application=case,
        subject_id=case.subject_id,
        material="photo",
        name="照片.jpg",
        content_type="image/jpeg",
        size=25,
        sha256="0" * 64,
        stored_as=store(held),
    )
    close_gate()
    page = text(client.get(here(case)))
    assert f"{here(case)}files/1/" in page

    response = client.get(here(case, "files/1/"))

    assert response.content == held.data
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    look = entries("attachment.viewed")[0]
    assert (look.actor, look.object_id) == (posting.account_id, f"{case.reference}/1")
    for number in (0, 2, 999999999):
        assert client.get(here(case, f"files/{number}/")).status_code == 404


def test_granting_writes_decision_letter_and_trace(client, in_hand):
    case, posting = in_hand

    response = client.post(here(case, "approve/"), {"reason": "都核对过了", "no_interest": "on"})

    assert response.headers["Location"] == "/admin/desk/"
    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert Outcome.objects.get(application=case).result == "granted"
    assert entries("application.approved")[0].actor == posting.account_id


def test_the_reason_and_the_declaration_are_asked_for_and_what_was_typed_stays(client, in_hand):
    case, _posting = in_hand

    without_declaration = text(client.post(here(case, "approve/"), {"reason": "齐了 🙂 \u202eabc"}))
    without_reason = text(client.post(here(case, "approve/"), {"no_interest": "on", "reason": " "}))
    with_nul = text(client.post(here(case, "approve/"), {"no_interest": "on", "reason": "a\x00b"}))
    too_long = text(
        client.post(here(case, "approve/"), {"no_interest": "on", "reason": "长" * 2001})
    )

    assert "齐了 🙂 abc" in without_declaration
    assert 'href="#id_no_interest"' in without_declaration
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in without_reason
    assert 'href="#id_reason"' in with_nul
    assert "2000" in too_long
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_a_double_click_grants_once(client, in_hand):
    case, _posting = in_hand
    form = {"reason": "齐了", "no_interest": "on"}

    client.post(here(case, "approve/"), form)
    again = client.post(here(case, "approve/"), form)

    assert again.status_code in (404, 409)
    assert Outcome.objects.filter(application=case).count() == 1
    opened(case)
    assert Decision.objects.filter(application=case).count() == 1


def test_who_waited_for_a_colleague_to_decide_is_told_so(client, in_hand):
    case, _posting = in_hand
    client.post(here(case, "approve/"), {"reason": "齐了", "no_interest": "on"})
    case.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        deciding_step(case)

    assert refusal.value.code == "application.has_ended"


def test_refusing_needs_grounds_and_tells_the_remedies(client, in_hand):
    case, _posting = in_hand
    assert "60" in text(client.get(here(case, "reject/")))

    empty = text(client.post(here(case, "reject/"), {"grounds": " \n ", "reason": "看过"}))
    client.post(here(case, "reject/"), {"grounds": "住址不在本区\n\n材料过期", "reason": "看过"})

    assert 'href="#id_grounds"' in empty
    case.refresh_from_db()
    assert case.state == State.REJECTED
    opened(case)
    assert Decision.objects.get(application=case).grounds == ["住址不在本区", "材料过期"]


def test_everything_to_put_right_is_previewed_and_asked_for_once(client, in_hand):
    case, _posting = in_hand
    form = text(client.get(here(case, "correct/")))
    assert 'name="point_phone"' in form
    said = {"point_phone": "请写能打通的号码", "days": "10"}

    preview = text(client.post(here(case, "correct/"), said))
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert "请写能打通的号码" in preview
    client.post(here(case, "correct/"), {**said, "send": "1"})

    case.refresh_from_db()
    assert case.state == State.CORRECTING
    opened(case)
    assert [point["target"] for point in Correction.objects.get().points] == ["phone"]


def test_a_double_click_asks_for_corrections_once(client, in_hand):
    case, _posting = in_hand
    form = {"point_name": "请改一下", "days": "10", "send": "1"}

    first = client.post(here(case, "correct/"), form)
    second = client.post(here(case, "correct/"), form)

    assert (first.status_code, second.status_code) == (302, 409)
    asked = AuditEntry.objects.filter(verb="application.correction_asked", outcome="done")
    assert asked.count() == 1


def test_nothing_named_or_no_days_asks_for_nothing(client, in_hand):
    case, _posting = in_hand

    assert "errors" in text(client.post(here(case, "correct/"), {"days": "10", "send": "1"}))
    for days in ("", "0", "61", "x", "9" * 40):
        form = {"point_name": "不清楚", "days": days, "send": "1"}
        assert 'href="#id_days"' in text(client.post(here(case, "correct/"), form))
    opened(case)
    assert not Correction.objects.exists()


def test_a_step_that_does_not_decide_is_passed_on(client):
    case = make_handed_in()
    posting = make_officer(office_of(case))
    sign_in(client, posting.account)
    client.post(here(case, "take/"))
    page = text(client.get(here(case)))
    assert here(case, "pass-on/") in page
    assert here(case, "approve/") not in page

    client.post(here(case, "pass-on/"), {"reason": "材料齐全"})

    assert case.steps.get(state="open").order == 2


def test_the_history_names_acts_and_looks(client, in_hand):
    case, posting = in_hand
    client.get(here(case))

    page = text(client.get(here(case)))

    history = page[page.index('id="history"') :]
    assert posting.officer_code in history
    assert history.count("is-view") == 1
    assert "2次" in history


def test_the_history_does_not_say_when_the_applicant_rated(client, in_hand):
    case, _posting = in_hand
    rater = case.applicant.account
    record(
        actor=citizen_actor(rater),
        verb="application.rated",
        on=case,
        subjects=case.subjects,
        purpose=Purpose.own(),
    )
    close_gate()

    page = text(client.get(here(case)))

    assert "application.rated" not in page
    assert str(VERBS["application.rated"]) not in page


def test_that_a_supervisor_read_the_trail_is_not_told_to_whom_it_may_be_about(client, in_hand):
    case, _posting = in_hand
    record(actor=ARRANGING, verb="trail.searched", on=case, subjects=case.subjects)
    record(actor=ARRANGING, verb="trail.viewed", on=case, subjects=case.subjects)
    close_gate()

    page = text(client.get(here(case)))

    history = page[page.index('id="history"') :]
    assert "留痕" not in history
    assert "trail." not in history


def test_the_cost_of_a_case_is_constant_in_its_length(
    client, in_hand, django_assert_max_num_queries
):
    case, _posting = in_hand
    for _ in range(30):
        record(actor=ARRANGING, verb="application.viewed", on=case, subjects=case.subjects)
    close_gate()

    with django_assert_max_num_queries(42):
        client.get(here(case))


def test_a_fired_rule_locks_granting_on_page_and_server_and_leaves_the_alarm(client, in_hand):
    case, _posting = in_hand
    make_rule()

    page = text(client.get(here(case)))
    assert 'aria-disabled="true"' in page
    assert 'aria-describedby="why-locked"' in page
    assert here(case, "approve/") not in page
    assert here(case, "correct/") in page
    assert here(case, "reject/") in page
    assert here(case, "ask/") not in page
    client.post(here(case, "approve/"), {"reason": "照批", "no_interest": "on"})

    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert not Outcome.objects.exists()
    alarm = Alarm.objects.get(application=case)
    assert (alarm.rule.code, alarm.attempts) == ("T1", 1)
    assert entries("application.stopped")[0].outcome == "refused"


def test_a_superior_who_is_somebody_else_may_allow_with_a_document(client, in_hand):
    case, posting = in_hand
    make_rule(override="本机关负责人")
    assert here(case, "ask/") in text(client.get(here(case)))
    client.post(here(case, "ask/"), {"reason": "符合政策，请授权"})
    case.refresh_from_db()
    assert case.state == State.ESCALATED
    superior = make_officer(office_of(case), "superior")
    sign_in(client, superior.account)
    assert case.reference in text(client.get("/admin/desk/escalations/"))
    address = f"/admin/desk/escalations/{case.reference}/"

    assert "李晓" in text(client.get(address))
    refused = text(client.post(address, {"allow": "yes", "reason": "可以"}))
    assert 'href="#id_document"' in refused
    client.post(address, {"allow": "yes", "reason": "可以", "document": "区政发〔2026〕1号"})

    case.refresh_from_db()
    answer = Escalation.objects.get(application=case)
    assert (case.state, answer.answer, answer.answered_by) == (
        State.ACCEPTED,
        "allowed",
        superior.account_id,
    )
    sign_in(client, posting.account)
    client.post(here(case, "approve/"), {"reason": "已获授权", "no_interest": "on"})
    case.refresh_from_db()
    assert case.state == State.APPROVED


def test_who_asked_does_not_answer(client, in_hand):
    case, _posting = in_hand
    make_rule(override="本机关负责人")
    client.post(here(case, "ask/"), {"reason": "请授权"})
    own = make_officer(office_of(case), "superior")
    Escalation.objects.update(asked_by=own.account_id, asked_at=timezone.now())
    sign_in(client, own.account)

    response = client.post(
        f"/admin/desk/escalations/{case.reference}/",
        {"allow": "yes", "reason": "可以", "document": "1号"},
    )

    assert response.status_code == 409
    assert Escalation.objects.get().answer == ""


def test_a_missing_fact_locks_and_can_be_written_down_with_evidence(client, in_hand):
    case, _posting = in_hand
    change_rule(
        make_rule(), condition={"field": "residence.since_checked", "op": "==", "value": False}
    )

    locked = text(client.get(here(case)))
    assert 'aria-disabled="true"' in locked
    assert here(case, "fact/") in locked
    form = {"field": "residence.since_checked", "value": "yes", "evidence": "问过派出所"}
    client.post(here(case, "fact/"), form)

    assert 'aria-disabled="true"' not in text(client.get(here(case)))
