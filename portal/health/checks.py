"""Whether this process can serve, and whether the work behind it goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from audit.gate import APP_ROLE
from audit.models import Outbox
from audit.sealing.store import last_head
from portal.health.models import Heartbeat

WORKER = "worker"
STUCK_AFTER = timedelta(minutes=5)
SILENT_AFTER = timedelta(minutes=3)
UNSEALED_AFTER = timedelta(minutes=1)


@dataclass(slots=True)
class Readiness:
    """What was found. The first three decide whether requests can be served."""

    database: bool = False
    app_role: bool = False
    migrated: bool = False
    oldest_due_seconds: int | None = None
    heartbeat_seconds: int | None = None
    head_seconds: int | None = None

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
        age = self.head_seconds
        return age is not None and age < UNSEALED_AFTER.total_seconds()

    def as_dict(self) -> dict[str, object]:
        works = self.outbox_moves and self.worker_lives and self.is_sealed
        good = "ready" if works else "ready, but the work behind it waits"
        return {
            "state": good if self.can_serve else "not ready",
            "database": self.database,
            "app_role": self.app_role,
            "migrated": self.migrated,
            "outbox_moves": self.outbox_moves,
            "oldest_due_job_seconds": self.oldest_due_seconds,
            "worker_lives": self.worker_lives,
            "worker_heartbeat_seconds": self.heartbeat_seconds,
            "trail_is_sealed": self.is_sealed,
            "newest_head_seconds": self.head_seconds,
        }


def look() -> Readiness:
    """Ask the database; whatever it cannot answer stays at its worst value."""
    state = Readiness()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_user, to_regclass('django_migrations') is not null")
            role, has_tables = cursor.fetchone()
        state.database = True
        state.app_role = role == APP_ROLE
        state.migrated = has_tables and _is_migrated()
        if state.migrated:
            state.oldest_due_seconds = _seconds_since(oldest_due())
            state.heartbeat_seconds = _seconds_since(last_heartbeat())
            state.head_seconds = _seconds_since(newest_head())
    except DatabaseError:
        connection.close()
    return state


def oldest_due() -> datetime | None:
    """Since when the longest waiting job of the outbox could have been done."""
    waiting = Outbox.objects.filter(done_at=None, given_up=False, next_try__lte=timezone.now())
    return waiting.order_by("next_try", "id").values_list("next_try", flat=True).first()


def last_heartbeat() -> datetime | None:
    return Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()


def newest_head() -> datetime | None:
    """When the trail was last put under a signed head."""
    head = last_head()
    return head.moment if head else None


def beat() -> None:
    """The worker lives, and beat told it to say so."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def _seconds_since(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, int((timezone.now() - moment).total_seconds()))


@cache
def _expected() -> frozenset[tuple[str, str]]:
    """Every migration this code comes with; read from disk once a process."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _is_migrated() -> bool:
    """Whether the database has come as far as this code."""
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        return _expected() <= set(cursor.fetchall())
