"""A row that says who acted has the entry of that act, or a check names it."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.keeping.months import Month
from audit.sealing.checks import with_surroundings
from audit.sealing.untold import faults_of_rows
from audit.sealing.verify import Report
from identity.models import DisclosureHold
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.erasures import make_confirmed
from tests.factories.holds import in_force, wanted
from tests.factories.identity import make_citizen, make_department, make_person, make_posting

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("identity_disclosurehold", "identity_posting", "portal_erasureorder")
OTHER = (
    "(select a.id from identity_account a where a.id not in (asked_by_id, confirmed_by_id) limit 1)"
)
FURTHER = OTHER.replace("asked_by_id", "account_id, entered_by_id")


def untold() -> set[str]:
    with as_sealer():
        return {str(fault) for fault in faults_of_rows()}


def as_if(statement: str, *values: Any) -> None:
    """By the owner, with the triggers off for a moment."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(statement, values)
        cursor.execute("set constraints all immediate")  # keys to other tables
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
        switch_triggers(cursor, "enable")


@pytest.fixture
def hold() -> DisclosureHold:
    with transaction.atomic():
        office = make_department()
        two = [make_posting(capacity="supervisor", department=office) for _ in range(2)]
        made = in_force(two, wanted(make_citizen(), office))
    with transaction.atomic():
        make_confirmed(make_person().pk, (two[0], two[1]))
    return made


def test_what_was_done_through_the_portal_has_its_entries(hold: DisclosureHold) -> None:
    assert untold() == set()


COPY = """
create temporary table copy on commit drop as select * from identity_disclosurehold;
update copy set id = id + 1000, reference = 'FORGED0001';
insert into identity_disclosurehold select * from copy
"""


def test_a_hold_nobody_asked_for_is_named(hold: DisclosureHold) -> None:
    as_if(COPY)
    assert untold() == {"row without entry: identity_disclosurehold FORGED0001"}
    with as_sealer():
        assert untold() <= set(map(str, with_surroundings(Report(0, 0, [])).faults))


@pytest.mark.parametrize(
    ("change", "table"),
    [
        (f"update identity_disclosurehold set asked_by_id = {OTHER}", "a hold"),
        ("update identity_disclosurehold set ended_label = 'X-1'", "a hold"),
        (f"update portal_erasureorder set confirmed_by_id = {OTHER}", "an order"),
        ("update portal_erasureorder set ended_label = 'X-1'", "an order"),
        (f"update identity_posting set entered_by_id = {FURTHER}", "postings"),
        ("update audit_entry set verb = 'hold.viewed' where verb = 'hold.confirmed'", "its entry"),
        ("update audit_entry set outcome = 'refused' where verb = 'hold.asked'", "its entry"),
        ("update audit_entry set capacity = 'clerk' where verb = 'hold.asked'", "its entry"),
    ],
)
def test_a_row_that_says_otherwise_than_its_entry_is_named(
    hold: DisclosureHold, change: str, table: str
) -> None:
    as_if(change)
    assert untold()


def test_what_an_entry_in_an_archive_may_tell_is_no_fault(hold: DisclosureHold) -> None:
    as_if(COPY)
    gone = Month.of(timezone.now()).first
    as_if(
        "insert into audit_archive(month, entries, sha256, archived_by)"
        " values (%s, 1, sha256('x'), 1)",
        gone,
    )
    assert untold() == set()
