"""Whether the moments of entries follow their numbers."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

BEGINNING = datetime.min.replace(tzinfo=UTC)
# How much earlier an entry may say it was written than one with a smaller number: the moment is
# taken before the number, and an entry may wait for a lock in between.
NUMBERS_DIFFER = timedelta(minutes=1)


class Order:
    """Numbers are drawn as entries are written, so moments follow them, whatever order passes have.

    Passes come with growing numbers, but for entries of long transactions: for each pass it is kept
    up to which number and which moment the trail had come by then.
    """

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._moments: list[datetime] = []

    def before(self, entry_id: int) -> datetime:
        """The latest moment of passes that had only smaller numbers than this one."""
        place = bisect_left(self._numbers, entry_id)
        return self._moments[place - 1] if place else BEGINNING

    def add(self, number: int, moment: datetime) -> None:
        """A pass with its greatest number and its latest moment."""
        if self._numbers:
            number = max(number, self._numbers[-1])
            moment = max(moment, self._moments[-1])
        self._numbers.append(number)
        self._moments.append(moment)
