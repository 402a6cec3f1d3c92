"""Judging a PDF: whether it opens, how long it is, and whether anything in it acts by itself.

Run in the process apart: it imports nothing but the PDF library.
"""

import sys
from io import BytesIO

import pikepdf

FINE, LOCKED, LONG, ACTS, BROKEN = "fine", "locked", "long", "acts", "broken"
MOST_PAGES = 300
MOST_OBJECTS = 50_000
DEEPEST = 20
ACTIVE = (
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"),
    *("/GoToE", "/Rendition", "/Movie"),
)
ACTIVE_KEYS = ("/JS", "/AA", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent")


def judge(data: bytes) -> str:
    """Open the document and look at every part of it, reachable or not."""
    try:
        with pikepdf.open(BytesIO(data)) as document:
            if document.is_encrypted:
                return LOCKED
            if len(document.pages) > MOST_PAGES or len(document.objects) > MOST_OBJECTS:
                return LONG
            return ACTS if any(_acts(one) for one in document.objects) else FINE
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, ValueError, RecursionError, MemoryError, RuntimeError):
        return BROKEN


def _acts(thing: pikepdf.Object, depth: int = 0) -> bool:
    """Whether a part of the document starts something, or carries further files."""
    if depth > DEEPEST:  # deeper nesting inside one object is not a normal document
        return True
    if isinstance(thing, pikepdf.Array):
        return any(_acts(one, depth + 1) for one in thing if _is_direct(one))
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    if any(key in thing for key in ACTIVE_KEYS) or str(thing.get("/S", "")) in ACTIVE:
        return True
    return any(_acts(one, depth + 1) for _, one in thing.items() if _is_direct(one))


def _is_direct(thing: object) -> bool:
    """Other objects are looked at by themselves; only what lies inside this one is followed."""
    return isinstance(thing, pikepdf.Object) and not thing.is_indirect


def main() -> None:
    """Answer on standard output with one word."""
    print(judge(sys.stdin.buffer.read()))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
