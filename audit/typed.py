"""What somebody had typed into a form they come back to without sending it off.

It travels with the request that brings it back and is kept nowhere: not in a session, not in an
address.
"""

from typing import Any

from django.http import HttpRequest, QueryDict

TYPED = "typed_before"


def look_again(request: HttpRequest, without: tuple[str, ...]) -> None:
    """Make a posted form a look at its page, to be shown again as it was filled in. Nothing that
    was posted is left to act upon."""
    typed = {name: value for name, value in request.POST.dict().items() if name not in without}
    setattr(request, TYPED, typed)
    request.method, request.POST = "GET", QueryDict()


def typed_before(request: HttpRequest) -> dict[str, Any]:
    """By field what to fill in again; nothing where somebody comes to the page anew."""
    typed: dict[str, Any] = getattr(request, TYPED, {})
    return typed
