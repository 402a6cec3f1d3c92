"""Stopping the clock of a case, and letting it run again."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from applications.models import Application, Clock
from audit.kernel.clock import working_days_after, working_days_between
from catalog.schema.definition import Limit
from catalog.selectors.calendar import work_calendar


def due_date(start: date, limit: Limit) -> tuple[date, bool]:
    """The last day of a promise, and whether it lies beyond the announced calendar."""
    calendar = work_calendar()
    if limit.in_working_days:
        due = working_days_after(start, limit.amount, calendar)
    else:
        due = working_days_after(start + timedelta(days=limit.amount), 0, calendar)
    return due, calendar.is_provisional(due)


def pause(application: Application, *, reason: Clock.Reason, at: datetime) -> None:
    """Stop the clock; a clock that stands still already stays as it is."""
    Clock.objects.get_or_create(
        application=application,
        resumed_at=None,
        defaults={"reason": reason, "paused_at": at},
    )


def resume(application: Application, *, at: datetime) -> None:
    """Let the clock run again: the promised date moves by the working days it stood still.

    Sets the new date on the object; the caller's `move()` saves it.
    """
    clock = Clock.objects.filter(application=application, resumed_at=None).first()
    if clock is None or application.due_on is None:
        return
    clock.resumed_at = at
    clock.save(update_fields=["resumed_at"])
    calendar = work_calendar()
    stood = working_days_between(
        timezone.localdate(clock.paused_at), timezone.localdate(at), calendar
    )
    if stood:
        application.due_on = working_days_after(application.due_on, stood, calendar)
        application.due_is_provisional = calendar.is_provisional(application.due_on)
