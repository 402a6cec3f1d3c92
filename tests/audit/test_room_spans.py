"""Whose data an officer opened, back through the months: entries as old as the trail itself."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.room.opened import SPAN, newest_span
from identity.models import Posting
from tests.conftest import as_owner
from tests.factories.identity import make_posting, officer_actor, sign_in
from tests.factories.room import TRAIL, text

pytestmark = pytest.mark.django_db(transaction=True)

OFFICER = "OLD-1"
MONTHS_AGO = {"this month": 0, "before the span": 100, "after a year of nothing": 470}


def today():
    return timezone.localdate()


def moment(days: int):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def met() -> dict[str, UUID]:
    """One person met in each of three times, the last of them twice; the rooms go at the end."""
    people = {name: uuid4() for name in MONTHS_AGO}
    before = rooms()
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_make_room(current_date - 500, current_date)")
        for name, days in [*MONTHS_AGO.items(), ("this month", 1)]:
            cursor.execute(
                "with e as (insert into audit_entry(at, actor_label, capacity, department, region,"
                " sign_in, verb, object_kind, object_id, purpose_kind, purpose, outcome,"
                " request_id) values (%s, %s, 'clerk', 'D', '', '', 'application.viewed', 'k', 'x',"
                " 'case', 'YB-2026-AAAA-BBBB', 'done', 'r') returning id, at)"
                " insert into audit_subject(entry_id, subject, at) select id, %s, at from e",
                [moment(days), OFFICER, str(people[name])],
            )
    yield people
    with as_owner(), connection.cursor() as cursor:
        for room in rooms() - before:
            cursor.execute(f"drop table if exists {room}")


def rooms() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent::regclass::text"
            " in ('audit_entry', 'audit_subject', 'audit_detail')"
        )
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def supervisor(client) -> Posting:
    with transaction.atomic():
        posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting


def shown(response) -> list[UUID]:
    return [row.subject for row, _one in response.context["rows"]]


def test_a_long_time_is_gone_through_three_months_at_a_time(client, supervisor, met):
    first, last = today() - timedelta(days=480), today()
    here = f"{TRAIL}officers/{OFFICER}/people/?since={first}&until={last}"

    newest = client.get(here)
    middle = client.get(f"{here}&upto={newest.context['span'].further}")
    oldest = client.get(f"{here}&upto={middle.context['span'].further}")

    assert shown(newest) == [met["this month"]]
    assert shown(middle) == [met["before the span"]]
    assert shown(oldest) == [met["after a year of nothing"]]
    assert newest.context["rows"][0][0].times == 2
    assert newest.context["span"].first == last - SPAN
    assert oldest.context["span"].further is None
    assert f"upto={newest.context['span'].further}" in text(newest)
    assert 'rel="next"' not in text(oldest)
    assert "kind=people" in text(oldest)


def test_months_in_which_nothing_was_done_are_passed_over(supervisor, met):
    actor = officer_actor(supervisor)
    since = today() - timedelta(days=480)

    span = newest_span(actor, OFFICER, since, today() - timedelta(days=150))

    assert span is not None
    assert span.last == timezone.localtime(moment(470)).date()
    assert span.first == since
    assert newest_span(actor, OFFICER, since, since + timedelta(days=2)) is None


@pytest.mark.parametrize("odd", ["x", "2026-13-40", "9999-12-31", "0001-01-01"])
def test_a_day_of_an_address_that_makes_no_sense_breaks_nothing(client, supervisor, met, odd):
    here = f"{TRAIL}officers/{OFFICER}/people/?since={today()}&until={today()}&upto={odd}"

    assert client.get(here).status_code == 200


def test_a_persons_history_reaches_back_to_the_oldest_look(client, supervisor, met):
    person = met["after a year of nothing"]

    response = client.post(f"{TRAIL}person/", {"person": person}, follow=True)

    [day] = response.context["days"]
    assert day["day"] == timezone.localtime(moment(470)).date()
