"""The trace is the key: nothing recorded, nothing read."""

import json
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.gate import condition
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.trail import ObjectRef, record, subscribe
from identity.models import Person, PersonDetail
from tests.conftest import close_gate
from tests.factories.identity import make_post_of

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "identity_declaredrelative": "account_id",
    "identity_householdmark": "person_id",
    "identity_protectedperson": "entered_by_id",
}
POLICY = (
    "((( SELECT audit_opened() AS audit_opened) IS NOT NULL)"
    " AND ({} = ANY (( SELECT audit_opened() AS audit_opened)::uuid[])))"
)
CLERK = Actor(
    account_id=uuid4(),
    label="GA-0417",
    capacity=Capacity.CLERK,
    department_code="D-0417",
    region_code="511602000000",
    request_id="0123456789abcdef",
)
DUTY = Purpose.duty("supervision")


@pytest.fixture(autouse=True)
def clerk(db):
    """The posting the clerk of these tests acts in."""
    return make_post_of(CLERK)


@pytest.fixture
def person() -> Person:
    """Somebody whose details lie behind a closed gate."""
    someone = Person.objects.create(masked_name="王*")
    record(actor=Actor.system("test"), verb="test.arranged", subjects=[someone.pk])
    PersonDetail(subject=someone, name="王芳", citizen_number="110101199003070134").save(
        force_insert=True
    )
    close_gate()
    return someone


# What PostgreSQL 15 to 18 say when a role may not do something.
REFUSALS = ("permission denied", "must be owner", "must be superuser")


def details() -> list[str]:
    return list(PersonDetail.objects.values_list("name", flat=True))


def refused(statement: str) -> str:
    """The database's words on a statement it will not carry out."""
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as c:
        c.execute(statement)
    return str(refusal.value)


def test_the_suite_runs_as_the_application_role():
    with connection.cursor() as cursor:
        cursor.execute("select current_user, session_user")
        assert cursor.fetchone() == ("portal_app", "portal_app")


def test_an_entry_says_who_acted_as_what_on_what_and_why():
    on = ObjectRef("applications.application", "7")
    subject = uuid4()

    entry_id = record(
        actor=CLERK,
        verb="application.viewed",
        on=on,
        subjects=[subject, subject],
        purpose=Purpose.case("YB-2026-AAAA-BBBB"),
        detail={"note": "words"},
    )

    entry = AuditEntry.objects.get(pk=entry_id)
    assert (entry.actor, entry.actor_label, entry.capacity) == (
        CLERK.account_id,
        "GA-0417",
        "clerk",
    )
    assert (entry.department, entry.region) == ("D-0417", "511602000000")
    assert (entry.verb, entry.object_kind, entry.object_id) == ("application.viewed", on.kind, "7")
    assert (entry.purpose_kind, entry.purpose, entry.outcome) == (
        "case",
        "YB-2026-AAAA-BBBB",
        "done",
    )
    assert entry.request_id == "0123456789abcdef"
    assert list(AuditSubject.objects.values_list("entry_id", "subject")) == [(entry_id, subject)]
    assert AuditDetail.objects.get(pk=entry_id).body == {"note": "words"}


def test_words_of_an_entry_are_closed_without_its_subject(person):
    spoken = {"subjects": [person.pk], "purpose": DUTY, "detail": {"note": "words"}}
    record(actor=CLERK, verb="test.spoken", **spoken)
    close_gate()
    record(actor=CLERK, verb="test.other", subjects=[uuid4()], purpose=DUTY)
    assert AuditDetail.objects.count() == 0


def test_reading_without_a_record_is_an_error_and_never_a_row(person):
    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        details()


def test_a_record_opens_its_subject(person):
    record(actor=CLERK, verb="person.viewed", subjects=[person.pk], purpose=DUTY)
    assert details() == ["王芳"]


def test_a_record_of_somebody_else_opens_nothing(person):
    record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], purpose=DUTY)
    assert details() == []


def test_a_record_without_subjects_opens_nothing(person):
    record(actor=CLERK, verb="desk.viewed")
    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        details()


def test_an_entry_of_a_rolled_back_part_closes_again(person):
    with transaction.atomic():
        record(actor=CLERK, verb="person.viewed", subjects=[person.pk], purpose=DUTY)
        assert details() == ["王芳"]
        transaction.set_rollback(True)
    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        details()


def test_changing_a_closed_row_changes_nothing(person):
    record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], purpose=DUTY)
    assert PersonDetail.objects.filter(pk=person.pk).update(name="李四") == 0
    close_gate()
    record(actor=CLERK, verb="person.viewed", subjects=[person.pk], purpose=DUTY)
    assert details() == ["王芳"]


def test_a_row_for_somebody_not_recorded_cannot_be_written(person):
    other = Person.objects.create(masked_name="李*")
    record(actor=CLERK, verb="person.viewed", subjects=[person.pk], purpose=DUTY)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        PersonDetail(subject=other, name="李四", citizen_number="x").save(force_insert=True)


def test_an_officers_views_are_an_entry_each(person):
    call = {"actor": CLERK, "verb": "person.viewed", "subjects": [person.pk], "purpose": DUTY}
    assert record(**call) != record(**call)


def test_subscribers_are_called_with_the_entry_in_the_same_transaction(monkeypatch):
    monkeypatch.setattr("audit.trail._subscribers", {})
    heard = []
    subscribe("test.heard", heard.append)
    subscribe("test.heard", heard.append)
    entry_id = record(actor=CLERK, verb="test.heard")
    record(actor=CLERK, verb="test.unheard")
    assert heard == [entry_id]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into audit_entry(capacity, verb) values ('clerk', 'forged.entry')",
        "insert into audit_subject(entry_id, subject, at) values (1, gen_random_uuid(), now())",
        "update audit_entry set actor_label = 'x'",
        "update audit_subject set subject = gen_random_uuid()",
        "update audit_detail set body = '{}'",
        "delete from audit_entry",
        "delete from audit_subject",
        "delete from audit_detail",
        "truncate audit_entry",
        "select setval('audit_entry_id_seq', 1)",
        "select nextval('audit_entry_id_seq')",
        "select audit_make_room('2030-01-01', '2030-02-01')",
        "insert into audit_opening(subject) values (gen_random_uuid())",
        "update audit_opening set subject = gen_random_uuid()",
        "delete from audit_opening",
        "alter table audit_entry disable trigger all",
        "drop policy gate on identity_persondetail",
        "alter table identity_persondetail disable row level security",
        "create or replace function audit_opened() returns uuid[] language sql as 'select null'",
        "create table shelter(id int)",
        "create temporary table shelter(id int)",
        "set role portal_owner",
        "set session_replication_role = replica",
        "lock table audit_entry in exclusive mode",
        "copy audit_entry to program 'cat'",
        "delete from django_migrations",
        "delete from identity_persondetail",
        "truncate identity_persondetail",
    ],
)
def test_the_application_role_cannot_go_round_the_door(statement):
    words = refused(statement)
    assert any(refusal in words for refusal in REFUSALS), words


@pytest.mark.parametrize(
    "call",
    [
        {"verb": "Free text about somebody"},
        {"verb": "person.viewed", "outcome": "maybe"},
        {"verb": "person.viewed", "on": ObjectRef("k", "x" * 81)},
    ],
)
def test_an_entry_takes_no_free_text(call):
    with pytest.raises(Exception, match=r"trail\.not_written"), transaction.atomic():
        record(actor=CLERK, **call)


def test_every_gated_table_has_the_exact_policy_an_index_and_no_delete():
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, p.polname, pg_get_expr(p.polqual, p.polrelid),"
            " pg_get_expr(p.polwithcheck, p.polrelid),"
            " has_table_privilege('portal_app', c.oid, 'delete') from pg_class c"
            " join pg_policy p on p.polrelid = c.oid where c.relrowsecurity order by 1"
        )
        rows = cursor.fetchall()
    names = [row[0] for row in rows]
    assert names == [
        "applications_answers",
        "applications_attachment",
        "applications_correction",
        "applications_decision",
        "applications_outcometext",
        "audit_detail",
        "identity_declaredrelative",
        "identity_dispute",
        "identity_holdreason",
        "identity_householdmark",
        "identity_message",
        "identity_persondetail",
        "identity_protectedperson",
        "identity_questiontext",
        "identity_recordsnapshot",
        "identity_valuemark",
        "portal_erasurereason",
    ]
    for name, policy, expression, new_rows, may_delete in rows:
        assert (policy, may_delete) == ("gate", False)
        if name != "audit_detail":
            subject = SUBJECTS.get(name, "subject_id")
            assert expression == new_rows == POLICY.format(subject)
    assert gated_without_index() == ["audit_detail"]
    assert condition("subject_id") == (
        "(select audit_opened()) is not null and subject_id = any((select audit_opened())::uuid[])"
    )


def gated_without_index() -> list[str]:
    """Gated tables whose subject column leads no index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relrowsecurity and not exists ("
            "  select 1 from pg_index i join pg_attribute a"
            "   on a.attrelid = c.oid and a.attnum = i.indkey[0]"
            "   where i.indrelid = c.oid"
            "   and a.attname = coalesce(%s::jsonb ->> c.relname, 'subject_id')) order by 1",
            [json.dumps(SUBJECTS)],
        )
        return [row[0] for row in cursor.fetchall()]


def test_no_view_goes_round_the_gate():
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind in ('v', 'm')"
            " and relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchall() == []
