"""How the seal stands, as supervisors see it: newest head, daily check, witnesses."""

from datetime import timedelta
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.models import AuditEntry, TrailCheck
from audit.room.seal_state import seal_state
from audit.sealing.checks import Beside, check_daily
from audit.sealing.heads import Head
from audit.sealing.losses import faults_of_places
from audit.sealing.places import note_objection, note_silence, note_taken
from audit.sealing.publish import publish
from audit.sealing.store import last_head
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.identity import make_person, make_posting, sign_in
from tests.factories.room import TRAIL, look, text
from tests.factories.sealing import sealed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def heads(settings, tmp_path):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"


def checked(hours_ago: int = 0, **fields) -> TrailCheck:
    values = {"entries": 8, "heads": 2, "seconds": 0.4, "faults": 0}
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        check = TrailCheck(at=timezone.now() - timedelta(hours=hours_ago), **{**values, **fields})
        check.save()
        switch_triggers(cursor, "enable")
    return check


def checks_daily() -> TrailCheck | None:
    """As the sealer does."""
    with as_sealer():
        return check_daily()


def seal_one() -> Head:
    with transaction.atomic():
        look(make_posting(), make_person())
    sealed()
    head = last_head()
    assert head is not None
    return head


def test_the_daily_check_is_remembered_once_a_day_and_shown_on_every_page(client):
    seal_of_all = seal_one()

    found = checks_daily()

    assert found is not None
    assert (found.faults, found.first_fault) == (0, "")
    assert found.heads == seal_of_all.number
    assert checks_daily() is None
    sign_in(client, make_posting(capacity="supervisor").account)
    page = text(client.get(TRAIL))
    assert f"{found.entries}条，链完整" in page
    assert "和封存时一样" in text(client.get(f"{TRAIL}seal/"))


def test_a_check_from_before_six_in_the_morning_is_of_yesterday():
    seal_one()
    checked(hours_ago=24)

    assert checks_daily() is not None


def test_the_command_remembers_when_asked_to(capsys):
    seal_one()

    call_command("audit_verify")
    assert not TrailCheck.objects.exists()
    with pytest.raises(CommandError, match=r"portal\.settings_sealer"):
        call_command("audit_verify", "--remember")
    with as_sealer():
        call_command("audit_verify", "--remember")

    assert TrailCheck.objects.get().faults == 0


def good_news() -> None:
    """As whoever holds the application's role would like it: now, and for years."""
    TrailCheck.objects.create(entries=8, heads=2, seconds=0.4, faults=0)


def test_what_a_check_found_cannot_be_taken_back_nor_made_up():
    check = checked(faults=1, first_entry=7, first_fault="changed: not what was sealed, entry 7")

    for change in (check.delete, lambda: TrailCheck.objects.update(faults=0), good_news):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()
    with as_sealer():
        for change in (check.delete, lambda: TrailCheck.objects.update(faults=0)):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()


def test_when_a_check_was_made_says_the_database():
    ahead = timezone.now() + timedelta(days=3650)
    with as_sealer():
        made = TrailCheck.objects.create(at=ahead, entries=0, heads=0, seconds=0, faults=0)

    made.refresh_from_db()
    assert abs(made.at - timezone.now()) < timedelta(minutes=1)


def test_no_lock_the_application_can_take_keeps_the_check_from_being_made():
    """7265616302 was the number of the lock the check once waited for."""
    seal_one()
    intruder = connection.copy()
    with intruder.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(7265616302)")
        assert cursor.fetchone() == (True,)
        found = checks_daily()
    intruder.close()
    assert found is not None


def test_a_file_of_heads_that_was_emptied_is_a_fault_and_one_never_written_is_none(settings):
    head = seal_one()
    with as_sealer():
        assert list(faults_of_places()) == []
        publish(head)
        assert list(faults_of_places()) == []
        settings.HEADS_FILE.write_text("")
        (emptied,) = faults_of_places()
        settings.HEADS_FILE.unlink()
        (gone,) = faults_of_places()
        found = check_daily()
    assert str(emptied) == str(gone) == "lost heads: file took 1 heads and has 0"
    assert found is not None
    assert (found.faults, found.first_fault) == (1, "lost heads: file took 1 heads and has 0")


def test_a_file_of_heads_that_cannot_be_read_is_a_fault_and_does_not_stop_the_check(settings):
    head = seal_one()
    with as_sealer():
        publish(head)
        settings.HEADS_FILE.write_text("{broken\n")
        found = check_daily()
    assert found is not None
    assert found.faults == 1
    assert found.first_fault.startswith("lost heads: heads.jsonl, line 1:")


def test_the_check_runs_beside_the_seal_one_at_a_time():
    begun, goes_on = Event(), Event()
    made = []

    def check() -> None:
        made.append(1)
        begun.set()
        goes_on.wait()

    checks = Beside(check)
    for _time in range(3):
        checks.look()
    begun.wait()
    goes_on.set()
    checks.wait()
    assert made == [1]


def test_a_trail_that_does_not_fit_is_an_alarm_on_every_page(client):
    seal_one()
    checked(faults=2, first_entry=7, first_fault="changed: not what was sealed, entry 7")
    sign_in(client, make_posting(capacity="supervisor").account)

    assert "留痕和封存对不上：2处" in text(client.get(TRAIL))
    page = text(client.get(f"{TRAIL}seal/"))
    assert 'role="alert"' in page
    assert "第一条不对的是第7条" in page


def test_a_seal_that_stands_still_is_said(client):
    sign_in(client, make_posting(capacity="supervisor").account)

    assert seal_state().stands_still
    assert "现在留痕没有在封存" in text(client.get(TRAIL))
    assert "还没有封存过" in text(client.get(f"{TRAIL}seal/"))


def test_a_look_at_the_seal_is_recorded_and_names_nobody(client):
    head = seal_one()
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.get(f"{TRAIL}seal/"))

    assert head.key_id in page
    assert AuditEntry.objects.get(verb="trail.viewed").object_kind == "trail.seal"
    sign_in(client, make_posting().account)
    assert client.get(f"{TRAIL}seal/").status_code == 403


def test_what_each_witness_says_of_the_seal_is_shown(client):
    head = seal_one()
    with as_sealer():
        note_taken("http://good.example/", head)
        note_objection("http://other.example/", "another root")
        note_silence("http://silent.example/")
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.get(f"{TRAIL}seal/"))

    rows = {row.split("<")[0]: row for row in page.split('<code translate="no">')}
    assert "和我们的一样" in rows["http://good.example/"]
    assert "和我们的不一样" in rows["http://other.example/"]
    assert "没有应答" in rows["http://silent.example/"]
