"""What a file really is: told by its content, opened once, cleaned of what it need not carry."""

from dataclasses import dataclass
from hashlib import sha256

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.attachments import pdf, picture
from audit.kernel.apart import open_apart
from catalog.schema.definition import Upload

PDF = "application/pdf"
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", PDF: "pdf"}
MEGABYTE = 1024 * 1024


class NotAccepted(Exception):  # noqa: N818 - a sentence for the person, not a fault
    """The file cannot be taken. Carries the sentence to show."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Content:
    """A file that may be kept."""

    content_type: str
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def read_content(data: bytes, allowed: Upload) -> Content:
    """The file as it is kept, or NotAccepted with what to do instead."""
    if not data:
        raise NotAccepted(_("This file is empty. Please choose it again."))
    check_size(len(data), allowed.max_bytes)
    found = _type_of(data)
    if found not in allowed.types or found not in ENDINGS:
        raise NotAccepted(
            _("We cannot use this kind of file. Please send %(kinds)s.") % {"kinds": words(allowed)}
        )
    return Content(found, _opened_pdf(data) if found == PDF else _opened_image(data, found))


def check_size(size: int, most: int) -> None:
    """Refuse a file that is too large, before anything of it is read."""
    if size > most:
        raise NotAccepted(
            _("This file has %(size)s MB. Up to %(most)s MB can be sent: please make it smaller.")
            % {"size": f"{size / MEGABYTE:.1f}", "most": f"{most / MEGABYTE:g}"}
        )


def words(allowed: Upload) -> str:
    """The kinds of files that may be sent, as people call them."""
    return ", ".join(ENDINGS[one].upper() for one in allowed.types if one in ENDINGS)


def _type_of(data: bytes) -> str:
    """The type the content itself shows; the name and what the browser claims do not count."""
    try:
        matches = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    found = {match.mime_type for match in matches}
    return next((one for one in ENDINGS if one in found), "")


def _opened_image(data: bytes, content_type: str) -> bytes:
    """The picture drawn anew by a program apart, without anything that was hidden in the file."""
    found, drawn = open_apart("applications.attachments.picture", data, IMAGES[content_type])
    if found == picture.DRAWN:
        return drawn
    if found == picture.LARGE:
        raise NotAccepted(
            _("This picture has too many dots to be opened safely. Please send a smaller one.")
        )
    raise NotAccepted(
        _("This picture cannot be opened. Please take it again, or save it once more as JPG.")
    )


def _opened_pdf(data: bytes) -> bytes:
    """The document as it is, once a program apart has opened it and found nothing that acts."""
    refusals: dict[str, Promise] = {
        pdf.LOCKED: _("This document is locked with a password. Please send it without one."),
        pdf.LONG: _("This document is too long. Please send only the pages we asked for."),
        pdf.ACTS: _(
            "This document contains a program or further files, which is not safe."
            " Please print it to a new PDF, or send a photograph."
        ),
    }
    found, _nothing = open_apart("applications.attachments.pdf", data)
    if found == pdf.FINE:
        return data
    raise NotAccepted(
        refusals.get(found)
        or _("This document cannot be opened. Please save it again as PDF, or send a photo.")
    )
