"""Applying: start, consent, one page after another, check, hand in, receipt."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.access import get_own
from applications.actions.prefill import prefill_application
from applications.actions.save_answers import Saved, Typed, save_answers
from applications.actions.start import start_application
from applications.answer_values import language_of
from applications.forms import Shown, page_view
from applications.prefill.registers import Asked, registers_for
from applications.selectors.own import same_in_hand
from applications.selectors.sheet import Sheet, own_sheet
from applications.views.citizen_frame import (
    elsewhere,
    first_page,
    kept_for_later,
    offices_of,
    show,
)
from catalog.schema.definition import Page
from catalog.text import local
from identity.http import PortalRequest, SignedInRequest, require_citizen

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """POST begins or goes on with the draft; looking at the address leads to the guide."""
    if code.startswith("YB-") and request.method != "POST":
        return redirect("applications:resume", reference=code)
    guide = f"/services/{code}/"
    if request.method != "POST":
        return redirect(guide)
    if not request.user.is_authenticated:
        return redirect_to_login(guide, reverse("account_login"))
    actor = cast(PortalRequest, request).actor
    if actor.person_id is None:
        return redirect(f"{reverse('identity:prove')}?{urlencode({'next': guide})}")
    chosen = request.POST.get("subject", "")
    started = start_application(actor=actor, item_code=code, subject_id=_uuid(chosen))
    if isinstance(started, list):
        errors = []
        if "choosing" in request.POST:
            errors = [{"name": "subject", "message": _("Please choose for whom this is.")}]
        context = {"subjects": started, "code": code, "page_errors": errors}
        return render(request, "applications/citizen/subject.html", context)
    return redirect("applications:resume", reference=started.reference)


@require_citizen
@require_safe
def resume(request: SignedInRequest, reference: str) -> HttpResponse:
    """Where the draft was left: the consent before the first page, else the last page."""
    application = get_own(request.actor, reference)
    if not application.is_draft:
        return elsewhere(application)
    if not application.last_page:
        return redirect("applications:consent", reference=reference)
    return redirect("applications:page", reference=reference, slug=application.last_page)


@require_citizen
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: SignedInRequest, reference: str) -> HttpResponse:
    """Which registers would be asked, and for what; the applicant allows it or fills in by hand."""
    application = get_own(request.actor, reference)
    if not application.is_draft:
        return elsewhere(application)
    sheet = own_sheet(request.actor, reference)
    first = redirect(first_page(sheet))
    if request.method == "POST":
        if request.POST.get("answer") == "yes":
            result = prefill_application(actor=request.actor, reference=reference)
            if result.failed:
                messages.info(request, _("A register did not answer. We ask you instead."))
        return first
    asked = registers_for(application, sheet.definition)
    if not asked:
        return first
    titles = {one.element: str(one.title) for one in sheet.definition.questions()}
    rows = [_register_row(one, titles) for one in asked]
    context = {
        "rows": rows,
        "offices": offices_of(sheet),
        "guide_url": f"/services/{application.item.code}/",
        "same": same_in_hand(application),
    }
    return show(request, sheet, "consent", context)


@require_citizen
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, reference: str, slug: str) -> HttpResponse:
    """One page of the form: known values first, then what is left to ask."""
    if request.method == "POST":
        return _save(request, reference, slug)
    application = get_own(request.actor, reference)
    if not application.is_draft:
        return elsewhere(application)
    sheet = own_sheet(request.actor, reference)
    shown = sheet.page(slug)
    if shown is None:
        return redirect(_nearest_page(sheet, slug))
    return _form(request, sheet, shown, Shown(opened=request.GET.getlist("open")))


def _nearest_page(sheet: Sheet, slug: str) -> str:
    """Where to go instead of a page that has nothing to ask now: on from there, or to the start."""
    if slug not in {one.slug for one in sheet.definition.pages}:
        return first_page(sheet)
    following = sheet.page_after(slug)
    if following is None:
        return reverse("applications:materials", args=[sheet.application.reference])
    return reverse("applications:page", args=[sheet.application.reference, following.slug])


def _save(request: SignedInRequest, reference: str, slug: str) -> HttpResponse:
    post = request.POST
    kept = set(post.getlist("keep"))
    opened = set(post.getlist("opened")) - kept
    shown = set(post.getlist("shown"))
    typed = Typed(
        shown=shown,
        texts={key: post.get(key, "") for key in shown},
        opened=opened,
        notes={key: post.get(f"note-{key}", "") for key in opened},
        kept=kept,
    )
    is_autosave = request.headers.get("X-Autosave") == "1"
    is_turn = "open" in post or "keep" in post
    is_later = post.get("then") == "later"
    saved = save_answers(
        actor=request.actor,
        reference=reference,
        slug=slug,
        typed=typed,
        is_autosave=is_autosave or is_turn or is_later,
    )
    if is_autosave:
        return JsonResponse({"saved_at": saved.saved_at.isoformat()})
    if is_later:
        return kept_for_later(request)
    if is_turn:
        return redirect(_turned(reference, slug, opened | set(post.getlist("open"))))
    return _after(request, saved, slug, typed)


def _turned(reference: str, slug: str, opened: set[str]) -> str:
    """The same page with these known values opened."""
    here = reverse("applications:page", kwargs={"reference": reference, "slug": slug})
    query = urlencode({"open": sorted(opened)}, doseq=True)
    return f"{here}?{query}" if query else here


def _after(request: SignedInRequest, saved: Saved, slug: str, typed: Typed) -> HttpResponse:
    sheet = saved.sheet
    here = sheet.page(slug)
    if saved.errors and here is not None:
        again = Shown(saved.errors, typed.texts, typed.notes, typed.opened)
        return _form(request, sheet, here, again, status=UNPROCESSABLE)
    if saved.more and here is not None:
        messages.info(request, _("From your answer follow more questions on this page."))
        to = reverse("applications:page", args=[sheet.application.reference, slug])
        asked = page_view(sheet, here, Shown()).fields
        new = next((one.key for one in asked if one.key not in typed.shown), "")
        return redirect(f"{to}#f-{new}" if new else to)
    following = sheet.page_after(slug)
    if request.POST.get("back") == "check" or following is None:
        to = "check" if request.POST.get("back") == "check" or not sheet.materials else "materials"
        return redirect(f"applications:{to}", reference=sheet.application.reference)
    return redirect("applications:page", reference=sheet.application.reference, slug=following.slug)


def _form(
    request: SignedInRequest, sheet: Sheet, here: Page, again: Shown, *, status: int = 200
) -> HttpResponse:
    view = page_view(sheet, here, again)
    before = sheet.page_before(here.slug)
    context = {
        "view": view,
        "page_errors": view.errors,
        "back_slug": before.slug if before else "",
        "back_to_check": "check" in (request.GET.get("back"), request.POST.get("back")),
        "number": sheet.pages.index(here) + 1,
        "count": len(sheet.pages),
    }
    return show(request, sheet, "page", context, status=status)


def _register_row(asked: Asked, titles: dict[str, str]) -> dict[str, object]:
    """One register of the consent page: its name, and the questions it answers."""
    name = local({"zh": asked.source.name_zh, "en": asked.source.name_en})
    return {
        "name": name,
        "lang": language_of(name),
        "asks": [titles[element] for element in asked.elements if element in titles],
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
