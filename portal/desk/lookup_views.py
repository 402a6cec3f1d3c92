"""The pages on which officers look without a case: a person by number, a case of another office.

What is asked is posted and checked, kept in the session for one look (ids, and words that are
sealed), and shown once at an address that names nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from applications.views.desk_words import item_language, name_of, state_kind, state_words
from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.searches import keep_search, take_search
from identity.fresh import is_fresh, require_fresh
from identity.http import SignedInRequest, require_posting
from identity.quota import OTHERS, Quota, Used, used_by, used_up
from identity.sealed.text import open_text, seal_text
from portal.desk.break_glass import (
    OPENED_BY_REASON,
    CaseSeen,
    open_case_by_reason,
    page_of_own_case,
)
from portal.desk.directory import person_of_number
from portal.desk.forms import CaseLookupForm, LookupForm, ReasonChoice, ReasonedForm
from portal.desk.lookup import LOOKED_UP, Found, look_up_person
from portal.desk.reasons import Field, Reason, reasons_for_cases, reasons_for_persons
from portal.desk.seen_words import opened_in_words

LOOKUP, CASE_LOOKUP = "lookup", "case_lookup"
WHY_PLACE = "session.searches:why"
at_work = require_posting(Capacity.CLERK, Capacity.SUPERIOR, Capacity.SUPERVISOR)

FIELD_WORDS: dict[Field, Promise] = {
    Field.NAME: gettext_lazy("Name"),
    Field.NUMBER: gettext_lazy("Identity number"),
    Field.BIRTH_DATE: gettext_lazy("Date of birth"),
    Field.PHONE: gettext_lazy("Telephone number"),
    Field.PHONE_IN_FULL: gettext_lazy("Telephone number"),
    Field.ADDRESS: gettext_lazy("Registered address"),
}
FIGURES = frozenset({Field.NUMBER, Field.PHONE, Field.PHONE_IN_FULL})


@require_http_methods(["GET", "POST"])
@at_work
def lookup(request: SignedInRequest) -> HttpResponse:
    """One person, by number and for a reason. What is found is shown once and kept nowhere."""
    is_supervisor = request.actor.capacity is Capacity.SUPERVISOR
    title = _("Urgent help") if is_supervisor else _("Look a person up")
    context: dict[str, Any] = {"title": title}
    asked = _asked(request, LOOKUP)
    if asked:
        result = look_up_person(
            actor=request.actor,
            person_id=UUID(asked["person"]) if asked["person"] else None,
            reason=asked["reason"],
            why=open_text(asked["why"], WHY_PLACE),
        )
        context |= {"has_result": True}
        context |= _person(result) if isinstance(result, Found) else {}
    capacity = request.actor.capacity
    reasons = reasons_for_persons(capacity).values()
    offers = [Offer(one, one.quota, one.person[capacity]) for one in reasons]
    form = LookupForm(
        request.POST if request.method == "POST" else None,
        choices=_choices(request.actor, LOOKED_UP, offers),
        asks_code=not is_fresh(request),
    )
    if request.method == "POST" and _is_let_through(request, form):
        person_id = person_of_number(form.cleaned_data["number"])
        return _on_to(request, form, LOOKUP, "desk:lookup", {"person": str(person_id or "")})
    context["form"] = form
    return _shown(request, "portal/desk/lookup.html", context)


@require_http_methods(["GET", "POST"])
@at_work
def case_lookup(request: SignedInRequest) -> HttpResponse:
    """The case of another office, for a reason that cannot wait; shown once, nothing can be done
    to it. A case of one's own desk is opened there."""
    context: dict[str, Any] = {"title": _("Open a case of another office")}
    asked = _asked(request, CASE_LOOKUP)
    if asked:
        result = open_case_by_reason(
            actor=request.actor,
            reference=asked["case"],
            reason=asked["reason"],
            why=open_text(asked["why"], WHY_PLACE),
        )
        context |= {"has_result": True}
        context |= _case(result) if isinstance(result, CaseSeen) else {}
    capacity = request.actor.capacity
    reasons = reasons_for_cases(capacity).values()
    offers = [Offer(one, one.case_quota, one.case[capacity]) for one in reasons]
    form = CaseLookupForm(
        request.POST if request.method == "POST" else None,
        choices=_choices(request.actor, OPENED_BY_REASON, offers),
        asks_code=not is_fresh(request),
    )
    if request.method == "POST" and _is_let_through(request, form):
        reference = form.cleaned_data["reference"]
        own = page_of_own_case(request.actor, reference)
        if own:
            return redirect(own, reference)
        return _on_to(request, form, CASE_LOOKUP, "desk:case-lookup", {"case": reference})
    context["form"] = form
    return _shown(request, "portal/desk/case_lookup.html", context)


class Offer(NamedTuple):
    """A reason of this post, how often it may be used, and what it opens."""

    reason: Reason
    quota: Quota
    opens: Sequence[str]


def _choices(actor: Actor, verb: str, offers: Sequence[Offer]) -> list[ReasonChoice]:
    """The reasons of this post, each with what it shows and what is left of it today."""
    used = used_by(actor, verb)
    return [_choice(actor, one, used.get(one.reason.code, Used())) for one in offers]


def _choice(actor: Actor, offer: Offer, used: Used) -> ReasonChoice:
    reason, left = offer.reason, used.left_of(offer.quota)
    if not left:
        again = used.again_on(offer.quota)
        refusal = used_up(actor, again)
        day = date_format(again, "SHORT_DATE_FORMAT")
        label = _("%(reason)s (used up, possible again on %(day)s)") % {
            "reason": reason.words,
            "day": day,
        }
        said = in_a_row(refusal.message, refusal.next_step)
        return ReasonChoice(reason.code, label, said, str(OTHERS[actor.capacity]))
    words = ngettext("%(left)d look left today", "%(left)d looks left today", left) % {"left": left}
    label = _("%(reason)s (%(left)s)") % {"reason": reason.words, "left": words}
    shows = _("Shows %(what)s.") % {"what": opened_in_words(offer.opens)}
    return ReasonChoice(reason.code, label, shows=shows)


def _is_let_through(request: SignedInRequest, form: ReasonedForm) -> bool:
    """Whether all is filled in and it is really they; a code is used up for nothing less."""
    if not form.is_valid():
        return False
    if form.lacks_code:
        form.ask_code()
        messages.info(request, _("One more step: enter the code from your app below."))
        return False
    try:
        require_fresh(request, code=form.cleaned_data.get("code", ""))
    except Refused as refusal:
        field = "code" if "code" in form.fields else None
        form.add_error(field, in_a_row(refusal.message, refusal.next_step))
        return False
    return True


def _on_to(
    request: SignedInRequest, form: ReasonedForm, page: str, address: str, what: Mapping[str, str]
) -> HttpResponse:
    """To the one look, at an address that names nobody; the words travel sealed."""
    why = seal_text(form.cleaned_data["why"], WHY_PLACE)
    search = {**what, "reason": form.cleaned_data["reason"], "why": why}
    word = keep_search(request.session, page, search)
    return redirect(f"{reverse(address)}?{urlencode({'search': word})}")


def _asked(request: SignedInRequest, page: str) -> dict[str, Any] | None:
    """What was posted a moment ago, once; after too long, or when the page is loaded again, it has
    to be asked again, and that is said."""
    word = request.GET.get("search", "")
    asked = take_search(request.session, page, word)
    if word and asked is None:
        messages.info(
            request,
            _(
                "What was found is shown once. To see it again, look again below:"
                " that is another look and counts."
            ),
        )
    if asked and not is_fresh(request):
        messages.info(request, _("Too much time has passed. Please fill the form in again."))
        return None
    return asked


def _person(found: Found) -> dict[str, Any]:
    lines = [
        {"name": FIELD_WORDS[one], "value": value, "is_number": one in FIGURES}
        for one, value in found.values.items()
    ]
    return {"found": found, "lines": lines, "cases": found.cases}


def _case(seen: CaseSeen) -> dict[str, Any]:
    application = seen.application
    return {
        "seen": seen,
        "application": application,
        "item": application.item.display_name,
        "item_lang": item_language(application.item),
        "state_words": state_words(application),
        "state_kind": state_kind(application),
        "groups": [
            {
                "title": group.page.title,
                "lines": [
                    {"name": name_of(one.question), "value": one.value, "typed": one.is_user_text}
                    for one in group.lines
                ],
            }
            for group in seen.groups or ()
        ],
    }


def _shown(request: SignedInRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    context["is_supervisor"] = request.actor.capacity is Capacity.SUPERVISOR
    response = render(request, page, context)
    response["Cache-Control"] = "private, no-store"
    return response
