"""Proving who one is, choosing for whom one acts, choosing a posting."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from audit.kernel.errors import Refused
from identity.actions.act_for import act_for
from identity.actions.choose_posting import choose_posting
from identity.actions.prove_person import Proven, prove_person
from identity.forms import ActForForm, PostingForm, ProveForm
from identity.http import SignedInRequest, require_account, require_citizen, require_posting
from identity.tallies import count_one

PROOFS, PROOF_WINDOW = 5, 15 * 60
NO_AGREEMENT = _(
    "Name and number do not agree with the population register. Check both; if they are right,"
    " or if you have another account, call %(phone)s."
)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_account
def prove(request: SignedInRequest) -> HttpResponse:
    """Who are you? Asked once per account, before anything personal."""
    way_on = _own_path(request, request.POST.get("next") or request.GET.get("next"), "/my/")
    if request.actor.person_id is not None:
        return HttpResponseRedirect(way_on)
    form = ProveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _slow_down(request)
        result = prove_person(actor=request.actor, **form.cleaned_data)
        if isinstance(result, Proven):
            return HttpResponseRedirect(way_on)
        form.add_error(None, NO_AGREEMENT % {"phone": settings.HELP_PHONE})
    return render(request, "identity/prove.html", {"form": form, "next": way_on})


@require_POST
@require_citizen
def choose_principal(request: SignedInRequest) -> HttpResponse:
    """Act for oneself, for a firm one represents, or under a mandate."""
    form = ActForForm(request.POST)
    if not form.is_valid():
        raise _not_understood()
    act_for(actor=request.actor, subject_id=form.cleaned_data["subject"], session=request.session)
    return HttpResponseRedirect(_own_path(request, form.cleaned_data["next"], "/my/"))


@require_POST
@require_posting()
def switch_posting(request: SignedInRequest) -> HttpResponse:
    """Work in another of one's postings."""
    form = PostingForm(request.POST)
    if not form.is_valid():
        raise _not_understood()
    choose_posting(
        actor=request.actor, posting_id=form.cleaned_data["posting"], session=request.session
    )
    return HttpResponseRedirect(_own_path(request, form.cleaned_data["next"], "/admin/"))


def _own_path(request: HttpRequest, wanted: str | None, otherwise: str) -> str:
    """Where somebody wanted to go, if that is one of our own pages."""
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return otherwise


def _slow_down(request: SignedInRequest) -> None:
    if count_one("prove", str(request.user.pk), seconds=PROOF_WINDOW) > PROOFS:
        raise Refused(
            code="identity.too_many_attempts",
            message=_("There were too many attempts."),
            next_step=_("Please wait a quarter of an hour and try again."),
            status=429,
        )


def _not_understood() -> Refused:
    return Refused(
        code="identity.choice_not_understood",
        message=_("We did not understand this choice, so nothing was changed."),
        next_step=_("Go back and choose from the list."),
        status=400,
    )
