"""How sharp a photo is, noise or not: from the width of its edges, judged where it is sharpest.

The recipe and its measurements: docs/organizing.md. What the photo's faces add to this judgement is in
processing/quality.py: analyzers know nothing of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing import edge_widths, quality
from processing.contracts import Findings, Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

version = 2
side_px = 0  # scales the gray picture itself: three times as quick


def analyze(picture: Picture) -> Findings:
    """Judge the sharpness.

    Args:
        picture: decoded at any size; judged at `edge_widths.SIDE_PX`.

    Returns:
        facts `sharpness` (0 to 1) and `quality` ("sharp", "soft", "blurred"), both without a look at faces; data: what
        `edge_widths.measure` found. A picture too small to judge gets neither.
    """
    edges = edges_of(picture.image)
    if edges is None:
        return Findings()
    data = edges.as_dict()
    verdict = quality.judge(data)
    return Findings(facts={"sharpness": verdict.sharpness, "quality": verdict.quality}, data=data)


def edges_of(image: Image.Image | NDArray[np.uint8]) -> edge_widths.Edges | None:
    """Measure the edges of an image of mode RGB (or an array of uint8 RGB); None if it is too small."""
    import cv2
    import numpy as np

    gray: Any = (
        cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        if isinstance(image, np.ndarray)
        else np.asarray(image.convert("L"))
    )
    longest = max(gray.shape)
    if longest > edge_widths.SIDE_PX:
        factor = edge_widths.SIDE_PX / longest
        size = max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return edge_widths.measure(gray)
