"""The supervisor's pages. They are told by the addresses which directory to ask for names.

Searches are posted, because they can name people, and shown at an address that names nobody; every
look is itself an entry, with everybody the page names as its subjects.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from audit.forms import LeakForm, TrailSearchForm, end_of, start_of
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.leaks import viewers_of
from audit.lines import lines_of, with_details
from audit.models import AuditEntry
from audit.pages import Page, page_of
from audit.searches import keep_search, kept_search
from audit.selectors import Directory, TrailSearch, entries_found, entries_visible_to
from audit.trail import ObjectRef, record

SUPERVISION = Purpose.duty("supervision")
SEARCH, LEAKS = "trail", "leaks"
SEARCH_TITLE = gettext_lazy("What was done, and who looked")
LEAKS_TITLE = gettext_lazy("Trace a leak")
NOBODY = "nobody"


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest, directory: Directory) -> HttpResponse:
    """The form, and under it what was found."""
    entries_visible_to(_actor(request))
    if request.method == "POST":
        form = TrailSearchForm(request.POST, directory=directory)
        if form.is_valid():
            return _to_result("trail:search", request, SEARCH, _wanted(form, request, directory))
        return render(request, "audit/search.html", {"form": form, "title": SEARCH_TITLE})
    word = request.GET.get("search", "")
    kept = kept_search(request.session, SEARCH, word)
    again = {**kept, "same": word if kept["person"] else ""} if kept else {}
    context: dict[str, Any] = {
        "form": TrailSearchForm(initial=again, directory=directory),
        "title": SEARCH_TITLE,
    }
    if kept:
        context |= {"word": word, **_found(request, kept, directory)}
    return render(request, "audit/search.html", context)


@require_GET
def officer(request: HttpRequest, code: str, directory: Directory) -> HttpResponse:
    """Everything one officer did, newest first."""
    actor = _actor(request)
    entries = entries_found(actor, TrailSearch(officer=code))
    page = _newest_first(entries, request.GET.get("from", ""))
    if not page.rows and not entries.exists():
        raise _nothing_of(gettext_lazy("Nobody has acted under this officer code."))
    lines = lines_of(page.rows, directory)
    _leave_trace(actor, ObjectRef("trail.officer", code), lines.shown)
    context = {
        "title": _("Officer %(code)s") % {"code": code},
        "lines": with_details(lines, page.rows, directory),
        "page": page,
    }
    return render(request, "audit/list.html", context)


@require_GET
def case(request: HttpRequest, reference: str, directory: Directory) -> HttpResponse:
    """The whole history of one case: acts, and everybody who looked."""
    actor = _actor(request)
    entries_visible_to(actor)
    known = directory.find_case(reference)
    if known is None:
        raise _nothing_of(gettext_lazy("There is no case with this number."))
    search_for = TrailSearch(reference=reference, case=known)
    page = _newest_first(entries_found(actor, search_for), request.GET.get("from", ""))
    lines = lines_of(page.rows, directory)
    _leave_trace(actor, known.target, [*known.subjects, *lines.shown])
    context = {
        "title": _("Case %(reference)s") % {"reference": reference},
        "lines": with_details(lines, page.rows, directory),
        "page": page,
    }
    return render(request, "audit/list.html", context)


@require_http_methods(["GET", "POST"])
def leaks(request: HttpRequest, directory: Directory) -> HttpResponse:
    """From the people whose data came out to the officers who looked at them."""
    entries_visible_to(_actor(request))
    if request.method == "POST":
        form = LeakForm(request.POST, directory=directory)
        if form.is_valid():
            return _to_result("trail:leaks", request, LEAKS, _leaked(form, directory))
        return render(request, "audit/leaks.html", {"form": form, "title": LEAKS_TITLE})
    kept = kept_search(request.session, LEAKS, request.GET.get("search", ""))
    context: dict[str, Any] = {
        "form": LeakForm(initial=kept or {}, directory=directory),
        "title": LEAKS_TITLE,
    }
    if kept:
        context |= _viewers(_actor(request), kept, directory)
    return render(request, "audit/leaks.html", context)


def _to_result(
    page: str, request: HttpRequest, name: str, search: Mapping[str, Any]
) -> HttpResponse:
    """On to an address that can be gone back to; what was typed stays in the session."""
    word = keep_search(request.session, name, search)
    return redirect(f"{reverse(page)}?{urlencode({'search': word})}")


def _wanted(form: TrailSearchForm, request: HttpRequest, directory: Directory) -> dict[str, Any]:
    """A search as it is kept: the person by id, days and times as they are written."""
    asked = form.cleaned_data
    kept = {name: asked[name] for name in ("officer", "reference", "verb")}
    moments = ("since", "since_time", "until", "until_time")
    kept |= {name: asked[name].isoformat() if asked[name] else "" for name in moments}
    person = ""
    if asked["number"]:
        person = str(directory.find_person(asked["number"]) or NOBODY)
    elif asked["same"]:
        before = kept_search(request.session, SEARCH, asked["same"])
        person = before["person"] if before else NOBODY
    return {**kept, "person": person}


def _found(request: HttpRequest, kept: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
    """One page of entries, recorded as seen."""
    actor = _actor(request)
    reference = kept["reference"]
    person = UUID(kept["person"]) if kept["person"] not in ("", NOBODY) else None
    wanted = TrailSearch(
        officer=kept["officer"],
        reference=reference,
        case=directory.find_case(reference) if reference else None,
        person=person,
        verb=kept["verb"],
        since=start_of(_day(kept["since"]), _time(kept["since_time"])),
        until=end_of(_day(kept["until"]), _time(kept["until_time"])),
    )
    is_unknown = kept["person"] == NOBODY
    found = AuditEntry.objects.none() if is_unknown else entries_found(actor, wanted)
    page = _newest_first(found, request.GET.get("from", ""))
    lines = lines_of(page.rows, directory)
    looked_for = [person] if person else []
    _leave_trace(actor, ObjectRef("trail", "search"), [*looked_for, *lines.shown])
    return {
        "has_result": True,
        "lines": with_details(lines, page.rows, directory),
        "page": page,
        "person": person,
        "is_unknown": is_unknown,
    }


def _newest_first(entries: QuerySet[AuditEntry], cursor: str) -> Page[AuditEntry]:
    return page_of(entries, keys=("at", "id"), cursor=cursor, descending=True)


def _leaked(form: LeakForm, directory: Directory) -> dict[str, Any]:
    """Everybody in the named cases by id, and what nobody here knows."""
    asked = form.cleaned_data
    cases = {reference: directory.find_case(reference) for reference in asked["references"]}
    people = [one for case in cases.values() if case for one in case.subjects]
    person = directory.find_person(asked["number"]) if asked["number"] else None
    people += [person] if person else []
    return {
        "references": "\n".join(cases),
        "since": asked["since"].isoformat(),
        "until": asked["until"].isoformat(),
        "people": [str(one) for one in dict.fromkeys(people)],
        "unknown": [reference for reference, case in cases.items() if case is None],
        "is_unknown": bool(asked["number"]) and person is None,
    }


def _viewers(actor: Actor, kept: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
    """Who looked at the people of a kept search, recorded as asked about."""
    subjects = [UUID(one) for one in kept["people"]]
    record(
        actor=actor,
        verb="trail.leak_traced",
        on=ObjectRef("trail", "leaks"),
        subjects=subjects,
        purpose=SUPERVISION,
    )
    since = cast(datetime, start_of(_day(kept["since"])))
    until = cast(datetime, end_of(_day(kept["until"])))
    viewers = viewers_of(actor, subjects, since, until) if subjects else []
    names = directory.departments({one.department for one in viewers} - {""})
    return {
        "has_result": True,
        "viewers": [(one, names.get(one.department, one.department)) for one in viewers],
        "people": len(subjects),
        "unknown": kept["unknown"],
        "is_unknown": kept["is_unknown"],
    }


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _time(written: str) -> time | None:
    return time.fromisoformat(written) if written else None


def _leave_trace(actor: Actor, on: ObjectRef, subjects: Sequence[UUID]) -> None:
    record(actor=actor, verb="trail.viewed", on=on, subjects=subjects, purpose=SUPERVISION)


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def _nothing_of(message: Any) -> Refused:
    return Refused(
        code="trail.nothing_there",
        message=message,
        next_step=gettext_lazy("Check what you typed, or search the trail by another sign."),
        status=404,
    )
