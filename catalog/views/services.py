"""The list of services and the guide of each."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from catalog.models import Department, Subject
from catalog.models.item import ServiceItemQuerySet
from catalog.selectors.browse import departments, life_events, page_of, subjects
from catalog.selectors.guide import Guide, get_item, guide_of, guides_for
from catalog.text import lang_of
from catalog.typed import plain_of
from catalog.views.anybody import for_anybody, services_crumb


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Three ways in: what happens in life, by subject, by department; or one of the lists."""
    subject = plain_of(request.GET.get("subject", ""))
    department = plain_of(request.GET.get("department", ""))
    if subject:
        found = get_object_or_404(Subject, slug=subject)
        return _items(request, found, found.items.all(), f"subject={subject}")
    if department:
        office = get_object_or_404(Department, code=department)
        return _items(request, office, office.items.all(), f"department={department}")
    context = {
        "events": life_events(),
        "subjects": subjects(),
        "departments": departments(settings.PORTAL_REGION),
    }
    return for_anybody(request, render(request, "catalog/services.html", context))


def _items(
    request: HttpRequest, of: Subject | Department, items: ServiceItemQuerySet, key: str
) -> HttpResponse:
    page = page_of(items.offered(), plain_of(request.GET.get("after", "")), timezone.localdate())
    older = f"{key}&after={page.older}" if page.older else ""
    trail = [services_crumb(), {"label": of.display_name, "lang": lang_of(of)}]
    context = {"of": of, "entries": page.entries, "older": older, "trail": trail}
    return for_anybody(request, render(request, "catalog/items.html", context))


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """May I, how, what, when. An item without a published guide says whom to ask."""
    if code != code.upper():
        return redirect("catalog:guide", code=get_item(code.upper()).code)
    item = get_item(code)
    today = timezone.localdate()
    found = guide_of(item, today)
    office = item.department
    trail = [
        services_crumb(),
        {
            "label": office.display_name,
            "url": f"{reverse('catalog:services')}?department={office.code}",
            "lang": lang_of(office),
        },
    ]
    if found is None:
        context = {"item": item, "guides": guides_for(item, today), "trail": trail}
        return for_anybody(request, render(request, "catalog/listed.html", context))
    context = {"guide": found, "trail": trail, **_ticket_words(found)}
    return for_anybody(request, render(request, "catalog/guide.html", context))


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
