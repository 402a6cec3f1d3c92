"""The proof that a case was handed in, to be kept outside the portal."""

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.access import get_own
from applications.verbs import Verb
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.sealing.proofs import proof_of
from identity.http import SignedInRequest, require_citizen


@require_safe
@require_citizen
def proof(request: SignedInRequest, reference: str) -> HttpResponse:
    """A small file anybody can check at `/trust/trail/`, with one of our signed heads or alone."""
    application = get_own(request.actor, reference)
    kind = application._meta.label_lower
    about = AuditEntry.objects.filter(object_kind=kind, object_id=str(application.pk))
    entry = about.filter(verb=Verb.SUBMITTED).first()
    found = proof_of(entry.pk) if entry else None
    if found is None:
        raise Refused(
            code="trail.not_sealed_yet",
            message=_("There is no proof yet."),
            next_step=_("It takes a few seconds after handing in. Please try again."),
            status=404,
        )
    body = json.dumps(found.as_dict(), indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{reference}-proof.json"'
    return response
