"""The marks of a page that shows somebody's data: a line to read, and a picture nobody sees."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.marks.drawing import token_for
from audit.trail import view_number


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMark:
    """Who looks, at what minute, by which entry of the trail; and where the hidden mark is."""

    officer: str
    department: str
    at: datetime
    number: int
    picture: str


def page_mark(actor: Actor, department: str) -> PageMark | None:
    """The marks of the page being written; none if it has shown nobody's data."""
    number = view_number()
    if number is None:
        return None
    token = token_for(number, actor.account)
    return PageMark(
        officer=actor.label,
        department=department,
        at=timezone.localtime(),
        number=number,
        picture=reverse("desk:mark", args=[token]),
    )
