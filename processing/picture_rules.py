"""What can be said of a photo without any network: screenshots, documents, night, sunset, panorama, black and white."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processing.contracts import Picture, TagFinding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 192  # what the rules look at
# Screens of phones, tablets and computers in pixels, the shorter side first (makers' data sheets).
SCREENS = frozenset({
    (640, 1136), (750, 1334), (828, 1792), (1080, 1920), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622),
    (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868), (1488, 2266), (1536, 2048), (1620, 2160),
    (1640, 2360), (1668, 2224), (1668, 2388), (2048, 2732), (2064, 2752), (720, 1280), (720, 1440), (720, 1520), (720, 1560),
    (720, 1600), (720, 1612), (1080, 2160), (1080, 2220), (1080, 2244), (1080, 2280), (1080, 2310), (1080, 2316), (1080, 2340),
    (1080, 2376), (1080, 2400), (1080, 2408), (1080, 2412), (1080, 2424), (1080, 2460), (1080, 2520), (1220, 2712),
    (1224, 2700), (1260, 2800), (1264, 2780), (1280, 2772), (1344, 2992), (1440, 2560), (1440, 2880), (1440, 2960),
    (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3168), (1440, 3200), (1200, 1920), (1600, 2560), (1752, 2800),
    (768, 1366), (800, 1280), (900, 1440), (900, 1600), (1050, 1680), (1200, 1920), (1080, 2560), (1440, 3440), (2160, 3840),
    (1664, 2560), (1800, 2880), (1964, 3024), (2234, 3456),
})  # fmt: skip
PANORAMA = 2.2  # the longer side by the shorter


@dataclass(frozen=True, slots=True)
class Look:
    """Numbers of a small copy of a photo.

    Attributes:
        red, green, blue: float32 arrays of shape (height, width), 0 to 1.
        light: their weighted mean (Rec. 601).
        saturation: 0 to 1, as in HSV.
    """

    red: NDArray[np.floating[Any]]
    green: NDArray[np.floating[Any]]
    blue: NDArray[np.floating[Any]]
    light: NDArray[np.floating[Any]]
    saturation: NDArray[np.floating[Any]]


def name_look(picture: Picture) -> Iterator[TagFinding]:
    """Name what the pixels, the format and the size of a photo say by themselves.

    Args:
        picture: the photo, at any size.
    """
    look = measure(picture)
    for name, score, least, sure in (
        ("screenshot", screenshot(picture, look), 0.6, 0.8),
        ("document", document(look), 0.6, 0.9),
        ("night", night(look), 0.6, 0.85),
        ("sunset", sunset(look), 0.55, 0.75),
        (
            "panorama",
            float(max(picture.width, picture.height) >= PANORAMA * min(picture.width, picture.height)),
            0.5,
            0.5,
        ),
        ("black and white", gray(look), 0.97, 0.97),
    ):
        if score >= least:
            yield TagFinding(name, round(min(1.0, score), 4), "category", score >= sure)


def measure(picture: Picture) -> Look:
    """Make the small copy that all rules look at."""
    import numpy as np
    from PIL.Image import Resampling

    image = picture.image
    scale = SIDE_PX / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if scale < 1:
        image = image.resize(size, Resampling.BOX, reducing_gap=2.0)
    pixels = np.asarray(image.convert("RGB"), np.float32) / 255
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    high, low = pixels.max(axis=2), pixels.min(axis=2)
    saturation = (high - low) / np.maximum(high, np.float32(1e-6))
    light = pixels @ np.array((0.299, 0.587, 0.114), np.float32)
    return Look(red, green, blue, light, saturation)


def screenshot(picture: Picture, look: Look) -> float:
    """Score a screenshot: a screen's exact size, no camera, large areas of exactly one color.

    Returns:
        0 to 1.
    """
    import numpy as np

    if any(picture.metadata.get(name) for name in ("Make", "Model", "FNumber", "ExposureTime")):
        return 0.0
    flat = (np.abs(np.diff(look.light, axis=1)) < 1 / 510).mean()
    is_screen = (min(picture.width, picture.height), max(picture.width, picture.height)) in SCREENS
    if is_screen and picture.format == "PNG":
        return float(0.6 + 0.6 * flat)
    if flat < 0.35:
        return 0.0
    return float(0.55 + 0.4 * flat) if is_screen else float(0.3 + 0.35 * flat)


def document(look: Look) -> float:
    """Score a page of text: bright paper without color, with fine dark strokes all over.

    Returns:
        0 to 1.
    """
    import numpy as np

    paper = (look.light > 0.6) & (look.saturation < 0.25)
    share = paper.mean()
    if share < 0.5 or look.saturation.mean() > 0.2:
        return 0.0
    steps = np.abs(np.diff(look.light, axis=1)) > 0.08
    rows = steps.mean(axis=1)  # lines of text and gaps between them alternate
    return float(share * (rows > 0.12).mean() * 1.4)


def night(look: Look) -> float:
    """Score a photo taken at night: mostly black, with small lights.

    Returns:
        0 to 1.
    """
    import numpy as np

    dark = (look.light < 0.18).mean()
    lights = (look.light > 0.75).mean()
    if dark < 0.5 or np.median(look.light) > 0.15:
        return 0.0
    return float(0.4 + 0.5 * dark + (0.15 if 0.0005 < lights < 0.08 else -0.1))


def sunset(look: Look) -> float:
    """Score a sunset: a sky from yellow over orange to red above something darker.

    Returns:
        0 to 1.
    """
    upper = slice(0, max(1, int(look.light.shape[0] * 0.6)))
    red, green, blue = look.red[upper], look.green[upper], look.blue[upper]
    warm = (red > 0.45) & (red > green + 0.08) & (green > blue + 0.05) & (look.saturation[upper] > 0.4)
    lower = look.light[int(look.light.shape[0] * 0.7) :].mean()
    share = warm.mean()
    bright = look.light[upper].mean()
    if share < 0.35 or lower > 0.4 or bright < lower + 0.1:
        return 0.0
    return float(0.35 + 0.6 * share)


def gray(look: Look) -> float:
    """Score a photo without any color: 1 if no pixel has some."""
    return float((look.saturation[look.light > 0.1] < 0.06).mean()) if (look.light > 0.1).any() else 0.0
