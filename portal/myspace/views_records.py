"""One's own data: what registers said, what is wrong with it, consents, and all of it as a file."""

import json
from uuid import UUID

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.kernel.errors import Refused
from audit.trail import ObjectRef
from identity.access import own_subjects, refuse_under_mandate, subjects_of
from identity.actions.dispute_record import dispute_record
from identity.actions.withdraw_consent import withdraw_consent
from identity.http import SignedInRequest, require_citizen
from identity.models import RecordSnapshot
from portal.myspace.export import export_own_data
from portal.myspace.forms import DisputeForm
from portal.myspace.records import (
    asked_about,
    consents_of,
    contested_now,
    disputes_of,
    open_dispute_about,
    registers_about,
    source_name,
)
from portal.myspace.views import record_own


@never_cache
@require_GET
@require_citizen
def records(request: SignedInRequest) -> HttpResponse:
    actor = request.actor
    subjects = own_subjects(actor)
    space = ObjectRef("space.records", str(actor.subject_id))
    record_own(actor, "record.viewed", space, subjects)
    context = {
        "registers": registers_about(subjects),
        "asked": asked_about(subjects),
        "disputes": disputes_of(subjects),
        "consents": consents_of(subjects),
    }
    return render(request, "portal/myspace/records.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_citizen
def dispute(request: SignedInRequest) -> HttpResponse:
    """Saying that one value of one register is wrong."""
    actor = request.actor
    form = DisputeForm(request.POST or request.GET or None)
    snapshot = _contested(request, form)
    element = str(form.data.get("element", ""))
    said = open_dispute_about(snapshot, element)
    if request.method == "POST" and form.is_valid():
        if said is not None and request.POST.get("instead_of") != str(said.pk):
            return redirect(f"{request.path}?{urlencode(_place(snapshot, element))}")
        dispute_record(
            actor=actor,
            subject_id=snapshot.subject_id,
            source=snapshot.source,
            element=form.cleaned_data["element"],
            statement=form.cleaned_data["statement"],
        )
        messages.success(request, _("Written down. What becomes of it is shown here."))
        return redirect("myspace:records")
    if request.method == "GET":
        statement = said.statement if said else ""
        form = DisputeForm(initial={**_place(snapshot, element), "statement": statement})
    context = {
        "form": form,
        "source_name": source_name(snapshot.source),
        "known": contested_now(snapshot, element),
        "said": said,
    }
    return render(request, "portal/myspace/dispute.html", context)


@never_cache
@require_POST
@require_citizen
def end_consent(request: SignedInRequest) -> HttpResponse:
    withdraw_consent(actor=request.actor, consent_id=_uuid(request.POST.get("consent", "")))
    messages.success(request, _("Taken back. No register is asked for this any more."))
    return redirect("myspace:records")


@never_cache
@require_http_methods(["GET", "POST"])
@require_citizen
def export(request: SignedInRequest) -> HttpResponse:
    """The page, and by its button the file; it is whole before it is sent."""
    refuse_under_mandate(request.actor)
    if request.method == "GET":
        return render(request, "portal/myspace/export.html")
    content = export_own_data(request.actor, subjects_of(request.actor))
    body = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    name = f"my-data-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _contested(request: SignedInRequest, form: DisputeForm) -> RecordSnapshot:
    """The newest answer of the register that names this value; others' are not there."""
    subjects = own_subjects(request.actor)
    space = ObjectRef("space.records", "wrong")
    record_own(request.actor, "record.viewed", space, subjects)
    source, element = (
        str(form.data.get(name, "")).replace("\x00", "") for name in ("source", "element")
    )
    snapshot = (
        RecordSnapshot.objects.filter(
            subject_id__in=subjects,
            source_id=source[:40],
            payload__has_key=element[:64],
        )
        .select_related("source")
        .order_by("-as_of")
        .first()
    )
    if snapshot is None:
        raise Refused(
            code="records.no_such_value",
            message=gettext_lazy("No register has said this about you."),
            next_step=gettext_lazy("Go back to your records and choose a value from the list."),
            status=404,
        )
    return snapshot


def _place(snapshot: RecordSnapshot, element: str) -> dict[str, str]:
    return {"source": snapshot.source_id, "element": element}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
