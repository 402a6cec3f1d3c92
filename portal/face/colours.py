"""The colours of a region, computed from a hue and a chroma.

A region chooses two numbers; lightness is ours. Contrast depends on lightness alone (nearly), so
no choice of a region can make a page hard to read; the tests measure it over the whole circle.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import cos, radians, sin

Rgb = tuple[float, float, float]

DEFAULT_HUE = 172.0
DEFAULT_CHROMA = 1.0
CHROMA_RANGE = (0.5, 1.4)
ROUNDING = 1e-6
# Where the straight part of the sRGB curve ends, before and after encoding.
LINEAR_BELOW = 0.0031308
ENCODED_BELOW = 0.04045

# token: (lightness, chroma) in OKLCH; the chroma is multiplied by the region's own.
LIGHT: dict[str, tuple[float, float]] = {
    "paper": (0.983, 0.005),
    "surface": (1.0, 0.0),
    "sunken": (0.957, 0.011),
    "line": (0.895, 0.014),
    "edge": (0.600, 0.022),
    "ink": (0.235, 0.022),
    "ink2": (0.410, 0.024),
    "ink3": (0.485, 0.024),
    "brand": (0.400, 0.078),
    "deep": (0.285, 0.055),
    "soft": (0.935, 0.032),
    "mist": (0.872, 0.050),
    "on": (0.990, 0.006),
    "hill1": (0.900, 0.042),
    "hill2": (0.800, 0.055),
    "hill3": (0.660, 0.062),
}
DARK: dict[str, tuple[float, float]] = {
    "paper": (0.185, 0.014),
    "surface": (0.228, 0.016),
    "sunken": (0.268, 0.018),
    "line": (0.355, 0.020),
    "edge": (0.600, 0.024),
    "ink": (0.955, 0.008),
    "ink2": (0.840, 0.014),
    "ink3": (0.750, 0.018),
    "brand": (0.835, 0.085),
    "deep": (0.155, 0.016),
    "soft": (0.315, 0.040),
    "mist": (0.400, 0.050),
    "on": (0.190, 0.030),
    "hill1": (0.255, 0.026),
    "hill2": (0.300, 0.034),
    "hill3": (0.360, 0.040),
}


def linear_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """OKLCH to linear sRGB; values outside 0 to 1 are colours a screen cannot show."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _shown(colour: Rgb) -> bool:
    return all(-ROUNDING <= part <= 1 + ROUNDING for part in colour)


def hex_colour(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour a screen can show with this lightness and hue, as #rrggbb."""
    colour = linear_rgb(lightness, chroma, hue)
    if not _shown(colour):
        low, high = 0.0, chroma
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if _shown(linear_rgb(lightness, middle, hue)) else (low, middle)
            )
        colour = linear_rgb(lightness, low, hue)
    return "#" + "".join(f"{round(_encoded(part) * 255):02x}" for part in colour)


def _encoded(part: float) -> float:
    """One linear channel with the sRGB curve."""
    part = min(max(part, 0.0), 1.0)
    return part * 12.92 if part <= LINEAR_BELOW else 1.055 * part ** (1 / 2.4) - 0.055


@lru_cache(maxsize=512)
def palette(hue: float, chroma: float, *, dark: bool = False) -> dict[str, str]:
    """Every colour token of a face."""
    low, high = CHROMA_RANGE
    factor = min(max(chroma, low), high)
    table = DARK if dark else LIGHT
    return {
        token: hex_colour(lightness, own * factor, hue % 360)
        for token, (lightness, own) in table.items()
    }


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= ENCODED_BELOW else ((part + 0.055) / 1.055) ** 2.4
        for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG between two colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


# (text, ground, least ratio): what every face must keep, in light and in dark.
NEEDS: tuple[tuple[str, str, float], ...] = (
    *(("ink", ground, 7.0) for ground in ("paper", "surface", "sunken", "soft")),
    *(("ink2", ground, 7.0) for ground in ("paper", "surface", "sunken")),
    ("ink2", "soft", 4.5),
    *(("ink3", ground, 4.5) for ground in ("paper", "surface", "sunken")),
    *(("brand", ground, 7.0) for ground in ("paper", "surface")),
    *(("brand", ground, 4.5) for ground in ("sunken", "soft")),
    ("on", "brand", 7.0),
    *(("edge", ground, 3.0) for ground in ("paper", "surface")),
)


def too_weak(hue: float, chroma: float) -> Iterator[str]:
    """Every pair of a face that would be hard to read."""
    for mode, dark in (("light", False), ("dark", True)):
        colours = palette(hue, chroma, dark=dark)
        for text, ground, need in NEEDS:
            ratio = contrast(colours[text], colours[ground])
            if ratio < need:
                yield f"{mode}, hue {hue}: {text} on {ground} {ratio:.2f}, needs {need}"
