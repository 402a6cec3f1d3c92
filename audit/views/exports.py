"""Files of the trail: asking for one, answering for it, fetching it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions.answer_export import answer_export, may_answer
from audit.actions.ask_for_export import ask_for_export
from audit.actions.fetch_export import READY, fetch_export, may_fetch
from audit.actions.withdraw_export import withdraw_export
from audit.directory import Directory
from audit.exports.concerned import exports_visible_to
from audit.exports.hidden import ASKING, KIND
from audit.exports.models import TrailExport
from audit.exports.words import refusals_of, wanted_of
from audit.forms.exports import ExportForm
from audit.forms.search import end_of, start_of
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.pages import page_of
from audit.room.weeks import Week
from audit.searches import kept_search
from audit.selectors import TrailSearch, refuse_all_but_readers
from audit.trail import ObjectRef
from audit.typed import typed_before
from audit.views.room import actor_of, leave_trace, to_search
from audit.views.search import SEARCH, search_of

CONTENT_TYPE = "text/csv; charset=utf-8"
Kind, State = TrailExport.Kind, TrailExport.State


@require_GET
def exports(request: HttpRequest, directory: Directory) -> HttpResponse:
    """All requests but those against the reader, newest first; those that wait for an answer can
    be shown alone, and so can one, by its number."""
    return _list(request, directory, {})


def _list(request: HttpRequest, directory: Directory, typed: Mapping[str, str]) -> HttpResponse:
    """The list; `typed` is what was going to be said, by the number of the file."""
    actor = actor_of(request)
    waiting = request.GET.get("state", "") == State.ASKED
    number = request.GET.get("number", "")
    found = exports_visible_to(actor)
    if waiting:
        found = found.filter(state=State.ASKED)
    if number:
        found = found.filter(number=number)
    cursor = request.GET.get("from", "")
    page = page_of(found, keys=("asked_at", "id"), cursor=cursor, descending=True)
    refused = [one for one in page.rows if one.state == State.REFUSED]
    people = [person for one in page.rows for person in one.about]
    _leave_traces(actor, page.rows)
    names, why = directory.names(people), refusals_of(refused)
    context = {
        "title": _("Files of the trail"),
        "page": page,
        "waiting": waiting,
        "number": number,
        "here": "state=asked&" if waiting else "",
        "rows": [
            {
                "export": one,
                "wanted": wanted_of(one, names, directory),
                "why_not": why.get(one.number, ""),
                "typed": typed.get(one.number, ""),
                "may_answer": one.state == State.ASKED and may_answer(actor, one),
                "may_fetch": one.state in READY and may_fetch(actor, one),
                "may_withdraw": one.state == State.ASKED and one.asked_by == actor.account,
            }
            for one in page.rows
        ],
    }
    return render(request, "audit/exports.html", context)


@require_http_methods(["GET", "POST"])
def ask_export(request: HttpRequest, directory: Directory) -> HttpResponse:
    """What the file would hold, and the two things to say before a second person is asked."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    kind = Kind.PEOPLE if request.GET.get("kind", "") == Kind.PEOPLE else Kind.ENTRIES
    search = _search_asked(request, directory)
    if search is None:
        return to_search(request.GET.get("search", ""))
    posted = request.POST if request.method == "POST" else None
    form = ExportForm(posted, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        export = ask_for_export(
            actor=actor,
            kind=kind,
            search=search,
            post=directory.post(search.officer) if search.officer else None,
            inquiry=form.cleaned_data["inquiry"],
            ground=form.cleaned_data["ground"],
        )
        return redirect(f"{reverse('trail:exports')}?{urlencode({'number': export.number})}")
    return _ask_page(request, actor, form, _unsaved(kind, search), directory)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, number: str, directory: Directory) -> HttpResponse:
    """Allowed, or not and why, by a second person. Who left it is back at the list with the words
    that were typed for this one."""
    if request.method == "GET":
        return _list(request, directory, {number: typed_before(request).get("words", "")})
    said = request.POST.get("answer", "")
    if said not in ("allow", "refuse"):
        raise _says_nothing()
    answer_export(
        actor=actor_of(request),
        number=number,
        allow=said == "allow",
        words=request.POST.get("words", ""),
    )
    return redirect("trail:exports")


def _says_nothing() -> Refused:
    return Refused(
        code="trail.no_answer",
        message=_("This is neither yes nor no, so nothing was decided."),
        next_step=_("Go back to the list and press one of the two buttons."),
        status=422,
    )


@require_POST
def withdraw(request: HttpRequest, number: str, directory: Directory) -> HttpResponse:
    """Taken back by whoever asked; then the list shows this one."""
    export = withdraw_export(actor=actor_of(request), number=number)
    messages.success(request, _("Taken back. No file is made."))
    return redirect(f"{reverse('trail:exports')}?{urlencode({'number': export.number})}")


@require_POST
def fetch(request: HttpRequest, number: str, directory: Directory) -> HttpResponseBase:
    """The file. Its fetching is an entry, and the copy carries that entry's number."""
    copy = fetch_export(actor=actor_of(request), number=number)
    response = StreamingHttpResponse(copy.pieces, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{number}-{copy.number}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _leave_traces(actor: Actor, exports: Sequence[TrailExport]) -> None:
    """The reader's look at the list, with whom it names. A file that somebody must not hear of has
    an entry of its own, under its number, so that it is hidden with the file."""
    everybody: list[UUID] = []
    for export in exports:
        named = export.keeps_words if export.state == State.REFUSED else export.about
        if named and (export.officer or export.concerned):
            leave_trace(actor, ObjectRef(KIND, export.number), named)
        else:
            everybody.extend(named)
    leave_trace(actor, ObjectRef(KIND, ""), everybody)


def _ask_page(
    request: HttpRequest,
    actor: Actor,
    form: ExportForm,
    export: TrailExport,
    directory: Directory,
) -> HttpResponse:
    leave_trace(actor, ObjectRef(KIND, ASKING), export.about)
    context = {
        "title": _("Ask for this as a file"),
        "form": form,
        "export": export,
        "wanted": wanted_of(export, directory.names(export.about), directory),
        "query": request.GET.urlencode(),
        "word": request.GET.get("search", ""),
    }
    return render(request, "audit/ask_export.html", context)


def _search_asked(request: HttpRequest, directory: Directory) -> TrailSearch | None:
    """From which page one came: a search, an officer's week or days, or a case."""
    asked = request.GET
    kept = kept_search(request.session, SEARCH, asked.get("search", ""))
    if kept is not None:
        return search_of(kept, directory)
    if asked.get("reference"):
        known = directory.find_case(asked["reference"])
        return TrailSearch(reference=asked["reference"], case=known) if known else None
    return _of_officer(asked) if asked.get("officer") else None


def _of_officer(asked: Mapping[str, Any]) -> TrailSearch:
    """One officer, in a week or between two days; a day that is none is today's week's."""
    week = Week.read(asked.get("week", ""), timezone.localdate())
    since, until = (_day(asked.get(name, "")) for name in ("since", "until"))
    return TrailSearch(
        officer=asked["officer"],
        since=start_of(since or week.monday),
        until=end_of(until or (since or week.monday) + timedelta(days=6)),
    )


def _day(written: str) -> Any:
    try:
        return parse_date(written)
    except ValueError:
        return None


def _unsaved(kind: str, search: TrailSearch) -> TrailExport:
    """The request as it would be, to be put into words."""
    return TrailExport(
        kind=kind,
        officer=search.officer,
        office=search.office,
        reference=search.reference,
        person=search.person,
        verbs=list(search.verbs),
        without_case=search.without_case,
        since=search.since,
        until=min(search.until or timezone.now(), timezone.now()),
    )
