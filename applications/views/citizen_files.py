"""Papers: only what is lacking is asked; what a register proves is looked up by us."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.access import get_own
from applications.actions.attach import attach_file, open_own_file, take_back_file
from applications.attachments.content import ENDINGS, NotAccepted
from applications.attachments.store import read
from applications.selectors.papers import Paper, papers_of
from applications.selectors.sheet import own_sheet
from applications.views.citizen_frame import form_steps, kept_for_later
from catalog.schema.definition import Upload
from identity.http import SignedInRequest, require_citizen

UNPROCESSABLE = 422
FIELD = "file-"


@require_citizen
@require_http_methods(["GET", "HEAD", "POST"])
def materials(request: SignedInRequest, reference: str) -> HttpResponse:
    """The documents of a draft; files are taken one by one, so a bad one loses no good one."""
    errors = take_files(request, reference) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        if request.POST.get("then") == "later":
            return kept_for_later(request)
        if request.POST.get("then") == "check":
            return redirect("applications:check", reference=reference)
        return redirect("applications:materials", reference=reference)
    if not get_own(request.actor, reference).is_draft:
        return redirect("applications:resume", reference=reference)
    sheet = own_sheet(request.actor, reference)
    if not sheet.materials:
        return redirect("applications:check", reference=reference)
    papers = papers_of(sheet)
    context = {
        "application": sheet.application,
        "definition": sheet.definition,
        "rows": [_row(paper, errors) for paper in papers],
        "have": sum(not paper.takes_files for paper in papers),
        "lacking": sum(paper.is_lacking for paper in papers),
        "last_page": sheet.pages[-1].slug,
        "steps": form_steps(sheet, "materials"),
        "page_errors": [{"name": FIELD + code, "message": text} for code, text in errors.items()],
    }
    template = "applications/citizen/materials.html"
    return render(request, template, context, status=UNPROCESSABLE if errors else 200)


def accepted(upload: Upload | None) -> str:
    """The endings a file chooser offers; what a file really is, is told by its content."""
    return ",".join(f".{ENDINGS[one]}" for one in upload.types if one in ENDINGS) if upload else ""


def _row(paper: Paper, errors: dict[str, str]) -> dict[str, object]:
    material = paper.material
    return {
        "paper": paper,
        "error": errors.get(material.code, ""),
        "accept": accepted(material.upload),
        "types": " / ".join(one[1:].upper() for one in accepted(material.upload).split(",") if one),
    }


def take_files(request: SignedInRequest, reference: str) -> dict[str, str]:
    """Hand in every file of the request; a sentence for each that cannot be taken."""
    errors: dict[str, str] = {}
    for name, files in request.FILES.lists():
        if not name.startswith(FIELD):
            continue
        material = name.removeprefix(FIELD)
        for file in files:
            try:
                _take(request, reference, material, file)
            except NotAccepted as refusal:
                errors[material] = str(refusal.message)
    return errors


def _take(request: SignedInRequest, reference: str, material: str, file: UploadedFile) -> None:
    attachment = attach_file(actor=request.actor, reference=reference, material=material, file=file)
    messages.success(request, _("Handed in: %(name)s") % {"name": attachment.name})


@require_citizen
@require_POST
def take_back(request: SignedInRequest, reference: str, file_id: UUID) -> HttpResponse:
    take_back_file(actor=request.actor, reference=reference, attachment_id=file_id)
    messages.success(request, _("The file has been taken back."))
    return redirect("applications:resume_papers", reference=reference)


@require_citizen
@require_safe
def resume_papers(request: SignedInRequest, reference: str) -> HttpResponse:
    """Back to where files are handed in: the correction if one is open, else the papers."""
    to = "materials" if get_own(request.actor, reference).is_draft else "correction"
    return redirect(f"applications:{to}", reference=reference)


@require_citizen
@require_safe
def download(request: SignedInRequest, reference: str, file_id: UUID) -> HttpResponse:
    """One of the applicant's own files, as a download: the browser never opens it in our page."""
    attachment = open_own_file(actor=request.actor, reference=reference, attachment_id=file_id)
    response = HttpResponse(read(attachment.stored_as), content_type=attachment.content_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
