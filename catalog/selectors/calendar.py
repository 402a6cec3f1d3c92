"""The working calendar, as limits and promised dates read it."""

from datetime import date

from django.db.models import Max

from audit.kernel.clock import WorkCalendar
from catalog.kept import kept
from catalog.models import CalendarDay


@kept
def work_calendar() -> WorkCalendar:
    """Every exception on record; days after the last announced year are provisional."""
    days = list(CalendarDay.objects.values_list("day", "is_worked"))
    last = CalendarDay.objects.filter(provisional=False).aggregate(last=Max("day"))["last"]
    return WorkCalendar(
        days_off=frozenset(day for day, worked in days if not worked),
        days_worked=frozenset(day for day, worked in days if worked),
        announced_until=date(last.year, 12, 31) if last else None,
    )
