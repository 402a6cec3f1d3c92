"""One entry of the trail with its look: where a number on a page or a file leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.directory import Directory
from audit.lines import Named, lines_of, with_details
from audit.room.entry import entry_of, look_of, people_named_in
from audit.selectors import is_look
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace


@require_GET
def entry(request: HttpRequest, number: int, directory: Directory) -> HttpResponse:
    """The entry as lists have it among those of the same look, and everybody it names with covered
    names, recorded as seen."""
    actor = actor_of(request)
    found = entry_of(actor, number)
    page = people_named_in(found, request.GET.get("from", ""))
    people = [row.subject for row in page.rows]
    look = look_of(actor, found)
    lines = lines_of(look, directory)
    own = next(line for line in lines.lines if line.number == number)
    leave_trace(actor, ObjectRef("trail.entry", str(number)), [*lines.shown, *people])
    names = directory.names(people)
    is_view = own.is_officer and is_look(found.verb, found.outcome)
    title = _("View %(number)d") if is_view else _("Entry %(number)d")
    context = {
        "title": title % {"number": number},
        "is_view": is_view,
        "number": number,
        "lines": with_details(lines, look, directory),
        "is_named": bool(own.named),
        "people": [Named(one, names.get(one, "")) for one in people],
        "page": page,
    }
    return render(request, "audit/entry.html", context)
