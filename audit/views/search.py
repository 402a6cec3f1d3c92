"""The search of the trail."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from audit.actions.search_by_number import search_by_case, search_by_number
from audit.directory import Directory
from audit.forms.search import WITHOUT_CASE, TrailSearchForm, end_of, start_of
from audit.keeping.away import archived_before
from audit.lines import lines_of, with_details
from audit.models import AuditEntry
from audit.pages import Page
from audit.room.stories import told_together
from audit.searches import kept_search
from audit.selectors import TrailSearch, page_found, refuse_all_but_readers
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace, read_day, read_time, to_result

SEARCH = "trail"
TITLE = gettext_lazy("Search the trail")
NOBODY = "nobody"
TYPED = ("officer", "office", "reference", "verb", "only")
MOMENTS = ("since", "since_time", "until", "until_time")


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest, directory: Directory) -> HttpResponse:
    """The form, and under it what was found. The number of a view leads to that view alone, that
    of anything else with a page to its page."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    offered: dict[str, Any] = {"directory": directory, "actor": actor}
    if request.method == "POST":
        form = TrailSearchForm(request.POST, **offered)
        if form.is_valid():
            return _answer(form, request, directory)
        return render(request, "audit/search.html", _page(form))
    word = request.GET.get("search", "")
    kept = kept_search(request.session, SEARCH, word)
    again = {**kept, "same": word if kept["person"] else ""} if kept else {}
    context = _page(TrailSearchForm(initial=again, **offered))
    context["is_gone"] = bool(word) and kept is None
    if kept:
        context |= {"word": word, **_found(request, kept, directory)}
    return render(request, "audit/search.html", context)


def _answer(form: TrailSearchForm, request: HttpRequest, directory: Directory) -> HttpResponse:
    page: str = form.cleaned_data.get("page", "")
    if page:
        return redirect(page)
    view: int | None = form.cleaned_data["view"]
    if view is not None:
        return redirect("trail:entry", view)
    return to_result("trail:search", request, SEARCH, _wanted(form, request, directory))


def _page(form: TrailSearchForm) -> dict[str, Any]:
    return {"form": form, "title": TITLE, "often": _often()}


def _often() -> list[dict[str, Any]]:
    """Searches that are asked day by day, ready to be sent. They show nothing by themselves."""
    today = timezone.localdate()
    days = {name: (today - timedelta(days=name - 1)).isoformat() for name in (1, 7, 30)}
    last = {"until": today.isoformat()}
    return [
        {"words": _("Everything of today"), "fields": {"since": days[1], **last}},
        {
            "words": _("Looks without a case, last 7 days"),
            "fields": {"only": WITHOUT_CASE, "since": days[7], **last},
        },
        {
            "words": _("Saved as a file, last 30 days"),
            "fields": {"verb": "exports", "since": days[30], **last},
        },
        {
            "words": _("Covered values seen in full, last 7 days"),
            "fields": {"verb": "reveals", "since": days[7], **last},
        },
    ]


def search_of(kept: Mapping[str, Any], directory: Directory) -> TrailSearch | None:
    """A kept search as the selectors take it; None if it asks for somebody nobody knows."""
    if kept["person"] == NOBODY:
        return None
    reference = kept["reference"]
    return TrailSearch(
        officer=kept["officer"],
        office=kept["office"],
        reference=reference,
        case=directory.find_case(reference) if reference else None,
        person=UUID(kept["person"]) if kept["person"] else None,
        verbs=verbs_of(kept["verb"], directory),
        without_case=bool(kept["only"]),
        since=start_of(read_day(kept["since"]), read_time(kept["since_time"])),
        until=end_of(read_day(kept["until"]), read_time(kept["until_time"])),
    )


def verbs_of(chosen: str, directory: Directory) -> tuple[str, ...]:
    """The verbs of a group, or the one that was chosen; none means all."""
    if not chosen:
        return ()
    groups = directory.verb_groups()
    return tuple(sorted(groups[chosen][1])) if chosen in groups else (chosen,)


def _wanted(form: TrailSearchForm, request: HttpRequest, directory: Directory) -> dict[str, Any]:
    """A search as it is kept: the person by id, days and times as they are written."""
    asked = form.cleaned_data
    kept = {name: asked[name] for name in TYPED}
    kept |= {name: asked[name].isoformat() if asked[name] else "" for name in MOMENTS}
    person = ""
    if asked["reference"]:
        known = directory.find_case(asked["reference"])
        search_by_case(
            actor=actor_of(request), reference=asked["reference"], is_known=known is not None
        )
    if asked["number"]:
        found = directory.find_person(asked["number"])
        search_by_number(actor=actor_of(request), found=found)
        person = str(found or NOBODY)
    elif asked["same"]:
        before = kept_search(request.session, SEARCH, asked["same"])
        person = before["person"] if before else NOBODY
    return {**kept, "person": person}


def search_for(person: UUID) -> dict[str, Any]:
    """A search for nobody but this person, as it is kept."""
    return {**dict.fromkeys((*TYPED, *MOMENTS), ""), "person": str(person)}


def _found(request: HttpRequest, kept: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
    """One page of entries, recorded as seen."""
    actor = actor_of(request)
    wanted = search_of(kept, directory)
    page: Page[AuditEntry] = Page([])
    if wanted is not None:
        page = page_found(actor, wanted, request.GET.get("from", ""))
    lines = lines_of(page.rows, directory)
    looked_for = [wanted.person] if wanted and wanted.person else []
    case = wanted.case.target if wanted and wanted.case else None
    leave_trace(actor, case or ObjectRef("trail", "search"), [*looked_for, *lines.shown])
    return {
        "has_result": True,
        "archived": archived_before(wanted.since) if wanted and not page.after else None,
        "lines": told_together(with_details(lines, page.rows, directory), page.rows),
        "page": page,
        "person": wanted.person if wanted else None,
        "is_unknown": wanted is None,
        "no_such_case": bool(wanted and wanted.reference and wanted.case is None),
    }
