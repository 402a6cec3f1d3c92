"""What the sealer's role says of time, and of how far it has got, the database checks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit.kernel.actors import Actor
from audit.sealing import store
from audit.sealing.heads import Head
from audit.sealing.places import note_reached, reached_age, waiting_age
from audit.sealing.sealer import seal
from audit.sealing.store import last_head
from audit.trail import Door, try_the_door
from tests.audit.test_clock import MONTHS, moved_by
from tests.audit.verify_cases_of_the_seal import add_head
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.sealing import KEY, seal_all, sealed, wait_for_others, write

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)
NOW = "clock_timestamp()"


def asked(question: str, *values: object) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()


def next_head(at: str, **others: object) -> Head:
    """The head that would follow, whose moment is an expression of the database."""
    last = last_head()
    (moment,) = asked(f"select {at}")
    return replace(
        last,
        **{
            "number": last.number + 1,
            "previous": last.hash(),
            "at": moment.isoformat(timespec="microseconds"),
            **others,
        },
    ).signed(KEY)


@contextmanager
def refused(why: str) -> Iterator[None]:
    """As the sealer's role: refused, with nothing left of it."""
    with as_sealer(), pytest.raises(DatabaseError, match=why), transaction.atomic():
        yield


@pytest.mark.parametrize("ahead", ["1 second", "2 hours", "240 days"])
def test_a_head_of_a_time_to_come_is_refused_and_no_entry_follows_it(ahead: str) -> None:
    sealed(1)
    with refused("a head is of now"):
        add_head(next_head(f"{NOW} + interval '{ahead}'"))
    (entry,) = write(1)
    assert asked(f"select at <= {NOW} from audit_entry where id = %s", entry) == (True,)


def test_the_very_first_head_is_of_now_too() -> None:
    sealed(1)
    first = replace(next_head(f"{NOW} + interval '1 second'"), number=1)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table audit_head disable trigger user; delete from audit_head")
        cursor.execute("alter table audit_head enable trigger user")
    with refused("a head is of now"):
        add_head(first)
    with as_sealer():
        assert seal(KEY).head.number == 1


def test_a_head_is_not_earlier_than_the_one_before_it() -> None:
    sealed(1)
    with refused("a head is not earlier"):
        add_head(next_head("now() - interval '1 hour'"))


@pytest.mark.parametrize("step", [-1, 0, 2, 2**62])
def test_a_head_has_the_next_number(step: int) -> None:
    sealed(1)
    with refused("a head follows"):
        add_head(next_head(NOW, number=last_head().number + step))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into audit_epoch(number, cluster, from_xid, settled_xid, upto_entry)"
        " select max(number) + 1, audit_here(), pg_snapshot_xmin(pg_current_snapshot()), '0',"
        " 9000000000000000000 from audit_epoch",
        "insert into audit_epoch(number, cluster, from_xid, settled_xid, upto_entry, put_right)"
        " select 2, audit_here(), '0', '0', 0, max(number) from audit_head",
        "select audit_add_epoch(max(number)) from audit_head",
    ],
)
def test_the_sealer_cannot_say_what_an_epoch_is(statement: str) -> None:
    """One said to take over every entry to come left nothing to seal, and nothing that waited."""
    sealed(1)
    with refused("permission denied"):
        connection.cursor().execute(statement)


def test_the_sealer_begins_no_epoch_in_the_same_database() -> None:
    sealed(1)
    with refused("an epoch begins where"):
        connection.cursor().execute("select audit_begin_epoch()")
    write(1)
    with as_sealer():
        assert sum(seal_all()) == 1
    assert last_head().epoch == 1


def test_the_sealer_makes_room_for_the_months_to_come_only() -> None:
    with refused("permission denied"):
        connection.cursor().execute("select audit_make_room('1900-01-01', current_date)")


class TestElsewhere:
    """In a database that was restored elsewhere, two entries were not sealed at the backup."""

    @pytest.fixture
    def waiting(self) -> Iterator[list[int]]:
        sealed(3)
        entries = write(2)
        wait_for_others()
        is_of("'another'")
        yield entries
        is_of("audit_here()")

    def test_before_its_epoch_has_begun_all_waits_since_the_newest_head(
        self, waiting: list[int]
    ) -> None:
        with as_owner():
            numbers_come_again(waiting)
        with as_sealer():
            note_reached()
        assert asked(
            "select audit_oldest_waiting() = h.at and r.at <= h.at"
            " from audit_reached r, audit_head h"
        ) == (True,)

    def test_what_the_epoch_took_over_waits_until_it_is_sealed(self, waiting: list[int]) -> None:
        """An epoch begun by hand, and never more of it."""
        with as_sealer():
            connection.cursor().execute("select audit_begin_epoch()")
            note_reached()
        assert asked("select left_over from audit_epoch where number = 2") == (waiting,)
        assert asked(
            "select audit_oldest_waiting() = e.at and r.at <= e.at"
            " from audit_reached r, audit_entry e where e.id = %s",
            waiting[0],
        ) == (True,)
        with refused("an epoch begins where"):
            connection.cursor().execute("select audit_begin_epoch()")
        with as_sealer():
            assert seal(KEY).entries == 2
        assert (last_head().epoch, last_head().size, waiting_age()) == (2, 2, None)

    @pytest.mark.parametrize("left_out", ["the first", "all", "none, but goes on at once"])
    def test_its_first_pass_takes_what_was_left_over(
        self, waiting: list[int], left_out: str
    ) -> None:
        with as_sealer():
            connection.cursor().execute("select audit_begin_epoch()")
        later = write(1)
        wait_for_others()
        takes = {"the first": waiting[1:], "all": later}.get(left_out, waiting)
        upto = "from_xid" if left_out == "the first" else "pg_snapshot_xmin(pg_current_snapshot())"
        why = "all entries" if left_out == "the first" else "a pass goes on"
        with refused(why):
            connection.cursor().execute(
                "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries)"
                f" select 2, 0, %s, from_xid, {upto}, %s from audit_epoch where number = 2",
                [len(takes), takes],
            )
        with as_sealer():
            assert seal_all() == [2, 1]


def is_of(cluster: str) -> None:
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(f"update audit_epoch set cluster = {cluster}")
        switch_triggers(cursor, "enable")


def numbers_come_again(entries: list[int]) -> None:
    """As where the server before had counted further: their numbers are below the last pass."""
    with transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute("update audit_entry set xid = '3' where id = any(%s)", [entries])
        switch_triggers(cursor, "enable")


def test_the_sealer_cannot_say_how_far_the_seal_has_come() -> None:
    with refused("permission denied"):
        connection.cursor().execute("update audit_reached set at = now() + interval '1 year'")


def test_how_far_it_has_come_is_never_of_a_time_to_come() -> None:
    sealed(1)
    reached(f"{NOW} + interval '240 days'")
    with as_sealer():
        note_reached()
    assert 0 <= reached_age() < 60


def test_an_entry_written_while_the_clock_was_ahead_has_not_been_reached_in_time_to_come() -> None:
    sealed(1)
    write(1)
    moved_by(MONTHS)
    with as_sealer():
        note_reached()
    assert 0 <= reached_age() < 60


@pytest.mark.parametrize(("ahead", "door"), [("3 hours", Door.OPEN), ("5 hours", Door.NOT_SEALED)])
def test_what_was_noted_while_the_clock_was_ahead_holds_no_longer(ahead: str, door: Door) -> None:
    """Until the next pass of the sealer; and the sealer may be the one that stands still."""
    reached(f"{NOW} + interval '{ahead}'")
    assert try_the_door(Actor.system("test")) is door


def reached(at: str) -> None:
    with as_owner():
        connection.cursor().execute(f"update audit_reached set at = {at}")


class TestAPass:
    """A pass as the sealer's role writes it: what it says of entries is counted again."""

    def standing(self) -> dict[str, object]:
        leaf, upto, xmin = asked(
            "select p.first_leaf + p.size, p.upto_xid::text,"
            " pg_snapshot_xmin(pg_current_snapshot())::text from audit_pass p"
            " order by p.epoch desc, p.first_leaf desc limit 1"
        )
        return {"epoch": 1, "first": leaf, "from": upto, "upto": xmin}

    def claim(self, entries: list[int], **others: object) -> None:
        values = {**self.standing(), "entries": entries, "size": len(entries), **others}
        connection.cursor().execute(
            "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries)"
            " values (%(epoch)s, %(first)s, %(size)s, %(from)s, %(upto)s, %(entries)s)",
            values,
        )

    def test_that_takes_all_is_taken(self) -> None:
        before = sealed(1)
        entries = write(3)
        wait_for_others()
        with as_sealer(), transaction.atomic():
            self.claim(entries)
            transaction.set_rollback(True)
        assert before[0] < entries[0]

    @pytest.mark.parametrize("left_out", [0, 1, 2])
    def test_that_leaves_an_entry_out_is_refused(self, left_out: int) -> None:
        sealed(1)
        entries = write(3)
        wait_for_others()
        with refused("all entries"):
            self.claim([*entries[:left_out], *entries[left_out + 1 :]])

    def test_that_takes_an_entry_again_is_refused(self) -> None:
        before = sealed(2)
        entries = write(1)
        wait_for_others()
        with refused("all entries"):
            self.claim([before[0], *entries])

    def test_that_names_what_is_not_there_is_refused(self) -> None:
        sealed(1)
        with refused("all entries"):
            self.claim([10**9])

    @pytest.mark.parametrize(
        "said",
        [{"epoch": 2}, {"first": 5}, {"from": "1"}, {"upto": "1"}, {"upto": str(2**60)}],
    )
    def test_that_does_not_go_on_from_the_one_before_is_refused(self, said: dict) -> None:
        sealed(1)
        entries = write(1)
        wait_for_others()
        with refused("a pass goes on"):
            self.claim(entries, **said)

    def test_under_no_head_leaves_its_entries_waiting(self) -> None:
        """Written by hand, it had them count as sealed."""
        sealed(1)
        entries = write(1)
        wait_for_others()
        with as_sealer():
            self.claim(entries)
            note_reached()
        assert (waiting_age() or 0) > 0
        assert reached_age() > 0
        with as_sealer():
            store.grow(1, last_head().size, [store_hash(entries[0])])
            add_head(next_head(NOW, size=last_head().size + 1))
        assert waiting_age() is None


def store_hash(entry: int) -> bytes:
    return next(store.leaves_of([entry])).hash()
