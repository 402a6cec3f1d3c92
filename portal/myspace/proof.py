"""The receipt as a file to be kept outside the portal, with the proof that a case was handed in."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.access import get_own
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Application
from applications.verbs import Verb
from audit.keeping.away import archived_before
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.sealing.proofs import proof_of
from identity.http import SignedInRequest, require_citizen


@require_safe
@require_citizen
def proof(request: SignedInRequest, reference: str) -> HttpResponse:
    """A file people can read, and anybody can check at `/trust/trail/`: whoever sees it needs
    nothing else and no account. It names nobody."""
    application = get_own(request.actor, reference)
    kind = application._meta.label_lower
    about = AuditEntry.objects.filter(object_kind=kind, object_id=str(application.pk))
    entry = about.filter(verb=Verb.SUBMITTED).first()
    found = proof_of(entry.pk) if entry else None
    if found is None:
        has_left = entry is None and _may_be_archived(application)
        raise _in_archive() if has_left else _too_early()
    record_case(application, actor=request.actor, verb=Verb.OWN_VIEWED)
    first = application.steps.select_related("department").order_by("order")[0]
    context = {
        "application": application,
        "name": definition_for(application).plain_name,
        "office": first.department.display_name,
        "proof": found.as_dict(),
        "check": f"{settings.PORTAL_ADDRESS}{reverse('trust:trail')}",
        "sample": settings.PORTAL_SAMPLE,
    }
    response = render(request, "portal/myspace/receipt_file.html", context)
    response["Content-Disposition"] = f'attachment; filename="{reference}-receipt.html"'
    return response


def _may_be_archived(application: Application) -> bool:
    """Whether what was recorded when the case was handed in may have left with its month."""
    handed_in = application.submitted_at
    return handed_in is not None and archived_before(handed_in) is not None


def _too_early() -> Refused:
    return Refused(
        code="trail.not_sealed_yet",
        message=_("There is no proof yet."),
        next_step=_("It takes a few seconds after handing in. Please try again."),
        status=404,
    )


def _in_archive() -> Refused:
    """The case is here and the entry is not: its month left, and the proof comes back with it."""
    return Refused(
        code="trail.in_archive",
        message=_("The record that you handed this in is kept in the archive, under seal."),
        next_step=_(
            "Would you like its proof? Call %(help_phone)s or ask at any counter: the record is"
            " brought back for you, and then you can save the proof here."
        )
        % {"help_phone": settings.HELP_PHONE},
        status=404,
    )
