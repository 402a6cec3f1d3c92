"""Sentences one after the other, as the reader's language sets them."""

from django.utils import translation
from django.utils.translation import gettext as _


def gap() -> str:
    """What stands between two sentences: a blank; after a Chinese mark, which is wide, nothing."""
    return "" if (translation.get_language() or "").startswith("zh") else " "


def colon() -> str:
    """What stands between a word and what it is said of."""
    return _(":") + gap()


def comma() -> str:
    """What stands between two parts of a sentence."""
    return "，" if not gap() else ", "


def in_a_row(*sentences: object) -> str:
    """The sentences as one text; what is empty leaves no gap."""
    return gap().join(said for said in map(str, sentences) if said)
