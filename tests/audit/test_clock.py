"""The clock may be set back: the order of the trail and of its heads holds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from audit.sealing.sealer import seal
from audit.sealing.store import heads_from, last_head
from tests.audit.test_verify_table import wait_for_others
from tests.audit.verify_cases_of_the_seal import add_head
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.sealing import KEY, faults, sealed, write

pytestmark = pytest.mark.django_db(transaction=True)

TWO_HOURS = timedelta(hours=2)
MONTHS = timedelta(days=240)


def moved_by(by: timedelta) -> None:
    """The newest entry says a time so much later, with all that belongs to it."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_make_room(current_date, (now() + %s)::date + 40)", [by])
        switch_triggers(cursor, "disable")
        cursor.execute("select max(id) from audit_entry")
        (newest,) = cursor.fetchone()
        for table, key in (("entry", "id"), ("subject", "entry_id"), ("detail", "entry_id")):
            cursor.execute(f"update audit_{table} set at = at + %s where {key} = %s", [by, newest])
        switch_triggers(cursor, "enable")


@pytest.fixture
def ahead() -> None:
    """The clock stood two hours ahead when the newest head was signed; now it is set right."""
    sealed(2)
    last = last_head()
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        add_head(
            replace(
                last,
                number=last.number + 1,
                previous=last.hash(),
                at=(last.moment + TWO_HOURS).isoformat(timespec="microseconds"),
            ).signed(KEY)
        )
        switch_triggers(cursor, "enable")


def test_entries_follow_the_newest_head_and_each_other(ahead: None) -> None:
    newest = last_head().moment
    written = write(3)
    moments = list(
        AuditEntry.objects.filter(pk__in=written).order_by("id").values_list("at", flat=True)
    )
    assert moments == sorted(moments)
    assert moments[0] >= newest


def test_heads_never_go_back_and_the_check_is_content(ahead: None) -> None:
    before = last_head()
    write(2)
    wait_for_others()
    with as_sealer():
        assert seal(KEY).entries == 2
    after = last_head()
    assert (after.number, after.size) == (before.number + 1, before.size + 2)
    assert after.moment >= before.moment
    assert faults(heads_from("true order by number")) == (set(), None)


def test_outsiders_go_on_hearing_although_the_newest_head_lies_ahead(ahead: None) -> None:
    """Otherwise nothing would be signed for two hours, and everybody alarmed."""
    number = last_head().number
    with as_sealer():
        assert seal(KEY).head.number == number + 1
        assert seal(KEY).head.number == number + 2
    assert faults() == (set(), None)
