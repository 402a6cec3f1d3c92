"""The supervisor's pages. They are told by the addresses which directory to ask for names.

Searches are posted, because they can name people; and every look is itself an entry, with everybody
the page names as its subjects.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from audit.forms import LeakForm, TrailSearchForm, end_of, open_person, seal_person, start_of
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.leaks import viewers_of
from audit.lines import Lines, lines_of
from audit.models import AuditEntry
from audit.pages import Page, page_of
from audit.selectors import Directory, TrailSearch, entries_found, entries_visible_to
from audit.trail import ObjectRef, record

SUPERVISION = Purpose.duty("supervision")


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest, directory: Directory) -> HttpResponse:
    """The form, and under it what was found."""
    actor = _actor(request)
    entries_visible_to(actor)
    form = TrailSearchForm(
        request.POST if request.method == "POST" else None, verbs=directory.verbs()
    )
    context: dict[str, Any] = {"form": form, "title": _("What was done, and who looked")}
    if request.method == "POST" and form.is_valid():
        context |= _found(request, form, directory)
        context["form"] = _again(form, context["person"], directory)
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
    context = {"title": _("Officer %(code)s") % {"code": code}, "lines": lines.lines, "page": page}
    return render(request, "audit/list.html", context)


@require_GET
def case(request: HttpRequest, reference: str, directory: Directory) -> HttpResponse:
    """The whole history of one case: acts, and everybody who looked."""
    actor = _actor(request)
    entries_visible_to(actor)
    known = directory.find_case(reference)
    if known is None:
        raise _nothing_of(gettext_lazy("There is no case with this number."))
    target, subjects = known
    search_for = TrailSearch(reference=reference, case=target)
    page = _newest_first(entries_found(actor, search_for), request.GET.get("from", ""))
    lines = lines_of(page.rows, directory)
    _leave_trace(actor, target, [*subjects, *lines.shown])
    context = {
        "title": _("Case %(reference)s") % {"reference": reference},
        "lines": lines.lines,
        "page": page,
    }
    return render(request, "audit/list.html", context)


@require_http_methods(["GET", "POST"])
def leaks(request: HttpRequest, directory: Directory) -> HttpResponse:
    """From the people whose data came out to the officers who looked at them."""
    actor = _actor(request)
    entries_visible_to(actor)
    form = LeakForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "title": _("Trace a leak")}
    if request.method == "POST" and form.is_valid():
        subjects, unknown = _people_of(form, directory)
        record(
            actor=actor,
            verb="trail.leak_traced",
            on=ObjectRef("trail", "leaks"),
            subjects=subjects,
            purpose=SUPERVISION,
        )
        since = cast(datetime, start_of(form.cleaned_data["since"]))
        until = cast(datetime, end_of(form.cleaned_data["until"]))
        viewers = viewers_of(actor, subjects, since, until) if subjects else []
        names = directory.departments({one.department for one in viewers} - {""})
        context |= {
            "form": LeakForm(initial={**form.cleaned_data, "number": ""}),
            "has_result": True,
            "viewers": [(one, names.get(one.department, one.department)) for one in viewers],
            "people": len(subjects),
            "unknown": unknown,
        }
    return render(request, "audit/leaks.html", context)


def _found(request: HttpRequest, form: TrailSearchForm, directory: Directory) -> dict[str, Any]:
    """One page of entries, recorded as seen."""
    actor = _actor(request)
    asked = form.cleaned_data
    person, is_unknown = _person_of(asked, directory)
    reference = asked["reference"].strip().upper()
    known = directory.find_case(reference) if reference else None
    wanted = TrailSearch(
        officer=asked["officer"].strip(),
        reference=reference,
        case=known[0] if known else None,
        person=person,
        verb=asked["verb"],
        since=start_of(asked["since"]),
        until=end_of(asked["until"]),
    )
    found = AuditEntry.objects.none() if is_unknown else entries_found(actor, wanted)
    page = _newest_first(found, asked["cursor"])
    lines: Lines = lines_of(page.rows, directory)
    looked_for = [person] if person else []
    _leave_trace(actor, ObjectRef("trail", "search"), [*looked_for, *lines.shown])
    return {"has_result": True, "lines": lines.lines, "page": page, "person": person}


def _newest_first(entries: QuerySet[AuditEntry], cursor: str) -> Page[AuditEntry]:
    return page_of(entries, keys=("id",), cursor=cursor, descending=True)


def _again(form: TrailSearchForm, person: UUID | None, directory: Directory) -> TrailSearchForm:
    """The form for the next look: what was typed, but a ticket in place of the identity number."""
    kept = {name: form.data.get(name, "") for name in form.fields}
    kept |= {"number": "", "cursor": "", "person": seal_person(person) if person else ""}
    return TrailSearchForm(initial=kept, verbs=directory.verbs())


def _person_of(asked: dict[str, Any], directory: Directory) -> tuple[UUID | None, bool]:
    """The person searched for, and whether somebody was named whom nobody here knows."""
    if asked["number"]:
        person = directory.find_person(asked["number"])
        return person, person is None
    ticket = open_person(asked["person"]) if asked["person"] else None
    if ticket is None:
        return None, bool(asked["person"])
    return UUID(ticket), False


def _people_of(form: LeakForm, directory: Directory) -> tuple[list[UUID], list[str]]:
    """Everybody in the named cases, and the case numbers nobody knows."""
    people: list[UUID] = []
    unknown: list[str] = []
    for reference in form.cleaned_data["references"].upper().split():
        known = directory.find_case(reference)
        if known is None:
            unknown.append(reference)
        else:
            people += known[1]
    if form.cleaned_data["number"]:
        person = directory.find_person(form.cleaned_data["number"])
        people += [person] if person else []
    return list(dict.fromkeys(people)), unknown


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
