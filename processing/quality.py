"""How sharp a photo is as people see it, from the widths of its edges and from its faces.

A small logistic model, fitted by scripts/fit_sharpness.py; how, and how often it is right: docs/organizing.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from processing.contracts import FaceShot

# Source: scripts/fit_sharpness.py --data FOLDER
WEIGHTS = {
    "best": 32.627,
    "next": -2.158,
    "good": 26.765,
    "common": -26.185,
    "best_across": 6.625,
    "good_across": -32.491,
    "whole": 7.780,
    "strongest": 3.355,
    "noise": -0.281,
    "grain": 0.638,
    "contrast": -0.939,
}
BIAS = -4.390
SHARP, BLURRED = 0.6, 0.35  # from here on sharp; below blurred


def sharpness_of(edges: Mapping[str, float]) -> float:
    """Compute the sharpness, 0 (blurred) to 1.

    Args:
        edges: as `edge_widths.Edges.as_dict` gives them.
    """
    total = BIAS + sum(weight * edges[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def judge(edges: Mapping[str, float], faces: Sequence[FaceShot] = ()) -> str:
    """Say "sharp", "soft" or "blurred".

    Args:
        edges: as `edge_widths.Edges.as_dict` gives them; empty if nothing could be measured.
        faces: those on the photo.
    """
    if not edges:
        return ""
    value = sharpness_of(edges)
    return "sharp" if value >= SHARP else "soft" if value >= BLURRED else "blurred"
