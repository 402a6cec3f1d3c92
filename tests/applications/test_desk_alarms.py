"""Red lines told to supervisors, and tables of the back office under the trail."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Alarm, Application
from audit.models import AuditEntry
from identity.rights import group_of_post
from tests.factories.desk import make_in_hand, make_officer, make_rows, make_rule, office_of
from tests.factories.identity import make_department, make_posting, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(client):
    """A case a rule has stopped, and a supervisor signed in."""
    case, _clerk = make_in_hand()
    alarm = Alarm.objects.create(application=case, rule=make_rule(), stage="decision", attempts=2)
    supervisor = make_posting(capacity="supervisor")
    sign_in(client, supervisor.account)
    return case, alarm, supervisor


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def test_red_lines_are_listed_without_any_content_of_the_case(client, stopped):
    case, alarm, _supervisor = stopped

    page = text(client.get("/admin/alarms/"))

    assert case.reference in page
    assert alarm.rule.code in page
    assert "李" not in page


def test_taking_note_twice_is_one_note(client, stopped):
    case, alarm, supervisor = stopped
    address = f"/admin/alarms/{case.reference}/{alarm.rule.code}/"

    client.post(address)
    client.post(address)

    alarm.refresh_from_db()
    assert alarm.is_seen
    assert AuditEntry.objects.get(verb="alarm.seen").actor == supervisor.account_id
    unknown = client.post(f"/admin/alarms/YB-2026-0000-0000/{alarm.rule.code}/")
    assert unknown.status_code == 404


def test_superiors_read_the_red_lines_of_their_own_department_only(client, stopped):
    case, alarm, _supervisor = stopped
    own = make_officer(office_of(case), "superior")
    other = make_posting(capacity="superior", department=make_department())
    address = f"/admin/alarms/{case.reference}/{alarm.rule.code}/"

    sign_in(client, own.account)
    own_page = text(client.get("/admin/alarms/"))
    assert client.post(address).status_code == 403
    sign_in(client, other.account)
    other_page = text(client.get("/admin/alarms/"))

    assert case.reference in own_page
    assert address not in own_page
    assert case.reference not in other_page
    alarm.refresh_from_db()
    assert not alarm.is_seen


def test_the_list_of_red_lines_costs_the_same_with_one_row_and_with_two_hundred(client, stopped):
    case, alarm, _supervisor = stopped
    client.get("/admin/alarms/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/alarms/")
    make_rows(case, 200)
    others = Application.objects.exclude(pk=case.pk)
    Alarm.objects.bulk_create(
        Alarm(application=one, rule=alarm.rule, stage="opening", raised_at=timezone.now())
        for one in others
    )

    with CaptureQueriesContext(connection) as many:
        response = client.get("/admin/alarms/")

    assert len(many) == len(few)
    assert len(response.context["rows"]) == 50
    assert response.context["page"].after


@pytest.fixture
def keeper(client):
    """A catalogue manager who may keep rules and look at cases."""
    posting = make_posting(capacity="catalogue")
    group_of_post(posting.capacity, posting.department).permissions.set(
        Permission.objects.filter(content_type__app_label="applications")
    )
    sign_in(client, posting.account)
    return posting


def test_cases_can_be_found_in_their_table_but_not_touched(client, keeper):
    case, _clerk = make_in_hand()

    assert case.reference in text(client.get("/admin/applications/application/"))
    address = f"/admin/applications/application/{case.pk}/change/"
    page = text(client.get(address))
    assert "李" not in page
    assert client.post(address, {"state": "approved"}).status_code == 403
    assert client.get("/admin/applications/application/add/").status_code == 403
    case.refresh_from_db()
    assert case.state == "accepted"


@pytest.mark.parametrize(
    "model", ["answers", "attachment", "correction", "decision", "outcometext"]
)
def test_no_table_shows_what_is_behind_the_gate(client, keeper, model):
    assert client.get(f"/admin/applications/{model}/").status_code == 404
