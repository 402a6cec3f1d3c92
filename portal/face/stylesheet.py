"""The stylesheet of one region: plain colour values, nothing for the browser to compute."""

import hashlib
from functools import lru_cache

from portal.face.colours import palette

# States and the amber mark look the same everywhere, so that a colour never changes its meaning.
FIXED_LIGHT = {
    "glow": "#f3b93a",
    "ok": "#006129",
    "ok-soft": "#e3f6e6",
    "ok-line": "#7cbd89",
    "wait": "#704500",
    "wait-soft": "#feeddb",
    "wait-line": "#d3a062",
    "stop": "#852f26",
    "stop-soft": "#ffebe8",
    "stop-line": "#e39286",
    "info": "#184f90",
    "info-soft": "#e7f1ff",
    "info-line": "#7faee9",
    "seal": "#b3261e",
}
FIXED_DARK = {
    "glow": "#f3b93a",
    "ok": "#95dfa4",
    "ok-soft": "#1b3320",
    "ok-line": "#397247",
    "wait": "#f9be78",
    "wait-soft": "#3b2812",
    "wait-line": "#845922",
    "stop": "#ffb5aa",
    "stop-soft": "#40241f",
    "stop-line": "#904e45",
    "info": "#a7ceff",
    "info-soft": "#1d2d43",
    "info-line": "#3e6596",
    "seal": "#ff9d91",
}


def _block(selector: str, scheme: str, colours: dict[str, str]) -> str:
    lines = [f"  --c-{token}: {colour};" for token, colour in colours.items()]
    return "\n".join([f"{selector} {{", f"  color-scheme: {scheme};", *lines, "}"])


@lru_cache(maxsize=256)
def stylesheet(hue: float, chroma: float) -> str:
    """The face in light and dark; dark by choice or, without a choice, by the system's setting."""
    light = {**palette(hue, chroma), **FIXED_LIGHT}
    dark = {**palette(hue, chroma, dark=True), **FIXED_DARK}
    parts = [
        _block(":root", "light", light),
        _block(':root[data-theme="dark"]', "dark", dark),
        "@media (prefers-color-scheme: dark) {\n"
        + _block(":root:not([data-theme])", "dark", dark)
        + "\n}",
    ]
    return "@layer tokens {\n" + "\n".join(parts) + "\n}\n"


def fingerprint(text: str) -> str:
    """A short name for this exact stylesheet, so that a browser can keep it until it changes."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
