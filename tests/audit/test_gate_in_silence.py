"""Nothing recorded: whatever is asked of a gated table, what is in it makes no difference."""

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.kernel.actors import Actor
from audit.models import AuditDetail
from audit.trail import record
from identity.models import Person, PersonDetail
from tests.conftest import close_gate

pytestmark = pytest.mark.django_db

DETAIL = "identity_persondetail"
FROM_FIRST_TO_LAST = "set local enable_indexscan = off; set local enable_bitmapscan = off;"
# Each form with a comparison the database may make before it asks the gate.
FORMS = [
    f"select * from {DETAIL} where {{}}",
    f"select count(*) from {DETAIL} where {{}}",
    f"select max(birth_date) from {DETAIL} where {{}}",
    f"select name, count(*) from {DETAIL} where {{}} group by name",
    f"select * from {DETAIL} where {{}} limit 1",
    f"select * from {DETAIL} where {{}} for update",
    f"select exists (select from {DETAIL} where {{}})",
    f"select * from identity_person where exists (select from {DETAIL} where {{}})",
    f"select * from identity_person p where not exists"
    f" (select from {DETAIL} where subject_id = p.id and {{}})",
    f"select * from identity_person p join {DETAIL} on subject_id = p.id where {{}}",
    f"select * from identity_person p left join {DETAIL} on subject_id = p.id and {{}}",
    f"with found as materialized (select * from {DETAIL} where {{}}) select count(*) from found",
    f"select * from {DETAIL} where {{}} union all select * from {DETAIL} where {{}}",
    f"update {DETAIL} set sex = '' where {{}}",
    f"update {DETAIL} set sex = '' where {{}} returning sex",
    f"insert into identity_dispute(id, subject_id) select gen_random_uuid(), subject_id"
    f" from {DETAIL} where {{}}",
    f"insert into {DETAIL} select * from {DETAIL} where {{}} on conflict do nothing",
    f"deallocate all; prepare asked as select * from {DETAIL} where {{}}; execute asked",
    f"do $x$ begin if exists (select from {DETAIL} where {{}}) then null; end if; end $x$",
]
COMPARISONS = [
    ("name = '王芳'", "name = '王方'"),
    ("name < '王芴'", "name < '王'"),
    ("birth_date = '2003-07-01'", "birth_date = '2003-07-02'"),
    ("birth_date < '2003-07-02'", "birth_date < '2003-07-01'"),
    ("birth_date is not null", "birth_date is null"),
]

# What reads no row of the table has nothing to tell.
UNREAD = [
    f"select * from {DETAIL} where false",
    f"select * from {DETAIL} limit 0",
    f"with unread as materialized (select * from {DETAIL}) select 1 where false",
    f"select * from (select id from identity_person where false) p"
    f" left join {DETAIL} d on d.subject_id = p.id",
]
# Columns beside ids that lead no further than an index: it is asked before the gate, so whoever
# runs SQL learns whether it holds what is asked for. Digests say nothing without their key.
INDEXED = {
    "applications_attachment": {"material", "sha256", "stored_as"},
    "identity_declaredrelative": {"digest", "end_asked_at"},
    "identity_dispute": {"source_id"},
    "identity_householdmark": {"digest"},
    "identity_message": {"created_at", "key"},
    "identity_protectedperson": {"digest"},
    "identity_recordsnapshot": {"source_id"},
    "identity_valuemark": {"digest"},
}


@pytest.fixture(autouse=True)
def person() -> Person:
    """Somebody whose details lie behind a closed gate."""
    someone = Person.objects.create(masked_name="王*")
    record(actor=Actor.system("test"), verb="test.arranged", subjects=[someone.pk])
    PersonDetail(
        subject=someone,
        name="王芳",
        birth_date="2003-07-01",
        phone="13900000001",
        citizen_number="110101199003070134",
    ).save(force_insert=True)
    close_gate()
    return someone


def said(statement: str) -> str:
    """What the database says, read from the first row to the last, with nothing recorded."""
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as c:
        c.execute(FROM_FIRST_TO_LAST + statement)
    return str(refusal.value)


@pytest.mark.parametrize("form", FORMS)
def test_a_guess_is_an_error_whether_it_is_right_or_wrong(form: str) -> None:
    for right, wrong in COMPARISONS:
        assert "has recorded nobody" in said(form.replace("{}", f"({right})"))
        assert "has recorded nobody" in said(form.replace("{}", f"({wrong})"))


SALTS = [
    "select salt from audit_detail",
    "select entry_id from audit_detail where salt < '80000000-0000-0000-0000-000000000000'",
    "select * from audit_detail",
]


@pytest.mark.parametrize("statement", SALTS)
def test_the_salt_of_an_entrys_words_is_not_read_whoever_was_recorded(
    statement: str, person: Person
) -> None:
    words = {"why": "words"}
    record(actor=Actor.system("test"), verb="test.said", subjects=[person.pk], detail=words)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditDetail.objects.get().body == words


@pytest.mark.parametrize("statement", UNREAD)
def test_what_reads_no_row_says_none(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == []


def test_a_plan_made_while_somebody_was_recorded_is_closed_again(person: Person) -> None:
    record(actor=Actor.system("test"), verb="test.looked", subjects=[person.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "set local plan_cache_mode = force_generic_plan; deallocate all;"
            f" prepare asked(text) as select subject_id from {DETAIL} where name = $1"
        )
        cursor.execute("execute asked('王芳')")
        assert cursor.fetchall() == [(person.pk,)]
    close_gate()
    assert "has recorded nobody" in said("execute asked('王芳')")
    assert "has recorded nobody" in said("execute asked('王方')")


def test_no_other_value_of_a_gated_table_stands_in_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, array_agg(distinct a.attname::text) from pg_class c"
            " join pg_index i on i.indrelid = c.oid"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)"
            " where c.relrowsecurity and c.relname <> 'audit_detail'"
            " and a.atttypid not in ('uuid'::regtype, 'bigint'::regtype) group by 1"
        )
        assert {table: set(columns) for table, columns in cursor.fetchall()} == INDEXED
