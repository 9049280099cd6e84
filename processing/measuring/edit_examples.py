"""What each operation of the editor is measured and shown with: values of people, or such as follow from its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing import registry
from processing.contracts import Region
from processing.operation import FaceShape, Operation, Scene, is_neutral
from processing.parameters import Number, Switch, Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

EXAMPLES: dict[str, dict[str, Any]] = {
    "black_white": {"strength": 1, "red": 0.2, "blue": -0.3},
    "blacks": {"amount": -0.4},
    "blur_background": {"strength": 0.7},
    "blur_faces": {"whose": "all"},
    "clarity": {"amount": 0.6},
    "contrast": {"amount": 0.4},
    "crop": {"left": 0.15, "top": 0.05, "right": 0.8, "bottom": 0.75},
    "curves": {"master": ((0, 0), (0.3, 0.2), (0.7, 0.8), (1, 1))},
    "cutout": {"background": "color", "color": "#d8c8a8"},
    "denoise": {"light": 0.6, "color": 0.6},
    "exposure": {"stops": 0.7},
    "grain": {"amount": 0.5},
    "highlights": {"amount": -0.7},
    "hue": {"degrees": 40},
    "looks": {"look": "harbor", "strength": 0.9},
    "low_light": {"amount": 0.7},
    "mirror": {"across": True},
    "perspective": {"vertical": 0.35},
    "red_eye": {"auto": True},
    "resize": {"longest": 2048},
    "rotate": {"quarters": 1},
    "saturation": {"amount": 0.4},
    "sepia": {"strength": 0.8},
    "shadows": {"amount": 0.6},
    "sharpen": {"amount": 1.5, "radius": 1.5},
    "spots": {"strokes": [{"radius": 0.055, "points": [[0.6, 0.92], [0.6, 0.97]]}]},
    "straighten": {"angle": 6},
    "text": {"text": "Summer at the sea"},
    "vibrance": {"amount": 0.7},
    "vignette": {"amount": -0.6},
    "watermark": {"text": "© Photoroom", "where": "tiled"},
    "white_balance": {"temperature": 0.4, "tint": -0.1},
    "whites": {"amount": 0.4},
}
ASTRONAUT_FACE = (174, 62, 104, 130)  # of 512 pixels
# The landmarks, in shares of the box.
EYES = ((0.2, 0.28), (0.4, 0.28), (0.58, 0.28), (0.78, 0.28), (0.5, 0.5))


def values_of(name: str) -> dict[str, Any]:
    """Values with which an operation does something that can be seen.

    Args:
        name: of the operation.

    Returns:
        Those of `EXAMPLES`, else such as follow from its parameters; empty if none of these change anything.
    """
    operation = registry.operations()[name]
    return EXAMPLES.get(name) or guessed(operation)


def guessed(operation: Operation) -> dict[str, Any]:
    """Numbers half way up, the first choice that is not neutral, switches on; empty if that changes nothing."""
    values: dict[str, Any] = {one.name: one.neutral for one in operation.parameters}
    for one in operation.parameters:
        if isinstance(one, Number) and one.neutral == 0:
            values[one.name] = one.clean(round(one.high / 2) if one.is_whole else one.high / 2)
        elif (told := one.describe())["kind"] == "choice":  # also of kinds that an operation brings itself
            offered = [option["value"] for option in told["options"]]
            values[one.name] = next((value for value in offered if value != one.neutral), one.neutral)
        elif isinstance(one, Text):
            values[one.name] = "Photoroom"
        elif isinstance(one, Switch) and operation.group != "style":
            values[one.name] = True
    return {} if is_neutral(operation, values) else values


def photo(megapixels: float) -> tuple[Picture, Scene]:
    """A portrait that may be shown, enlarged to 4 to 3, with its face: scikit-image's astronaut (NASA, public domain).

    Args:
        megapixels: of the photo.
    """
    import cv2
    import numpy as np
    from skimage.data import astronaut

    small = np.asarray(astronaut(), np.uint8)[:384]
    height = max(24, round((megapixels * 1e6 * 3 / 4) ** 0.5))
    width = round(height * 4 / 3)
    pixels = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    return pixels, Scene(width, height, faces=[face(width / 512)], seed=1)


def face(scale: float) -> FaceShape:
    """The astronaut's face on a picture so many times as large."""
    x, y, width, height = (round(one * scale) for one in ASTRONAUT_FACE)
    marks = tuple((x + dx * width, y + dy * height) for dx, dy in EYES)
    return FaceShape(1, Region(x, y, width, height), marks)
