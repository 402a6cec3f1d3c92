"""Everything the trail has about one person, day by day."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.lines import Line, lines_of, with_details
from audit.searches import kept_search
from audit.selectors import Directory, TrailSearch, entries_visible_to, page_found
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace
from audit.views.search import NOBODY, SEARCH


@require_GET
def person(request: HttpRequest, directory: Directory) -> HttpResponse:
    """The person of a kept search: the number was typed there, and no address names anybody."""
    actor = actor_of(request)
    entries_visible_to(actor)
    word = request.GET.get("search", "")
    kept = kept_search(request.session, SEARCH, word)
    if kept is None or kept["person"] in ("", NOBODY):
        return redirect("trail:search")
    one = UUID(kept["person"])
    page = page_found(actor, TrailSearch(person=one), request.GET.get("from", ""))
    found = lines_of(page.rows, directory)
    leave_trace(actor, ObjectRef("trail", "person"), [one, *found.shown])
    lines = with_details(found, page.rows, directory)
    name = directory.names([one]).get(one, "")
    context = {
        "title": _("Who had to do with %(name)s") % {"name": name},
        "word": word,
        "days": _by_day(lines),
        "page": page,
    }
    return render(request, "audit/person.html", context)


def _by_day(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Each day with its lines and the offices they came from."""
    days = groupby(lines, key=lambda line: timezone.localtime(line.at).date())
    found = [(day, list(of_day)) for day, of_day in days]
    return [
        {
            "day": day,
            "lines": of_day,
            "offices": list(dict.fromkeys(one.department for one in of_day if one.department)),
        }
        for day, of_day in found
    ]
