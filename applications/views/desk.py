"""The clerk's desk: the queue by urgency, taking the next case, and one case in three panes."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.access import find_at_desk, workable_queue_ids
from applications.actions.claim import claim_case, claim_next, release_case
from applications.actions.list_desk import list_desk
from applications.actions.open_file import open_file
from applications.actions.reveal_answer import question_to_reveal, reveal_answer
from applications.actions.view import open_application
from applications.attachments.store import read
from applications.models import Application, Attachment
from applications.selectors.desk import (
    COUNT_UP_TO,
    MINE,
    UNCLAIMED,
    WAITING,
    DeskFigures,
    desk_figures,
    standings_of,
)
from applications.views.desk_case import case_context
from applications.views.desk_forms import RevealForm
from applications.views.desk_pages import within_the_case
from applications.views.desk_words import item_language, left_of, name_of, state_kind, state_words
from audit.kernel.actors import Capacity
from audit.kernel.ids import normalise
from audit.kernel.sentences import in_a_row
from identity.access import own_affairs_of
from identity.http import SignedInRequest, require_posting

TABS = (MINE, UNCLAIMED, WAITING)
COUNT = re.compile(r"[0-9]{1,6}")
REFERENCE = re.compile(r"^YB(\d{4})([0-9A-Z]{4})([0-9A-Z]{4})$")

at_the_desk = require_posting(Capacity.CLERK)
reading_cases = require_posting(Capacity.CLERK, Capacity.SUPERIOR)


@require_GET
@at_the_desk
def queue(request: SignedInRequest) -> HttpResponse:
    """The cases of one tab, most urgent first; `find` leads straight to a case of the office.

    Whose cases a page shows is recorded, though their names are covered.
    """
    asked = request.GET.get("find", "").strip()
    if asked:
        found = find_at_desk(request.actor, as_reference(asked))
        if found is not None:
            return redirect("desk:case", found.reference)
    tab = request.GET.get("show", MINE)
    tab = tab if tab in TABS else MINE
    queue_ids = workable_queue_ids(request.actor)
    own = own_affairs_of(request.actor.account_id)
    figures = desk_figures(request.actor, queue_ids, timezone.localdate(), own)
    page = list_desk(
        actor=request.actor,
        tab=tab,
        queue_ids=queue_ids,
        own=own,
        cursor=request.GET.get("from", ""),
    )
    standings = standings_of(page.rows)
    context = {
        "title": _("My desk"),
        "tabs": [(name, words, name == tab) for name, words in _tab_words()],
        "tab": tab,
        "rows": [_row(one, standings.get(one.pk, ""), own) for one in page.rows],
        "page": page,
        "facts": _facts(figures),
        "in_hand": figures.in_hand,
        "own_waiting": own_waiting(figures.own),
        "not_found": asked[:40],
        "has_queue": bool(queue_ids),
    }
    return render(request, "applications/desk/queue.html", context)


@require_POST
@at_the_desk
def take_next(request: SignedInRequest) -> HttpResponse:
    seen = request.POST.get("in_hand", "")
    in_hand = int(seen) if COUNT.fullmatch(seen) else None
    application = claim_next(actor=request.actor, in_hand=in_hand)
    if application is None:
        messages.info(request, _nothing_waits(request))
        return redirect("desk:queue")
    return redirect("desk:case", application.reference)


@require_GET
@reading_cases
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Three panes: what was said and handed in, and what to decide. Every look is recorded."""
    file = open_application(actor=request.actor, reference=reference)
    response = render(request, "applications/desk/case.html", case_context(request.actor, file))
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@at_the_desk
@within_the_case
def take(request: SignedInRequest, reference: str) -> HttpResponse:
    claim_case(actor=request.actor, reference=reference)
    return redirect("desk:case", reference)


@require_POST
@at_the_desk
@within_the_case
def hand_back(request: SignedInRequest, reference: str) -> HttpResponse:
    release_case(actor=request.actor, reference=reference)
    messages.success(request, _("The case is back at your office; a colleague can take it."))
    return redirect("desk:queue")


@require_http_methods(["GET", "POST"])
@reading_cases
def reveal(request: SignedInRequest, reference: str, key: str) -> HttpResponse:
    """One covered value in full, for a reason, shown once."""
    form = RevealForm(request.POST if request.method == "POST" else None)
    question = question_to_reveal(actor=request.actor, reference=reference, key=key)
    context: dict[str, Any] = {
        "title": _("See in full: %(what)s") % {"what": name_of(question)},
        "name": name_of(question),
        "form": form,
        "reference": reference,
    }
    if request.method == "POST" and form.is_valid():
        context["revealed"] = reveal_answer(
            actor=request.actor,
            reference=reference,
            key=key,
            reason=form.cleaned_data["reason"],
        )
    response = render(request, "applications/desk/reveal.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@reading_cases
def material(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """One file of the case, as a download that no browser opens by itself."""
    attachment = open_file(actor=request.actor, reference=reference, number=number)
    response = HttpResponse(read(attachment.stored_as), content_type=_safe_type(attachment))
    response["Content-Disposition"] = content_disposition_header(True, attachment.name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_reference(typed: str) -> str:
    """A case number, however typed, in the one way it is written; anything else stays as it is."""
    match = REFERENCE.match(normalise(typed))
    return f"YB-{match[1]}-{match[2]}-{match[3]}" if match else typed


def _safe_type(attachment: Attachment) -> str:
    """What was not scanned is not announced as something a program should open."""
    is_clean = attachment.scan == Attachment.Scan.CLEAN
    return attachment.content_type if is_clean else "application/octet-stream"


def _tab_words() -> list[tuple[str, str]]:
    return [
        (MINE, _("In my hands")),
        (UNCLAIMED, _("Nobody has it yet")),
        (WAITING, _("Waiting for others")),
    ]


def _facts(figures: DeskFigures) -> list[dict[str, Any]]:
    free = f"{COUNT_UP_TO}+" if figures.more_unclaimed else figures.unclaimed
    return [
        {"name": _("In my hands"), "value": figures.in_hand},
        {"name": _("Due today"), "value": figures.due_today},
        {"name": _("Late"), "value": figures.late, "bad": figures.late > 0},
        {"name": _("Nobody has it yet"), "value": free},
    ]


def own_waiting(cases: int) -> str:
    """What is said of the officer's own affairs in the queue; nothing when there are none."""
    if not cases:
        return ""
    return ngettext(
        "%(cases)d case concerns yourself and waits for a colleague.",
        "%(cases)d cases concern yourself and wait for a colleague.",
        cases,
    ) % {"cases": cases}


def _nothing_waits(request: SignedInRequest) -> str:
    own = own_affairs_of(request.actor.account_id)
    queue_ids = workable_queue_ids(request.actor)
    figures = desk_figures(request.actor, queue_ids, timezone.localdate(), own)
    if figures.own:
        return in_a_row(_("Nothing else waits that you may take."), own_waiting(figures.own))
    return _("Nothing is waiting at your office. Well done.")


def _row(application: Application, standing: str, own: Collection[UUID]) -> dict[str, Any]:
    return {
        "application": application,
        "item": application.item.display_name,
        "lang": item_language(application.item),
        "state_words": state_words(application),
        "state_kind": state_kind(application),
        "left": left_of(application, timezone.localdate()),
        "standing": standing,
        "is_own": not set(own).isdisjoint(application.subjects),
    }
