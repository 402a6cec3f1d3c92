"""Entries about somebody, found from the person's side."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.about import page_about
from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.trail import record
from tests.conftest import as_owner, switch_triggers

pytestmark = pytest.mark.django_db
JOB = Actor.system("test")


def write(*subjects, verb: str = "test.done") -> int:
    return record(actor=JOB, verb=verb, subjects=subjects)


def ids(page) -> list[int]:
    return [one.pk for one in page.rows]


def test_an_entry_about_two_of_the_subjects_is_found_once_and_the_newest_first():
    me, firm, other = uuid4(), uuid4(), uuid4()
    first, both, last = write(me), write(me, firm, other), write(firm)
    write(other)

    assert ids(page_about([me, firm], AuditEntry.objects.all())) == [last, both, first]


def test_pages_lead_through_all_entries_and_back_again():
    me, firm = uuid4(), uuid4()
    written = [write(*who) for who in [(me,), (firm,), (me, firm)] * 5]
    entries = AuditEntry.objects.all()
    pages = [page_about([me, firm], entries, size=4)]
    while pages[-1].after:
        pages.append(page_about([me, firm], entries, size=4, cursor=pages[-1].after))

    assert [one for page in pages for one in ids(page)] == written[::-1]
    assert [len(page.rows) for page in pages] == [4, 4, 4, 3]
    back = page_about([me, firm], entries, size=4, cursor=pages[2].before)
    assert ids(back) == ids(pages[1])
    assert page_about([me, firm], entries, size=4, cursor=pages[1].before).before == ""


def test_only_the_entries_asked_for_are_found_and_a_page_is_full_of_them():
    me = uuid4()
    wanted = []
    for _ in range(5):
        wanted.append(write(me, verb="test.wanted"))
        write(me)

    page = page_about([me], AuditEntry.objects.filter(verb="test.wanted"), size=3)

    assert ids(page) == wanted[:1:-1]


def test_what_no_entry_can_be_finds_nothing():
    me = uuid4()
    write(me)

    assert page_about([me], AuditEntry.objects.filter(pk=10**30)).rows == []
    assert page_about([me], AuditEntry.objects.none()).rows == []
    assert page_about([], AuditEntry.objects.all()).rows == []


@pytest.mark.django_db(transaction=True)
def test_the_trail_is_never_joined_as_a_whole():
    """Whatever its statistics say: each row of the person leads to its one entry."""
    me = uuid4()
    with as_owner(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(
            "insert into audit_entry(at, actor_label, capacity, department, region, sign_in, verb,"
            " object_kind, object_id, purpose_kind, purpose, outcome, request_id)"
            " select now() - g * interval '1 s', '', 'system', '', '', '', 'test.done', '', '',"
            " '', '', 'done', '' from generate_series(1, 30000) g"
        )
        cursor.execute("insert into audit_subject select id, %s, at from audit_entry", [str(me)])
        cursor.execute("analyze audit_entry, audit_subject")
        switch_triggers(cursor, "enable")
    with CaptureQueriesContext(connection) as caught:
        page = page_about([me], AuditEntry.objects.filter(verb="test.done"))

    with connection.cursor() as cursor:
        cursor.execute("explain " + caught.captured_queries[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert len(page.rows) == 50
    assert "Nested Loop" in plan
    assert "Hash" not in plan
    assert "Merge Join" not in plan
    assert f"Seq Scan on audit_entry_{page.rows[0].at:%Y_%m}" not in plan
