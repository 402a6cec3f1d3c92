"""Which reports somebody may read."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Step
from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from catalog.models import Department
from identity.models import Posting
from portal.reports.models import Report

WEEKS_A_PAGE = 8
READERS = (Capacity.LEAD, Capacity.SUPERVISOR)


def reports_for(actor: Actor) -> QuerySet[Report]:
    """A head of department sees the own department's, a supervisor all, anybody else none."""
    reports = Report.objects.select_related("department")
    if actor.capacity is Capacity.SUPERVISOR:
        return reports
    if actor.capacity is Capacity.LEAD:
        return reports.filter(department__code=actor.department_code)
    return reports.none()


def page_of(reports: QuerySet[Report], before: str) -> tuple[list[Report], date | None]:
    """The reports of some weeks, newest first, and the day older ones lie before, if any do.

    What is no day in `before` counts as no wish: the newest are shown.
    """
    with suppress(ValueError):
        reports = reports.filter(period_from__lt=date.fromisoformat(before))
    weeks = reports.order_by("-period_from").values_list("period_from", flat=True).distinct()
    found = list(weeks[: WEEKS_A_PAGE + 1])
    if not found:
        return [], None
    shown = found[:WEEKS_A_PAGE]
    page = reports.filter(period_from__gte=shown[-1]).order_by("-period_from", "department__name")
    return list(page), shown[-1] if len(found) > WEEKS_A_PAGE else None


def get_readable(actor: Actor, report_id: UUID) -> Report:
    """The report, or one answer for "not there" and "not yours"."""
    report = reports_for(actor).filter(pk=report_id).first()
    if report is None:
        raise _no_such_report()
    return report


def offices_at_work() -> QuerySet[Department]:
    """Departments a case has ever reached, and those with a head who waits for a report."""
    reached = Step.objects.filter(department=OuterRef("pk"), opened_at__isnull=False)
    leads = Posting.objects.in_force().filter(
        department=OuterRef("pk"), capacity=Posting.Capacity.LEAD
    )
    return Department.objects.filter(Exists(reached) | Exists(leads))


def departments_for(actor: Actor) -> QuerySet[Department]:
    """Departments whose week this reader may look at."""
    departments = offices_at_work().order_by("name")
    if actor.capacity is Capacity.SUPERVISOR:
        return departments
    if actor.capacity is Capacity.LEAD:
        return departments.filter(code=actor.department_code)
    return departments.none()


def get_department(actor: Actor, code: str) -> Department:
    department = departments_for(actor).filter(code=code).first()
    if department is None:
        raise _no_such_report()
    return department


def _no_such_report() -> Refused:
    return Refused(
        code="report.not_there",
        message=_("There is no such report for you."),
        next_step=_("Choose one from the list of reports."),
        status=404,
    )
