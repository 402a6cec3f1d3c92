"""The server's clock was months ahead for a minute: what happens then, and the way back."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone, translation

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.room.seal_state import last_check
from audit.sealing import sealer, store
from audit.sealing.ahead import FOLLOWED, newest_head_ahead
from audit.sealing.checks import check_daily
from audit.sealing.export import FileSource, write_export
from audit.sealing.keyring import known_keys
from audit.sealing.publish import publish
from audit.sealing.sealer import seal
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from, last_head
from audit.sealing.verify import verify
from audit.sealing.witness import Witness
from audit.trail import Door
from portal.health.alarms import raised_by
from portal.health.checks import look
from portal.health.figures import as_text, measured
from tests.audit.test_clock import MONTHS, TWO_HOURS, moved_by
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.sealing import (
    KEY,
    faults,
    seal_all,
    sealed,
    tampering,
    wait_for_others,
    write,
)

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
COLUMNS = (
    "at, actor_label, capacity, department, region, sign_in, verb, object_kind, object_id,"
    " purpose_kind, purpose, outcome, request_id"
)
LATE = "'', 'system', '', '', '', 'test.late', '', '', '', '', 'done', ''"


def was_ahead_by(by: timedelta) -> None:
    """An entry of a time to come, sealed as honestly as any other."""
    sealed(2)
    write(1)
    moved_by(by)
    with as_sealer():
        seal_all()


@pytest.fixture(autouse=True)
def heads_file(settings, tmp_path: Path) -> Path:
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    return settings.HEADS_FILE


@pytest.fixture
def months_ahead() -> None:
    was_ahead_by(MONTHS)


def said(*options: str) -> str:
    out = StringIO()
    with as_owner():
        call_command("put_clock_right", *options, stdout=out)
    return out.getvalue()


def all_heads() -> list:
    return heads_from("true order by number")


def test_entries_do_not_follow_a_seal_that_is_months_ahead(months_ahead: None) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        write(1)
    assert (refusal.value.code, refusal.value.status) == ("trail.clock_ahead", 503)
    with translation.override("en"):
        assert "the clock of the server was wrong" in str(refusal.value.message)
    assert AuditEntry.objects.count() == before
    assert look().door is Door.CLOCK_AHEAD


@pytest.mark.parametrize(("by", "follows"), [(FOLLOWED - HOUR, True), (FOLLOWED + HOUR, False)])
def test_they_follow_for_a_day_at_most(by: timedelta, follows: bool) -> None:
    was_ahead_by(by)
    assert (look().door is Door.OPEN) is follows
    if follows:
        (entry,) = write(1)
        assert AuditEntry.objects.get(pk=entry).at == last_head().moment


def test_whoever_looks_is_told_that_the_seal_is_of_a_time_to_come(client, months_ahead) -> None:
    when = timezone.localtime(last_head().moment)
    state = look()
    with translation.override("en"):
        (alarm,) = [one for one in raised_by(state) if one.code.startswith("trail.clock")]
        assert str(alarm.says).endswith("long before it is so: nobody's data can be shown.")
        assert "put_clock_right" in str(alarm.remedy)
    assert "trail.not_written" not in {one.code for one in raised_by(state)}
    assert state.state == "ready, but nobody's data can be shown"
    assert state.as_dict()["newest_head_ahead_seconds"] > 239 * 86400
    figures = as_text(measured())
    assert 'portal_alarm{alarm="trail.clock_ahead"} 1' in figures
    assert "portal_trail_newest_head_ahead_seconds 2" in figures
    page = client.get("/trust/trail/", headers={"accept-language": "en"}).content.decode()
    assert "This time is still to come: our clock was wrong." in page
    assert str(when.year) in page


def test_a_seal_two_hours_ahead_is_an_alarm_too_and_nothing_stops(client) -> None:
    was_ahead_by(TWO_HOURS)
    state = look()
    assert state.door is Door.OPEN
    assert state.state == "ready, but the trail or its safeguards are not as they should be"
    with translation.override("en"):
        (alarm,) = [one for one in raised_by(state) if one.code.startswith("trail.clock")]
        assert str(alarm.says).endswith("which is still to come, and entries say the same.")
    with pytest.raises(CommandError, match="it ends by itself, and nothing is to be done"):
        said()


def test_a_seal_of_now_is_no_alarm(client) -> None:
    sealed(1)
    assert not look().is_ahead
    assert "trail.clock_ahead" not in {one.code for one in raised_by(look())}
    page = client.get("/trust/trail/", headers={"accept-language": "en"}).content.decode()
    assert "still to come" not in page
    with pytest.raises(CommandError, match="not ahead of the clock: nothing to put right"):
        said()


def test_the_owner_puts_it_right_and_a_check_finds_all_as_sealed(
    months_ahead, heads_file: Path, tmp_path: Path, capsys
) -> None:
    shown = said()
    assert "it is ahead by 57" in shown  # 240 days in hours, less seconds
    assert "Is the clock right now? Then repeat with --begin." in shown
    assert look().door is Door.CLOCK_AHEAD

    assert "Epoch 2 has begun, and the trail says so." in said("--begin")
    with as_sealer():
        seal_all()
    written = write(2)
    with as_sealer():
        seal_all()
        for head in all_heads():
            publish(head)

    assert last_head().epoch == 2
    assert abs(newest_head_ahead()) < timedelta(minutes=1)
    told_by, *others = AuditEntry.objects.filter(at__lte=timezone.now()).order_by("-id")[:3][::-1]
    assert (told_by.verb, told_by.object_id) == ("trail.clock_put_right", "2")
    assert [one.pk for one in others] == written
    assert not look().is_ahead
    call_command("audit_verify")
    out = capsys.readouterr().out
    assert "all as sealed" in out
    assert f"Before head {all_heads()[-2].number} the clock was put right" in out

    path = tmp_path / "trail.jsonl.gz"
    write_export(DatabaseSource(), path)
    report = verify(FileSource(path), published=all_heads())
    assert (report.faults, len(report.put_right)) == ([], 1)


def test_witnesses_go_on_past_it(months_ahead, tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    witness.attest(shown_to_witness())
    said("--begin")
    with as_sealer():
        seal_all()
    witness.attest(shown_to_witness())
    assert witness.last.epoch == 2


def shown_to_witness() -> dict[str, object]:
    keys = [known.as_dict() for known in known_keys()]
    return {"keys": keys, "head": last_head().as_dict(), "path": []}


def test_what_waits_for_the_old_seal_is_sealed_first(months_ahead) -> None:
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(
            f"insert into audit_entry({COLUMNS}) select max(at), {LATE} from audit_entry"
        )
        switch_triggers(cursor, "enable")
    with pytest.raises(CommandError, match="Entries still wait for the seal"):
        said("--begin")
    assert not connection.in_atomic_block
    with as_sealer():
        seal_all()
    assert "Epoch 2 has begun" in said("--begin")
    with as_sealer():
        seal_all()
    assert faults(all_heads()) == (set(), None)


def test_a_check_made_while_the_clock_was_ahead_keeps_no_other_from_being_made(months_ahead):
    with as_sealer():
        first = check_daily()
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute("update audit_trailcheck set at = at + %s", [MONTHS])
        switch_triggers(cursor, "enable")
    with as_sealer():
        second = check_daily()
    assert first is not None
    assert second is not None
    assert last_check() == second
    with as_sealer():
        assert check_daily() is None


def test_going_back_without_an_entry_that_says_so_is_a_fault(months_ahead) -> None:
    said("--begin")
    with as_sealer():
        seal_all()
    with tampering() as cursor:
        for table in ("head", "tile", "pass"):
            cursor.execute(f"delete from audit_{table} where epoch = 2")
        cursor.execute("update audit_entry set verb = 'test.other' where verb like 'trail.clock%'")
        seal_all()
        assert faults()[0] == {"goes back"}


def test_what_is_back_dated_in_the_new_epoch_is_found(months_ahead) -> None:
    said("--begin")
    with as_sealer():
        seal_all()
    with tampering() as cursor:
        cursor.execute(
            f"insert into audit_entry({COLUMNS}) values (now() - interval '3 hours', {LATE})"
            " returning id"
        )
        (slipped,) = cursor.fetchone()
        cursor.execute(
            "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries, earliest,"
            " latest) select p.epoch, p.first_leaf + p.size, 1, p.upto_xid,"
            " (e.xid::text::bigint + 1)::text::xid8, array[e.id], e.at, e.at"
            " from audit_entry e, audit_pass p where e.id = %s"
            " order by p.epoch desc, p.first_leaf desc limit 1",
            [slipped],
        )
        newest = last_head()
        store.grow(2, newest.size, (leaf.hash() for leaf in store.leaves_of([slipped])))
        sealer._sign(KEY, 2, newest.size + 1, newest, sealer._moments()[1])
        assert faults() == ({"back-dated"}, slipped)


def test_a_check_before_the_first_head_of_the_epoch_finds_nothing(months_ahead) -> None:
    said("--begin")
    assert faults() == (set(), None)


def test_only_the_owner_begins_such_an_epoch(months_ahead) -> None:
    with pytest.raises(CommandError, match="the work of the database's owner"):
        call_command("put_clock_right", "--begin")
    with as_sealer(), pytest.raises(CommandError, match="the work of the database's owner"):
        call_command("put_clock_right", "--begin")


def test_heads_may_go_back_once_and_only_there(months_ahead) -> None:
    said("--begin")
    wait_for_others()
    with as_sealer():
        first = seal(KEY).head
        assert first.epoch == 2
        assert seal(KEY).head is None
    assert json.loads(AuditEntry.objects.get(verb="trail.clock_put_right").object_id) == 2
    with pytest.raises(CommandError, match="nothing to put right"):
        said("--begin")


def test_putting_right_waits_for_nobody_for_ever(months_ahead, monkeypatch) -> None:
    monkeypatch.setattr("audit.keeping.clock.WAITS", "50ms")
    with as_sealer():
        other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("select from audit_turn for update")
        with pytest.raises(CommandError, match="for ten seconds"):
            said("--begin")
    finally:
        other.close()
    assert "Epoch 2 has begun" in said("--begin")
