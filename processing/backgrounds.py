"""What can be put behind people who were cut out, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from processing import bokeh
from processing.cutting import Cut
from processing.edge_filter import rows
from processing.errors import ProcessingError
from processing.operation import Frame
from processing.parameters import Values
from processing.person_mask import shrunk
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Behind = Callable[[int, int], NDArray[np.float32]]

NO_PHOTO = _("Choose the photo that is to be the background.")


def prepared(frame: Frame, values: Values) -> Callable[[Cut], Behind | None]:
    """Answer what makes the background once the cut is known.

    Args:
        frame: the photo.
        values: those of the operation `cutout`.

    Returns:
        A function of the cut; it answers None for transparent.

    Raises:
        ProcessingError: there is no photo to put behind.
    """
    kind = values["background"]
    if kind == "color":
        return lambda _cut: _plain(frame.width, values["color"])
    if kind == "photo":
        behind = _photo(frame, values["photo"])
        return lambda _cut: behind
    if kind == "blur":
        return lambda found: blurred(found, frame, values["blur"], 0.0)
    return lambda _cut: None


def blurred(found: Cut, frame: Frame, strength: float, by_distance: float) -> Behind:
    """The old background out of focus."""
    small = shrunk(frame.pixels)
    alpha = found.mask.rows(small, 0, small.shape[0])
    far = bokeh.depth(alpha, by_distance)
    return bokeh.background(frame.pixels, alpha, far, strength, frame.scene.check)


def _plain(width: int, color: str) -> Behind:
    import numpy as np

    value = np.array([int(color[first : first + 2], 16) for first in (1, 3, 5)], np.float32)
    return lambda top, bottom: np.broadcast_to(value, (bottom - top, width, 3))


def _photo(frame: Frame, keys: Any) -> Behind:
    """Another photo, as large as needed to cover the frame, its middle in the middle."""
    import numpy as np

    load = frame.scene.load_photo
    if not keys or load is None:
        raise ProcessingError(NO_PHOTO)
    width, height = frame.width, frame.height
    photo = load(keys[0], max(width, height))[:, :, :3]
    tall, wide = photo.shape[:2]
    scale = min(wide / width, tall / height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (wide - across) // 2, (tall - down) // 2
    part = np.ascontiguousarray(photo[top : top + down, left : left + across])
    return lambda first, last: rows(part, width, height, first, last).astype(np.float32)
