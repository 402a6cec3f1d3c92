"""Public figures and data sets: no account, no cookie, nothing about anybody."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.cache import anonymous_page
from portal.opendata import datasets
from portal.opendata.figures import FEWEST, Figures, Shown, public_figures
from portal.spreadsheet import CONTENT_TYPE

BARS = 6
CACHED = "public, max-age=600"


class DataSet(NamedTuple):
    """A file anybody may take."""

    make: Callable[[], bytes]
    content_type: str
    says: object


DATA_SETS = {
    "items.json": DataSet(
        datasets.items_json,
        "application/json; charset=utf-8",
        gettext_lazy("Every service on offer, for programs."),
    ),
    "items.csv": DataSet(
        datasets.items_csv, CONTENT_TYPE, gettext_lazy("Every service on offer, as a table.")
    ),
    "figures.csv": DataSet(
        datasets.figures_csv, CONTENT_TYPE, gettext_lazy("The figures of this page, as a table.")
    ),
}


@require_safe
def open_page(request: HttpRequest) -> HttpResponse:
    """How the work is going, good and bad."""
    figures = public_figures()
    wanted = [item for item in figures.items if item.received]
    context = {
        "figures": figures,
        "fewest": FEWEST,
        "facts": _facts(figures),
        "wanted": wanted[:BARS],
        "most": wanted[0].received if wanted else 0,
        "without_guide": figures.offered - figures.with_guide,
        "data_sets": [(name, found.says) for name, found in DATA_SETS.items()],
        "licence": datasets.LICENCE,
        "licence_address": datasets.LICENCE_ADDRESS,
    }
    return anonymous_page(render(request, "portal/opendata/open.html", context))


@require_safe
def data_set(request: HttpRequest, name: str) -> HttpResponse:
    """One file, with its licence and date; pages of other people may read it too."""
    found = DATA_SETS.get(name)
    if found is None:
        raise Http404
    response = HttpResponse(found.make(), found.content_type)
    if name.endswith(".csv"):
        dated = f"{name.removesuffix('.csv')}-{timezone.localdate():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{dated}"'
    response["Link"] = f'<{datasets.LICENCE_ADDRESS}>; rel="license"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = CACHED
    return response


def _facts(figures: Figures) -> list[dict[str, object]]:
    return [
        {"name": _("Came in"), **_value(figures.received)},
        {"name": _("Decided"), **_value(figures.decided)},
        {"name": _("In hand"), **_value(figures.open)},
        {"name": _("Late"), "bad": figures.late != 0, **_value(figures.late)},
    ]


def _value(number: Shown) -> dict[str, object]:
    if number is None:
        return {"value": _("fewer than %(number)s") % {"number": FEWEST}}
    return {"value": number, "unit": _("cases")}
