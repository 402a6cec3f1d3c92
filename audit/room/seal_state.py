"""How the seal stands, in one look: the newest head, and what the last check of the trail found."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from audit.models import TrailCheck
from audit.sealing.ahead import NOTICED, newest_head_ahead
from audit.sealing.heads import Head
from audit.sealing.places import reached_age
from audit.sealing.store import last_head

STALE = timedelta(seconds=60)  # the newest head is no older than this while all is well
CHECK_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SealState:
    """The newest head and how old it is, since when entries wait for theirs, and the last check.
    None: there has been none yet. Below nought, the head is of a time to come."""

    head: Head | None
    age: timedelta | None
    behind: timedelta
    check: TrailCheck | None

    @property
    def is_broken(self) -> bool:
        """The last check found something."""
        return self.check is not None and self.check.faults > 0

    @property
    def is_ahead(self) -> bool:
        """The newest head is of a time to come: the server's clock was ahead, or is behind."""
        return self.age is not None and self.age < -NOTICED

    @property
    def stands_still(self) -> bool:
        """There is no head, or it is older than it should be, or it leaves entries out."""
        return self.age is None or self.age > STALE or self.holds_back

    @property
    def holds_back(self) -> bool:
        """Heads are signed, and entries wait all the same: something keeps them from the seal."""
        return self.age is not None and self.age <= STALE < self.behind

    @property
    def minutes_behind(self) -> int:
        """Since how many whole minutes entries wait."""
        return int(self.behind / timedelta(minutes=1))

    @property
    def is_check_late(self) -> bool:
        """Nobody has checked for longer than the job that does it daily allows."""
        return self.check is None or abs(timezone.now() - self.check.at) > 2 * CHECK_EVERY


def seal_state() -> SealState:
    """Four short queries."""
    head = last_head()
    age = -newest_head_ahead() if head else None
    return SealState(head, age, timedelta(seconds=reached_age()), last_check())


def last_check() -> TrailCheck | None:
    """What was found when the whole trail was last checked, by number: clocks are set back."""
    return TrailCheck.objects.order_by("-id").first()
