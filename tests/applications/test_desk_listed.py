"""Lists that show whose cases they hold leave an entry with these very people; others none."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Escalation
from audit.models import AuditEntry, AuditSubject
from identity.models import Person
from tests.factories.desk import make_in_hand, make_officer, make_rows, office_of
from tests.factories.identity import sign_in
from tests.factories.portal import make_alarm

pytestmark = pytest.mark.django_db

CANARY = "鹮*"
ROOMS = {
    "clerk": ["/admin/desk/", "/admin/disputes/", "/admin/demand/", "/admin/lookup/"],
    "superior": ["/admin/desk/escalations/", "/admin/alarms/", "/admin/lookup/"],
    "supervisor": ["/admin/alarms/", "/admin/trail/", "/admin/trail/leaks/", "/admin/reports/"],
    "lead": ["/admin/reports/", "/admin/demand/"],
    "sysadmin": ["/admin/tables/", "/admin/postings/"],
}


@pytest.fixture
def desk():
    """A case in hand, and its clerk."""
    return make_in_hand()


def more_people(case, how_many, **fields):
    """As many cases, each of somebody else."""
    for _ in range(how_many):
        person = Person.objects.create(masked_name=CANARY)
        make_rows(case, 1, subject_id=person.pk, masked_name=CANARY, **fields)


def listed():
    """Of each entry of a list: kind and code of its purpose, and its subjects."""
    entries = AuditEntry.objects.filter(verb="queue.listed").order_by("id")
    return [
        (
            entry.purpose_kind,
            entry.purpose,
            set(AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)),
        )
        for entry in entries
    ]


def test_a_page_of_the_desk_is_one_entry_with_the_people_on_it_and_no_others(client, desk):
    case, posting = desk
    more_people(case, 60, taken_by=posting)
    sign_in(client, posting.account)

    first = client.get("/admin/desk/")
    second = client.get(f"/admin/desk/?from={first.context['page'].after}")

    shown = [
        {row["application"].subject_id for row in page.context["rows"]} for page in (first, second)
    ]
    assert [len(one) for one in shown] == [50, 11]
    assert listed() == [("duty", "queue", one) for one in shown]


def test_an_empty_tab_shows_nobody_and_leaves_no_entry(client, desk):
    _case, posting = desk
    sign_in(client, posting.account)

    client.get("/admin/desk/?show=unclaimed")

    assert listed() == []


def test_however_many_rows_one_statement_touches_the_trail(client, desk):
    case, posting = desk
    sign_in(client, posting.account)
    client.get("/admin/desk/")
    touching = []
    for people in (1, 40):
        more_people(case, people, taken_by=posting)
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/desk/")
        touching.append((len(queries), [q for q in queries if "audit_record(" in q["sql"]]))

    assert touching[0][0] == touching[1][0]
    assert [len(statements) for _count, statements in touching] == [1, 1]


def test_a_list_opens_no_case(client, desk):
    """What the list recorded is index rows; the page reads nothing that is gated."""
    _case, posting = desk
    sign_in(client, posting.account)
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/desk/")

    gated = ("applications_answers", "identity_persondetail", "applications_attachment")
    assert not [one for one in queries if any(f'"{table}"' in one["sql"] for table in gated)]


def test_a_program_of_the_officer_leaves_the_same_entry(client, desk):
    case, posting = desk
    more_people(case, 3, taken_by=posting)
    sign_in(client, posting.account)
    token = client.post("/admin/api-token/").context["token"]

    answer = Client().get("/api/v1/desk/cases/", headers={"Authorization": f"Bearer {token}"})

    references = [one["reference"] for one in answer.json()["results"]]
    rows = Application.objects.filter(reference__in=references)
    assert len(references) == 4
    assert listed() == [("duty", "queue", set(rows.values_list("subject_id", flat=True)))]


@pytest.mark.parametrize("capacity", sorted(ROOMS))
def test_every_room_that_shows_a_covered_name_says_whose_and_no_other_room_does(client, capacity):
    case, clerk = make_in_hand()
    Application.objects.filter(pk=case.pk).update(masked_name=CANARY, state="escalated")
    case.refresh_from_db()
    make_alarm(case, raised=timezone.now())
    office = office_of(case)
    Escalation.objects.create(
        application=case, rules=["R1"], department=office, asked_by=clerk.account_id
    )
    posting = clerk if capacity == "clerk" else make_officer(office, capacity)
    sign_in(client, posting.account)
    rooms = [*ROOMS[capacity], *_tables(client)]
    for room in rooms:
        before = AuditEntry.objects.count()
        answer = client.get(room, follow=True)
        assert answer.status_code == 200, room
        new = AuditEntry.objects.order_by("id")[before:]
        about = AuditSubject.objects.filter(
            entry_id__in=[entry.pk for entry in new], subject=case.subject_id
        )
        assert about.exists() is (CANARY in answer.content.decode()), room


def _tables(client):
    """The plain tables this posting may look into."""
    pages = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    return [page for page in pages if client.get(page).status_code == 200]
