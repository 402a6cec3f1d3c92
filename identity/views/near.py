"""Relatives an officer declares, and people under protection."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.kernel.actors import Capacity
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.pages import page_of
from audit.trail import record
from audit.typed import typed_before
from identity.access import account_at_work
from identity.actions.declare_relative import (
    FAMILY,
    SEEN,
    ask_end_of_relative,
    declare_relative,
    view_own_relatives,
)
from identity.actions.end_relative import end_relative
from identity.actions.object_to_link import view_own_link
from identity.actions.protect_person import (
    KEEPERS,
    PROTECTION,
    end_protection,
    numbers_left,
    open_protections,
    protect_person,
    refuse_end_of_protection,
)
from identity.forms import ProtectForm, RelativeForm
from identity.http import SignedInRequest, require_posting
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.near import (
    known_among,
    protections,
    relatives_of,
    relatives_to_end,
    who_ends_relatives,
)
from identity.selectors.postings import posts_of_accounts
from identity.step_up import step_up

for_supervisors = require_posting(Capacity.SUPERVISOR)
for_keepers = require_posting(*KEEPERS)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_posting()
def relatives(request: SignedInRequest) -> HttpResponse:
    """Whom one declared, and the form for the next. Numbers are not shown again."""
    form = RelativeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        declare_relative(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("Declared. The sentinel now watches over this as well."))
        return redirect("identity:relatives")
    account = account_at_work(request.actor)
    view_own_relatives(request.actor)
    context = {
        "title": _("Your relatives"),
        "link": view_own_link(request.actor),
        "relatives": relatives_of(account),
        "form": form,
    }
    return render(request, "identity/relatives.html", context)


@require_POST
@require_posting()
def end(request: SignedInRequest, relative_id: UUID) -> HttpResponse:
    ask_end_of_relative(actor=request.actor, relative_id=relative_id)
    messages.success(request, _("Asked for. It holds until a supervisor agrees to the end."))
    return redirect("identity:relatives")


@never_cache
@require_safe
@for_supervisors
def to_end(request: SignedInRequest) -> HttpResponse:
    """Which ends officers asked for. Who the relatives are, nobody can read here."""
    asked_by = who_ends_relatives(request.actor)
    record(actor=request.actor, verb=SEEN, subjects=asked_by, purpose=FAMILY)
    page = page_of(
        relatives_to_end(asked_by),
        keys=("end_asked_at", "id"),
        cursor=request.GET.get("from", ""),
    )
    posts = posts_of_accounts({one.account_id for one in page.rows})
    context = {
        "title": _("Relatives to take off the list"),
        "rows": [{"relative": one, "officer": posts.get(one.account_id)} for one in page.rows],
        "page": page,
    }
    return render(request, "identity/relatives_to_end.html", context)


@require_POST
@for_supervisors
@step_up("identity:relatives-to-end")
def answer_end(request: SignedInRequest, relative_id: UUID) -> HttpResponse:
    said = request.POST.get("answer", "")
    if said not in ("agree", "refuse"):
        raise Refused(
            code="identity.no_answer",
            message=_("This is neither yes nor no, so nothing was decided."),
            next_step=_("Go back to the list and press one of the two buttons."),
            status=422,
        )
    agreed = said == "agree"
    end_relative(actor=request.actor, relative_id=relative_id, agreed=agreed)
    if agreed:
        messages.success(request, _("Ended. It stays on file until when it held."))
    else:
        messages.success(request, _("Turned down. The declaration holds on."))
    return redirect("identity:relatives-to-end")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
@step_up("identity:protected", has_form=True)
def protected(request: SignedInRequest) -> HttpResponse:
    """Which numbers are under protection, whoever is known by one recorded as seen, and the form
    for the next. The reader is recorded too, so that the page is marked as somebody's view whether
    anybody is known or not.
    """
    form = ProtectForm(
        request.POST if request.method == "POST" else None, initial=typed_before(request)
    )
    if form.is_valid() and _is_protected(request, form):
        messages.success(
            request,
            _(
                "Protected from now on: every look at the data of whoever has this number raises an"
                " alarm, and, once they are known here, every look at somebody else's case with it."
            ),
        )
        return redirect("identity:protected")
    open_protections(request.actor)
    found = protections()
    record(
        actor=request.actor,
        verb="protection.viewed",
        subjects=[account_at_work(request.actor), *known_among(found)],
        purpose=PROTECTION,
    )
    named = {one for row in found for one in (row.entered_by_id, row.end_asked_by_id) if one}
    posts = posts_of_accounts(named)
    context = {
        "title": _("People under protection"),
        "rows": [
            {
                "protection": one,
                "entered_by": posts.get(one.entered_by_id),
                "asked_by": posts.get(one.end_asked_by_id or UUID(int=0)),
            }
            for one in found
        ],
        "own": accounts_of_the_same(request.actor),
        "form": form,
        "left": numbers_left(request.actor),
    }
    return render(request, "identity/protected.html", context)


def _is_protected(request: SignedInRequest, form: ProtectForm) -> bool:
    """True, whoever has the number or nobody; not once the quota is used up, as the form says."""
    try:
        protect_person(actor=request.actor, **form.cleaned_data)
    except Refused as refusal:
        if refusal.code != "desk.quota_used_up":
            raise
        used_up = _("You have entered as many numbers as one keeper may for now.")
        form.add_error(None, in_a_row(used_up, refusal.next_step))
        return False
    return True


@require_POST
@for_keepers
@step_up("identity:protected")
def end_protected(request: SignedInRequest, protection_id: UUID) -> HttpResponse:
    if end_protection(actor=request.actor, protection_id=protection_id):
        messages.success(request, _("The protection has ended."))
    else:
        messages.success(request, _("Asked for. Somebody else has to agree."))
    return redirect("identity:protected")


@require_POST
@for_keepers
@step_up("identity:protected")
def keep_protected(request: SignedInRequest, protection_id: UUID) -> HttpResponse:
    refuse_end_of_protection(actor=request.actor, protection_id=protection_id)
    messages.success(request, _("The protection goes on."))
    return redirect("identity:protected")
