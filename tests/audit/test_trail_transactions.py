"""What really commits and what is really undone; slower, because nothing is wrapped."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from audit.kernel.actors import Actor
from audit.models import AuditEntry, AuditSubject, Outbox
from audit.outbox import enqueue, handles, take, take_all
from audit.trail import record
from audit.transaction import in_one_transaction, one_transaction
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

JOB = Actor.system("test")


def answer(status: int, subject=None):
    """A view that records a look at somebody and answers with this status."""

    def view(request):
        record(actor=JOB, verb="person.viewed", subjects=[subject or uuid4()])
        return HttpResponse(status=status)

    return one_transaction(view)(RequestFactory().get("/"))


def outcomes() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", "outcome"))


@pytest.mark.parametrize("status", [200, 302, 403, 404, 409])
def test_answers_below_500_keep_their_entry(status):
    assert answer(status).status_code == status
    assert outcomes() == [("person.viewed", "done")]


def test_a_fault_leaves_what_was_seen_as_undone():
    subject = uuid4()
    answer(500, subject)
    assert outcomes() == [("person.viewed", "undone")]
    assert AuditSubject.objects.get().subject == subject


def test_a_failing_commit_leaves_what_was_seen_as_undone():
    def fails_at_commit():
        record(actor=JOB, verb="person.viewed", subjects=[uuid4()])
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into applications_holder(application_id, kind, since)"
                " values (gen_random_uuid(), 'applicant', now())"
            )

    with pytest.raises(Exception, match="foreign key"), in_one_transaction():
        fails_at_commit()
    assert outcomes() == [("person.viewed", "undone")]


def test_record_outside_a_transaction_is_an_error():
    with pytest.raises(RuntimeError, match="needs the transaction"):
        record(actor=JOB, verb="person.viewed", subjects=[uuid4()])


@pytest.mark.parametrize(
    "statement",
    ["update audit_entry set verb = 'a.b'", "delete from audit_entry", "truncate audit_entry"],
)
def test_even_the_owners_slips_are_refused_by_the_trigger(statement):
    answer(200)
    with as_owner(), pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert outcomes() == [("person.viewed", "done")]


def test_numbers_of_transactions_that_come_again_open_nothing():
    """After a restore an old entry may carry the number of a new transaction; its time does not."""
    subject = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        coming = cursor.fetchone()[0] + 3
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_opening(subject, at, xid)"
            " select %s, now() - interval '1 day', (n::text)::xid8"
            " from generate_series(%s, %s) n",
            [str(subject), coming - 2, coming + 60],
        )
    met = []
    for _ in range(20):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_current_xact_id()::text::bigint")
            met.append(cursor.fetchone()[0])
            cursor.execute("select count(*) from audit_opening where xid = pg_current_xact_id()")
            if cursor.fetchone()[0]:
                with pytest.raises(Exception, match="has recorded nobody"), transaction.atomic():
                    cursor.execute("select audit_opened()")
                break
    else:
        pytest.fail(f"no number met: {met}, planted from {coming}")


class TestOutbox:
    def test_a_promise_of_an_undone_act_is_not_kept(self):
        with transaction.atomic():
            enqueue("test.job", {}, key="undone")
            transaction.set_rollback(True)
        assert Outbox.objects.count() == 0

    def test_a_job_is_done_once_and_the_same_key_is_one_promise(self, monkeypatch):
        monkeypatch.setattr("audit.outbox._handlers", {})
        done = []
        handles("test.job")(lambda payload, key: done.append((payload, key)))
        for _ in range(2):
            enqueue("test.job", {"n": 1}, key="once")
        assert take_all() == 1
        assert take() is False
        assert done == [({"n": 1}, "once")]
        assert Outbox.objects.get().done_at is not None

    def test_a_fault_puts_off_one_job_and_not_the_others(self, monkeypatch):
        monkeypatch.setattr("audit.outbox._handlers", {})
        done = []

        def breaks(payload, key):
            record(actor=JOB, verb="person.viewed", subjects=[uuid4()])
            raise OSError("no line")

        handles("test.breaks")(breaks)
        handles("test.works")(lambda payload, key: done.append(key))
        enqueue("test.breaks", {}, key="bad")
        enqueue("test.works", {}, key="good")

        assert take_all() == 2

        assert done == ["good"]
        bad = Outbox.objects.get(key="bad")
        assert (bad.done_at, bad.tries, bad.fault, bad.given_up) == (None, 1, "OSError", False)
        assert outcomes() == [("person.viewed", "undone")]
