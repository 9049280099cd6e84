"""Whether a photo is under- or over-exposed, from the histogram of its pixels.

Dark is a photo in which nothing is bright, bright is one whose lights have run together; a night with something lit, snow, a
white page and a screenshot are neither. Limits and how often they are right: docs/organizing.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing.contracts import Findings, Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
side_px = 0  # takes every so-many-th pixel itself: averaging would hide what is clipped

SAMPLED_PX = 160
BLACK, WHITE = 16, 250
# Source: set by hand on 215 everyday photos and on the same made darker by 2 to 4 and brighter by 1.5 to 3 stops; the shares that
# came out: docs/organizing.md.
DARK_TOP, DARK_MEAN = 145, 85  # the brightest 1 % stay below, the mean does
LOST_TOP, LOST_MEAN = 70, 35  # the same for a photo with a lamp in it: the brightest 5 %
CLIPPED, CLIPPED_MEAN = 0.25, 165  # share of pixels with a channel at its end
PAPER_INK, PAPER_MEDIAN = 35, 115  # below: what is not white is dark enough for ink on paper
COLORED, COLORED_CLIPPED, COLORED_MEAN = (
    0.15,
    0.30,
    150,
)  # only some channels at their end: skin and skies turned


def analyze(picture: Picture) -> Findings:
    """Judge the exposure.

    Args:
        picture: decoded at any size.

    Returns:
        facts `{"exposure": "good" | "dark" | "bright"}`; data `mean` (0 to 255), `dark` and `bright` (shares of pixels that
        are nearly black, and that have a channel at its end).
    """
    import numpy as np
    from PIL import Image

    factor = SAMPLED_PX / max(picture.image.size)
    size = (
        max(1, min(SAMPLED_PX, round(picture.image.width * factor))),
        max(1, min(SAMPLED_PX, round(picture.image.height * factor))),
    )
    measured = measure(np.asarray(picture.image.resize(size, Image.Resampling.NEAREST)))
    data = {name: round(measured[name], 4) for name in ("dark", "bright", "mean")}
    return Findings(facts={"exposure": judge(measured)}, data=data)


def measure(pixels: NDArray[np.uint8]) -> dict[str, float]:
    """Describe the histogram.

    Args:
        pixels: uint8 of shape (height, width, 3), sRGB.

    Returns:
        Luma 0 to 255: `mean`, `p5`, `p95`, `p99` (percentiles), `ink` and `median` of the pixels that are not white; shares:
        `dark` (nearly black), `bright` (a channel at its end), `white` (all three).
    """
    import numpy as np

    flat = pixels.reshape(-1, 3)
    luma = flat @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    most, least = flat.max(axis=1), flat.min(axis=1)
    seen: Any = luma[least < WHITE]
    if len(seen) < max(1, len(luma) // 400):
        seen = np.array([255.0])
    p5, p95, p99 = np.percentile(luma, [5, 95, 99])
    ink, median = np.percentile(seen, [10, 50])
    return {
        "mean": float(luma.mean()), "p5": float(p5), "p95": float(p95), "p99": float(p99), "ink": float(ink),
        "median": float(median), "dark": float((luma < BLACK).mean()), "bright": float((most >= WHITE).mean()),
        "white": float((least >= WHITE).mean()),
    }  # fmt: skip


def judge(measured: dict[str, float]) -> str:
    """Say whether a photo is "dark", "bright" or "good" from what `measure` returns."""
    mean, bright = measured["mean"], measured["bright"]
    if measured["p99"] < DARK_TOP and mean < DARK_MEAN:
        return "dark"
    if measured["p95"] < LOST_TOP and mean < LOST_MEAN:
        return "dark"
    is_paper = measured["ink"] < PAPER_INK or measured["median"] < PAPER_MEDIAN
    if bright >= CLIPPED and mean >= CLIPPED_MEAN and not is_paper:
        return "bright"
    is_colored = bright - measured["white"] >= COLORED and measured["p5"] >= BLACK
    if is_colored and bright >= COLORED_CLIPPED and mean >= COLORED_MEAN:
        return "bright"
    return "good"
