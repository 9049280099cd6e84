"""Finds the faces of a photo and describes each so that faces of one person can be recognized.

The recipe and its measurements: docs/faces.md.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from processing import colors, weights
from processing.contracts import FaceFinding, Findings, Picture, Region
from processing.detections import Detection, overlap, point_back, point_turned, turned_back, without_doubles
from processing.errors import ProcessingError

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
# A box drawn by a human: searched around it at this size, with the crop tilted by these angles (degrees).
DRAWN_SIDE_PX, DRAWN_MARGIN, DRAWN_ANGLES, DRAWN_SCORE = 160, 1.0, (0, -30, 30, -60, 60, -90, 90), -0.3
MIN_DRAWN_SIDE_PX = 8
NO_FACE = "No face was found on this picture. Hold the camera so that your face fills about a third of it."
POOR_FACE = (
    "The face on this picture is too small or too blurred to be recognized. "
    "Come nearer to the camera, find more light and hold still."
)
SELFIE_SIDE_PX = 800


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


def _search(gray: NDArray[np.uint8], upsample: int, least_score: float = MIN_SCORE) -> list[Detection]:
    boxes, scores, poses = weights.face_detector().run(gray, upsample, least_score)
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
    region = _inside(region, picture)
    crop, left, top, factor = _surroundings(picture, region)
    side = math.sqrt(region.width * region.height) * factor
    center = ((region.x + region.width / 2 - left) * factor, (region.y + region.height / 2 - top) * factor)
    angle, seen = _drawn_face(crop, center, side)
    box = seen or Detection(center[0] - side / 2, center[1] - side / 2, side, side, 0.0, 0)
    (chip, *_), (points, *_) = align(_pixels(crop.rotate(angle, center=center, resample=2)), [box])
    sharp, searched = sharpness(chip), box.width / factor / picture.scale
    grade = quality(searched, 1.0 if seen else 0.0, sharp)
    if seen is None and not is_plausible(points, box):
        grade = "C"
    points = [point_turned(point, angle, center) for point in points]
    return FaceFinding(
        region=region,
        score=0.0,
        descriptor=weights.face_network().describe(chip[None])[0],
        sharpness=sharp,
        pose=box.pose,
        quality=grade,
        landmarks=tuple((round(x / factor + left), round(y / factor + top)) for x, y in points),
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
    crop: Image.Image, center: tuple[float, float], side: float
) -> tuple[float, Detection | None]:
    """Search for a face about where the box is, upright first and then tilted: the angle and the box, or None."""
    drawn = Detection(center[0] - side / 2, center[1] - side / 2, side, side, 0.0, 0)
    gray = crop.convert("L")
    for angle in DRAWN_ANGLES:
        turned = gray.rotate(angle, center=center, resample=2)
        found = [one for one in _search(_pixels(turned), 0, DRAWN_SCORE) if overlap(one, drawn) >= 0.3]
        if found:
            return angle, max(found, key=lambda one: overlap(one, drawn))
    return 0.0, None


def is_plausible(points: list[tuple[int, int]], box: Detection) -> bool:
    """Say whether five landmarks may be those of a face in this box: inside it, the nose below two separate eyes."""
    right_eye = (points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2
    left_eye = (points[2][0] + points[3][0]) / 2, (points[2][1] + points[3][1]) / 2
    between = abs(right_eye[0] - left_eye[0])
    slope = abs(right_eye[1] - left_eye[1])
    nose = points[4][1] - (right_eye[1] + left_eye[1]) / 2
    is_within = all(
        -0.1 <= (x - box.left) / box.width <= 1.1 and -0.1 <= (y - box.top) / box.height <= 1.1
        for x, y in points
    )
    return is_within and 0.2 * box.width <= between and slope <= between and nose >= 0.1 * box.height


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
    for searched, turn in ((small, 1), *((small, turn) for turn in (*LYING, 3)), (picture, 1)):
        upright = colors.turned(searched.image, turn)
        found = without_doubles(
            _search(_pixels(upright.convert("L")), 1, 0.0 if turn == 1 else MIN_LYING_SCORE)
        )
        if found:
            best = max(found, key=lambda one: _nearness(one, upright.size))
            return _selfie(best, turn, searched)
    raise ProcessingError(NO_FACE)


def _nearness(one: Detection, size: tuple[int, int]) -> float:
    """Weigh a face by its side and how near to the middle it is."""
    away = math.hypot(one.left + one.width / 2 - size[0] / 2, one.top + one.height / 2 - size[1] / 2)
    return one.width * (1 - away / math.hypot(*size))


def _selfie(one: Detection, turn: int, picture: Picture) -> FaceFinding:
    chips, landmarks = align(_pixels(colors.turned(picture.image, turn)), [one])
    finding = _finding(
        turned_back(one, turn, picture.image.size),
        picture,
        weights.face_network().describe(chips)[0],
        sharpness(chips[0]),
        _turned_back_all(landmarks, turn, picture)[0],
    )
    if finding.quality == "C":
        raise ProcessingError(POOR_FACE)
    return finding


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


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    import numpy as np

    return np.asarray(image)
