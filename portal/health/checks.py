"""Whether this process can serve, and whether the work behind it goes on."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from audit.gate import APP_ROLE
from audit.kernel.actors import Actor
from audit.models import Outbox
from audit.outbox import keys_were_taken
from audit.room.seal_state import last_check
from audit.sealing.ahead import NOTICED, newest_head_ahead
from audit.sealing.brake import may_stand, was_set
from audit.sealing.places import Place, places, published_age, waiting_age, witnessed_late
from audit.sealing.store import sealing_since
from audit.sentinel.passed_over import has_passed_over
from audit.sentinel.stream import unread_age
from audit.sentinel.watch import was_kept_from_reading
from audit.structure.comparing import SETTING, faults_of_structure
from audit.trail import Door, try_the_door
from portal.health.models import Heartbeat

WORKER = "worker"
STUCK_AFTER = timedelta(minutes=5)
SILENT_AFTER = timedelta(minutes=3)
UNSEALED_AFTER = timedelta(minutes=1)
UNREAD_AFTER = timedelta(minutes=5)
WITNESS_SILENT_AFTER = timedelta(minutes=10)
UNCHECKED_AFTER_DAYS = 2
TOLD_FOR = timedelta(days=2)  # what somebody did to the sentinel or to the outbox
SAFEGUARDS = "portal.health.safeguards"
SAFEGUARDS_SECONDS = 60
TRYING = Actor.system("health")


@dataclass(slots=True)
class Readiness:
    """What was found. The first three decide whether requests can be served."""

    database: bool = False
    app_role: bool = False
    migrated: bool = False
    oldest_due_seconds: int | None = None
    heartbeat_seconds: int | None = None
    door: Door = Door.NOT_WRITTEN
    head_seconds: int | None = None
    waiting_seconds: int | None = None
    ahead: timedelta = timedelta(0)
    """By how much the newest head is ahead of the database's clock."""
    places: Sequence[Place] = field(default_factory=list)
    safeguards: str = ""
    """The first thing that is built otherwise than the migrations build it; none while all is."""
    newly_may_stand: timedelta | None = None
    """How long sealing may stand still, if somebody has changed it lately."""
    check_faults: int = 0
    first_fault: str = ""
    unchecked_days: int = 0
    was_kept_from_reading: bool = False
    has_passed_over: bool = False
    unread_seconds: int | None = None
    keys_were_taken: bool = False

    @property
    def can_serve(self) -> bool:
        return self.database and self.app_role and self.migrated

    @property
    def outbox_moves(self) -> bool:
        waiting = self.oldest_due_seconds
        return waiting is None or waiting < STUCK_AFTER.total_seconds()

    @property
    def worker_lives(self) -> bool:
        silent = self.heartbeat_seconds
        return silent is not None and silent < SILENT_AFTER.total_seconds()

    @property
    def is_sealed(self) -> bool:
        """The newest head is outside this database, and no entry waits for the next for long."""
        limit = UNSEALED_AFTER.total_seconds()
        age, waiting = self.head_seconds, self.waiting_seconds
        return age is not None and age < limit and (waiting is None or waiting < limit)

    @property
    def is_signed(self) -> bool:
        """A head was signed not long ago, wherever it has got to since."""
        return abs(self.ahead) < UNSEALED_AFTER

    @property
    def is_ahead(self) -> bool:
        """The newest head is of a time to come, and entries with it, or none is taken."""
        return self.ahead > NOTICED

    @property
    def sentinel_reads(self) -> bool:
        """Nothing that was sealed has waited for the sentinel for long."""
        waiting = self.unread_seconds
        return waiting is None or waiting < UNREAD_AFTER.total_seconds()

    @property
    def is_watched(self) -> bool:
        """The sentinel reads, and no officer was left out lately."""
        left_out = self.was_kept_from_reading or self.has_passed_over
        return self.sentinel_reads and not left_out

    @property
    def objecting(self) -> list[Place]:
        """Witnesses that say the trail tells two stories."""
        return [place for place in self.places if place.objection]

    @property
    def silent(self) -> list[Place]:
        """Witnesses that have not answered for too long."""
        limit = WITNESS_SILENT_AFTER.total_seconds()
        return [place for place in self.places if (place.silent or 0) >= limit]

    @property
    def unwitnessed(self) -> list[Place]:
        """All witnesses but those that object, if none of them has what is in the file."""
        late = witnessed_late(self.places)
        if late is None or late < UNSEALED_AFTER.total_seconds():
            return []
        return [place for place in self.places if not place.is_file and not place.objection]

    @property
    def state(self) -> str:
        """In a few words, the worst first."""
        if not self.can_serve:
            return "not ready"
        if self.door is not Door.OPEN:
            return "ready, but nobody's data can be shown"
        changed = self.safeguards or self.keys_were_taken or self.newly_may_stand is not None
        if self.is_ahead or changed or self.check_faults:
            return "ready, but the trail or its safeguards are not as they should be"
        works = self.outbox_moves and self.worker_lives and self.is_sealed
        watched = self.is_checked and self.is_watched
        seen = not self.objecting and not self.silent and not self.unwitnessed
        good = works and watched and seen
        return "ready" if good else "ready, but the work behind it waits"

    @property
    def is_checked(self) -> bool:
        """The whole trail was checked not long ago."""
        return self.unchecked_days < UNCHECKED_AFTER_DAYS

    def as_dict(self) -> dict[str, object]:
        return {
            "state": self.state,
            "database": self.database,
            "app_role": self.app_role,
            "migrated": self.migrated,
            "outbox_moves": self.outbox_moves,
            "oldest_due_job_seconds": self.oldest_due_seconds,
            "worker_lives": self.worker_lives,
            "worker_heartbeat_seconds": self.heartbeat_seconds,
            "trail": self.door.value,
            "trail_is_sealed": self.is_sealed,
            "published_head_seconds": self.head_seconds,
            "newest_head_ahead_seconds": max(0, int(self.ahead.total_seconds())),
            "waiting_for_seal_seconds": self.waiting_seconds,
            "witnesses_objecting": len(self.objecting),
            "witnesses_silent": len({*self.silent, *self.unwitnessed}),
            "safeguards_in_place": not self.safeguards,
            "check_faults": self.check_faults,
            "waiting_for_sentinel_seconds": self.unread_seconds,
        }


def look() -> Readiness:
    """Ask the database; whatever it cannot answer stays at its worst value."""
    state = Readiness()
    try:
        fill_in(state)
    except DatabaseError:
        connection.close()
    return state


def fill_in(state: Readiness) -> None:
    """The same for whoever is in a transaction of their own, which a DatabaseError would end."""
    safeguards = _safeguards()
    # A role's setting can keep everything after this from being found, so it is told before.
    state.safeguards = _first_of([one for one in safeguards if one.startswith(SETTING)])
    with connection.cursor() as cursor:
        cursor.execute("select current_user, to_regclass('django_migrations') is not null")
        role, has_tables = cursor.fetchone()
    state.database = True
    state.app_role = role == APP_ROLE
    state.migrated = has_tables and _is_migrated()
    if not state.migrated:
        return
    state.oldest_due_seconds = _seconds_since(oldest_due())
    state.heartbeat_seconds = _seconds_since(last_heartbeat())
    state.door = try_the_door(TRYING)
    state.ahead = newest_head_ahead()
    state.places = places()
    state.head_seconds = _whole(published_age(state.places))
    state.safeguards = _first_of(safeguards)
    _fill_in_check(state)
    lately = timezone.now() - TOLD_FOR
    state.was_kept_from_reading = was_kept_from_reading(lately)
    state.has_passed_over = has_passed_over(lately)
    state.unread_seconds = _whole(unread_age())
    state.newly_may_stand = may_stand() if was_set(lately) else None
    state.keys_were_taken = keys_were_taken(lately)
    if state.door is not Door.NOT_WRITTEN:  # the table may be locked, and this would wait for it
        state.waiting_seconds = _whole(waiting_age())


def _safeguards() -> list[str]:
    """Read from the catalogues of the database once a minute at most: they are many. Settings of
    roles stand first."""
    said: list[str] | None = cache.get(SAFEGUARDS)
    if said is None:
        said = [str(fault) for fault in faults_of_structure()]
        cache.set(SAFEGUARDS, said, SAFEGUARDS_SECONDS)
    return said


def _first_of(faults: Sequence[str]) -> str:
    """The first, and how many more there are: a code for whoever has to see to it."""
    more = f" (+{len(faults) - 1})" if len(faults) > 1 else ""
    return f"{faults[0]}{more}" if faults else ""


def _fill_in_check(state: Readiness) -> None:
    """What the last check found, or since when there should have been a first one."""
    last = last_check()
    if last is not None:
        state.check_faults, state.first_fault = last.faults, last.first_fault
    since = last.at if last is not None else sealing_since()
    state.unchecked_days = abs(timezone.now() - since).days if since is not None else 0


def oldest_due() -> datetime | None:
    """Since when the longest waiting job of the outbox could have been done."""
    waiting = Outbox.objects.filter(done_at=None, given_up=False, next_try__lte=timezone.now())
    return waiting.order_by("next_try", "id").values_list("next_try", flat=True).first()


def last_heartbeat() -> datetime | None:
    return Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()


def beat() -> None:
    """The worker lives, and beat told it to say so."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def _seconds_since(moment: datetime | None) -> int | None:
    """What was noted while the clock was ahead is as old: nobody knows when it was."""
    return None if moment is None else int(abs((timezone.now() - moment).total_seconds()))


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, int(seconds))


@functools.cache
def _expected() -> frozenset[tuple[str, str]]:
    """Every migration this code comes with; read from disk once a process."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _is_migrated() -> bool:
    """Whether the database has come as far as this code."""
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        return _expected() <= set(cursor.fetchall())
