"""The database takes no day of the working calendar without an entry."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from catalog.loading.calendar import LOADED, LOADING, load_calendar
from catalog.models import CalendarDay
from tests.demands import at_the_end_of_the_transaction
from tests.factories.identity import citizen_actor, make_citizen, make_posting, officer_actor

pytestmark = pytest.mark.django_db

DAY = date(2030, 3, 2)
NO_ENTRY = "no entry of a loading"


def carry_out(write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with entries about what was written; then undone."""
    with at_the_end_of_the_transaction():
        write()
        for said in entries:
            record(**said)


def is_refused(write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=NO_ENTRY):
        carry_out(write, *entries)


def entered() -> CalendarDay:
    return CalendarDay.objects.create(day=DAY, is_worked=True)


def switched() -> None:
    CalendarDay.objects.filter(day=DAY).update(is_worked=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["table.added", "table.changed"])
def test_a_day_is_entered_and_changed_with_its_entry_only(verb):
    if verb == "table.changed":
        with transaction.atomic():
            entered()
            record(actor=LOADING, verb=LOADED)
    write = entered if verb == "table.added" else switched
    with transaction.atomic():
        is_demanded(write, verb)


def is_demanded(write: Callable[[], Any], verb: str) -> None:
    """Not without the entry, nor one of a citizen or a job, of another act or thing, or refused."""
    manager = officer_actor(make_posting(capacity="catalogue"))
    said = {"actor": manager, "verb": verb, "on": ObjectRef("catalog.calendarday", "2030-03-02")}
    is_refused(write)
    for wrong in (
        {"actor": citizen_actor(make_citizen())},
        {"actor": LOADING},
        {"verb": "test.other"},
        {"on": ObjectRef("catalog.calendarday", "2030-03-03")},
        {"on": ObjectRef("catalog.region", "2030-03-02")},
        {"outcome": "refused"},
    ):
        is_refused(write, {**said, **wrong})
    carry_out(write, said)


@pytest.mark.django_db(transaction=True)
def test_a_loading_is_one_entry_of_a_job_and_a_second_one_none():
    manager = officer_actor(make_posting(capacity="catalogue"))
    is_refused(entered, {"actor": manager, "verb": LOADED})
    for _time in range(2):
        with transaction.atomic():
            load_calendar()
    entry = AuditEntry.objects.get(verb=LOADED)
    assert (entry.actor_label, entry.capacity) == ("working calendar", "system")


def test_no_day_is_deleted():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CalendarDay.objects.all().delete()


def test_no_day_becomes_another_one():
    """With the entry of the other it would be gone, and nothing would tell of it."""
    entered()
    record(actor=LOADING, verb=LOADED)

    with pytest.raises(ProgrammingError, match="which day it is"), transaction.atomic():
        CalendarDay.objects.filter(day=DAY).update(day=date(2031, 5, 5))
