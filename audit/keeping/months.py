"""A calendar month (UTC) of the trail: the unit that is archived, detached and restored."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}")
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month. `first` is its first day."""

    first: date

    @classmethod
    def read(cls, written: str) -> "Month":
        """From `2026-05`. ValueError if it is no month."""
        try:
            if _WRITTEN.fullmatch(written):
                return cls(date.fromisoformat(f"{written}-01"))
        except ValueError:  # such as 2026-13
            pass
        raise ValueError(f"{written!r} is no month; one looks like 2026-05")

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        return cls(moment.astimezone(UTC).date().replace(day=1))

    def __str__(self) -> str:
        return self.first.strftime("%Y-%m")

    def after(self, months: int) -> "Month":
        """So many months later; earlier if negative."""
        years, month = divmod(self.first.month - 1 + months, MONTHS_A_YEAR)
        return Month(date(self.first.year + years, month + 1, 1))

    @property
    def start(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.after(1).start

    def room_of(self, parent: str) -> str:
        """The partition of a table of the trail that holds this month."""
        return f"{parent}_{self.first:%Y_%m}"

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end
