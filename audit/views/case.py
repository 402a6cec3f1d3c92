"""The whole history of one case."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from audit.directory import Directory, KnownCase, Turn
from audit.keeping.away import archived_before
from audit.kernel.ids import read_reference
from audit.lines import Line, lines_of, with_details
from audit.models import AuditEntry
from audit.pages import Page
from audit.room.runs import in_runs, runs_of_applicant
from audit.room.stories import told_together
from audit.selectors import TrailSearch, page_found, refuse_all_but_readers
from audit.sentinel.events import CASE_NUMBER
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace, nothing_of

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
ENTRIES = 100


@require_GET
def case(request: HttpRequest, reference: str, directory: Directory) -> HttpResponse:
    """Acts, looks, and whose hands the case was in, in the order in which it all happened."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    known = directory.find_case(reference)
    if known is None:
        # What has not the form of such a number is not kept: it may be anybody's identity number.
        tried = ObjectRef(CASE_NUMBER, read_reference(reference) or "")
        raise nothing_of(gettext_lazy("There is no case with this number."), tried)
    turns = [turn.at for turn in known.turns]
    runs = partial(runs_of_applicant, steps=known.steps, turns=turns)
    page = page_found(
        actor,
        TrailSearch(reference=reference, case=known),
        request.GET.get("from", ""),
        size=ENTRIES,
        oldest_first=True,
        lines_of=runs,
    )
    found = lines_of(page.rows, directory)
    leave_trace(actor, known.target, [*known.subjects, *found.shown])
    acts = told_together(with_details(found, page.rows, directory), page.rows)
    lines = in_runs(acts, page.rows, runs(page.rows))
    context = {
        "title": _("Case %(reference)s") % {"reference": reference},
        "reference": reference,
        "case": known,
        "lines": lines,
        "story": _story(lines, page, known),
        "page": page,
        "archived": None if page.before else archived_before(),
    }
    return render(request, "audit/case.html", context)


def _story(lines: Sequence[Line], page: Page[AuditEntry], known: KnownCase) -> list[Line | Turn]:
    """The lines of a page, and between them the turns the case took in that time."""
    first = page.rows[0].at if page.rows and page.before else BEGINNING
    last = page.rows[-1].at if page.rows and page.after else END
    turns = [turn for turn in known.turns if first <= turn.at < last]
    return sorted([*turns, *lines], key=lambda one: one.at)
