"""Finds the faces of a photo and describes each so that faces of one person can be recognized.

The recipe and its measurements: docs/faces.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing import colors, weights
from processing.contracts import FaceFinding, Findings, Picture, Region
from processing.detections import Detection, point_back, turned_back, without_doubles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

version = 1
side_px = 1600

MIN_SCORE = 0.0
PORTRAIT_SHARE = 0.25  # a single face as wide as this share of the shorter side: nobody else is looked for
# What a face needs to found a person ("A") and to count at all ("B"); measured in docs/faces.md.
SEED_SCORE, SEED_SIDE_PX, SEED_SHARPNESS = 0.2, 36, 1.10
MIN_SIDE_PX, MIN_SHARPNESS = 24, 1.05
MIN_LYING_SCORE = 0.4  # on 213 photos without faces, turned both ways, the best wrong one had 0.26
LYING = (8, 6)  # EXIF orientations: a quarter turn to the left, to the right
CHIP_PADDING = 0.25


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

    found, turn = detect(picture.image), 1
    if not found:
        found, turn = detect_lying(picture.image)
    if not found:
        return Findings(data={"faces": 0}, faces=[])
    chips, landmarks = align(np.asarray(colors.turned(picture.image, turn)), found)
    descriptors = weights.face_network().describe(chips)
    faces = [
        _finding(
            turned_back(detection, turn, picture.image.size), picture, descriptor, sharpness(chip), points
        )
        for detection, descriptor, chip, points in zip(
            found, descriptors, chips, _turned_back_all(landmarks, turn, picture), strict=True
        )
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


def detect_lying(image: Image.Image) -> tuple[list[Detection], int]:
    """Search once more with the photo on its side: it may lack its EXIF turn, or people may lie.

    Args:
        image: as for `detect`, which found nothing.

    Returns:
        Boxes in pixels of the turned image, and the turn as an EXIF orientation (1 if nothing was found).
    """
    import numpy as np

    upsample = 1 if max(image.size) <= side_px // 2 else 0
    for turn in LYING:
        gray = np.asarray(colors.turned(image, turn).convert("L"))
        found = without_doubles([one for one in _search(gray, upsample) if one.score >= MIN_LYING_SCORE])
        if found:
            return found, turn
    return [], 1


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


def _turned_back_all(
    landmarks: list[list[tuple[int, int]]], turn: int, picture: Picture
) -> list[list[tuple[int, int]]]:
    return [[point_back(point, turn, picture.image.size) for point in points] for points in landmarks]


def _region(one: Detection, picture: Picture) -> Region:
    """Scale a box to the full size and cut off what lies outside."""
    scale = picture.scale
    left, top = max(0, round(one.left * scale)), max(0, round(one.top * scale))
    right = min(picture.width, round((one.left + one.width) * scale))
    bottom = min(picture.height, round((one.top + one.height) * scale))
    return Region(left, top, max(1, right - left), max(1, bottom - top))
