"""How sharp a photo is as people see it, from the widths of its edges and from its faces.

A small logistic model, fitted by scripts/fit_sharpness.py; how, and how often it is right: docs/organizing.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processing.contracts import FaceShot

# Source: scripts/fit_sharpness.py --data FOLDER
WEIGHTS = {
    "best": 23.305,
    "next": 14.922,
    "common": -14.175,
    "noise": 0.375,
    "contrast": -2.104,
}
BIAS = -1.882
CONTRAST = 1.0, 4.7  # what the model has seen; beyond, it would only guess
EVIDENCE = (
    0.7  # contrast below which there are too few edges to call anything blurred: sky, fog, a wall, the night
)
SHARP, BLURRED = 0.7, 0.4  # from here on sharp; below blurred
# Faces are described at 150 px from a picture of 1,600 px; a smaller one is enlarged and says nothing.
SEARCHED_PX, FACE_PX, FACE_SHARE = 1600, 80, 0.6
SHARP_FACE, SOFT_FACE, BLURRED_FACE = 1.65, 1.45, 1.2


def sharpness_of(edges: Mapping[str, float]) -> float:
    """Compute the sharpness, 0 (blurred) to 1.

    Args:
        edges: as `edge_widths.Edges.as_dict` gives them.
    """
    seen = {name: edges[name] for name in WEIGHTS}
    seen["contrast"] = min(max(seen["contrast"], CONTRAST[0]), CONTRAST[1])
    total = BIAS + sum(weight * seen[name] for name, weight in WEIGHTS.items())
    value = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return max(value, BLURRED) if edges["contrast"] < EVIDENCE else value


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sharpness` 0 to 1 and `quality`: "sharp", "soft", "blurred", or "" if nothing could be measured."""

    sharpness: float | None
    quality: str


def judge(edges: Mapping[str, float], faces: Sequence[FaceShot] = (), side_px: int = 0) -> Verdict:
    """Judge a photo where it should be sharp: at its best tiles, and at its largest faces.

    Args:
        edges: as `edge_widths.Edges.as_dict` gives them; empty if nothing could be measured, and nothing is said of what
            an older version measured.
        faces: those on the photo.
        side_px: longer side of the photo, in the pixels that the faces' sides are in.
    """
    if not WEIGHTS.keys() <= edges.keys():
        return Verdict(None, "")
    value = sharpness_of(edges)
    face = face_sharpness(faces, side_px)
    if face is not None:
        value = with_face(value, face)
    return Verdict(round(value, 3), quality_of(value))


def quality_of(sharpness: float) -> str:
    """Name a sharpness."""
    return "sharp" if sharpness >= SHARP else "soft" if sharpness >= BLURRED else "blurred"


def face_sharpness(faces: Sequence[FaceShot], side_px: int) -> float | None:
    """Find the edge ratio of the sharpest of the largest faces; None if none is large enough to tell.

    Args:
        faces: those on the photo.
        side_px: longer side of the photo.
    """
    scale = min(1.0, SEARCHED_PX / side_px) if side_px else 1.0
    large = [face for face in faces if face.side_px * scale >= FACE_PX]
    if not large:
        return None
    largest = max(face.side_px for face in large)
    return max(face.sharpness for face in large if face.side_px >= FACE_SHARE * largest)


def with_face(sharpness: float, face: float) -> float:
    """Join what the edges and what the face say.

    A sharp face makes a photo sharp, whatever is behind it. A blurred one makes a sharp photo soft, never blurred: something on
    it is sharp.
    """
    if face >= SHARP_FACE:
        return max(sharpness, SHARP + (1 - SHARP) * min(1.0, face - SHARP_FACE))
    if face >= SOFT_FACE:
        return max(sharpness, BLURRED)
    if face < BLURRED_FACE and sharpness >= SHARP:
        return BLURRED + (SHARP - BLURRED) * sharpness * 0.99
    return sharpness
