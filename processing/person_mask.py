"""Where the people of a photo are, softly: a small network finds them, the picture's own edges say where exactly.

The network looks at the whole photo, then closer at each group of people that fills little of it. What it finds is brought to
`WORK_PX`, corrected by what somebody painted, and fitted to the picture by a guided filter whose coefficients are good for any
size: memory is bounded whatever the photo's size. Measurements: docs/editing.md.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import weights
from processing.edge_filter import coefficients, rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.person_network import PersonLooker

OURS = Path(__file__).parent / "networks" / "person_mask.pt"
WORK_PX = 1024  # the longer side of what edges are found on
UNIT_PX = 32
CLOSER_SHARE = 0.5  # a group that fills less than this of the photo gets a look of its own
MARGIN = 0.25  # around it, of its longer side
MOST_GROUPS = 4
LEAST_SHARE = 0.0004  # of the photo: smaller spots are no people
# What is smaller than this share of the largest is a passer-by; our measurement on the photos trained on: with 0, 0.08, 0.12
# and 0.2 their IoU is 0.940, 0.943, 0.944, 0.946.
SUBJECT_SHARE, NEAR_SHARE, SHADE_SHARE = 0.12, 0.006, 0.025
RADIUS, EPS = 8, 1e-4  # of the guided filter, at WORK_PX
DECIDED = 2.0  # half beliefs are ghosts in a picture: the scores count so many times
SURE, BAND = 0.93, 10  # pixels so sure, so far from an edge, are not asked again
BLOCK_PIXELS = 1 << 19
KEPT = 6  # masks in memory, for previews that follow each other

Stroke = Mapping[str, Any]
_FOUND: OrderedDict[str, Any] = OrderedDict()


def _go_on() -> None:
    """Nobody has cancelled."""


@dataclass(frozen=True, slots=True)
class SoftMask:
    """A mask for a photo of any size.

    Attributes:
        slopes: float32 (h, w, 4), how the mask follows from the colors.
        bounds: float32 (h, w, 2), the least and the most that it is there.
    """

    slopes: NDArray[np.float32]
    bounds: NDArray[np.float32]

    @property
    def is_empty(self) -> bool:
        return bool(self.bounds[:, :, 1].max() < 0.5)

    def rows(self, pixels: NDArray[np.uint8], top: int, bottom: int) -> NDArray[np.float32]:
        """The mask of some rows of the photo: float32 (bottom - top, width), 0 to 1."""
        import numpy as np

        height, width = pixels.shape[:2]
        line = rows(self.slopes, width, height, top, bottom)
        bounds = rows(self.bounds, width, height, top, bottom)
        colors = pixels[top:bottom, :, :3].astype(np.float32) * np.float32(1 / 255)
        made = np.einsum("hwc,hwc->hw", colors, line[:, :, :3]) + line[:, :, 3]
        made = np.clip((made - 0.08) / 0.84, 0, 1)  # a filter's feet are no hair
        clipped: NDArray[np.float32] = np.clip(made, bounds[:, :, 0], bounds[:, :, 1])
        return clipped


def person_mask(
    pixels: NDArray[np.uint8], check: Callable[[], None] = _go_on, network: PersonLooker | None = None
) -> NDArray[np.float32]:
    """Say how much of each pixel belongs to a person.

    Args:
        pixels: uint8 (h, w, 3 or 4), the photo as displayed.
        check: called now and then; may raise to stop.
        network: the one of `weights` if left out.

    Returns:
        float32 (h, w), 0 to 1; all 0 if nobody is there.

    Raises:
        ModelUnavailable: torch or the network's weights are missing or damaged.
    """
    import numpy as np

    height, width = pixels.shape[:2]
    made = np.zeros((height, width), np.float32)
    mask = find(pixels, check=check, network=network)
    if mask.is_empty:
        return made
    for top, bottom in blocks(height, width):
        check()
        made[top:bottom] = mask.rows(pixels, top, bottom)
    return made


def blocks(height: int, width: int) -> list[tuple[int, int]]:
    """Cut a picture into runs of rows that fit the processor's cache."""
    step = max(1, BLOCK_PIXELS // width)
    return [(top, min(height, top + step)) for top in range(0, height, step)]


def find(
    pixels: NDArray[np.uint8],
    strokes: Sequence[Stroke] = (),
    check: Callable[[], None] = _go_on,
    network: PersonLooker | None = None,
) -> SoftMask:
    """Find the people, or what somebody painted.

    Args:
        pixels: as above.
        strokes: of a brush (parameters.Strokes): they add to what was found and take away. Where nobody was found, what is
            painted over grows to the whole thing (GrabCut).
        check, network: as above.

    Raises:
        ModelUnavailable: as above.
    """
    from processing import brushing

    small = shrunk(pixels)
    if network is None:
        rough = _remembered(pixels, small, check)
    else:
        rough = likely(pixels, small.shape[0], small.shape[1], check, network)
    check()
    if strokes and rough.max() < 0.5:
        rough = brushing.grown(small, strokes)
    return fitted(small, *brushing.painted(rough, strokes))


def shrunk(pixels: NDArray[np.uint8], longest_px: int = WORK_PX) -> NDArray[np.uint8]:
    """The picture, RGB, its longer side at most so long."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    scale = longest_px / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(pixels[:, :, :3])
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    made = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(made[:, :, :3], np.uint8)


def fitted(
    small: NDArray[np.uint8],
    likely: NDArray[np.float32],
    least: NDArray[np.float32],
    most: NDArray[np.float32],
) -> SoftMask:
    """Move a rough mask's edges to those of the picture.

    Args:
        small: uint8 (h, w, 3).
        likely: float32 (h, w), 0 to 1.
        least, most: what was painted: bounds that hold.
    """
    import cv2
    import numpy as np

    slopes = coefficients(small.astype(np.float32) * np.float32(1 / 255), likely, RADIUS, EPS)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BAND + 1, 2 * BAND + 1))
    inside = cv2.erode((likely > SURE).astype(np.float32), disc)
    outside = cv2.dilate((likely > 1 - SURE).astype(np.float32), disc)
    soft = cv2.blur(np.dstack([inside, outside]), (2 * (BAND // 2) + 1,) * 2)
    low, high = np.maximum(soft[:, :, 0], least), np.minimum(soft[:, :, 1], most)
    return SoftMask(slopes, np.dstack([np.minimum(low, high), high]).astype(np.float32))


def reset() -> None:
    """Forget the masks that were found, for tests."""
    _FOUND.clear()


def _remembered(
    pixels: NDArray[np.uint8], small: NDArray[np.uint8], check: Callable[[], None]
) -> NDArray[np.float32]:
    """What the network says of a photo, at the size of `small`; kept for the next preview of the same one."""
    key = hashlib.sha1(small.tobytes() + repr(small.shape).encode(), usedforsecurity=False).hexdigest()
    if key not in _FOUND:
        _FOUND[key] = likely(pixels, small.shape[0], small.shape[1], check)
    _FOUND.move_to_end(key)
    while len(_FOUND) > KEPT:
        _FOUND.popitem(last=False)
    kept: NDArray[np.float32] = _FOUND[key]
    return kept


def likely(
    pixels: NDArray[np.uint8],
    height: int,
    width: int,
    check: Callable[[], None] = _go_on,
    network: PersonLooker | None = None,
) -> NDArray[np.float32]:
    """Ask the network, first about the whole photo, then closer.

    Args:
        pixels: uint8 (h, w, 3 or 4).
        height, width: of the answer.

    Returns:
        float32 (height, width), the probability of a person; all 0 if nobody is there.
    """
    import cv2
    import numpy as np

    network = network or weights.person_network()
    logits = _looked(network, pixels, height, width)
    for left, top, right, bottom in _groups(logits):
        check()
        across, down = pixels.shape[1] / width, pixels.shape[0] / height
        part = pixels[round(top * down) : round(bottom * down), round(left * across) : round(right * across)]
        closer = _looked(network, part, bottom - top, right - left)
        weight = _faded(bottom - top, right - left, (left > 0, top > 0, right < width, bottom < height))
        here = logits[top:bottom, left:right]
        here += (closer - here) * weight
    parts = _parts(logits > 0)
    areas = np.bincount(parts.ravel())
    areas[0] = 0
    large = areas >= max(LEAST_SHARE * logits.size, SUBJECT_SHARE * areas.max())
    if not large.any():
        return np.zeros((height, width), np.float32)
    gone = ((parts > 0) & ~large[parts]).astype(np.uint8)
    reach = round(SHADE_SHARE * max(height, width))
    around = cv2.dilate(gone, np.ones((2 * reach + 1,) * 2, np.uint8)) > 0
    logits[around & ~large[parts]] = -5.0  # also what is half believed around them, or a ghost of them stays
    return np.asarray(1 / (1 + np.exp(np.clip(-DECIDED * logits, -60, 60))), np.float32)


def _parts(inside: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Number what hangs together, or nearly so; 0 is what is outside."""
    import cv2
    import numpy as np

    reach = round(NEAR_SHARE * max(inside.shape))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    marks = cv2.connectedComponents(cv2.dilate(inside.astype(np.uint8), disc))[1]
    return np.where(inside, marks, 0).astype(np.int32)


def _looked(network: PersonLooker, pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.float32]:
    """The mean of looks at several scales, also mirrored: logits of the size that is asked for."""
    import cv2
    import numpy as np

    tall, wide = pixels.shape[:2]
    total = np.zeros((height, width), np.float32)
    for look_px in network.looks_px:
        scale = look_px / (tall * wide) ** 0.5
        size = tuple(max(UNIT_PX, round(side * scale / UNIT_PX) * UNIT_PX) for side in (wide, tall))
        seen = cv2.resize(pixels[:, :, :3], size, interpolation=cv2.INTER_AREA)
        logits = network.look(np.stack([seen, seen[:, ::-1]]))
        mean = (logits[0] + logits[1][:, ::-1]) / 2
        total += cv2.resize(np.ascontiguousarray(mean), (width, height), interpolation=cv2.INTER_LINEAR)
    return total / np.float32(len(network.looks_px))


def _groups(logits: NDArray[np.float32]) -> list[tuple[int, int, int, int]]:
    """Boxes around people that fill little of the photo, with a margin; those that meet are one."""
    import cv2
    import numpy as np

    height, width = logits.shape
    found = cv2.connectedComponentsWithStats((logits > -0.5).astype(np.uint8))[2][1:]
    order = sorted(found.tolist(), key=lambda one: -one[cv2.CC_STAT_AREA])
    boxes: list[tuple[int, int, int, int]] = []
    for left, top, wide, tall, area in order[: 2 * MOST_GROUPS]:
        if area < LEAST_SHARE / 2 * logits.size:
            break
        more = max(8, round(MARGIN * max(wide, tall)))
        box = (
            max(0, left - more),
            max(0, top - more),
            min(width, left + wide + more),
            min(height, top + tall + more),
        )
        boxes = _joined([*boxes, box])
    small = [box for box in boxes if (box[2] - box[0]) * (box[3] - box[1]) < CLOSER_SHARE * logits.size]
    return small[:MOST_GROUPS]


def _joined(boxes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The last box, together with those that it meets."""
    *others, last = boxes
    apart = []
    for box in others:
        if box[0] < last[2] and last[0] < box[2] and box[1] < last[3] and last[1] < box[3]:
            last = (min(box[0], last[0]), min(box[1], last[1]), max(box[2], last[2]), max(box[3], last[3]))
        else:
            apart.append(box)
    return [*apart, last]


def _faded(height: int, width: int, sides: tuple[bool, bool, bool, bool]) -> NDArray[np.float32]:
    """How much a closer look counts: less at the borders of what it saw, where the photo goes on."""
    import numpy as np

    def ramp(length: int, first: bool, last: bool) -> Any:
        steps = np.arange(length) + 0.5
        soft = max(2.0, 0.12 * length)
        up = np.clip(steps / soft, 0, 1) if first else np.ones(length)
        return np.minimum(up, np.clip((length - steps) / soft, 0, 1) if last else 1)

    left, top, right, bottom = sides
    made: NDArray[np.float32] = np.minimum(ramp(height, top, bottom)[:, None], ramp(width, left, right)[None])
    return (0.8 * made).astype(np.float32)
