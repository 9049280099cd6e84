"""Whether a photo lies on its side or stands on its head."""

from __future__ import annotations

from processing import uprightness
from processing.contracts import Findings, Picture

version = 2
side_px = 512
CAMERA_TURNED = (2, 3, 4, 5, 6, 7, 8)


def analyze(picture: Picture) -> Findings:
    """Find out how the photo would have to be turned.

    Args:
        picture: decoded at `side_px` or less.

    Returns:
        data: `{"quarters": 0 to 3, "confidence": 0 to 1, "is_sure": bool, "by": "camera" or "network"}`. `quarters` are turns to the
        right that would make it upright; only what `is_sure` is worth a proposal, and 0 is none. A photo that its camera or
        an editor has turned (EXIF orientation 2 to 8, already applied) was turned by somebody who knew, the sensor or a
        person: it is `{"quarters": 0, "confidence": 1.0, "is_sure": true, "by": "camera"}` and is not looked at. Orientation 1
        says nothing: cameras without a sensor, scanners and most programs write it, too.

    Raises:
        ModelUnavailable: a model is missing.
    """
    if picture.metadata.get("Orientation") in CAMERA_TURNED:
        return Findings(data={"quarters": 0, "confidence": 1.0, "is_sure": True, "by": "camera"})
    turn = uprightness.find_turn(picture.image)
    return Findings(
        data={
            "quarters": turn.quarters,
            "confidence": turn.confidence,
            "is_sure": turn.is_sure,
            "by": "network",
        }
    )
