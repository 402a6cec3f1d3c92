"""The mark that lies over a page: fetched by the one account whose view it names."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from audit.kernel.actors import Actor
from audit.marks.drawing import CONTENT_TYPE, draw_mark, view_id_of


@require_GET
def mark(request: HttpRequest, token: str) -> HttpResponse:
    """The picture of a view's mark; not there for anybody but who had the view."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    view_id = view_id_of(token, actor.account)
    if view_id is None:
        raise Http404
    response = HttpResponse(draw_mark(view_id), CONTENT_TYPE)
    response["Cache-Control"] = "private, max-age=3600"
    return response
