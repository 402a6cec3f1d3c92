"""A promise of the outbox stays what it was until it is done, for the application's role too."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit.models import Outbox
from audit.outbox import enqueue

pytestmark = pytest.mark.django_db


def is_refused(statement: str, match: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from audit_outbox",
        "truncate audit_outbox",
        "update audit_outbox set payload = '{}'",
        "update audit_outbox set kind = 'another'",
        "update audit_outbox set key = 'another'",
        "update audit_outbox set created_at = now()",
    ],
)
def test_nobody_takes_a_promise_away_or_empties_it(statement):
    enqueue("test.kind", {"entry": 1}, key="one")
    is_refused(statement, "permission denied")


def test_what_is_done_stays_done_and_tries_are_counted_on():
    enqueue("test.kind", {"entry": 1}, key="one")
    Outbox.objects.update(done_at=timezone.now(), tries=2)
    for change in ("done_at = null", "done_at = now() - interval '1 day'", "tries = 1"):
        is_refused(f"update audit_outbox set {change}", "stands as it was written")
    Outbox.objects.update(tries=3)
    assert Outbox.objects.get().done_at is not None
