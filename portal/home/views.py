"""The front page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity.http import PortalRequest
from portal.cache import anonymous_page
from portal.home.selectors import figures, life_line, most_wanted, sayings, waiting_for
from portal.opendata.figures import FEWEST


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """Ask first; below it what people say, what they do and how well we keep our word."""
    today = timezone.localdate()
    cards = most_wanted(today=today)
    context = {
        "cards": cards[:3],
        "sayings": sayings(card.code for card in cards),
        "figures": figures(today=today),
        "fewest": FEWEST,
        "stations": life_line(),
        "waiting": waiting_for(request.actor),
    }
    return anonymous_page(render(request, "portal/home.html", context))
