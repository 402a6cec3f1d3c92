"""Tracing a leak, as a page of the supervisor's room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from audit.forms import LeakForm, end_of, start_of
from audit.kernel.actors import Actor
from audit.leaks import viewers_of
from audit.searches import kept_search
from audit.selectors import Directory, entries_visible_to
from audit.trail import ObjectRef, record
from audit.views.room import SUPERVISION, actor_of, read_day, to_result

LEAKS = "leaks"
LEAKS_TITLE = gettext_lazy("Trace a leak")


@require_http_methods(["GET", "POST"])
def leaks(request: HttpRequest, directory: Directory) -> HttpResponse:
    """From the people whose data came out to the officers who looked at them."""
    entries_visible_to(actor_of(request))
    if request.method == "POST":
        form = LeakForm(request.POST, directory=directory)
        if form.is_valid():
            return to_result("trail:leaks", request, LEAKS, _leaked(form, directory))
        return render(request, "audit/leaks.html", {"form": form, "title": LEAKS_TITLE})
    kept = kept_search(request.session, LEAKS, request.GET.get("search", ""))
    context: dict[str, Any] = {
        "form": LeakForm(initial=kept or {}, directory=directory),
        "title": LEAKS_TITLE,
    }
    if kept:
        context |= _viewers(actor_of(request), kept, directory)
    return render(request, "audit/leaks.html", context)


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
    since = cast(datetime, start_of(read_day(kept["since"])))
    until = cast(datetime, end_of(read_day(kept["until"])))
    viewers = viewers_of(actor, subjects, since, until) if subjects else []
    names = directory.departments({one.department for one in viewers} - {""})
    return {
        "has_result": True,
        "viewers": [(one, names.get(one.department, one.department)) for one in viewers],
        "people": len(subjects),
        "unknown": kept["unknown"],
        "is_unknown": kept["is_unknown"],
    }
