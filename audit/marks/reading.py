"""From a picture that came out to the view that showed it."""

import json

from django.utils.translation import gettext_lazy as _

from audit.kernel.apart import open_apart
from audit.kernel.errors import Refused
from audit.marks import finding
from audit.marks.payload import view_id_in

PROGRAM = "audit.marks.finding"


def read_mark(picture: bytes) -> int | None:
    """The number of the view whose mark a PNG or JPEG carries; None if there is none to be read.

    The file is opened in a process apart. A number is only given where the pattern stands out, its
    cells agree and the keyed check fits. Refused for what is no picture or has too many dots.
    """
    word, made = open_apart(PROGRAM, picture)
    if word == finding.NOTHING:
        return None
    if word != finding.FOUND:
        raise _unreadable()
    numbers = (view_id_in(one["votes"]) for one in json.loads(made))
    return next((number for number in numbers if number is not None), None)


def _unreadable() -> Refused:
    return Refused(
        code="trail.picture_unreadable",
        message=_("This picture cannot be opened."),
        next_step=_("Send a PNG or JPG with at most 20 million dots, as it was found."),
        status=400,
    )
