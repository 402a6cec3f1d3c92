"""From people whose data came out to officers: by what they see anyway, never by being busy."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.leaks import habits as counting
from audit.leaks import looks as reading
from audit.leaks.fit import Verdict
from audit.leaks.looks import LOOKS_A_PERSON, ROWS_A_PERSON, ROWS_IN_ALL
from audit.leaks.trace import Kind, trace_leak
from tests.factories.identity import (
    make_number,
    make_person,
    make_posting,
    officer_actor,
)
from tests.factories.leaks import ask, look, page, trace

pytestmark = pytest.mark.django_db


def test_whoever_sees_everybody_is_not_before_whoever_saw_exactly_these(supervisor):
    busy, quiet = make_posting(), make_posting()
    leaked = [uuid4() for _ in range(5)]
    everybody = [uuid4() for _ in range(2995)] + leaked
    for begin in range(0, 3000, 50):
        look(busy, *everybody[begin : begin + 50])
    for person in [*leaked, uuid4()]:
        look(quiet, person)

    found = trace(supervisor, leaked)

    first, second = found.candidates
    assert (first.officer, first.seen, first.persons) == (quiet.officer_code, 5, 6)
    assert first.fit.verdict is Verdict.FITS
    assert (second.officer, second.seen, second.persons) == (busy.officer_code, 5, 3000)
    assert second.fit.verdict is Verdict.HARDLY
    assert round(second.fit.expected, 1) == 5.0
    assert found.known == 3001


def test_who_looked_often_in_one_hour_is_counted_and_stands_before_who_saw_one(supervisor):
    leaker, other = make_posting(), make_posting()
    leaked = [uuid4() for _ in range(5)]
    for person in [*[uuid4() for _ in range(100)], *leaked]:
        look(leaker, person)
    for person in [*[uuid4() for _ in range(19)], leaked[0]]:
        look(other, person)

    found = trace(supervisor, leaked)

    first, second = found.candidates
    assert (first.officer, first.seen, first.persons) == (leaker.officer_code, 5, 105)
    assert (second.officer, second.seen, second.persons) == (other.officer_code, 1, 20)
    assert found.known == 124


def test_who_saw_more_than_is_counted_saw_at_least_so_many(client, supervisor, monkeypatch):
    monkeypatch.setattr(counting, "ROWS_AN_OFFICER", 3)
    number = make_number()
    busy, person = make_posting(), make_person(number=number)
    look(busy, person.pk)
    look(busy, uuid4(), verb="queue.listed")
    look(busy, uuid4())
    assert not trace(supervisor, [person.pk]).candidates[0].habit.is_more
    look(busy, uuid4())

    (one,) = trace(supervisor, [person.pk]).candidates

    assert (one.habit.is_more, one.persons) == (True, 3)
    assert "至少3人" in page(ask(client, number))


def test_who_saw_most_of_them_is_counted_furthest(supervisor, monkeypatch):
    monkeypatch.setattr(counting, "ROWS_IN_ALL", 16)
    monkeypatch.setattr(counting, "LEAST_ROWS", 3)
    leaked = [uuid4() for _ in range(3)]
    leaker, other = make_posting(), make_posting()
    for posting, seen in ((leaker, leaked), (other, leaked[:1])):
        for person in [*seen, *[uuid4() for _ in range(10 - len(seen))]]:
            look(posting, person)

    first, second = trace(supervisor, leaked).candidates

    assert (first.officer, first.persons, first.habit.is_more) == (leaker.officer_code, 10, False)
    assert (second.officer, second.persons, second.habit.is_more) == (other.officer_code, 5, True)


def test_the_only_one_who_saw_them_is_not_cleared_by_having_seen_many(client, supervisor):
    numbers = [make_number() for _ in range(8)]
    leaked = [make_person(number=number).pk for number in numbers]
    busy, other = make_posting(), make_posting()
    look(busy, *leaked, *[uuid4() for _ in range(1000)])

    (alone,) = trace(supervisor, leaked).candidates
    assert alone.fit.verdict is Verdict.FITS
    assert (
        trace(supervisor, [leaked[0], *[uuid4() for _ in range(7)]]).candidates[0].fit.verdict
        is Verdict.HARDLY
    )

    look(other, *leaked[:3])
    compared = {one.officer: one for one in trace(supervisor, leaked).candidates}
    assert compared[busy.officer_code].fit.verdict is Verdict.FITS
    assert "算作至多一半" in page(ask(client, "\n".join(numbers)))

    look(other, leaked[3])
    compared = {one.officer: one for one in trace(supervisor, leaked).candidates}
    assert compared[busy.officer_code].fit.verdict is Verdict.HARDLY
    assert "算作至多一半" not in page(ask(client, "\n".join(numbers)))


def test_who_asked_for_the_covered_value_stands_before_who_only_saw_the_case(supervisor):
    viewer, revealer = make_posting(), make_posting()
    people = [uuid4(), uuid4()]
    for posting in (viewer, revealer):
        for person in [*people, *[uuid4() for _ in range(10)]]:
            look(posting, person)
    for person in people:
        look(revealer, person, verb="value.revealed")

    plain = trace(supervisor, people)
    covered = trace(supervisor, people, kinds=[Kind.COVERED])

    first, second = plain.candidates
    assert sorted([first.in_full, second.in_full]) == [0, 2]
    assert first.fit == second.fit
    assert [(one.officer, one.in_full) for one in covered.candidates] == [
        (revealer.officer_code, 2),
        (viewer.officer_code, 0),
    ]


def test_documents_count_for_those_who_opened_them(supervisor):
    viewer, opener = make_posting(), make_posting()
    person = uuid4()
    look(viewer, person)
    look(opener, person, verb="attachment.viewed")

    found = trace(supervisor, [person], kinds=[Kind.DOCUMENT])

    assert [(one.officer, one.in_full) for one in found.candidates] == [
        (opener.officer_code, 1),
        (viewer.officer_code, 0),
    ]


def test_an_opened_document_is_counted_also_where_only_numbers_came_out(supervisor):
    viewer, opener = make_posting(), make_posting()
    person = uuid4()
    look(viewer, person)
    look(opener, person, verb="attachment.viewed")

    for kinds in ((), [Kind.COVERED]):
        found = {one.officer: one for one in trace(supervisor, [person], kinds=kinds).candidates}
        opened, viewed = found[opener.officer_code], found[viewer.officer_code]
        assert (opened.in_full, viewed.in_full) == (1, 0)
        assert opened.fit == viewed.fit


def test_whoever_fetched_a_file_of_the_trail_had_everybody_in_it(supervisor):
    people = [uuid4(), uuid4(), uuid4()]
    fetcher, clerk = make_posting(capacity="supervisor"), make_posting()
    look(fetcher, *people, verb="trail.downloaded")
    look(clerk, people[0])

    found = trace(supervisor, people)

    assert [(one.officer, one.seen, one.persons) for one in found.candidates] == [
        (fetcher.officer_code, 3, 3),
        (clerk.officer_code, 1, 1),
    ]


def test_only_officers_who_got_to_see_something_are_listed(supervisor):
    clerk = make_posting()
    person = uuid4()
    look(clerk, person)
    look(make_posting(), person, outcome="refused")
    look(make_posting(), person, verb="trail.viewed")
    look(make_posting(), person, verb="queue.listed")
    look(None, person, actor=Actor.system("backup"))

    found = trace(supervisor, [person])

    assert [one.officer for one in found.candidates] == [clerk.officer_code]


def test_looks_outside_the_days_asked_about_do_not_count(supervisor):
    clerk, person = make_posting(), uuid4()
    look(clerk, person)
    now = timezone.now()

    found = trace_leak(
        officer_actor(supervisor), [person], now - timedelta(days=9), now - timedelta(days=1)
    )

    assert found.candidates == []


def test_the_busiest_person_costs_no_more_than_a_bounded_number_of_entries(supervisor):
    person = uuid4()
    for _ in range(3):
        look(make_posting(), person)

    with CaptureQueriesContext(connection) as asked:
        trace(supervisor, [person])

    assert len(asked) == 2
    assert f"limit {LOOKS_A_PERSON} + 1" in asked[0]["sql"]
    assert f"limit {ROWS_A_PERSON} + 1" in asked[0]["sql"]


def test_many_persons_share_a_bounded_number_of_entries(supervisor):
    with CaptureQueriesContext(connection) as asked:
        trace(supervisor, [uuid4() for _ in range(40)])

    assert f"limit {ROWS_IN_ALL // 40} + 1" in asked[0]["sql"]


def test_lists_do_not_hide_whoever_looked_before_them(supervisor):
    clerk, desk, person = make_posting(), make_posting(), uuid4()
    look(clerk, person)
    for _ in range(LOOKS_A_PERSON):
        look(desk, person, verb="queue.listed")

    found = trace(supervisor, [person])

    assert [one.officer for one in found.candidates] == [clerk.officer_code]
    assert found.cut == 0


@pytest.mark.parametrize(
    ("bound", "most", "verb"), [("LOOKS", 2, "application.viewed"), ("ROWS", 3, "queue.listed")]
)
def test_where_only_the_newest_were_gone_through_that_is_told(
    client, supervisor, monkeypatch, bound, most, verb
):
    monkeypatch.setattr(reading, f"{bound}_A_PERSON", most)
    number = make_number()
    person, desk = make_person(number=number), make_posting()
    look(make_posting(), person.pk)
    look(desk, person.pk, verb=verb)
    assert trace(supervisor, [person.pk]).cut == 0
    look(desk, person.pk, verb=verb)
    assert trace(supervisor, [person.pk]).cut == 1

    response = ask(client, number)

    assert response.context["trace"].cut == 1
    shown = page(response)
    assert "1个人只翻到最近的查看" in shown
    assert "这段时间没有人看过他们" not in shown
    assert "没有别人可比" not in shown
