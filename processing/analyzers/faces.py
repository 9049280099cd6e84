"""Finds the faces of a photo and describes each so that faces of one person can be recognized.

The recipe and its measurements: docs/faces.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processing import weights
from processing.contracts import FaceFinding, Findings, Picture, Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

version = 1
side_px = 1600

MIN_SCORE = 0.0
PORTRAIT_SHARE = 0.25  # a single face as wide as this share of the shorter side: nobody else is looked for
# What a face needs to found a person ("A") and to count at all ("B"); measured in docs/faces.md.
SEED_SCORE, SEED_SIDE_PX, SEED_SHARPNESS = 0.2, 40, 1.12
MIN_SIDE_PX, MIN_SHARPNESS = 24, 1.05
SAME_FACE_OVERLAP = 0.35
CHIP_PADDING = 0.25


@dataclass(frozen=True, slots=True)
class Detection:
    """A box in pixels of the searched image, the detector's score and its sub-detector."""

    left: float
    top: float
    width: float
    height: float
    score: float
    pose: int


def analyze(picture: Picture) -> Findings:
    """Find and describe the faces.

    Args:
        picture: decoded at `side_px` or less.

    Returns:
        All faces, from the left to the right; data `{"faces": number}`.

    Raises:
        ModelUnavailable: a model is missing.
    """
    import numpy as np

    found = detect(picture.image)
    if not found:
        return Findings(data={"faces": 0}, faces=[])
    pixels = np.asarray(picture.image)
    chips, landmarks = align(pixels, found)
    descriptors = weights.face_network().describe(chips)
    faces = [
        _finding(detection, picture, descriptor, sharpness(chip), points)
        for detection, descriptor, chip, points in zip(found, descriptors, chips, landmarks, strict=True)
    ]
    faces.sort(key=lambda face: (face.region.x, face.region.y, face.region.width))
    return Findings(data={"faces": len(faces)}, faces=faces)


def detect(image: Image.Image) -> list[Detection]:
    """Search for faces: quickly first, then for smaller ones where there may be some.

    Args:
        image: any mode; gray is used.

    Returns:
        Boxes in pixels of `image`, each face once, best first.
    """
    import numpy as np

    gray = np.asarray(image.convert("L"))
    found = _search(gray, 0)
    is_portrait = len(found) == 1 and found[0].width >= PORTRAIT_SHARE * min(gray.shape)
    if not is_portrait or max(gray.shape) <= side_px // 2:
        found += _search(gray, 1)
    return without_doubles(found)


def _search(gray: NDArray[np.uint8], upsample: int) -> list[Detection]:
    boxes, scores, poses = weights.face_detector().run(gray, upsample, MIN_SCORE)
    return [
        Detection(box.left(), box.top(), box.width(), box.height(), float(score), int(pose))
        for box, score, pose in zip(boxes, scores, poses, strict=True)
    ]


def without_doubles(found: list[Detection]) -> list[Detection]:
    """Keep the best of boxes that overlap, and drop a small one that lies inside a larger one.

    Args:
        found: any boxes of one image.

    Returns:
        Best first.
    """
    kept: list[Detection] = []
    for detection in sorted(found, key=lambda one: (-one.score, one.left, one.top)):
        if all(overlap(detection, other) < SAME_FACE_OVERLAP for other in kept):
            kept.append(detection)
    return kept


def overlap(first: Detection, second: Detection) -> float:
    """Compute the larger of intersection over union and two thirds of intersection over the smaller box, 0 to 1."""
    width = min(first.left + first.width, second.left + second.width) - max(first.left, second.left)
    height = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    if width <= 0 or height <= 0:
        return 0.0
    areas = first.width * first.height, second.width * second.height
    common = width * height
    return max(common / (sum(areas) - common), 2 / 3 * common / min(areas))


def align(
    pixels: NDArray[np.uint8], found: list[Detection]
) -> tuple[NDArray[np.uint8], list[list[tuple[int, int]]]]:
    """Cut the faces out, upright and of one size.

    Args:
        pixels: uint8 of shape (height, width, 3), RGB.
        found: boxes in the same pixels.

    Returns:
        Chips, uint8 of shape (n, 150, 150, 3), and five landmarks (x, y) for each face.
    """
    import dlib
    import numpy as np

    from processing.face_network import CHIP_SIDE_PX

    chips, landmarks = [], []
    for one in found:
        left, top = round(one.left), round(one.top)
        box = dlib.rectangle(left, top, left + round(one.width) - 1, top + round(one.height) - 1)
        shape = weights.landmark_predictor()(pixels, box)
        chips.append(dlib.get_face_chip(pixels, shape, size=CHIP_SIDE_PX, padding=CHIP_PADDING))
        landmarks.append([(point.x, point.y) for point in shape.parts()])
    return np.stack(chips), landmarks


def sharpness(chip: NDArray[np.uint8]) -> float:
    """Measure how sharp an aligned face is, independent of its contrast.

    Args:
        chip: uint8 of shape (150, 150, 3).

    Returns:
        Mean ratio of the gradients at two scales on the strongest 3 % of the edges: about 1.2 (blurred) to 2.4 (sharp).
        Source: our measurement in docs/faces.md; the ratio is a no-reference estimate of the width of edges.
    """
    import numpy as np
    from scipy.ndimage import gaussian_gradient_magnitude

    gray = chip.astype(np.float32).mean(axis=2)
    fine = gaussian_gradient_magnitude(gray, 0.7)
    coarse = gaussian_gradient_magnitude(gray, 1.4)
    strongest = fine >= np.percentile(fine, 97)
    return float((fine[strongest] / (coarse[strongest] + 1e-6)).mean())


def quality(side: float, score: float, sharp: float) -> str:
    """Say what a face is good for: "A" may found a person, "B" only together with others, "C" is ignored.

    Args:
        side: shorter side of the face in pixels of the searched image: what the description is made from.
        score: the detector's.
        sharp: as `sharpness` measures it.

    Returns:
        "A", "B" or "C".
    """
    if side < MIN_SIDE_PX or sharp < MIN_SHARPNESS:
        return "C"
    return "A" if side >= SEED_SIDE_PX and score >= SEED_SCORE and sharp >= SEED_SHARPNESS else "B"


def _finding(
    one: Detection, picture: Picture, descriptor: Any, sharp: float, points: list[tuple[int, int]]
) -> FaceFinding:
    return FaceFinding(
        region=_region(one, picture),
        score=one.score,
        descriptor=descriptor,
        sharpness=sharp,
        pose=one.pose,
        quality=quality(min(one.width, one.height), one.score, sharp),
        landmarks=tuple((round(x * picture.scale), round(y * picture.scale)) for x, y in points),
    )


def _region(one: Detection, picture: Picture) -> Region:
    """Scale a box to the full size and cut off what lies outside."""
    scale = picture.scale
    left, top = max(0, round(one.left * scale)), max(0, round(one.top * scale))
    right = min(picture.width, round((one.left + one.width) * scale))
    bottom = min(picture.height, round((one.top + one.height) * scale))
    return Region(left, top, max(1, right - left), max(1, bottom - top))
