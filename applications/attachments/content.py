"""What a file really is: told by its content, opened once, cleaned of what it need not carry."""

import struct
import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from applications.attachments import pdf
from catalog.schema.definition import Upload

PDF = "application/pdf"
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", PDF: "pdf"}
MOST_PIXELS = 50_000_000
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
    """The picture drawn anew: place, camera and everything else hidden in the file stay behind."""
    kind = IMAGES[content_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=[kind])
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAccepted(_too_many_pixels())
            picture.load()
            return _drawn(_upright(picture), kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NotAccepted(_too_many_pixels()) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise NotAccepted(
            _("This picture cannot be opened. Please take it again, or save it once more as JPG.")
        ) from None


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; a note about that which cannot be read is no fault."""
    try:
        return ImageOps.exif_transpose(picture)
    except (SyntaxError, ValueError, OSError, KeyError, TypeError, struct.error):
        return picture


def _drawn(picture: Image.Image, kind: str) -> bytes:
    has_alpha = kind == "PNG" and picture.mode in ("LA", "RGBA", "PA", "P")
    plain = picture.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    out = BytesIO()
    plain.save(out, kind, **({"quality": 90} if kind == "JPEG" else {"optimize": False}))
    return out.getvalue()


def _too_many_pixels() -> Promise:
    return _("This picture has too many dots to be opened safely. Please send a smaller one.")


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
    found = pdf.look(data)
    if found == pdf.FINE:
        return data
    raise NotAccepted(
        refusals.get(found)
        or _("This document cannot be opened. Please save it again as PDF, or send a photo.")
    )
