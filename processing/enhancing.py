"""Makes a photo better with one click, and says why: a few careful steps chosen from what its pixels look like.

Each step is chosen on what the steps before it have made, in the editor's usual order, and brings one measure to the nearest end
of its usual range. A photo within all ranges gets no step, so that a second click changes little or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from processing import registry
from processing.casts import light_cast
from processing.operation import Frame
from processing.toning import LUMA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 512
# The ranges are our own, by eye on before/after sheets of coco/, lowlight/ and party/ (docs/editing.md).
USUAL_LIGHT = (0.38, 0.68)  # of the middle of the photo's light
DARK_LIGHT = 0.18  # its lower end where bright parts are well lit already: a dark suit, a lamp in the night
WELL_LIT = (
    0.55,
    0.90,
)  # of the brightest twentieth: from here on that end begins to sink, and where it is reached
MOST_STOPS, LEAST_STOPS = 1.6, 0.15
FACE_WEIGHT, LIT_FACE = 0.5, 0.52  # faces that are so bright need no more light, whatever is around them
LEAST_SPREAD = 0.52  # between the darkest and the brightest twentieth
DARK, MOST_DARK = 0.16, 0.30  # below it is a shadow; the share of them that is usual
BRIGHT, MOST_BRIGHT = 0.90, 0.20
LEAST_WHITE, MOST_BLACK = 0.80, 0.12  # where the brightest and the darkest hundredth are
GRAY, LEAST_COLOR = 0.03, 0.11  # mean chroma of a photo without color; from where on colors are strong enough
# A cast that may stay: evening light is warm, leaves make shade green, and people like both.
WARM_CAST, COOL_CAST, GREEN_CAST, PINK_CAST = 0.15, 0.08, 0.12, 0.07
LEAST_AMOUNT, LEAST_VIBRANCE = 0.08, 0.13  # what is less is not seen

Chosen = tuple[str, dict[str, Any], str]


@dataclass(frozen=True, slots=True)
class Measures:
    """What is looked at on a photo, everything 0 to 1: the luma of pixels, sorted; mean chroma; of faces their mean luma."""

    luma: NDArray[np.float32]
    chroma: float
    faces: float | None

    def at(self, share: float) -> float:
        """The luma that this share of the pixels stays below."""
        return float(self.luma[min(len(self.luma) - 1, int(share * len(self.luma)))])

    def share_below(self, luma: float) -> float:
        """The share of pixels that are darker."""
        return float(self.luma.searchsorted(luma)) / len(self.luma)

    def through(self, name: str, values: dict[str, Any]) -> Measures:
        """What would be measured after an operation with a table, the same for all channels."""
        import numpy as np

        table = registry.operations()[name].table(values)[0] / 255  # type: ignore[attr-defined]
        grid = np.linspace(0, 1, len(table))
        luma = np.interp(self.luma, grid, table).astype(np.float32)
        return replace(self, luma=luma, faces=self.faces and float(np.interp(self.faces, grid, table)))

    @property
    def middle(self) -> float:
        """How bright the photo looks: between median and mean, and as bright as its faces, if it has any."""
        whole = (self.at(0.5) + float(self.luma.mean())) / 2
        return whole if self.faces is None else (1 - FACE_WEIGHT) * whole + FACE_WEIGHT * self.faces


def enhance(frame: Frame) -> list[Chosen]:
    """Choose steps that make a photo better.

    Args:
        frame: the photo at any size, with what is known about its faces.

    Returns:
        (operation, values, why) for each step, in the editor's usual order; [] if the photo is good as it is.
    """
    from processing.editing import recolored
    from processing.recipes import recipe_of

    small = _shrunk(frame)
    chosen: list[Chosen] = []
    for choose in (_exposure, _contrast, _highlights, _shadows, _whites, _blacks, _white_balance, _vibrance):
        found = choose(measured(small), small)
        if found:
            chosen.append(found)
            made = recolored(small.pixels, recipe_of([found[:2]]).steps)
            small = Frame(made, small.scene, small.placement)
    return chosen


def measured(frame: Frame) -> Measures:
    """Measure a photo.

    Args:
        frame: the photo; the smaller the faster.
    """
    import numpy as np

    colors = frame.pixels[:, :, :3].astype(np.float32) / 255
    luma = colors @ np.array(LUMA, np.float32)
    boxes = [face.region for face in frame.faces()]
    insides = [luma[max(0, b.y) : b.y + b.height, max(0, b.x) : b.x + b.width].ravel() for b in boxes]
    faces = [float(np.median(inside)) for inside in insides if inside.size]
    chroma = float(np.mean(colors.max(axis=2) - colors.min(axis=2)))
    return Measures(np.sort(luma.ravel()), chroma, sum(faces) / len(faces) if faces else None)


def _shrunk(frame: Frame) -> Frame:
    import cv2
    import numpy as np

    ratio = min(1.0, SIDE_PX / max(frame.width, frame.height))
    size = (max(1, round(frame.width * ratio)), max(1, round(frame.height * ratio)))
    colors = np.ascontiguousarray(frame.pixels[:, :, :3])
    small = np.asarray(cv2.resize(colors, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Frame(small, frame.scene, frame.placement)


def _rounded(amount: float) -> float:
    return round(20 * amount) / 20


def _beyond(amount: float, allowed: float) -> float:
    """What of an amount is more than is allowed."""
    return math.copysign(round(max(0.0, abs(amount) - allowed), 2), amount) + 0.0


def _enough(
    seen: Measures, name: str, parameter: str, most: float, is_usual: Callable[[Measures], bool]
) -> float:
    """The smallest amount that brings a measure into its usual range, at most so much; 0 if it is there."""
    if is_usual(seen):
        return 0.0
    steps = round(abs(most) * 20)
    for step in range(1, steps + 1):
        amount = round(math.copysign(step / 20, most), 2)
        if is_usual(seen.through(name, {parameter: amount})):
            return amount
    return most


def _exposure(seen: Measures, frame: Frame) -> Chosen | None:
    low, high = USUAL_LIGHT
    lit = (seen.at(0.95) - WELL_LIT[0]) / (WELL_LIT[1] - WELL_LIT[0])
    if seen.faces is None:
        low += (DARK_LIGHT - low) * max(0.0, min(1.0, lit))
    stops = _enough(
        seen,
        "exposure",
        "stops",
        MOST_STOPS,
        lambda then: then.middle >= low or (then.faces or 0) >= LIT_FACE,
    )
    if not stops and seen.at(0.05) > 0.25:  # else a bright sky or a white wall stands behind something dark
        stops = _enough(seen, "exposure", "stops", -0.7, lambda then: then.middle <= high)
    if abs(stops) < LEAST_STOPS:
        return None
    if stops < 0:
        return "exposure", {"stops": stops}, f"The photo is very bright: exposure {stops:+g}."
    if seen.faces is not None and seen.faces < seen.at(0.5):
        return "exposure", {"stops": stops}, f"The faces are dark: exposure {stops:+g}."
    return "exposure", {"stops": stops}, f"The photo is dark: exposure {stops:+g}."


def _contrast(seen: Measures, frame: Frame) -> Chosen | None:
    amount = _enough(
        seen, "contrast", "amount", 0.4, lambda then: then.at(0.95) - then.at(0.05) >= LEAST_SPREAD
    )
    if amount < LEAST_AMOUNT:
        return None
    return (
        "contrast",
        {"amount": amount},
        f"Bright and dark are close together: contrast {100 * amount:+.0f}.",
    )


def _highlights(seen: Measures, frame: Frame) -> Chosen | None:
    bright, white = 1 - seen.share_below(BRIGHT), 1 - seen.share_below(0.985)
    if white > 0.6 * bright:  # what is plain white has nothing in it to be shown
        return None
    amount = _enough(
        seen, "highlights", "amount", -0.3, lambda then: 1 - then.share_below(BRIGHT) <= MOST_BRIGHT
    )
    if amount > -LEAST_AMOUNT:
        return None
    return "highlights", {"amount": amount}, f"Large parts are nearly white: highlights {100 * amount:+.0f}."


def _shadows(seen: Measures, frame: Frame) -> Chosen | None:
    if seen.share_below(0.03) > 0.6 * seen.share_below(DARK):  # nor has plain black
        return None
    amount = _enough(seen, "shadows", "amount", 0.35, lambda then: then.share_below(DARK) <= MOST_DARK)
    if amount < LEAST_AMOUNT:
        return None
    return "shadows", {"amount": amount}, f"Large parts are dark: shadows {100 * amount:+.0f}."


def _whites(seen: Measures, frame: Frame) -> Chosen | None:
    amount = _enough(seen, "whites", "amount", 0.6, lambda then: then.at(0.99) >= LEAST_WHITE)
    if amount < LEAST_AMOUNT:
        return None
    return "whites", {"amount": amount}, f"Nothing in it is white: whites {100 * amount:+.0f}."


def _blacks(seen: Measures, frame: Frame) -> Chosen | None:
    amount = _enough(seen, "blacks", "amount", -0.6, lambda then: then.at(0.01) <= MOST_BLACK)
    if amount > -LEAST_AMOUNT:
        return None
    return "blacks", {"amount": amount}, f"Nothing in it is black: blacks {100 * amount:+.0f}."


def _white_balance(seen: Measures, frame: Frame) -> Chosen | None:
    found = light_cast(frame.pixels) if seen.chroma > GRAY else None
    if not found:
        return None
    temperature = _beyond(found[0], WARM_CAST if found[0] < 0 else COOL_CAST)
    tint = _beyond(found[1], GREEN_CAST if found[1] > 0 else PINK_CAST)
    if max(abs(temperature), abs(tint)) < LEAST_AMOUNT:
        return None
    values = {"temperature": temperature, "tint": tint}
    if abs(tint) > abs(temperature):
        kind = "greenish" if tint > 0 else "pinkish"
        return "white_balance", values, f"The light is {kind}: tint {100 * tint:+.0f}."
    kind = "bluish" if temperature > 0 else "yellowish"
    return "white_balance", values, f"The light is {kind}: temperature {100 * temperature:+.0f}."


def _vibrance(seen: Measures, frame: Frame) -> Chosen | None:
    amount = min(0.3, _rounded(3 * (LEAST_COLOR - seen.chroma)))
    if seen.chroma < GRAY or amount < LEAST_VIBRANCE:
        return None
    return "vibrance", {"amount": amount}, f"The colors are pale: vibrance {100 * amount:+.0f}."
