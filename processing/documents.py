"""Finds the four corners of a sheet of paper, a painting or a sign on a photo; says nothing where it is not sure.

Outlines with four corners come from several ways to cut a photo into parts. Each side is then held to the photo: along all of its
length there has to be an edge with the same side brighter (or redder, or bluer). The worst side decides.

Source: own; the constants were chosen on made photos of pages and on everyday photos without any:
`python -m processing.measuring.geometry documents FOLDER`, docs/editing.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 480
LEAST_AREA, MOST_AREA = 0.10, 0.97  # of the photo
LEAST_ANGLE = 45.0  # degrees of a corner; what is seen more aslant can't be read
LONGEST = 4.0  # times as long as wide
SAMPLES = 64  # along a side
REACH_PX = 3  # an edge may be so far from a side
CLEAR_STEP = 14.0  # of 255 over two pixels: what counts as an edge
NEAR_CORNER = 0.04  # of a side that is left out at both of its ends: corners are round
AT_BORDER_PX = 2.5
LEAST_CONFIDENCE = 0.85

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Document:
    """A flat thing with four corners.

    Attributes:
        corners: top left, top right, bottom right, bottom left, as shares of the photo.
        confidence: 0 to 1: the part of its worst side along which there is an edge.
    """

    corners: Corners
    confidence: float


def find_document(pixels: NDArray[np.uint8], least_confidence: float = LEAST_CONFIDENCE) -> Document | None:
    """Find the largest clear quadrilateral of a photo.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4), RGB.
        least_confidence: what is less sure is not said.

    Returns:
        The document, or None if there is none for sure, or if it fills the photo already.
    """
    import numpy as np

    colors = _small(pixels)
    slopes = _slopes(colors)
    height, width = colors.shape[:2]
    best: tuple[float, float, NDArray[np.float64]] | None = None
    seen: set[bytes] = set()
    for outline in _outlines(colors):
        corners = _ordered(outline)
        about = np.rint(corners / REACH_PX).astype(np.int16).tobytes()
        if about in seen or not _is_plausible(corners, width, height):
            continue
        seen.add(about)
        support = _support(corners, slopes)
        if support < least_confidence - 0.15:
            continue
        corners = _refined(corners, slopes)
        if not _is_plausible(corners, width, height):
            continue
        support = _support(corners, slopes)
        rank = (
            support * _area(corners) ** 0.25
        )  # of two that are as clear the larger: the page, not a picture on it
        if support >= least_confidence and (best is None or rank > best[0]):
            best = rank, support, corners
    if best is None:
        return None
    shares = np.clip(best[2] / (width, height), 0, 1)
    a, b, c, d = ((round(float(x), 5), round(float(y), 5)) for x, y in shares)
    return Document((a, b, c, d), round(best[1], 3))


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The photo as CIE Lab, small."""
    import cv2
    import numpy as np

    made: Any = np.ascontiguousarray(pixels[:, :, :3])
    factor = SIDE_PX / max(made.shape)
    if factor < 1:
        size = max(8, round(made.shape[1] * factor)), max(8, round(made.shape[0] * factor))
        made = cv2.resize(made, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(made, (0, 0), 1.0), cv2.COLOR_RGB2LAB))


def _slopes(colors: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How lightness and both colors rise to the right and downward, levels over two pixels: float32 (2, h, w, 3)."""
    import cv2
    import numpy as np

    across = cv2.Scharr(colors, cv2.CV_32F, 1, 0, scale=1 / 16)
    down = cv2.Scharr(colors, cv2.CV_32F, 0, 1, scale=1 / 16)
    made: NDArray[np.float32] = np.stack([across, down])
    made[..., 1:] *= 1.6  # colors differ by fewer levels than lightness
    return made


def _outlines(colors: NDArray[np.uint8]) -> Iterator[NDArray[np.float64]]:
    """Quadrilaterals around parts of the photo, of several ways to find parts."""
    import cv2
    import numpy as np

    least = LEAST_AREA * colors.shape[0] * colors.shape[1]
    kernel = np.ones((3, 3), np.uint8)
    for mask in _masks(colors):
        for closed in (mask, cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel, iterations=3)):
            contours, _ = cv2.findContours(closed, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
            for contour in contours:
                hull = cv2.convexHull(contour)
                if cv2.contourArea(hull) < least:
                    continue
                around = cv2.arcLength(hull, True)
                for share in (0.015, 0.03, 0.05, 0.08):
                    outline = cv2.approxPolyDP(hull, share * around, True)
                    if len(outline) == 4:
                        yield outline.reshape(4, 2).astype(np.float64) + 0.5
                        break


def _masks(colors: NDArray[np.uint8]) -> Iterator[Any]:
    """Black and white pictures of the photo: by lightness and color, and its edges."""
    import cv2
    import numpy as np

    for channel in range(3):
        values = np.ascontiguousarray(colors[:, :, channel])
        level, mask = cv2.threshold(values, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        yield mask
        yield 255 - mask
        for factor in (1.1, 1.25) if channel == 0 else ():
            yield cv2.threshold(values, min(250, level * factor), 255, cv2.THRESH_BINARY)[1]
        for low, high in ((20, 60), (50, 120), (90, 220)):
            scale = 1 if channel == 0 else 0.5
            yield cv2.dilate(cv2.Canny(values, low * scale, high * scale), np.ones((3, 3), np.uint8))


def _ordered(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clockwise, the one nearest to the top left first."""
    import numpy as np

    middle = corners.mean(0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    around = corners[np.argsort(angles)]
    return np.roll(around, -int(around.sum(1).argmin()), axis=0)


def _is_plausible(corners: NDArray[np.float64], width: int, height: int) -> bool:
    """Large enough, not the photo itself, no sharp corners, not much longer than wide."""
    import numpy as np

    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(*sides.T)
    if lengths.min() < 12 or lengths.max() > LONGEST * lengths.min():
        return False
    after = np.roll(sides, -1, axis=0)
    turns = np.degrees(
        np.arctan2(sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0], (sides * after).sum(1))
    )
    if turns.min() < LEAST_ANGLE or turns.max() > 180 - LEAST_ANGLE:
        return False
    share = _area(corners) / (width * height)
    x, y = corners.T
    # Its own edges are no document, nor is a part of the photo that goes on beyond them.
    nearest = min(float(edge.min()) for edge in (x, y, width - x, height - y))
    return LEAST_AREA <= share <= MOST_AREA and nearest >= AT_BORDER_PX


def _area(corners: NDArray[np.float64]) -> float:
    import numpy as np

    x, y = corners.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _steps(
    corners: NDArray[np.float64], slopes: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]:
    """What the photo does across each side.

    Returns:
        places float64 (4, SAMPLES, 2 REACH + 1, 2); normals float64 (4, 2); how much each channel rises along the normal there,
        and along the side: float32 (4, SAMPLES, 2 REACH + 1, 3).
    """
    import numpy as np

    sides = np.roll(corners, -1, axis=0) - corners
    along = sides / np.hypot(*sides.T)[:, None]
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1)  # outward, as the corners go around clockwise
    shares = np.linspace(NEAR_CORNER, 1 - NEAR_CORNER, SAMPLES)
    middles = corners[:, None] + shares[None, :, None] * sides[:, None]
    reach = np.arange(-REACH_PX, REACH_PX + 1)
    places = middles[:, :, None] + reach[None, None, :, None] * normals[:, None, None]
    columns = np.clip(places[..., 0].astype(int), 0, slopes.shape[2] - 1)
    rows = np.clip(places[..., 1].astype(int), 0, slopes.shape[1] - 1)
    found = slopes[:, rows, columns]  # 2, 4, SAMPLES, reach, 3
    across = np.einsum("kd,dksrc->ksrc", normals, found)
    beside = np.einsum("kd,dksrc->ksrc", along, found)
    return places, normals, across.astype(np.float32), beside.astype(np.float32)


def _support(corners: NDArray[np.float64], slopes: NDArray[np.float32]) -> float:
    """The part of the worst side along which the photo steps up, or down, in one channel."""
    import numpy as np

    _, _, across, beside = _steps(corners, slopes)
    worst = 1.0
    for side in range(4):
        shares = []
        for sign in (1, -1):
            rising = sign * across[side]
            is_edge = (rising * 2 > CLEAR_STEP) & (rising > 1.5 * np.abs(beside[side]))
            shares.append(is_edge.any(axis=1).mean(axis=0).max())
        worst = min(worst, float(max(shares)))
    return worst


def _refined(corners: NDArray[np.float64], slopes: NDArray[np.float32]) -> NDArray[np.float64]:
    """Each side moved to the edge that runs along it, by a robust line; corners are where sides meet."""
    import cv2
    import numpy as np

    places, _, across, _ = _steps(corners, slopes)
    lines = []
    for side in range(4):
        strength = np.abs(across[side]).max(axis=2)
        best = strength.argmax(axis=1)
        chosen = strength[np.arange(SAMPLES), best] * 2 > CLEAR_STEP
        points = places[side, np.arange(SAMPLES), best][chosen]
        if len(points) < SAMPLES // 4:
            return corners
        lines.append(cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    made = np.array([_meeting(lines[number - 1], lines[number]) for number in range(4)])
    return made if np.abs(made - corners).max() <= 4 * REACH_PX else corners


def _meeting(first: Any, second: Any) -> tuple[float, float]:
    """Where two lines, each as direction and place, meet."""
    dx, dy, x, y = (float(value) for value in first)
    ex, ey, u, v = (float(value) for value in second)
    cross = dx * ey - dy * ex
    if abs(cross) < 1e-6:
        return float("inf"), float("inf")
    share = ((u - x) * ey - (v - y) * ex) / cross
    return x + share * dx, y + share * dy
