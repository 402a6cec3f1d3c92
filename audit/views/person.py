"""Everything the trail has about one person, day by day; and the way there from a covered name."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from audit.directory import Directory
from audit.keeping.away import archived_before
from audit.lines import Line, lines_of, with_details
from audit.room.stories import entries_in, told_together
from audit.searches import kept_search
from audit.selectors import TrailSearch, page_found, refuse_all_but_readers
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace, nothing_of, to_result, to_search
from audit.views.search import NOBODY, SEARCH, search_for


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, directory: Directory) -> HttpResponse:
    """The person of a kept search: number or name was posted, and no address names anybody."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    if request.method == "POST":
        return to_result("trail:person", request, SEARCH, search_for(_chosen(request)))
    word = request.GET.get("search", "")
    kept = kept_search(request.session, SEARCH, word)
    if kept is None or kept["person"] in ("", NOBODY):
        return to_search(word)
    one = UUID(kept["person"])
    page = page_found(actor, TrailSearch(person=one), request.GET.get("from", ""))
    found = lines_of(page.rows, directory)
    leave_trace(actor, ObjectRef("trail", "person"), [one, *found.shown])
    lines = told_together(with_details(found, page.rows, directory), page.rows)
    name = directory.names([one]).get(one, "")
    context = {
        "title": _("Who had to do with %(name)s") % {"name": name},
        "word": word,
        "days": _by_day(lines),
        "page": page,
        "archived": None if page.after else archived_before(),
    }
    return render(request, "audit/person.html", context)


def _chosen(request: HttpRequest) -> UUID:
    """Whose covered name was pressed; 404 for what is no id of anybody."""
    try:
        return UUID(request.POST.get("person", ""))
    except ValueError:
        raise nothing_of(gettext_lazy("There is nobody behind this name.")) from None


def _by_day(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Each day with its lines and the offices they came from."""
    days = groupby(lines, key=lambda line: timezone.localtime(line.at).date())
    found = [(day, list(of_day)) for day, of_day in days]
    return [
        {
            "day": day,
            "lines": of_day,
            "entries": entries_in(of_day),
            "offices": list(dict.fromkeys(one.department for one in of_day if one.department)),
        }
        for day, of_day in found
    ]
