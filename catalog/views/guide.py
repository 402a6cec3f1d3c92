"""The page of one item: its guide, or whom to ask while nobody has published one."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.kept import kept
from catalog.selectors.guide import Guide, Offer, offer_of
from catalog.text import lang_of
from catalog.views.anybody import for_anybody, services_crumb


@dataclass(frozen=True, slots=True)
class Written:
    """A page written out, but for what belongs to one visitor."""

    title: str
    trail: tuple[dict[str, str], ...]
    body: SafeString
    begins: bool


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """May I, how, what, when. An item without a published guide says whom to ask."""
    today = timezone.localdate()
    if code != code.upper():
        return redirect("catalog:guide", code=offer_of(code.upper(), today).item.code)
    page = _written(code, today, get_language() or "", request.user.is_authenticated)
    context = {"code": code, "page": page}
    return for_anybody(request, render(request, "catalog/guide.html", context))


@kept
def _written(code: str, today: date, language: str, signed_in: bool) -> Written:
    """The page in one language, written once a day: a release in force says the same to everybody.

    The buttons of the signed-in belong to the form `begin`, which each page brings with its token.
    """
    offer = offer_of(code, today)
    template = "catalog/_guide.html" if offer.guide else "catalog/_listed.html"
    context = {
        "item": offer.item,
        "guide": offer.guide,
        "explained_by": offer.explained_by,
        "signed_in": signed_in,
        "help_phone": settings.HELP_PHONE,
        **(_ticket_words(offer.guide) if offer.guide else {}),
    }
    return Written(
        title=str(offer.guide.definition.plain_name if offer.guide else offer.item.display_name),
        trail=_trail(offer),
        body=render_to_string(template, context),
        begins=signed_in and offer.guide is not None and offer.guide.definition.online,
    )


def _trail(offer: Offer) -> tuple[dict[str, str], ...]:
    office = offer.item.department
    address = f"{reverse('catalog:services')}?department={office.code}"
    return services_crumb(), {
        "label": office.display_name,
        "url": address,
        "lang": lang_of(office),
    }


def _ticket_words(guide: Guide) -> dict[str, str]:
    """What stands above and beside the day on the promise ticket."""
    promised = guide.definition.limits.promised
    words = {"amount": promised.amount}
    if promised.amount == 0:
        note = _("while you wait")
    elif promised.in_working_days:
        note = (
            ngettext("%(amount)d working day", "%(amount)d working days", promised.amount) % words
        )
    else:
        note = ngettext("%(amount)d day", "%(amount)d days", promised.amount) % words
    return {"ticket_label": _("Handed in now, done by"), "ticket_note": note}
