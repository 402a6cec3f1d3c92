"""Asking in one's own words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors.browse import subjects
from catalog.selectors.search import Results, results_for
from catalog.typed import sentence_of


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    sentence = sentence_of(request.GET.get("q", ""))
    results = Results(best=None, others=[])
    if sentence:
        results = results_for(sentence, region=settings.PORTAL_REGION, today=timezone.localdate())
    context = {"sentence": sentence, "results": results}
    if results == Results(best=None, others=[]):
        context["subjects"] = subjects()
    return render(request, "catalog/search.html", context)
