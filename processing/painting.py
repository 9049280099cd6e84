"""Turns a photo into a painting at any size: the network works at the size of its strokes, the photo gives fine edges back.

A network that learned strokes of a few pixels would make strokes of a few pixels of a large photo, too, which nobody sees. So it
paints the whole photo at a size that depends on the brush, the same for a preview and for the full photo; what it painted is
enlarged, and edges that are finer than it saw come from the photo, as strongly as the painting follows the photo there.

Source of the last step: He, Sun and Tang, Guided image filtering, TPAMI 2013 (a painting as a local linear function of the photo's
luma); Kopf et al., Joint bilateral upsampling, SIGGRAPH 2007.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from processing import styles
from processing.operation import FaceShape, Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FINEST_PX, COARSEST_PX = (
    2048,
    512,
)  # longer side at which the network paints, for the finest and the broadest brush
BLOCK_PIXELS = 1 << 19
NETWORK_SHARE = 0.75  # of the time, about
RADIUS_PX, NOISE = 4, 60.0  # of the local linear fit, at the painting's size and in squared levels of 255
MOST_GAIN = 0.8
FACE_SHARE, FACE_INNER, FACE_OUTER = (
    0.8,
    0.75,
    1.35,
)  # how much of a face comes back, and between which radii it fades
LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709


def paint(
    frame: Frame, name: str, *, strength: float, brush: float, has_own_colors: bool, has_own_faces: bool
) -> NDArray[np.uint8]:
    """Paint a photo in a style.

    Args:
        frame: the photo; its transparency stays as it is, and what is transparent counts as what is beside it.
        name: of the style.
        strength: 0, the photo, to 1, the painting.
        brush: 0, fine strokes, to 1, broad ones.
        has_own_colors: the painting's brightness with the photo's colors.
        has_own_faces: faces come back softly.

    Returns:
        uint8 of the frame's shape.

    Raises:
        ModelUnavailable: the style is not there or damaged.
        Cancelled: `scene.check` said so.
    """
    import numpy as np

    from processing.style_network import paint as paint_small

    network = styles.load(name)
    scene = frame.scene
    colors = np.ascontiguousarray(frame.pixels[:, :, :3])
    alpha = (
        frame.pixels[:, :, 3] if frame.pixels.shape[2] == 4 and frame.pixels[:, :, 3].min() < 255 else None
    )
    size = working_size(frame, brush)
    photo = _resized(colors, size) if alpha is None else _filled(colors, np.ascontiguousarray(alpha), size)
    painted = paint_small(
        network, photo, check=scene.check, progress=lambda share: scene.progress(NETWORK_SHARE * share)
    )
    luma, gain = _fit(photo, painted)
    made = frame.pixels.copy()
    rows = max(1, BLOCK_PIXELS // frame.width)
    faces = frame.faces() if has_own_faces else []
    for top in range(0, frame.height, rows):
        scene.check()
        block = colors[top : top + rows].astype(np.float32)
        count = len(block)
        gray = _gray(block)
        finer = gray - _enlarged(luma, top, count, frame)
        picture = _enlarged(painted, top, count, frame, is_smooth=True)
        picture += _enlarged(gain, top, count, frame) * finer[:, :, None]
        np.clip(picture, 0, 255, out=picture)
        if has_own_colors:
            picture = block + (_gray(picture) - gray)[:, :, None]
        share = strength * (1 - FACE_SHARE * _faces(faces, top, count, frame.width))
        if alpha is not None:
            share *= alpha[top : top + count] > 0  # what is wholly transparent has no color
        block += (picture - block) * share[:, :, None]
        made[top : top + count, :, :3] = np.rint(np.clip(block, 0, 255))
        scene.progress(NETWORK_SHARE + (1 - NETWORK_SHARE) * min(1.0, (top + count) / frame.height))
    return made


def working_size(frame: Frame, brush: float) -> tuple[int, int]:
    """Say at which width and height the network paints: the same for a preview as for the full photo.

    A photo that is smaller than that is painted as large as it is.
    """
    longest = FINEST_PX * (COARSEST_PX / FINEST_PX) ** brush
    longest = min(longest, max(frame.full.width, frame.full.height))
    ratio = longest / max(frame.width, frame.height)
    return max(1, round(frame.width * ratio)), max(1, round(frame.height * ratio))


def _fit(
    photo: NDArray[np.uint8], painted: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The photo's luma, and how strongly each color of the painting follows it around each pixel."""
    import cv2
    import numpy as np

    size = (2 * RADIUS_PX + 1, 2 * RADIUS_PX + 1)
    luma = _gray(photo.astype(np.float32))
    mean = cv2.blur(luma, size)
    variance = cv2.blur(luma * luma, size) - mean * mean + NOISE
    gain = np.empty((*luma.shape, 3), np.float32)
    for channel in range(3):
        color = painted[:, :, channel].astype(np.float32)
        shared = cv2.blur(luma * color, size) - mean * cv2.blur(color, size)
        gain[:, :, channel] = np.clip(shared / variance, -MOST_GAIN, MOST_GAIN)
    return luma, gain


def _enlarged(
    small: NDArray[Any], top: int, count: int, frame: Frame, *, is_smooth: bool = False
) -> NDArray[np.float32]:
    """Some rows of what a small picture is at the frame's size."""
    import cv2
    import numpy as np

    across, down = small.shape[1] / frame.width, small.shape[0] / frame.height
    # OpenCV counts from the middle of the first pixel.
    matrix = np.array([[across, 0, (across - 1) / 2], [0, down, (top + 0.5) * down - 0.5]], np.float64)
    first = max(0, int(top * down) - 4)
    part = small[first : int((top + count) * down) + 5]
    matrix[1, 2] -= first
    way = cv2.INTER_CUBIC if is_smooth else cv2.INTER_LINEAR
    made = cv2.warpAffine(
        part.astype(np.float32),
        matrix,
        (frame.width, count),
        flags=way | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(made, np.float32)


def _faces(faces: Sequence[FaceShape], top: int, count: int, width: int) -> NDArray[np.float32]:
    """How much of each pixel of some rows is face: 1 inside, fading to 0."""
    import numpy as np

    shares = np.zeros((count, width), np.float32)
    for face in faces:
        box = face.region
        middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
        wide, high = box.width / 2, box.height * 0.6  # boxes end at the chin and above the eyebrows
        if not top - FACE_OUTER * high < middle_y < top + count + FACE_OUTER * high:
            continue
        left, right = max(0, int(middle_x - FACE_OUTER * wide)), int(middle_x + FACE_OUTER * wide) + 1
        x = (np.arange(left, min(right, width), dtype=np.float32) + 0.5 - middle_x) / wide
        y = (np.arange(top, top + count, dtype=np.float32) + 0.5 - middle_y) / high
        away = np.sqrt(x[None, :] ** 2 + y[:, None] ** 2)
        near = np.clip((FACE_OUTER - away) / (FACE_OUTER - FACE_INNER), 0, 1)
        part = shares[:, left:right]
        np.maximum(part, near * near * (3 - 2 * near), out=part)
    return shares


def _gray(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    made: NDArray[np.float32] = colors @ np.array(LUMA, np.float32)
    return made


def _filled(colors: NDArray[np.uint8], alpha: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The photo at a size, with the colors of what is seen continued into what is transparent.

    Source: pull and push over a pyramid, Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4.
    """
    import cv2
    import numpy as np

    seen = cv2.multiply(colors, cv2.merge([alpha] * 3), scale=1 / 255)
    small = _resized(np.asarray(seen, np.uint8), size).astype(np.float32)
    shares = _resized(alpha, size).astype(np.float32) / np.float32(255)
    return np.asarray(np.rint(np.clip(_pushed(small, shares), 0, 255)), np.uint8)


def _pushed(seen: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colors times how much of them is seen, with the rest of each from its surroundings; middle gray where nothing is seen at all."""
    import cv2
    import numpy as np

    height, width = shares.shape
    if height == width == 1:
        share = float(shares[0, 0])
        return seen / share if share > 0 else np.full_like(seen, 127.5)
    half = (width + 1) // 2, (height + 1) // 2
    below = _pushed(
        np.asarray(cv2.resize(seen, half, interpolation=cv2.INTER_AREA), np.float32),
        np.asarray(cv2.resize(shares, half, interpolation=cv2.INTER_AREA), np.float32),
    )
    around = np.asarray(cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    around *= 1 - shares[:, :, None]
    around += seen
    return around


def _resized(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    way = cv2.INTER_AREA if size[0] < pixels.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)
