"""Opening a PDF where it can do no harm: in a process of its own with little memory and time.

Half a megabyte of PDF can unfold into gigabytes. The process that opens it may fail; the portal
goes on. It is started from this very file, so it imports nothing but the PDF library.
"""

import resource
import subprocess
import sys
from io import BytesIO

import pikepdf

FINE, LOCKED, LONG, ACTS, BROKEN = "fine", "locked", "long", "acts", "broken"
MOST_PAGES = 300
MOST_OBJECTS = 50_000
MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 10
DEEPEST = 20
ACTIVE = (
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"),
    *("/GoToE", "/Rendition", "/Movie"),
)
ACTIVE_KEYS = ("/JS", "/AA", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent")


def look(data: bytes) -> str:
    """What a document is: fine, locked, too long, acting by itself, or broken."""
    try:
        done = subprocess.run(  # noqa: S603 - our own Python, with this file
            [sys.executable, "-I", __file__],
            input=data,
            capture_output=True,
            timeout=2 * MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return BROKEN
    said = done.stdout.decode("ascii", "replace").strip()
    return said if done.returncode == 0 and said in (FINE, LOCKED, LONG, ACTS) else BROKEN


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
    """Be the process apart: limits first, then the document on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(judge(sys.stdin.buffer.read()))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
