"""The desk of superiors and supervisors: citizens ask why an officer looked at their data."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.keeping.erased import words_erased
from audit.kernel.actors import Capacity, PurposeKind
from audit.models import AuditEntry
from audit.pages import page_of
from audit.typed import typed_before
from catalog.models import Department
from identity.actions.answer_question import answer_question
from identity.actions.open_question import open_question
from identity.http import SignedInRequest, require_posting
from identity.models import LookQuestion
from identity.selectors.look_questions import questions_at, questions_not_in_order
from identity.step_up import step_up
from portal.desk.question_forms import QuestionAnswerForm
from portal.desk.reviews import words_written
from portal.desk.seen_details import WRITTEN_FOR, reasons_chosen
from portal.desk.trail_details import chosen
from portal.desk.trail_words import capacity_in_words, purpose_in_words, verb_in_words
from portal.myspace.findings import found_before_answer
from portal.myspace.looks import look_as_asked, other_looks_of_officer

ONE_REQUEST = timedelta(minutes=1)
for_superiors = require_posting(Capacity.SUPERIOR, Capacity.SUPERVISOR)


@never_cache
@require_GET
@for_superiors
def questions(request: SignedInRequest) -> HttpResponse:
    """What waits here, the next due first; for supervisors also what was not in order."""
    waiting = questions_at(request.actor).select_related("looked_from")
    wrong = questions_not_in_order(request.actor).select_related("looked_from")
    context = {
        "title": _("Questions about looks"),
        "page": page_of(waiting, keys=("due_on", "id"), cursor=request.GET.get("from", "")),
        "wrong": page_of(
            wrong,
            keys=("answered_at", "id"),
            cursor=request.GET.get("wrong", ""),
            descending=True,
            size=20,
        ),
        "today": timezone.localdate(),
    }
    return render(request, "portal/desk/questions.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_superiors
@step_up("desk:questions", has_form=True)
def question(request: SignedInRequest, reference: str) -> HttpResponse:
    """One of them, and the answer. Every look is recorded and shown to the person concerned."""
    form = QuestionAnswerForm(
        request.POST if request.method == "POST" else None, initial=typed_before(request)
    )
    if request.method == "POST" and form.is_valid():
        answer_question(
            actor=request.actor,
            reference=reference,
            verdict=LookQuestion.Verdict(form.cleaned_data["verdict"]),
            answer=form.cleaned_data["answer"],
        )
        messages.success(request, _("Answered. The person is being told."))
        return redirect("desk:questions")
    found = open_question(actor=request.actor, reference=reference)
    others = other_looks_of_officer(found.question, request.GET.get("from", ""))
    read = look_as_asked(found.question, found.entry)
    if read.is_veiled:
        form.keep_veil()
    is_supervisor = request.actor.capacity is Capacity.SUPERVISOR
    context = {
        "title": _("Question about a look"),
        "form": form,
        "found": found,
        "look": look_in_words(found.entry),
        "read": read,
        "judged": found_before_answer(found.question, found.entry, named=is_supervisor),
        "others": others.looks,
        "page": others.page,
        "today": timezone.localdate(),
    }
    return render(request, "portal/desk/question.html", context)


def look_in_words(entry: AuditEntry) -> dict[str, Any]:
    """The entry somebody asks about, as who answers reads it: with the officer's code, and with
    what the officer wrote for it and chose as the reason to see a value in full. Gated: record
    first.
    """
    office = Department.objects.filter(code=entry.department).first()
    spoken = _spoken_for(entry)
    return {
        "at": entry.at,
        "officer": entry.actor_label,
        "post": capacity_in_words(entry.capacity),
        "office": office.display_name if office else "",
        "what": verb_in_words(entry.verb),
        "why": purpose_in_words(entry.purpose_kind, entry.purpose),
        "needed": chosen(reasons_chosen([entry]).get(entry.pk, "")),
        "words": "".join(words_written(spoken).values()),
        "erased": next(iter(words_erased([entry, *spoken]).values()), None),
    }


def _spoken_for(entry: AuditEntry) -> list[AuditEntry]:
    """The look whose sentence this entry was taken under: itself, or the one of the same request
    that also showed a covered value in full."""
    if entry.verb in WRITTEN_FOR:
        return [entry]
    if entry.purpose_kind != PurposeKind.REASON or not entry.request_id:
        return []
    beside = AuditEntry.objects.filter(
        actor_label=entry.actor_label,
        at__range=(entry.at - ONE_REQUEST, entry.at),
        actor=entry.actor,
        request_id=entry.request_id,
        purpose=entry.purpose,
        verb__in=WRITTEN_FOR,
    )
    return list(beside.order_by("-at", "-id")[:1])
