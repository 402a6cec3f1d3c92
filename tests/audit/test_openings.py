"""What opens the gate, and when nothing does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.trail import record
from tests.conftest import as_owner, switch_triggers
from tests.factories.identity import make_post_of

pytestmark = pytest.mark.django_db(transaction=True)

CLERK = Actor(
    account_id=uuid4(),
    label="GA-0417",
    capacity=Capacity.CLERK,
    department_code="D-0417",
    region_code="511602000000",
)
DUTY = Purpose.duty("supervision")


@pytest.fixture(autouse=True)
def clerk(db):
    """The posting the clerk of these tests acts in."""
    return make_post_of(CLERK)


def stand_still(policy: str) -> None:
    """Set by the owner how long the seal may stand still."""
    with as_owner():
        connection.cursor().execute("update audit_policy set seal_may_stand = %s", [policy])


def test_nobodys_data_can_be_read_while_the_seal_stands_still():
    stand_still("0 seconds")
    try:
        with pytest.raises(Refused) as refusal, transaction.atomic():
            record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], purpose=DUTY)
        with transaction.atomic():
            assert record(actor=CLERK, verb="session.opened")
    finally:
        stand_still("4 hours")
    assert (refusal.value.code, refusal.value.status) == ("trail.not_sealed", 503)
    with transaction.atomic():
        assert record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], purpose=DUTY)


@pytest.mark.parametrize("outcome", ["refused", "undone"])
def test_what_was_not_done_opens_nothing(outcome):
    with transaction.atomic():
        record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], outcome=outcome)
        with pytest.raises(Exception, match="has recorded nobody"), transaction.atomic():
            connection.cursor().execute("select audit_opened()")


def test_time_never_runs_behind_the_last_head():
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(
            "insert into audit_key(key_id, public, voucher) values ('k', sha256('k'), '');"
            " insert into audit_head values (1, 1, 0, '', now() + interval '2 hours', '', 'k', '')"
        )
        switch_triggers(cursor, "enable")
    with transaction.atomic():
        entry = record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], purpose=DUTY)
    assert AuditEntry.objects.get(pk=entry).at > timezone.now() + timedelta(hours=1)
