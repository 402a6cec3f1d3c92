"""Drawing a picture anew, so that place, camera and everything else hidden in it stay behind.

Run in the process apart: it imports nothing but the picture library. How many dots there are is
read from the head of the file, before a single one is unpacked.
"""

import struct
import sys
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageOps

DRAWN, LARGE, BROKEN = "drawn", "large", "broken"
MOST_PIXELS = 50_000_000
MOST_DRAWN = 40 * 1024 * 1024


def draw(data: bytes, kind: str) -> tuple[str, bytes]:
    """The picture and nothing but the picture, or what is wrong with it."""
    try:
        with Image.open(BytesIO(data), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return LARGE, b""
            drawn = _drawn(_upright(picture), kind)
            return (DRAWN, drawn) if len(drawn) <= MOST_DRAWN else (LARGE, b"")
    except (Image.DecompressionBombError, MemoryError):
        return LARGE, b""
    except (OSError, ValueError, SyntaxError, EOFError, struct.error):
        return BROKEN, b""


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; a note about that which cannot be read is no fault."""
    picture.load()
    with suppress(SyntaxError, ValueError, OSError, KeyError, TypeError, struct.error):
        ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _drawn(picture: Image.Image, kind: str) -> bytes:
    has_alpha = kind == "PNG" and picture.mode in ("LA", "RGBA", "PA", "P")
    mode = "RGBA" if has_alpha else "RGB"
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.info = {}
    out = BytesIO()
    plain.save(out, kind, **({"quality": 90} if kind == "JPEG" else {"optimize": False}))
    return out.getvalue()


def main() -> None:
    """Answer on standard output: one word, then the picture."""
    Image.MAX_IMAGE_PIXELS = None  # counted above, and refused in our own words
    word, drawn = draw(sys.stdin.buffer.read(), sys.argv[2])
    sys.stdout.buffer.write(word.encode() + b"\n" + drawn)


if __name__ == "__main__":
    main()
