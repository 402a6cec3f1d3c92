"""Handing in a file, and taking it back."""

from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_own
from applications.actions.keep_named import keep_named
from applications.attachments.content import Content, NotAccepted, check_size, read_content
from applications.attachments.store import clean_name, discard, store
from applications.case_trail import record_case
from applications.models import Application, Attachment, Correction
from applications.selectors.sheet import sheet_of
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.transaction import if_undone
from catalog.schema.definition import Material

MOST_FILES = 10


@transaction.atomic
def attach_file(*, actor: Actor, reference: str, material: str, file: UploadedFile) -> Attachment:
    """Keep one file for one required document; the same file twice is one. May raise NotAccepted.

    No scanner looks at it here, so it is held: handed in, and opened by nobody without a warning.
    """
    application = get_own(actor, reference, verb="submit", lock=True)
    _require_open(application)
    record_case(application, actor=actor, verb=Verb.ATTACHED, detail={"material": material})
    wanted = _material(application, material)
    content = _content(wanted, file)
    held = Attachment.objects.filter(application=application, material=wanted.code, removed_at=None)
    same = held.filter(sha256=content.digest).first()
    if same is not None:
        _require_new(application, same)
        return same
    if held.count() >= MOST_FILES:
        raise NotAccepted(
            _("There are %(most)d files already. Take one back before you add another.")
            % {"most": MOST_FILES}
        )
    kept = _keep(application, wanted, file.name or "", content)
    if not application.is_draft:
        keep_named(sheet_of(application))
        application.save(update_fields=["named"])
    return kept


@transaction.atomic
def take_back_file(*, actor: Actor, reference: str, attachment_id: UUID) -> None:
    """Remove a file again, as long as it can be replaced; a second time changes nothing."""
    application = get_own(actor, reference, verb="submit", lock=True)
    _require_open(application)
    record_case(application, actor=actor, verb=Verb.DETACHED)
    attachment = Attachment.objects.filter(pk=attachment_id, application=application).first()
    if attachment is None or not _may_go(application, attachment):
        raise _no_such_file()
    if attachment.removed_at is None:
        attachment.removed_at = timezone.now()
        attachment.save(update_fields=["removed_at"])
        transaction.on_commit(lambda: discard(attachment.stored_as))


@transaction.atomic
def open_own_file(*, actor: Actor, reference: str, attachment_id: UUID) -> Attachment:
    """One of the applicant's own files; looking at it is recorded like any other view."""
    application = get_own(actor, reference)
    opened = {"file": str(attachment_id)}
    record_case(application, actor=actor, verb=Verb.ATTACHMENT_VIEWED, detail=opened)
    attachment = Attachment.objects.filter(
        pk=attachment_id, application=application, removed_at=None
    ).first()
    if attachment is None:
        raise _no_such_file()
    return attachment


def _require_new(application: Application, same: Attachment) -> None:
    """In a correction, the file the office has already seen is no answer."""
    if application.state == State.CORRECTING and not _may_go(application, same):
        raise NotAccepted(
            _("This is the same file as before. Please take a new picture, or choose another file.")
        )


def _require_open(application: Application) -> None:
    if application.state not in (State.DRAFT, State.CORRECTING):
        raise Refused(
            code="application.files_closed",
            message=_("This has been handed in, so its papers can no longer be changed."),
            next_step=_("If something is missing, the office asks you for it."),
        )


def _material(application: Application, code: str) -> Material:
    """The document, if files can be handed in for it now: in a correction only those asked for."""
    asked = _asked_for(application)
    for material in sheet_of(application).materials:
        if material.code == code and material.upload and (asked is None or code in asked):
            return material
    raise Refused(
        code="application.no_such_document",
        message=_("No file is needed here."),
        next_step=_("Reload the page to see what is still missing."),
        status=404,
    )


def _asked_for(application: Application) -> set[str] | None:
    """The documents an open correction asks for; None in a draft, where all are open."""
    if application.is_draft:
        return None
    correction = Correction.objects.get(application=application, answered_at=None)
    targets = (str(point["target"]).partition(":") for point in correction.points)
    return {code for kind, _, code in targets if kind == "material"}


def _may_go(application: Application, attachment: Attachment) -> bool:
    """In a correction only what was added for it: the office has seen the rest."""
    if application.is_draft:
        return True
    correction = Correction.objects.get(application=application, answered_at=None)
    return attachment.uploaded_at >= correction.asked_at


def _content(material: Material, file: UploadedFile) -> Content:
    allowed = material.upload
    if allowed is None:
        raise _no_such_file()
    check_size(file.size or 0, min(allowed.max_bytes, settings.UPLOAD_MAX_BYTES))
    return read_content(file.read(), allowed)


def _keep(
    application: Application, material: Material, given_name: str, content: Content
) -> Attachment:
    """The row and the file; a file whose row could not be written does not stay behind."""
    stored_as = store(content)
    if_undone(lambda: discard(stored_as))
    try:
        with transaction.atomic():
            attachment = Attachment(
                application=application,
                subject_id=application.subject_id,
                material=material.code,
                name=clean_name(given_name, content.content_type),
                content_type=content.content_type,
                size=len(content.data),
                sha256=content.digest,
                stored_as=stored_as,
            )
            attachment.save(force_insert=True)
    except IntegrityError:
        discard(stored_as)
        raise
    return attachment


def _no_such_file() -> Refused:
    return Refused(
        code="application.no_such_file",
        message=_("We found no such file among yours."),
        next_step=_("Reload the page to see the files you handed in."),
        status=404,
    )
