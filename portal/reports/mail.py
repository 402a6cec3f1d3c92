"""Bringing a report to the head of a department by e-mail: figures only, no officer, no case."""

from collections.abc import Mapping
from email.header import Header
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.outbox import TryLater, handles
from identity.models import Account
from portal.reports.make import JOB
from portal.reports.models import Report
from portal.reports.words import (
    compared,
    figure_lines,
    header,
    late,
    red_lines,
    rows,
    waiting_lines,
)
from portal.spreadsheet import CONTENT_TYPE, as_csv

FIRST_PIECE = 64


@handles(JOB)
def mail_report(payload: Mapping[str, Any], key: str) -> None:
    """Send one report to one account; without an address it waits in the back office only."""
    account = Account.objects.get(pk=payload["account"])
    report = Report.objects.select_related("department").get(pk=payload["report"])
    address = EmailAddress.objects.get_primary(account)
    if address is None or not account.is_active:
        return
    with translation.override(account.language):
        mail = _mail(report, address.email)
    mail.extra_headers["Message-ID"] = f"<{key.replace(':', '.')}@report.portal>"
    try:
        mail.send()
    except OSError as error:
        raise TryLater from error


def _mail(report: Report, address: str) -> EmailMultiAlternatives:
    context = {
        "report": report,
        "late": late(report),
        "figures": figure_lines(report),
        "compared": compared(report),
        "waiting": waiting_lines(report),
        "red_lines": red_lines(report),
        "url": settings.PORTAL_ADDRESS + reverse("report", args=[report.pk]),
        "language": translation.get_language(),
    }
    mail = EmailMultiAlternatives(
        subject=on_one_line(
            _("%(department)s: your week from %(first)s to %(last)s")
            % {
                "department": report.department.display_name,
                "first": date_format(report.period_from, "SHORT_DATE_FORMAT"),
                "last": date_format(report.period_to, "SHORT_DATE_FORMAT"),
            }
        ),
        body=render_to_string("portal/reports/mail.txt", context),
        to=[address],
    )
    mail.attach_alternative(render_to_string("portal/reports/mail.html", context), "text/html")
    table = as_csv(header(), rows(report, with_officers=False))
    mail.attach(file_name(report), table, CONTENT_TYPE.partition(";")[0])
    return mail


def on_one_line(subject: str) -> str:
    """The subject in pieces short enough that its first stands beside the name of the header.

    A line break would begin another header, and is made a space. A first piece that is too long
    would be folded away from the name, and some readers show that fold as a space.
    """
    subject = " ".join(subject.split())
    if subject.isascii():
        return subject
    return Header(subject, "utf-8", maxlinelen=FIRST_PIECE).encode(linesep="")


def file_name(report: Report) -> str:
    return f"report-{report.department.code}-{report.period_from:%Y-%m-%d}.csv"
