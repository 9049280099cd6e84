"""What the pipeline might have found on a photo, made up."""

import numpy as np

from processing.contracts import FaceFinding, Findings, Region
from processing.pipeline import Analyzed, FaceWithCrop
from processing.renditions import Rendition as Made


def face_at(x: int, seed: int = 1, *, y: int = 10, side: int = 40) -> FaceWithCrop:
    descriptor = np.random.default_rng(seed).normal(size=128).astype(np.float32)
    region = Region(x, y, side, side)
    return FaceWithCrop(FaceFinding(region, 1.5, descriptor, 2.0, 0, "A"), b"crop")


def analyzed(**columns) -> Analyzed:
    values = {
        "kind": "photo", "format": "JPEG", "width": 400, "height": 300, "seconds": None, "color": "#123456",
        "renditions": [Made(320, 320, 240, b"small")], "findings": {"faces": Findings(faces=[])}, "faces": [],
    }  # fmt: skip
    return Analyzed(**(values | columns))
