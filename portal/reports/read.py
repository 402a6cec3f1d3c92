"""Reading a report and taking it away, both recorded."""

from uuid import UUID

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from portal.reports.models import Report
from portal.reports.selectors import get_readable
from portal.reports.verbs import Verb

SUPERVISION = Purpose.duty("report")


@transaction.atomic
def open_report(*, actor: Actor, report_id: UUID) -> Report:
    report = get_readable(actor, report_id)
    record(actor=actor, verb=Verb.VIEWED, on=report, purpose=SUPERVISION)
    return report


@transaction.atomic
def export_report(*, actor: Actor, report_id: UUID) -> tuple[Report, int]:
    """The report to be saved as a file, and the entry of the trail its copy is marked with."""
    report = get_readable(actor, report_id)
    entry_id = record(actor=actor, verb=Verb.EXPORTED, on=report, purpose=SUPERVISION)
    return report, entry_id
