"""Tracing a leak: from what came out to the officers who looked, and to the very look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from audit.forms.leaks import LeakForm
from audit.forms.search import end_of, start_of
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.fresh import fresh_until
from audit.kernel.sentences import in_a_row
from audit.leaks.inquiry import for_inquiry
from audit.leaks.people import LeakDirectory
from audit.leaks.search import TRACE, search_leak
from audit.leaks.trace import Kind, trace_leak, view_marked, views_behind
from audit.lines import Line, lines_of, with_details
from audit.models import AuditEntry
from audit.searches import kept_search
from audit.selectors import refuse_all_but_readers
from audit.trail import record
from audit.typed import look_again, typed_before
from audit.views.room import actor_of, to_result

LEAKS = "leaks"
LEAKS_TITLE = gettext_lazy("Trace a leak")
CODE_FIRST = "code_first"
NOT_TYPED = (CODE_FIRST, "code", "file_again", "csrfmiddlewaretoken")
AGAIN = ("inquiry", "since", "until", "as_of", "document")


@require_http_methods(["GET", "POST"])
def leaks(request: HttpRequest, directory: LeakDirectory) -> HttpResponse:
    """What came out is posted; the officers who looked are shown at an address of their own. A file
    is chosen once the code is there: it cannot wait on the code page (`CODE_FIRST`)."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    if CODE_FIRST in request.POST:
        text = _with_its_marks(request)["text"]
        look_again(request, NOT_TYPED)
        typed_before(request)["text"] = text
    file_by = fresh_until(actor)
    if request.method == "POST":
        form = LeakForm(_with_its_marks(request), request.FILES, file_by=file_by)
        found = _searched(actor, form, directory) if form.is_valid() else None
        if found is not None:
            return to_result("trail:leaks", request, LEAKS, found)
        return render(request, "audit/leaks.html", {"form": form, "title": LEAKS_TITLE})
    word = request.GET.get("search", "")
    kept = kept_search(request.session, LEAKS, word)
    again = {name: kept[name] for name in AGAIN} if kept else typed_before(request)
    form = LeakForm(initial=again, file_by=file_by)
    context: dict[str, Any] = {"form": form, "title": LEAKS_TITLE}
    if kept:
        context |= {"word": word, **_result(actor, kept, directory)}
    return render(request, "audit/leaks.html", context)


def _with_its_marks(request: HttpRequest) -> QueryDict:
    """What was posted, with the text that leaked as it was pasted: the mark of a copy is in signs
    that are shown as nothing, which everything else that is typed loses."""
    posted = request.POST.copy()
    posted["text"] = getattr(request, "as_it_came", request.POST).get("text", "")
    return posted


@require_GET
def leak_officer(request: HttpRequest, code: str, directory: LeakDirectory) -> HttpResponse:
    """The looks behind one officer's place in the list."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    word = request.GET.get("search", "")
    kept = kept_search(request.session, LEAKS, word)
    if kept is None:
        raise _no_search()
    asked = Asked.of(kept)
    entries = views_behind(actor, code, asked.people, asked.since, asked.until)
    lines = lines_of(entries, directory)
    _leave_trace(actor, kept, [*asked.people, *lines.shown])
    context = {
        "title": _("The looks of officer %(code)s") % {"code": code},
        "lines": with_details(lines, entries, directory),
        "word": word,
    }
    return render(request, "audit/leak_officer.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A kept search, read."""

    people: list[UUID]
    since: datetime
    until: datetime
    kinds: list[Kind]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Asked":
        return cls(
            people=[UUID(one) for one in kept["people"]],
            since=cast(datetime, start_of(date.fromisoformat(kept["first_day"]))),
            until=cast(datetime, end_of(date.fromisoformat(kept["until"]))),
            kinds=[Kind(one) for one in kept["kinds"]],
        )


def _searched(actor: Actor, form: LeakForm, directory: LeakDirectory) -> dict[str, Any] | None:
    """A search as it is kept: people by id, days as they are written, nothing that leaked. None
    where no more may be traced for now, as the form says."""
    asked = form.cleaned_data
    try:
        found = search_leak(
            actor=actor,
            inquiry=asked["inquiry"],
            text=form.leaked,
            picture=form.picture,
            directory=directory,
        )
    except Refused as refusal:
        if refusal.status != HTTPStatus.TOO_MANY_REQUESTS:
            raise
        traced = _("You have traced as many leaks as one supervisor may for now.")
        form.add_error(None, in_a_row(traced, refusal.next_step))
        return None
    since, until = form.days_for(found.viewed_on)
    return {
        **found.kept(),
        "inquiry": asked["inquiry"],
        "document": asked["document"],
        "kinds": form.kinds(has_covered=found.has_covered),
        "first_day": max(since, asked["as_of"] or since).isoformat(),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "as_of": asked["as_of"].isoformat() if asked["as_of"] else "",
    }


def _result(actor: Actor, kept: Mapping[str, Any], directory: LeakDirectory) -> dict[str, Any]:
    """The marked view, the one whose number is printed, and the officers of a kept search,
    recorded as asked about."""
    asked = Asked.of(kept)
    marked = _view(actor, kept["view"])
    printed = _view(actor, kept.get("printed"))
    views = lines_of([one for one in (marked, printed) if one is not None], directory)
    _leave_trace(actor, kept, [*asked.people, *views.shown])
    trace = trace_leak(actor, asked.people, asked.since, asked.until, asked.kinds, marked)
    names = directory.departments({one.department for one in trace.candidates} - {""})
    return {
        "has_result": True,
        "found": kept,
        "marked": _line_of(marked, views.lines),
        "printed": _line_of(printed, views.lines),
        "trace": trace,
        "since": asked.since,
        "until": date.fromisoformat(kept["until"]),
        "candidates": [
            (one, names.get(one.department, one.department)) for one in trace.candidates
        ],
    }


def _view(actor: Actor, entry_id: int | None) -> AuditEntry | None:
    return None if entry_id is None else view_marked(actor, entry_id)


def _line_of(view: AuditEntry | None, lines: list[Line]) -> Line | None:
    return next((one for one in lines if view is not None and one.number == view.pk), None)


def _leave_trace(actor: Actor, kept: Mapping[str, Any], subjects: list[UUID]) -> None:
    record(
        actor=actor,
        verb="trail.viewed",
        on=TRACE,
        subjects=subjects,
        purpose=for_inquiry(kept["inquiry"]),
    )


def _no_search() -> Refused:
    return Refused(
        code="trail.no_such_search",
        message=gettext_lazy("This search is no longer kept."),
        next_step=gettext_lazy("Trace the leak again; what was found will be the same."),
        status=404,
    )
