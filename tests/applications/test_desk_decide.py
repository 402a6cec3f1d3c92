"""The pages on which a case is decided write down what they show, and no more."""

import pytest

from applications.compliance.evaluate import judge
from applications.models import Outcome, Step
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.trail import record
from tests.factories.desk import make_in_hand, make_rule
from tests.factories.identity import ARRANGING, sign_in
from tests.factories.rules import change_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_hand(client):
    case, posting = make_in_hand()
    sign_in(client, posting.account)
    return case, posting


def looks(case) -> list[str]:
    """What was written down about this case since it was taken in hand."""
    verbs = AuditEntry.objects.filter(purpose=case.reference).order_by("id")
    return [verb for verb in verbs.values_list("verb", flat=True) if "claimed" not in verb]


@pytest.mark.parametrize("way", ["approve", "reject"])
def test_a_page_that_asks_the_rules_says_that_and_not_that_the_case_was_opened(
    client, in_hand, way
):
    case, posting = in_hand

    page = client.get(f"/admin/desk/{case.reference}/{way}/")

    assert page.status_code == 200
    assert "李晓" not in page.content.decode()
    assert looks(case) == ["application.rules.viewed"]
    entry = AuditEntry.objects.get(verb="application.rules.viewed")
    assert entry.actor == posting.account_id
    seen = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert set(seen) == set(case.subjects)


def test_a_page_that_only_asks_for_a_reason_reads_nothing_and_writes_nothing_down(client, in_hand):
    case, _posting = in_hand
    Step.objects.filter(application=case, state="open").update(kind="review")

    assert client.get(f"/admin/desk/{case.reference}/pass-on/").status_code == 200

    assert looks(case) == []


def test_a_refusal_that_lacks_its_grounds_asks_no_rule_again(client, in_hand):
    case, _posting = in_hand

    page = client.post(f"/admin/desk/{case.reference}/reject/", {"reason": "看过"})

    assert 'href="#id_grounds"' in page.content.decode()
    assert looks(case) == []


def test_the_page_of_corrections_shows_the_answers_and_says_so(client, in_hand):
    case, _posting = in_hand

    page = client.get(f"/admin/desk/{case.reference}/correct/").content.decode()

    assert "李晓" in page
    assert looks(case) == ["application.viewed"]


def test_a_stopped_grant_is_written_down_without_an_opening_nobody_made(client, in_hand):
    case, _posting = in_hand
    make_rule()

    client.post(f"/admin/desk/{case.reference}/approve/", {"reason": "照批", "no_interest": "on"})

    assert looks(case) == ["application.rules.checked", "application.stopped"]


def test_a_refusal_is_one_entry_with_the_number_of_its_letter(client, in_hand):
    case, _posting = in_hand

    client.post(
        f"/admin/desk/{case.reference}/reject/", {"grounds": "住址不在本区", "reason": "看过"}
    )

    assert looks(case) == ["application.rejected"]
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    entry = AuditEntry.objects.get(verb="application.rejected")
    number = Outcome.objects.get(application=case).number
    assert AuditDetail.objects.get(entry_id=entry.pk).body == {"number": number}


def test_a_grant_says_under_which_rules_it_was_given(client, in_hand):
    case, _posting = in_hand
    rule = make_rule(fires=False)
    client.post(f"/admin/desk/{case.reference}/approve/", {"reason": "照批", "no_interest": "on"})

    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    entry = AuditEntry.objects.get(verb="application.approved")
    said = AuditDetail.objects.get(entry_id=entry.pk).body
    number = Outcome.objects.get(application=case).number
    sha = judge([rule], {"working_days_elapsed": 0}).evidence["sha256"]
    assert said == {"number": number, "rules": ["T1"], "allowed": [], "sha256": sha}
    assert judge([change_rule(rule, items=[])], {}).evidence["sha256"] != sha
