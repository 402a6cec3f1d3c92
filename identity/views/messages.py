"""The inbox, the same behind both doors."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from identity.actions.open_message import open_message
from identity.http import SignedInRequest, require_account
from identity.selectors.messages import inbox_of, readable

LONGEST_MARK = 100


@never_cache
@require_safe
@require_account
def inbox(request: SignedInRequest) -> HttpResponse:
    page = inbox_of(request.actor, after=request.GET.get("after", "")[:LONGEST_MARK])
    older = urlencode({"after": page.next}) if page.next else ""
    return render(request, "identity/messages.html", {"page": page, "older": older})


@never_cache
@require_safe
@require_account
def message(request: SignedInRequest, message_id: UUID) -> HttpResponse:
    """Whoever only asks for the headers, or has the page fetched ahead, has not read it."""
    is_read = request.META["REQUEST_METHOD"] == "GET" and "Sec-Purpose" not in request.headers
    opened = open_message(actor=request.actor, message_id=message_id, is_read=is_read)
    return render(request, "identity/message.html", {"message": readable(opened)})
