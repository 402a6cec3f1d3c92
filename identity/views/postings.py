"""Postings that wait for the second person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.kernel.actors import Capacity
from identity.actions.confirm_posting import confirm_posting
from identity.http import SignedInRequest, require_posting
from identity.selectors.postings import postings_to_confirm

for_security = require_posting(Capacity.SECADMIN)


@never_cache
@require_safe
@for_security
def to_confirm(request: SignedInRequest) -> HttpResponse:
    """What system administration entered and nobody has confirmed yet."""
    context = {"title": _("Postings to confirm"), "postings": postings_to_confirm()}
    return render(request, "identity/to_confirm.html", context)


@require_POST
@for_security
def confirm(request: SignedInRequest, posting_id: UUID) -> HttpResponse:
    posting = confirm_posting(actor=request.actor, posting_id=posting_id)
    messages.success(request, _("Confirmed: %(code)s") % {"code": posting.officer_code})
    if not posting.account.has_usable_password():
        told = _("%(name)s gets a mail with a link to choose the first password.")
        messages.info(request, told % {"name": posting.account.username})
    return redirect("identity:postings-to-confirm")
