"""Opening the case of another office: for a reason, once, read only, before everybody's eyes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, Attachment
from audit.kernel.actors import Capacity
from audit.kernel.ids import new_reference
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from portal.desk.break_glass import OPENED_BY_REASON, open_case_by_reason
from portal.desk.lookup import Nothing
from portal.desk.models import LookupReview
from portal.desk.reasons import Part, reasons_for_cases
from portal.reports.content import figures
from portal.reports.period import Period
from tests.conftest import close_gate
from tests.factories.citizen import make_draft, make_li_xiao, make_registers, make_release
from tests.factories.desk import NUMBER, make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import (
    ARRANGING,
    link,
    make_posting,
    make_protected,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

PAGE = "/admin/lookup/case/"
WHY = "街道来电，老人家里失火，急需安置"
FILE = "身份证正面.jpg"


@pytest.fixture
def case():
    """A case handed in at an office that is nobody's here, with one file."""
    case = make_handed_in()
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    Attachment.objects.create(
        application=case,
        subject_id=case.subject_id,
        material="M1",
        name=FILE,
        stored_as="x",
        content_type="image/jpeg",
        size=3,
        sha256="0" * 64,
    )
    close_gate()
    return case


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def ask(client, reference, **changes):
    form = {"reference": reference, "reason": "urgent_help", "why": WHY, **changes}
    return client.post(PAGE, form, follow=True)


def at_work(client, capacity="clerk", posting=None):
    posting = posting or make_posting(capacity=capacity)
    sign_in(client, posting.account)
    return posting


def opened(outcome=""):
    entries = AuditEntry.objects.filter(verb=OPENED_BY_REASON)
    return entries.get(outcome=outcome) if outcome else entries.get()


def seen_by(entry):
    rows = AuditSubject.objects.filter(entry_id=entry.pk)
    return set(rows.values_list("subject", flat=True))


def test_what_is_not_there_at_its_ordinary_address_is_opened_for_a_reason(client, case):
    at_work(client)
    assert client.get(f"/admin/desk/{case.reference}/").status_code == 404

    page = text(ask(client, case.reference))

    assert case.reference in page
    assert "李晓" in page
    assert NUMBER not in page
    entry = opened()
    assert (entry.purpose_kind, entry.purpose) == ("reason", "urgent_help")
    assert (entry.outcome, entry.object_id) == ("done", str(case.pk))
    assert seen_by(entry) == set(case.subjects)
    review = LookupReview.objects.get()
    assert (review.entry_id, review.kind, review.state) == (entry.pk, "case", "open")


def test_it_is_shown_once_and_nothing_can_be_done_there(client, case):
    at_work(client)
    form = {"reference": case.reference, "reason": "urgent_help", "why": WHY}
    posted = client.post(PAGE, form)

    first = text(client.get(posted["Location"]))
    again = text(client.get(posted["Location"]))

    assert case.reference not in posted["Location"]
    assert "李晓" in first
    assert "李晓" not in again
    assert f"/admin/desk/{case.reference}/" not in first
    assert client.post(f"/admin/desk/{case.reference}/take/").status_code == 404
    assert AuditEntry.objects.filter(verb=OPENED_BY_REASON).count() == 1


def test_the_ordinary_address_says_the_same_of_a_foreign_case_and_of_none(client, case):
    at_work(client)

    foreign = client.get(f"/admin/desk/{case.reference}/")
    nowhere = client.get(f"/admin/desk/{new_reference(2026)}/")

    assert (foreign.status_code, nowhere.status_code) == (404, 404)
    told = [one.context["refusal"].code for one in (foreign, nowhere)]
    assert told == ["application.not_at_your_desk"] * 2


def test_a_number_no_office_has_is_said_so_after_the_attempt_is_recorded(client, case):
    at_work(client)
    unknown = new_reference(2026)

    page = text(ask(client, unknown))

    assert "这个编号没有可以给您看的办件" in page
    assert (opened().outcome, opened().object_id, seen_by(opened())) == ("refused", unknown, set())
    assert LookupReview.objects.get().was_refused


def test_a_draft_is_nobodys_case_yet():
    make_release()
    make_registers()
    draft = make_draft(make_li_xiao())

    result = open_case_by_reason(
        actor=officer_actor(make_posting()),
        reference=draft.reference,
        reason="urgent_help",
        why=WHY,
    )

    assert isinstance(result, Nothing)
    assert seen_by(opened()) == set()


@pytest.mark.parametrize("typed", ["", "123", "YB-2026-AAAA-AAAA", "李晓"])
def test_what_is_no_case_number_is_not_tried(client, typed):
    at_work(client)

    page = text(ask(client, typed))

    assert "编号" in page
    assert not AuditEntry.objects.filter(verb=OPENED_BY_REASON).exists()


def test_a_case_of_the_own_desk_is_opened_there_and_costs_nothing(client):
    case, posting = make_in_hand()
    at_work(client, posting=posting)

    answer = client.post(PAGE, {"reference": case.reference, "reason": "urgent_help", "why": WHY})

    assert answer["Location"] == f"/admin/desk/{case.reference}/"
    assert not AuditEntry.objects.filter(verb=OPENED_BY_REASON).exists()


def test_the_own_case_of_an_officer_stays_shut_whatever_the_reason(client, case):
    posting = at_work(client)
    link(posting.account, case.applicant)

    with CaptureQueriesContext(connection) as queries:
        page = text(ask(client, case.reference))

    assert "李" not in page[page.index("<main") :].replace("李*", "")
    assert not [one for one in queries if 'FROM "applications_answers"' in one["sql"]]
    assert (opened().outcome, seen_by(opened())) == ("refused", set(case.subjects))
    result = open_case_by_reason(
        actor=officer_actor(posting), reference=case.reference, reason="urgent_help", why=WHY
    )
    assert isinstance(result, Nothing)


def test_urgent_help_with_a_case_of_somebody_protected_ends_with_a_supervisor(client, case):
    make_protected(case.applicant)
    for capacity in ("clerk", "superior"):
        at_work(client, capacity)
        assert "这个编号没有可以给您看的办件" in text(ask(client, case.reference))
    posting = at_work(client, "supervisor")

    page = text(ask(client, case.reference))

    assert "13800138000" in page
    assert opened("done").actor_label == posting.officer_code
    other = make_handed_in()
    assert "监督员只打开受保护的人" in text(ask(client, other.reference))


TABLES = {
    Part.ANSWERS: "applications_answers",
    Part.DECISIONS: "applications_decision",
    Part.FILES: "applications_attachment",
}
USES = [
    (capacity, reason)
    for capacity in (Capacity.CLERK, Capacity.SUPERIOR)
    for reason in reasons_for_cases(capacity).values()
]


@pytest.mark.parametrize(("capacity", "reason"), USES, ids=lambda one: getattr(one, "code", one))
def test_only_the_parts_of_the_reason_are_read_and_shown(client, case, capacity, reason):
    parts = reason.case[capacity]
    at_work(client, capacity)
    with CaptureQueriesContext(connection) as queries:
        page = text(ask(client, case.reference, reason=reason.code))

    for part, table in TABLES.items():
        assert any(f'FROM "{table}"' in one["sql"] for one in queries) is (part in parts)
    assert ("13800138000" in page) is (Part.ANSWERS in parts)
    assert (FILE in page) is (Part.FILES in parts)


def test_clerks_see_less_than_superiors():
    clerk, superior = reasons_for_cases(Capacity.CLERK), reasons_for_cases(Capacity.SUPERIOR)

    assert set(clerk) < set(superior)
    for reason in clerk.values():
        assert set(reason.case[Capacity.CLERK]) < set(reason.case[Capacity.SUPERIOR])


def test_a_second_case_a_day_is_taken_and_a_third_refused(client, case):
    at_work(client)
    text(ask(client, case.reference))
    text(ask(client, case.reference))

    page = text(ask(client, case.reference))

    assert "次数已经用完" in page
    assert AuditEntry.objects.filter(verb=OPENED_BY_REASON).count() == 2


def test_the_desk_that_has_the_case_sees_that_it_was_opened_elsewhere(client, case):
    at_work(client)
    text(ask(client, case.reference))
    at_work(client, posting=make_officer(office_of(case)))

    page = text(client.get(f"/admin/desk/{case.reference}/"))

    assert "凭理由打开了别处的办件" in page


def test_the_weekly_report_counts_it_among_the_looks_without_a_case(client, case):
    posting = at_work(client)
    text(ask(client, case.reference))

    day = timezone.localdate(Application.objects.get(pk=case.pk).submitted_at)
    week = Period(day, day)
    assert figures(posting.department, week)["views_without_case"] == 1
