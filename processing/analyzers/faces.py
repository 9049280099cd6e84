"""Finds the faces of a photo and describes each so that faces of one person can be recognized.

The recipe and its measurements: docs/faces.md.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from processing import colors, expressions, face_finding, weights
from processing.contracts import FaceFinding, Findings, Picture, Region
from processing.detections import Detection, overlap, point_back, point_turned, turned_back
from processing.errors import ProcessingError
from processing.face_chips import Points, align, is_plausible, pose, sharpness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

version = 3
side_px = 1600

# What a face needs to found a person ("A") and to count at all ("B"); measured in docs/faces.md.
SEED_SCORE, SEED_SIDE_PX, SEED_SHARPNESS = 0.0, 36, 1.10
MIN_SIDE_PX, MIN_SHARPNESS = 24, 1.05
# A box drawn by a human: searched around it at this size, with the crop tilted by these angles (degrees), for faces of half
# its side to one and a half.
DRAWN_SIDE_PX, DRAWN_MARGIN, DRAWN_ANGLES = 160, 1.0, (0, -30, 30, -60, 60, -90, 90)
DRAWN_SCALES, DRAWN_SCORE, UNSEEN_SCORE = (1.0, 0.7, 0.5, 0.36), -0.9, -0.5
MIN_DRAWN_SIDE_PX = 8
NO_FACE = "No face was found on this picture. Hold the camera so that your face fills about a third of it."
POOR_FACE = (
    "The face on this picture is too small or too blurred to be recognized. "
    "Come nearer to the camera, find more light and hold still."
)
SELFIE_SIDE_PX, SELFIE_SEARCH = 800, face_finding.SEARCHES["balanced"]


def analyze(picture: Picture) -> Findings:
    """Find and describe the faces.

    Args:
        picture: decoded at `side_px` or less.

    Returns:
        All faces, from the left to the right; data `{"faces": number}`.

    Raises:
        ModelUnavailable: a model is missing.
    """
    found, turn = face_finding.find(picture.image), 1
    if not found:
        found, turn = face_finding.find_lying(picture.image)
    if not found:
        return Findings(data={"faces": 0}, faces=[])
    pixels = _pixels(colors.turned(picture.image, turn))
    chips, landmarks, boxes = align(pixels, found)
    descriptors = weights.face_network().describe(chips)
    faces = [
        _finding(box, turn, picture, descriptor, sharpness(chip), points)
        for box, descriptor, chip, points in zip(boxes, descriptors, chips, landmarks, strict=True)
    ]
    for face, box in zip(faces, boxes, strict=True):
        face.eyes, face.smile = expressions.read(pixels, box)
    faces.sort(key=lambda face: (face.region.x, face.region.y, face.region.width))
    return Findings(data={"faces": len(faces)}, faces=faces)


def describe_region(picture: Picture, region: Region) -> FaceFinding:
    """Describe the face in a box that a human drew.

    Args:
        picture: decoded at any size; the larger, the better for small faces.
        region: the box, in full-size pixels of the photo as displayed; what lies outside the photo is cut off.

    Returns:
        The finding with the region as drawn (cut to the photo) and score 0. Its quality is "C" where there is no usable
        face, at most "B" where the detector sees none.

    Raises:
        ModelUnavailable: a model is missing.
    """
    from PIL.Image import Resampling

    region = _inside(region, picture)
    crop, left, top, factor = _surroundings(picture, region)
    side = math.sqrt(region.width * region.height) * factor
    center = ((region.x + region.width / 2 - left) * factor, (region.y + region.height / 2 - top) * factor)
    drawn = Detection(center[0] - side / 2, center[1] - side / 2, side, side, 0.0, 0)
    angle, seen = _drawn_face(crop, center, drawn)
    upright = crop.rotate(angle, center=center, resample=Resampling.BILINEAR)
    (chip, *_), (points, *_), (box, *_) = align(_pixels(upright), [seen or drawn])
    sharp, searched = sharpness(chip), box.width / factor / picture.scale
    grade = quality(searched, 1.0 if seen else UNSEEN_SCORE, sharp)
    if seen is None and not (
        is_plausible(points, box) and weights.mmod_network().confirm(crop, [drawn], UNSEEN_SCORE)[0]
    ):
        grade = "C"
    turned = [point_turned(point, angle, center) for point in points]
    return FaceFinding(
        region=region,
        score=0.0,
        descriptor=weights.face_network().describe(chip[None])[0],
        sharpness=sharp,
        pose=pose(points),
        quality=grade,
        landmarks=tuple((round(x / factor + left), round(y / factor + top)) for x, y in turned),
    )


def _inside(region: Region, picture: Picture) -> Region:
    """Cut a box to the photo, with a least side that there can be landmarks in."""
    least = min(MIN_DRAWN_SIDE_PX, picture.width), min(MIN_DRAWN_SIDE_PX, picture.height)
    x, y = min(max(0, region.x), picture.width - least[0]), min(max(0, region.y), picture.height - least[1])
    right, bottom = region.x + region.width, region.y + region.height
    return Region(
        x, y, max(least[0], min(right, picture.width) - x), max(least[1], min(bottom, picture.height) - y)
    )


def _surroundings(picture: Picture, region: Region) -> tuple[Image.Image, float, float, float]:
    """Cut a box out with room around it, at the size that the detector likes.

    Returns:
        The crop (black beyond the photo), its left and top in full-size pixels, and its pixels per full-size pixel.
    """
    from PIL import Image

    side = math.sqrt(region.width * region.height)
    reach = (DRAWN_MARGIN + 0.5) * max(region.width, region.height, side)
    left, top = region.x + region.width / 2 - reach, region.y + region.height / 2 - reach
    factor = DRAWN_SIDE_PX / side
    wanted = min(round(2 * reach * factor), 4 * DRAWN_SIDE_PX)
    factor, scale = wanted / (2 * reach), picture.scale
    corners = left / scale, top / scale, (left + 2 * reach) / scale, (top + 2 * reach) / scale
    crop = picture.image.transform(
        (wanted, wanted), Image.Transform.EXTENT, corners, Image.Resampling.BICUBIC
    )
    return crop, left, top, factor


def _drawn_face(
    crop: Image.Image, center: tuple[float, float], drawn: Detection
) -> tuple[float, Detection | None]:
    """Search for a face about where the box is, upright first and then tilted: the angle and the box, or None."""
    from PIL.Image import Resampling

    for angle in DRAWN_ANGLES:
        turned = crop.rotate(angle, center=center, resample=Resampling.BILINEAR)
        found = face_finding.confirmed(turned, face_finding.propose(turned, DRAWN_SCALES, DRAWN_SCORE))
        found = [one for one in found if overlap(one, drawn) >= 0.3]
        if found:
            return angle, max(found, key=lambda one: overlap(one, drawn))
    return 0.0, None


def describe_selfie(picture: Picture) -> FaceFinding:
    """Describe the face of whoever took this picture: the largest one near the middle.

    Args:
        picture: decoded at `side_px` or less; it may lie on its side.

    Returns:
        The finding, of quality "A" or "B".

    Raises:
        ProcessingError: there is no face, or it is too small or blurred; the sentence says what to do.
        ModelUnavailable: a model is missing.
    """
    image = colors.shrink(picture.image, SELFIE_SIDE_PX)
    small = replace(picture, image=image)
    for searched, turn in ((small, 1), *((small, turn) for turn in (*face_finding.LYING, 3)), (picture, 1)):
        upright = colors.turned(searched.image, turn)
        found = face_finding.find(upright, SELFIE_SEARCH)
        found = [one for one in found if turn == 1 or one.score >= face_finding.MIN_LYING_SCORE]
        if found:
            best = max(found, key=lambda one: _nearness(one, upright.size))
            return _selfie(best, turn, searched)
    raise ProcessingError(NO_FACE)


def _nearness(one: Detection, size: tuple[int, int]) -> float:
    """Weigh a face by its side and how near to the middle it is."""
    away = math.hypot(one.left + one.width / 2 - size[0] / 2, one.top + one.height / 2 - size[1] / 2)
    return one.width * (1 - away / math.hypot(*size))


def _selfie(one: Detection, turn: int, picture: Picture) -> FaceFinding:
    chips, landmarks, boxes = align(_pixels(colors.turned(picture.image, turn)), [one])
    descriptor = weights.face_network().describe(chips)[0]
    finding = _finding(boxes[0], turn, picture, descriptor, sharpness(chips[0]), landmarks[0])
    if finding.quality == "C":
        raise ProcessingError(POOR_FACE)
    return finding


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
    box: Detection, turn: int, picture: Picture, descriptor: Any, sharp: float, points: Points
) -> FaceFinding:
    """Put a finding together from a box and landmarks in pixels of the image turned by `turn`."""
    placed = [point_back(point, turn, picture.image.size) for point in points]
    return FaceFinding(
        region=_region(turned_back(box, turn, picture.image.size), picture),
        score=box.score,
        descriptor=descriptor,
        sharpness=sharp,
        pose=pose(points) if box.pose == face_finding.NO_POSE else box.pose,
        quality=quality(min(box.width, box.height), box.score, sharp),
        landmarks=tuple((round(x * picture.scale), round(y * picture.scale)) for x, y in placed),
    )


def _region(one: Detection, picture: Picture) -> Region:
    """Scale a box to the full size and cut off what lies outside."""
    scale = picture.scale
    left, top = max(0, round(one.left * scale)), max(0, round(one.top * scale))
    right = min(picture.width, round((one.left + one.width) * scale))
    bottom = min(picture.height, round((one.top + one.height) * scale))
    return Region(left, top, max(1, right - left), max(1, bottom - top))


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    import numpy as np

    return np.asarray(image)
