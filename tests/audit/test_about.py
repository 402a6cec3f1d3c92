"""Entries about somebody, found from the person's side."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.about import REACH, page_about
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


@pytest.mark.parametrize("are_most", [False, True])
def test_pages_lead_through_all_entries_and_back_again(are_most):
    me, firm = uuid4(), uuid4()
    written = [write(*who) for who in [(me,), (firm,), (me, firm)] * 5]

    def page_at(cursor=""):
        entries = AuditEntry.objects.all()
        return page_about([me, firm], entries, size=4, cursor=cursor, are_most=are_most)

    pages = [page_at()]
    while pages[-1].after:
        pages.append(page_at(pages[-1].after))

    assert [one for page in pages for one in ids(page)] == written[::-1]
    assert [len(page.rows) for page in pages] == [4, 4, 4, 3]
    assert ids(page_at(pages[2].before)) == ids(pages[1])
    assert page_at(pages[1].before).before == ""


@pytest.mark.parametrize("are_most", [False, True])
def test_only_the_entries_asked_for_are_found_and_a_page_is_full_of_them(are_most):
    me = uuid4()
    wanted = []
    for _ in range(5):
        wanted.append(write(me, verb="test.wanted"))
        write(me)
    entries = AuditEntry.objects.filter(verb="test.wanted")

    page = page_about([me], entries, size=3, are_most=are_most)

    assert ids(page) == wanted[:1:-1]


def test_what_no_entry_can_be_finds_nothing():
    me = uuid4()
    write(me)

    assert page_about([me], AuditEntry.objects.filter(pk=10**30)).rows == []
    assert page_about([me], AuditEntry.objects.none()).rows == []
    assert page_about([], AuditEntry.objects.all()).rows == []


@pytest.mark.django_db(transaction=True)
def test_the_trail_is_never_read_as_a_whole():
    """Whatever its statistics say: some rows of the person, and the entries these name."""
    me = uuid4()
    write_at_once(30_000, me, pause="1 s")
    with CaptureQueriesContext(connection) as caught:
        page = page_about([me], AuditEntry.objects.filter(verb="test.done"))

    assert len(page.rows) == 50
    newest = page.rows[0].at
    month = f"{newest:%Y_%m}"
    months = {month, f"{newest - timedelta(seconds=REACH):%Y_%m}"}
    for statement, most in zip(caught.captured_queries, (REACH, 51), strict=True):
        with connection.cursor() as cursor:
            cursor.execute("explain (analyze, summary off) " + statement["sql"])
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert f"audit_entry_{month}" in plan or f"audit_subject_{month}" in plan
        assert f"Seq Scan on audit_entry_{month}" not in plan
        assert f"Seq Scan on audit_subject_{month}" not in plan
        if most < REACH:  # planned for the months in which these rows are, and no others
            assert set(re.findall(r" on audit_[a-z]+_(\d{4}_\d\d)", plan)) <= months
        assert max(float(rows) for rows in re.findall(r"actual [^)]* rows=([0-9.]+)", plan)) <= most


@pytest.mark.parametrize("are_most", [False, True])
def test_entries_of_a_kind_that_is_rare_are_found_however_far_back(monkeypatch, are_most):
    monkeypatch.setattr("audit.about.REACH", 3)
    me, firm = uuid4(), uuid4()
    rare = [write(who, verb="test.wanted") for who in (me, firm)]
    for _ in range(40):
        write(me)
    rare.append(write(me, verb="test.wanted"))
    write(me)
    entries = AuditEntry.objects.filter(verb="test.wanted")

    page = page_about([me, firm], entries, size=2, are_most=are_most)

    assert ids(page) == rare[:0:-1]
    rest = page_about([me, firm], entries, size=2, cursor=page.after, are_most=are_most)
    assert ids(rest) == rare[:1]
    assert ids(page_about([me, firm], entries, size=3, are_most=are_most)) == rare[::-1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("reach", "are_most"), [(2, False), (1_000, True)])
def test_entries_of_one_moment_are_each_found_once(monkeypatch, reach, are_most):
    monkeypatch.setattr("audit.about.REACH", reach)
    me = uuid4()
    write_at_once(7, me)
    entries = AuditEntry.objects.all()

    whole = ids(page_about([me], entries, are_most=are_most))
    page = page_about([me], entries, size=4, are_most=are_most)
    rest = page_about([me], entries, size=4, cursor=page.after, are_most=are_most)

    assert len(whole) == 7
    assert whole == sorted(whole, reverse=True)
    assert ids(page) + ids(rest) == whole


def test_where_most_are_wanted_only_the_nearest_rows_are_gone_through():
    me = uuid4()
    for _ in range(20):
        write(me)
    nearest = page_about([me], AuditEntry.objects.all(), size=6).rows
    with CaptureQueriesContext(connection) as caught:
        page = page_about([me], AuditEntry.objects.all(), size=5, are_most=True)

    assert (page.rows, len(caught)) == (nearest[:5], 2)
    assert f"between '{nearest[5].at.isoformat()}'" in caught[1]["sql"]


def write_at_once(count: int, subject: UUID, pause: str = "0") -> None:
    """Entries of jobs about somebody, of one moment or a pause after each other."""
    with as_owner(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(
            "insert into audit_entry(at, actor_label, capacity, department, region, sign_in, verb,"
            " object_kind, object_id, purpose_kind, purpose, outcome, request_id)"
            " select now() - g * %s::interval, '', 'system', '', '', '', 'test.done', '', '',"
            " '', '', 'done', '' from generate_series(1, %s) g",
            [pause, count],
        )
        cursor.execute(
            "insert into audit_subject select id, %s, at from audit_entry", [str(subject)]
        )
        cursor.execute("analyze audit_entry, audit_subject")
        switch_triggers(cursor, "enable")
