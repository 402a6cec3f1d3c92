"""What is wrong with the trail is said to those who must see to it, and in the log."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation

from audit.kernel.actors import Purpose
from audit.models import Outbox, TrailCheck
from audit.outbox import enqueue
from audit.sealing.places import FILE, note_objection, note_silence, note_taken
from audit.sealing.store import last_head
from audit.sentinel.alarms import SENTINEL
from audit.sentinel.events import Post
from audit.sentinel.passed_over import tell_passed_over
from audit.sentinel.watch import GAP, GAP_FOUND
from audit.sentinel.watch import watch as watch_the_trail
from audit.structure.comparing import UNREAD, faults_of_structure
from audit.structure.reading import LOCKED
from audit.trail import record
from portal.health import alarms
from portal.health.alarms import raised_by, standing_alarms
from portal.health.checks import Readiness, beat, look
from portal.health.figures import as_text, measured
from portal.tasks import watch
from tests.audit.test_openings import stand_still
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.identity import make_posting, sign_in
from tests.factories.sealing import sealed, write
from tests.portal.test_trail_not_written import broken

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = {"accept-language": "en"}
WITNESS = "http://witness.example/"
PAGE = "/admin/postings/"


@pytest.fixture(autouse=True)
def up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "STARTED", time.monotonic() - 3600)


@pytest.fixture
def in_order() -> None:
    """Everything as it should be: sealed, published in the file and at a witness, work done."""
    beat()
    sealed(1)
    with as_sealer():
        note_taken(FILE, last_head())
        note_taken(WITNESS, last_head())


def codes() -> list[str]:
    return [alarm.code for alarm in raised_by(look())]


def said() -> list[str]:
    with translation.override("en"):
        return [str(alarm.says) for alarm in raised_by(look())]


def some_time_ago(column: str, minutes: int, place: str = "%") -> None:
    with as_owner():
        connection.cursor().execute(
            f"update audit_published set {column} = clock_timestamp() - %s * interval '1 minute'"
            " where place like %s",
            [minutes, place],
        )


def test_when_all_is_well_nobody_is_alarmed(in_order: None) -> None:
    assert codes() == []
    assert look().state == "ready"


def test_a_head_is_published_when_it_is_in_the_file_and_at_a_witness(in_order: None) -> None:
    some_time_ago("at", 3, FILE)
    assert said() == ["Seals are made, but for 3 minutes none has got into the file of heads."]
    some_time_ago("at", 0, FILE)
    some_time_ago("at", 2, WITNESS)
    assert said() == [f"Seals are made, but no witness has taken them: {WITNESS}."]
    assert look().state == "ready, but the work behind it waits"
    assert look().as_dict()["witnesses_silent"] == 1
    with as_sealer():
        note_taken("http://another.example/", last_head())
    assert codes() == []


def test_a_sealer_that_stands_still_is_not_put_on_the_witnesses(in_order: None) -> None:
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute("update audit_head set at = at - interval '3 minutes'")
        switch_triggers(cursor, "enable")
    some_time_ago("at", 3)
    assert said() == ["The trail has not been sealed for 3 minutes."]


def test_a_witness_that_does_not_answer_is_named_before_anything_else(in_order: None) -> None:
    """Heads go into the file meanwhile: the sealer is not to be looked after."""
    with as_sealer():
        note_silence(WITNESS)
    some_time_ago("at", 2, WITNESS)
    with as_sealer():
        note_taken(FILE, last_head())
    assert codes() == ["witness.silent"]
    assert str(alarms.REMEDIES["witness.silent"]) != str(alarms.REMEDIES["trail.not_published"])


def test_a_head_that_no_witness_has_taken_is_not_published() -> None:
    beat()
    sealed(1)
    with as_sealer():
        note_taken(FILE, last_head())
    assert codes() == []
    with as_sealer():
        note_silence(WITNESS)
    assert said() == [f"Seals are made, but no witness has taken them: {WITNESS}."]


def test_a_head_in_the_database_alone_is_not_published() -> None:
    beat()
    sealed(1)
    assert said() == ["No seal has been published yet."]


def test_entries_kept_from_the_seal_are_noticed_although_heads_are_fresh(in_order: None) -> None:
    with transaction.atomic():
        write(1)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table audit_entry disable trigger user")
        cursor.execute(
            "update audit_entry set at = at - interval '5 minutes'"
            " where id = (select max(id) from audit_entry)"
        )
        cursor.execute("alter table audit_entry enable trigger user")
    assert said() == ["Entries have waited for the seal for 5 minutes."]


def test_a_witness_that_disagrees_raises_the_alarm_at_once(in_order: None) -> None:
    with as_sealer():
        note_taken("http://another.example/", last_head())
        note_objection(WITNESS, "the trail does not begin with that of head 7")
    assert said() == [f"A witness says that the trail tells two stories: {WITNESS}."]
    with as_sealer():
        note_taken(WITNESS, last_head())
    assert codes() == []


def test_a_witness_may_be_away_for_ten_minutes(in_order: None) -> None:
    with as_sealer():
        note_taken("http://another.example/", last_head())
        note_silence(WITNESS)
    some_time_ago("silent_since", 9, WITNESS)
    with as_sealer():
        note_silence(WITNESS)
    assert codes() == []
    some_time_ago("silent_since", 10, WITNESS)
    assert said() == [f"A witness has not answered for ten minutes: {WITNESS}."]


def test_jobs_that_wait_and_a_worker_that_is_silent_raise_the_alarm(in_order: None) -> None:
    Outbox.objects.create(kind="t", key="a", next_try=timezone.now() - timedelta(minutes=6))
    assert said() == ["Messages have waited to be sent for 6 minutes."]
    Outbox.objects.all().update(done_at=timezone.now())
    assert codes() == []


def test_a_key_of_a_promise_taken_before_raises_the_alarm(in_order: None) -> None:
    enqueue("test.kind", {"n": 1}, key="one")
    assert codes() == []
    enqueue("test.kind", {"n": 2}, key="one")
    assert codes() == ["outbox.key_taken"]
    assert look().state == "ready, but the trail or its safeguards are not as they should be"


def test_when_nothing_can_be_recorded_that_comes_first(in_order: None) -> None:
    with broken():
        assert codes()[0] == "trail.not_written"
        assert look().state == "ready, but nobody's data can be shown"
        assert look().can_serve
    cache.clear()  # the trouble was one with a safeguard, too
    stand_still("0 seconds")
    try:
        assert codes() == ["trail.too_long_unsealed", "trail.may_stand_set"]
    finally:
        stand_still("4 hours")
    assert codes() == ["trail.may_stand_set"]


def test_trying_the_door_leaves_nothing(in_order: None) -> None:
    with connection.cursor() as cursor:
        counted = "select (select count(*) from audit_entry), (select count(*) from audit_opening)"
        cursor.execute(counted)
        before = cursor.fetchone()
        look()
        cursor.execute(counted)
        assert cursor.fetchone() == before


@pytest.mark.parametrize("capacity", ["supervisor", "sysadmin"])
def test_those_who_must_see_to_it_read_it_on_every_page(client: Client, capacity: str) -> None:
    beat()
    with transaction.atomic():
        posting = make_posting(capacity=capacity)
    sign_in(client, posting.account)
    for address in (PAGE, "/admin/messages/"):
        page = client.get(address, headers=ENGLISH).content.decode()
        assert "No seal has been published yet." in page
    assert "还没有公布过封存" in client.get(PAGE).content.decode()


def test_it_goes_away_by_itself(client: Client, in_order: None) -> None:
    with transaction.atomic():
        posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    with broken():
        assert "data-alarm" in client.get(PAGE).content.decode()
    cache.clear()  # what was seen is kept for a few seconds
    assert "data-alarm" not in client.get(PAGE).content.decode()


def test_supervisors_are_told_whom_to_tell_and_administrators_what_to_do(client: Client) -> None:
    pages = {}
    for capacity in ("supervisor", "sysadmin"):
        with transaction.atomic():
            posting = make_posting(capacity=capacity)
        sign_in(client, posting.account)
        with broken():
            pages[capacity] = client.get(PAGE).content.decode()
    remedy = str(alarms.REMEDIES["trail.not_written"])
    assert all(remedy in page for page in pages.values())
    assert "请现在就告诉系统管理员" in pages["supervisor"]
    assert "请现在就告诉系统管理员" not in pages["sysadmin"]
    assert "这要您来处理" in pages["sysadmin"]
    assert pages["supervisor"].count(str(alarms.REMEDIES["trail.not_published"])) == 1


def test_every_alarm_says_what_is_done_about_it() -> None:
    assert set(alarms.REMEDIES) == set(alarms.CODES)


def test_a_clerk_is_not_bothered(client: Client) -> None:
    with transaction.atomic():
        posting = make_posting()
    sign_in(client, posting.account)
    assert "data-alarm" not in client.get(PAGE).content.decode()


def test_the_log_says_it_every_minute(caplog: pytest.LogCaptureFixture, in_order: None) -> None:
    assert watch() == 0
    some_time_ago("at", 3, FILE)
    assert watch() == 1
    [line] = [one for one in caplog.records if one.name == "portal.health.alarms"]
    assert line.levelno == logging.ERROR
    assert line.getMessage() == (
        "alarm trail.not_in_file: Seals are made, but for 3 minutes none has got into the file of"
        " heads."
    )


def test_monitoring_sees_it(in_order: None) -> None:
    lines = as_text(measured()).splitlines()
    assert 'portal_alarm{alarm="trail.not_in_file"} 0' in lines
    some_time_ago("at", 3, FILE)
    lines = as_text(measured()).splitlines()
    assert 'portal_alarm{alarm="trail.not_in_file"} 1' in lines
    assert "portal_trail_published_head_age_seconds 180" in lines


def test_a_database_that_does_not_answer_leaves_every_value_at_its_worst() -> None:
    assert [alarm.code for alarm in raised_by(Readiness())] == [
        "trail.not_written",
        "trail.not_published",
        "worker.silent",
    ]


def test_a_portal_just_started_does_not_call_out_the_silence_of_the_night(
    in_order: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_time_ago("at", 600)
    note = [alarm.code for alarm in standing_alarms()]
    assert note == ["trail.not_in_file"]
    monkeypatch.setattr(alarms, "STARTED", time.monotonic())
    assert standing_alarms() == []
    with as_sealer():
        note_objection(WITNESS, "another root")
    cache.clear()
    assert [alarm.code for alarm in standing_alarms()] == ["witness.objects"]


def test_a_safeguard_that_was_switched_off_is_an_alarm_and_the_look_at_it_is_kept_a_minute(
    in_order: None,
) -> None:
    off = "alter table identity_persondetail %s row level security"
    assert codes() == []
    with as_owner():
        connection.cursor().execute(off % "disable")
    try:
        assert codes() == []
        cache.clear()
        (words,) = said()
        assert look().state.endswith("not as they should be")
    finally:
        with as_owner():
            connection.cursor().execute(off % "enable")
    assert words.startswith(
        "A safeguard of the database is not as it was made: changed table: identity_persondetail"
    )


@contextmanager
def set_for_the_role(setting: str) -> Iterator[None]:
    """A setting of the application's role, as it can make one itself, in a session that has it.
    In this database only: the role is that of every process of a run."""
    name = setting.split()[0]
    here = f'portal_app in database "{connection.settings_dict["NAME"]}"'
    with connection.cursor() as cursor:
        cursor.execute(f"alter role {here} set {setting}")
    connection.close()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"alter role {here} reset {name}")
        connection.close()


def test_a_setting_of_a_role_is_named_also_where_it_keeps_the_rest_from_being_found(
    in_order: None,
) -> None:
    words = "changed setting: search_path of portal_app in this database should not be there"
    with set_for_the_role("search_path = 'somewhere'"):
        assert words in "".join(said())
        assert not look().migrated
        off = "alter table identity_message %s row level security"
        cache.clear()
        with as_owner():
            connection.cursor().execute(off % "disable")
        try:
            assert look().safeguards.startswith(words)
        finally:
            with as_owner():
                connection.cursor().execute(off % "enable")


def test_a_lock_holds_no_look_at_the_safeguards_up_and_is_a_fault(in_order: None) -> None:
    held = connection.copy()
    held.set_autocommit(False)
    try:
        with held.cursor() as cursor:
            cursor.execute("lock table identity_account in access exclusive mode")
        (fault,) = faults_of_structure()
    finally:
        held.rollback()
        held.close()
    assert fault.kind == UNREAD
    assert faults_of_structure() == []
    with connection.cursor() as cursor:
        cursor.execute("show lock_timeout")
        assert cursor.fetchone() != (LOCKED,)


def test_what_is_set_for_a_look_is_taken_back_within_a_transaction() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        asked = "select current_setting('statement_timeout'), current_setting('search_path')"
        cursor.execute(asked)
        before = cursor.fetchone()
        assert faults_of_structure() == []
        cursor.execute(asked)
        assert cursor.fetchone() == before


def test_what_the_daily_check_found_is_an_alarm_until_a_check_finds_nothing(
    in_order: None,
) -> None:
    for faults, words in (
        (2, ["The last check of the trail found something wrong: changed: x, entry 7."]),
        (0, []),
    ):
        with as_sealer():
            TrailCheck.objects.create(
                entries=1, heads=1, seconds=0, faults=faults, first_fault="changed: x, entry 7"
            )
        assert said() == words


def test_a_trail_nobody_has_checked_for_two_days_is_an_alarm(in_order: None) -> None:
    with as_sealer():
        TrailCheck.objects.create(entries=1, heads=1, seconds=0, faults=0)
    assert codes() == []
    with as_owner(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute("update audit_trailcheck set at = at - interval '3 days'")
        switch_triggers(cursor, "enable")
    assert said() == ["The trail has not been checked for 3 days."]


def test_a_sentinel_that_was_kept_from_reading_is_an_alarm_for_two_days(in_order: None) -> None:
    with transaction.atomic():
        record(actor=SENTINEL, verb=GAP_FOUND, on=GAP, purpose=Purpose.duty("supervision"))
    sealed(1)
    with as_sealer():
        note_taken(FILE, last_head())
        note_taken(WITNESS, last_head())
    assert codes() == ["sentinel.gap"]


def test_officers_the_sentinel_could_not_look_at_are_an_alarm(in_order: None) -> None:
    one = Post(officer="A", account=UUID(int=1), department="D", capacity="clerk")
    with transaction.atomic():
        tell_passed_over([one])
    sealed(1)
    with as_sealer():
        note_taken(FILE, last_head())
        note_taken(WITNESS, last_head())
    assert said() == ["The sentinel could not look at some officers; it goes on with all others."]
    assert look().state == "ready, but the work behind it waits"


def test_a_sentinel_that_lags_behind_the_seal_is_an_alarm(in_order: None) -> None:
    with as_owner(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute("alter table audit_pass disable trigger user")
        cursor.execute("update audit_pass set sealed_at = sealed_at - interval '6 minutes'")
        cursor.execute("alter table audit_pass enable trigger user")
        switch_triggers(cursor, "enable")
    assert said() == ["The sentinel has not read the sealed trail for 6 minutes."]
    assert look().as_dict()["waiting_for_sentinel_seconds"] in range(360, 420)
    watch_the_trail()
    assert codes() == []
    assert look().unread_seconds is None
