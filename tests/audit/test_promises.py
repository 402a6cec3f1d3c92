"""A promise of the outbox stays what it was until it is done, for the application's role too."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit.models import Outbox
from audit.outbox import FIRST_PAUSE, TRIES, enqueue, handles, keys_were_taken, take_all

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


def planted(**columns: str) -> str:
    """An insert of the application's role, with these columns as somebody else would write them."""
    said = {"kind": "'test.kind'", "key": "'ahead'", "payload": "'{}'", "created_at": "now()"}
    said |= {"next_try": "now()", "tries": "0", "given_up": "false", "fault": "''"} | columns
    return f"insert into audit_outbox ({', '.join(said)}) values ({', '.join(said.values())})"


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been done, by kind `test.works`; `test.breaks` never works."""
    kept: list[str] = []
    monkeypatch.setattr("audit.outbox._handlers", {})

    def breaks(payload, key):
        raise OSError("no line")

    handles("test.works")(lambda payload, key: kept.append(payload["n"]))
    handles("test.breaks")(breaks)
    return kept


@pytest.mark.parametrize(
    "columns",
    [{"done_at": "now()"}, {"given_up": "true"}, {"tries": "1"}, {"tries": "100"}],
)
def test_a_promise_begins_with_nothing_done(columns):
    is_refused(planted(**columns), "begins with nothing done")


def test_nobody_takes_the_number_of_a_promise_to_come():
    run(planted())
    is_refused(planted(key="'two'", id="(select max(id) + 1 from audit_outbox)"), "nothing done")


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "1999-12-31"])
def test_a_promise_is_due_within_a_day_and_stays_so(moment):
    is_refused(planted(next_try=f"'{moment}'"), "due within a day")
    run(planted())
    is_refused(f"update audit_outbox set next_try = '{moment}'", "due within a day")
    is_refused("update audit_outbox set next_try = now() + interval '25 hours'", "due within a day")
    run("update audit_outbox set next_try = now() + interval '23 hours'")


def test_the_database_says_when_a_promise_was_made():
    run(planted(created_at="'2020-01-01'"))
    assert timezone.now() - Outbox.objects.get().created_at < timedelta(minutes=1)


@pytest.mark.parametrize("tries", [TRIES, 100, 32767])
def test_a_job_of_too_many_tries_is_given_up_and_stops_no_other(done, tries):
    enqueue("test.breaks", {}, key="bad")
    enqueue("test.works", {"n": 1}, key="tried too often")
    Outbox.objects.update(tries=tries)
    enqueue("test.works", {"n": 2}, key="good")

    assert take_all() == 3

    assert done == [1, 2]
    bad = Outbox.objects.get(key="bad")
    assert (bad.tries, bad.fault, bad.given_up, bad.done_at) == (tries, "OSError", True, None)


def test_a_payload_nobody_can_read_stops_no_other_job(done):
    deep = "(repeat('[', 5000) || repeat(']', 5000))::jsonb"
    run(planted(kind="'test.works'", payload=deep))
    enqueue("test.works", {"n": 2}, key="good")

    assert take_all() == 2

    assert done == [2]
    bad = Outbox.objects.defer("payload").get(key="ahead")
    assert (bad.tries, bad.fault, bad.given_up) == (1, "RecursionError", False)


def test_the_pause_doubles_and_the_tenth_try_is_the_last(done):
    enqueue("test.breaks", {}, key="bad")
    for before in range(TRIES):
        Outbox.objects.update(next_try=timezone.now())
        began = timezone.now()
        assert take_all() == 1
        job = Outbox.objects.get()
        assert (job.tries, job.given_up) == (before + 1, before + 1 == TRIES)
        if not job.given_up:
            assert job.next_try >= began + FIRST_PAUSE * 2**before


@pytest.mark.parametrize(
    "became", [{"done_at": timezone.now()}, {"given_up": True}, {"key": "another payload"}]
)
def test_a_promise_whose_key_was_taken_is_kept_all_the_same_and_told(done, caplog, became):
    run(planted(kind="'test.works'", payload="""'{"n": 1}'"""))
    wanted = {"n": 2} if "key" in became else {"n": 1}
    if "key" not in became:
        Outbox.objects.update(**became)
    since = timezone.now() - timedelta(days=1)
    assert not keys_were_taken(since)

    for _ in range(2):
        enqueue("test.works", wanted, key="ahead")
    take_all()

    assert done[-1:] == [wanted["n"]]
    assert Outbox.objects.filter(key__startswith="apart:").count() == 1
    assert keys_were_taken(since)
    assert not keys_were_taken(timezone.now() + timedelta(minutes=1))
    assert "its key was taken before" in caplog.text


def test_a_key_that_is_said_again_is_one_promise_since_it_can_have_been_said(done):
    now = timezone.now()
    enqueue("test.works", {"n": 1}, key="of today")
    take_all()
    enqueue("test.works", {"n": 2}, key="of today", since=now - timedelta(hours=1))
    assert (take_all(), done) == (0, [1])
    enqueue("test.works", {"n": 3}, key="of today", since=now + timedelta(hours=1))
    assert (take_all(), done) == (1, [1, 3])
