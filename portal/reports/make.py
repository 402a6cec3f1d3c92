"""Making reports, each once, and promising their delivery in the same transaction."""

from datetime import date

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.outbox import enqueue
from audit.trail import ObjectRef, record
from audit.transaction import in_one_transaction
from catalog.models import Department
from identity.models import Posting
from portal.reports.content import content_for
from portal.reports.models import Report
from portal.reports.period import Period, last_full_week
from portal.reports.selectors import offices_at_work
from portal.reports.verbs import Verb

JOB = "portal.report_mail"
WEEKLY = Actor.system("weekly-reports")


def make_weekly_reports(today: date) -> int:
    """Make what is missing of last week's reports, one transaction each; return how many."""
    period = last_full_week(today)
    missing = offices_at_work().exclude(reports__period_from=period.first)
    made = 0
    for department in list(missing.order_by("pk")):
        with in_one_transaction():
            made += make_report(department, period)
    return made


def make_report(department: Department, period: Period) -> bool:
    """Make one report and promise it to the leads; False if somebody else has made it.

    Whoever comes second waits at the lock of the department and then finds the report: one report
    has one entry in the trail, and nobody computes for nothing.
    """
    Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    if Report.objects.filter(department=department, period_from=period.first).exists():
        return False
    report = Report(department=department, period_from=period.first, period_to=period.last)
    record(actor=WEEKLY, verb=Verb.MADE, on=report, purpose=Purpose.duty("report"))
    report.content = content_for(department, period)
    report.save(force_insert=True)
    for account_id in _leads(department):
        payload = {"report": str(report.pk), "account": str(account_id)}
        enqueue(JOB, payload, key=f"report:{report.pk}:{account_id}")
    return True


@transaction.atomic
def preview(*, actor: Actor, department: Department, period: Period) -> Report:
    """The week so far, computed for the page and kept nowhere."""
    on = ObjectRef("catalog.department", str(department.pk))
    record(actor=actor, verb=Verb.PREVIEWED, on=on, purpose=Purpose.duty("report"))
    return Report(
        department=department,
        period_from=period.first,
        period_to=period.last,
        content=content_for(department, period),
    )


def _leads(department: Department) -> list[object]:
    postings = Posting.objects.in_force().filter(
        department=department, capacity=Posting.Capacity.LEAD
    )
    return sorted(set(postings.values_list("account_id", flat=True)), key=str)
