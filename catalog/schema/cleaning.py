"""Text as people type it, made ready to be read: spaces, widths, marks that cannot be seen."""

import re

from django.utils.translation import gettext_lazy as _

from audit.kernel.plain import normalised, without_unseen
from catalog.schema.elements.registry import Unreadable

MAX_LINE = 200
MAX_TEXT = 2000

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
SPACES = re.compile(r"[^\S\n]+")


def clean(raw: str, *, lines: bool = False) -> str:
    """The text without what cannot be seen, full-width letters and digits made plain.

    Control characters and broken halves of characters are refused rather than dropped: they
    mean that the text did not arrive as it was typed.
    """
    text = LINE_BREAKS.sub("\n", raw)
    if CONTROL.search(text) or any("\ud800" <= char <= "\udfff" for char in text):
        raise Unreadable(
            _("Some characters did not arrive whole. Please type this answer again by hand.")
        )
    text = narrow(without_unseen(normalised(text, "NFC")))
    if not lines:
        text = text.replace("\n", " ")
    return SPACES.sub(" ", text).strip()


def narrow(text: str) -> str:
    """Full-width letters, digits and the full-width space as plain ones; punctuation stays."""
    return "".join(_narrow(char) for char in text)


def _narrow(char: str) -> str:
    if char == "\u3000":
        return " "
    if "\uff10" <= char <= "\uff19" or "\uff21" <= char <= "\uff3a" or "\uff41" <= char <= "\uff5a":
        return chr(ord(char) - 0xFEE0)
    return char


def digits_of(text: str) -> str:
    """The text without the spaces and dashes people put between groups of figures."""
    return re.sub(r"[\s\-‐-―－]", "", text)
