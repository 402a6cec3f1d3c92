"""An officer opens one of the files of a case."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.access import get_readable
from applications.models import Attachment
from applications.selectors.others import everybody_in
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import ObjectRef, record


@transaction.atomic
def open_file(*, actor: Actor, reference: str, number: int) -> Attachment:
    """The file of this number, counted from 1 in the order handed in; recorded with its case.

    A file the scanner found fault with is opened by nobody.
    """
    application = get_readable(actor, reference)
    record(
        actor=actor,
        verb=Verb.ATTACHMENT_VIEWED,
        on=ObjectRef("applications.attachment", f"{reference}/{number}"),
        subjects=everybody_in(application),
        purpose=Purpose.case(reference),
    )
    files = Attachment.objects.filter(application=application, removed_at=None)
    first = max(number - 1, 0)
    attachment = next(iter(files.order_by("uploaded_at", "id")[first:number]), None)
    if attachment is None:
        raise Refused(
            code="application.no_such_file",
            message=_("This case has no such file."),
            next_step=_("Reload the case: the applicant may have replaced it."),
            status=404,
        )
    if attachment.scan == Attachment.Scan.INFECTED:
        raise Refused(
            code="application.file_refused",
            message=_("The scanner found something harmful in this file."),
            next_step=_("Ask the applicant to hand it in again."),
        )
    return attachment
