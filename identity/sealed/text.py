"""Sealing single values inside a JSON document, such as one answer among many."""

from collections.abc import Mapping
from typing import Any

from identity.sealed.value import BrokenSeal, Sealed


def seal_text(value: str, context: str, *, mask: str = "text") -> dict[str, str]:
    """What to keep in the document instead of the value: its token and a mask to show.

    `context` is the place (table, column, row and key in the document); the same words are needed
    to open it, so a token copied elsewhere stays shut.
    """
    sealed = Sealed.close(value, context=context, mask=mask)
    return {"sealed": sealed.token, "mask": sealed.mask}


def is_sealed_text(value: object) -> bool:
    """Whether this part of a document was made by `seal_text()`."""
    return isinstance(value, Mapping) and set(value) == {"sealed", "mask"}


def open_text(document: Mapping[str, Any], context: str) -> str:
    """The value again. Call it only after `record()` for its subject in the same transaction."""
    if not is_sealed_text(document):
        raise BrokenSeal("this is not a sealed value")
    return Sealed(str(document["sealed"]), context).open_unrecorded()
