"""Reports in the back office, for heads of departments and supervisors."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity.http import SignedInRequest, require_posting
from portal.reports.mail import file_name
from portal.reports.make import preview
from portal.reports.models import Report
from portal.reports.period import week_so_far
from portal.reports.read import export_report, open_report
from portal.reports.selectors import READERS, departments_for, get_department, page_of, reports_for
from portal.reports.words import (
    compared,
    figure_lines,
    header,
    late,
    no_views,
    red_lines,
    rows,
    view_lines,
    waiting_lines,
)
from portal.spreadsheet import CONTENT_TYPE, as_marked_csv, marked_name


@require_safe
@require_posting(*READERS)
def report_list(request: SignedInRequest) -> HttpResponse:
    """Reports newest first, and this week as far as it has come."""
    reports, before = page_of(reports_for(request.actor), request.GET.get("before", ""))
    context = {
        "title": _("Reports"),
        "reports": reports,
        "older": f"before={before}" if before else "",
        "departments": departments_for(request.actor),
    }
    return render(request, "portal/reports/list.html", context)


@require_safe
@require_posting(*READERS)
def report(request: SignedInRequest, report_id: UUID) -> HttpResponse:
    return _page(request, open_report(actor=request.actor, report_id=report_id), is_kept=True)


@require_safe
@require_posting(*READERS)
def report_table(request: SignedInRequest, report_id: UUID) -> HttpResponse:
    kept, entry_id = export_report(actor=request.actor, report_id=report_id)
    table = as_marked_csv(header(), rows(kept, with_officers=True), entry_id)
    response = HttpResponse(table, CONTENT_TYPE)
    name = marked_name(file_name(kept), entry_id)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@require_posting(*READERS)
def this_week(request: SignedInRequest, code: str) -> HttpResponse:
    department = get_department(request.actor, code)
    period = week_so_far(timezone.localdate())
    return _page(
        request,
        preview(actor=request.actor, department=department, period=period),
        is_kept=False,
    )


def _page(request: HttpRequest, shown: Report, *, is_kept: bool) -> HttpResponse:
    context = {
        "title": shown.department.display_name,
        "report": shown,
        "is_kept": is_kept,
        "late": late(shown),
        "now": shown.content["figures"],
        "figures": figure_lines(shown),
        "compared": compared(shown),
        "waiting": waiting_lines(shown),
        "red_lines": red_lines(shown),
        "views": view_lines(shown),
        "no_views": no_views(shown),
    }
    return render(request, "portal/reports/report.html", context)
