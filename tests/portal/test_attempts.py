"""What officers reach for and may not open leaves a trace, and opens nothing."""

import pytest

from audit.models import AuditEntry, AuditSubject
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import link, make_number, make_posting, sign_in

pytestmark = pytest.mark.django_db

UNKNOWN = "YB-2026-0000-0000"


def attempts() -> list[tuple[str, str, str, str]]:
    found = AuditEntry.objects.filter(verb__endswith=".refused").order_by("id")
    return [(one.actor_label, one.verb, one.object_id, one.outcome) for one in found]


@pytest.mark.parametrize("way", ["", "approve/", "reject/", "correct/", "pass-on/", "letter/"])
def test_a_case_of_another_office_is_not_there_and_the_attempt_is_in_the_trail(client, way):
    case = make_handed_in()
    stranger = make_posting()
    sign_in(client, stranger.account)

    foreign = client.get(f"/admin/desk/{case.reference}/{way}")
    unknown = client.get(f"/admin/desk/{UNKNOWN}/{way}")

    assert foreign.status_code == unknown.status_code == 404
    told = [
        one.content.decode().split("<main")[1].split("data-code")[0] for one in (foreign, unknown)
    ]
    assert told[0] == told[1]
    assert attempts() == [
        (stranger.officer_code, "application.refused", str(case.pk), "refused"),
        (stranger.officer_code, "case.refused", UNKNOWN, "refused"),
    ]
    tries = AuditEntry.objects.filter(verb__endswith=".refused")
    assert not AuditSubject.objects.filter(entry_id__in=tries.values("pk")).exists()


@pytest.mark.parametrize("capacity", ["clerk", "superior"])
def test_what_is_no_number_of_a_case_is_not_kept_and_the_attempt_is(client, capacity):
    officer = make_posting(capacity=capacity)
    sign_in(client, officer.account)

    for typed in (make_number(), "YB-2026-0000-0000 ", "李晓"):
        assert client.get(f"/admin/desk/{typed}/").status_code == 404

    assert attempts() == [(officer.officer_code, "case.refused", "", "refused")] * 3


def test_an_attempt_within_an_act_is_in_the_trail_as_well(client):
    case = make_handed_in()
    stranger = make_posting()
    sign_in(client, stranger.account)

    assert client.post(f"/admin/desk/{case.reference}/take/").status_code == 404

    assert attempts() == [(stranger.officer_code, "application.refused", str(case.pk), "refused")]


def test_a_superior_leaves_a_trace_at_a_case_that_is_not_before_them(client):
    case, _clerk = make_in_hand()
    superior = make_officer(office_of(case), capacity="superior")
    sign_in(client, superior.account)

    assert client.get(f"/admin/desk/{case.reference}/").status_code == 404

    assert attempts() == [(superior.officer_code, "application.refused", str(case.pk), "refused")]


def test_a_clerk_leaves_a_trace_at_a_case_of_their_own(client):
    case, clerk = make_in_hand()
    link(clerk.account, case.applicant)
    sign_in(client, clerk.account)
    close_gate()

    assert client.get(f"/admin/desk/{case.reference}/").status_code == 403

    assert attempts() == [(clerk.officer_code, "application.refused", str(case.pk), "refused")]
