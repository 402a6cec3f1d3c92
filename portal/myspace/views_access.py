"""Who looked at one's data, and asking why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.keeping.away import archived_before
from audit.kernel.actors import Actor
from audit.trail import ObjectRef
from identity.access import own_subjects
from identity.actions.ask_why import answer_due, ask_why
from identity.http import SignedInRequest, require_citizen
from identity.selectors.looks import Lookers, Reader, reader_of
from portal.myspace.forms import AskWhyForm
from portal.myspace.looks import every_look, look_asked_about, look_to_ask_about
from portal.myspace.questions import asked_by, own_question, who_has_it
from portal.myspace.views import record_own

CURSORS = {
    Lookers.PEOPLE: "from",
    Lookers.CHECKERS: "checks",
    Lookers.CITIZENS: "others",
    Lookers.OPERATOR: "erased",
    Lookers.MACHINE: "auto",
}
"""Under which name the address of the page has the place in each list."""


@never_cache
@require_GET
@require_citizen
def access(request: SignedInRequest) -> HttpResponse:
    """Who looked: when, from which office, in which post, at what and why."""
    reader = _reader(request.actor)
    cursors = {one: request.GET.get(name, "") for one, name in CURSORS.items()}
    found = every_look(reader, cursors, request.GET.get("own", ""))
    people = found.by[Lookers.PEOPLE]
    context = {
        "people": people,
        "checkers": found.by[Lookers.CHECKERS],
        "archived": None if people.page.after else archived_before(),
        "citizens": found.by[Lookers.CITIZENS],
        "operator": found.by[Lookers.OPERATOR],
        "machine": found.by[Lookers.MACHINE],
        "own": found.own,
        "asked": asked_by(reader),
    }
    return render(request, "portal/myspace/access.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_citizen
def ask(request: SignedInRequest, number: int) -> HttpResponse:
    """Ask the officer's superior why. A look that is not there for the reader is not there, and
    one that was asked about leads to the question, however often the button is pressed."""
    found = look_to_ask_about(_reader(request.actor), number)
    asked = found.look.question
    if asked is not None and asked.answered_at is None:
        return redirect("myspace:question", asked.reference)
    form = AskWhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = ask_why(actor=request.actor, entry_id=number, words=form.cleaned_data["words"])
        messages.success(request, _("Asked. You are told as soon as there is an answer."))
        return redirect("myspace:question", asked.reference)
    context = {
        "look": found.look,
        "may_ask": found.may_ask,
        "who": who_has_it(found.office),
        "goes_on": found.office is not None,
        "form": form,
        "due_on": answer_due(timezone.localdate()),
    }
    return render(request, "portal/myspace/ask_why.html", context)


@never_cache
@require_GET
@require_citizen
def question(request: SignedInRequest, reference: str) -> HttpResponse:
    """One's own question: with whom it is, until when, and the answer."""
    reader = _reader(request.actor)
    own = own_question(reader, reference)
    context = {"own": own, "look": look_asked_about(reader, own.asked.question)}
    return render(request, "portal/myspace/question.html", context)


def _reader(actor: Actor) -> Reader:
    """The reader, whose look is written down first: what is held back is asked of the trail."""
    on = ObjectRef("space.access", str(actor.person_id))
    record_own(actor, "access.viewed", on, own_subjects(actor))
    return reader_of(actor)
