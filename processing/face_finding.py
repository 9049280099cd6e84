"""Where the faces of an image are, as hard as PHOTOROOM_FACE_SEARCH says.

dlib's HOG detector proposes, at scales that follow each other in larger steps than its own; what it is not sure of counts
if dlib's convolutional detector (MMOD) confirms it. "thorough" has MMOD search everywhere too. Measurements: docs/faces.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processing import colors, weights
from processing.detections import Detection, without_doubles

if TYPE_CHECKING:
    from PIL import Image

NO_POSE = -1  # MMOD says none
WINDOW_PX = 64  # a level must hold one cell around the detector's window
SURE_SCORE = 0.3
PORTRAIT_SHARE = 0.25  # a single face as wide as this share of the shorter side: nobody else is looked for
COARSE_SCALE = 0.9  # up to here is the first look
SMALL_PX = 800  # the longer side of a small image
LYING = (8, 6)  # EXIF orientations: a quarter turn to the left, to the right
LYING_SCALE = 0.75
MIN_LYING_SCORE = 0.4  # on 213 photos without faces, turned both ways, the best wrong one had 0.26
MOST_OF_MMOD = 1.2  # its best score; what is missing of it, so that a face that MMOD alone saw is below 0


@dataclass(frozen=True, slots=True)
class Search:
    """How hard to look.

    Attributes:
        finest: the largest scale; a HOG window is 80 px, faces of 60 to 95 px are found in it.
        finest_small: the same for images up to `SMALL_PX`.
        step: from one scale to the next.
        least_score: what HOG is asked for; MMOD decides about what is below `SURE_SCORE`.
        mmod_finest: the largest scale at which MMOD searches everywhere, 0 for not at all.
        mmod_step: from one scale to the next; MMOD finds faces of 68 to 97 px.
    """

    finest: float
    finest_small: float
    step: float
    least_score: float
    mmod_finest: float = 0.0
    mmod_step: float = 0.75


SEARCHES = {
    "fast": Search(1.0, 1.75, 0.70, -0.5),
    "balanced": Search(1.75, 1.75, 0.70, -0.7),
    "thorough": Search(2.0, 2.0, 0.80, -1.0, mmod_finest=1.75, mmod_step=0.8),
}


def find(image: Image.Image, search: Search | None = None) -> list[Detection]:
    """Search for faces: quickly first, then for smaller ones unless it is a portrait.

    Args:
        image: mode RGB.
        search: how hard; None for what the environment says.

    Returns:
        Boxes in pixels of `image`, each face once, best first. The score is HOG's, or MMOD's less 1.2 for those that HOG missed.

    Raises:
        ModelUnavailable: a model is missing.
    """
    search = search or SEARCHES[weights.search_mode()]
    scales = _scales(image.size, search)
    coarse = [scale for scale in scales if scale <= COARSE_SCALE]
    found = confirmed(image, propose(image, coarse, search.least_score))
    if not is_portrait(found, image.size) or search.mmod_finest:
        fine = [scale for scale in scales if scale > COARSE_SCALE]
        found = without_doubles(found + confirmed(image, propose(image, fine, search.least_score)))
    if search.mmod_finest:
        found = without_doubles(found + search_by_mmod(image, search))
    return found


def is_portrait(found: Sequence[Detection], size: tuple[int, int]) -> bool:
    """Say whether one large face is all there is to expect."""
    return len(found) == 1 and found[0].width >= PORTRAIT_SHARE * min(size) and max(size) > SMALL_PX


def _scales(size: tuple[int, int], search: Search) -> list[float]:
    scale = search.finest if max(size) > SMALL_PX else search.finest_small
    scales = []
    while min(size) * scale >= WINDOW_PX:
        scales.append(scale)
        scale *= search.step
    return scales


def propose(image: Image.Image, scales: Sequence[float], least_score: float) -> list[Detection]:
    """Search by HOG at some scales.

    Args:
        image: any mode; gray is used.
        scales: what to resize the image by; each finds faces of 60 to 95 px there.
        least_score: from -1 (nearly everything, and a few wrong ones a photo) to 0 (sure).

    Returns:
        Boxes in pixels of `image`, each face once, best first.
    """
    import numpy as np
    from PIL.Image import Resampling

    gray, found = image.convert("L"), []
    for scale in scales:
        width, height = round(gray.width * scale), round(gray.height * scale)
        level = gray.resize((width, height), Resampling.BILINEAR, reducing_gap=2.0)
        across, down = gray.width / width, gray.height / height
        results = weights.level_detector().run(np.asarray(level), 0, least_score)
        for box, score, pose in zip(*results, strict=True):
            left, top, right, bottom = box.left(), box.top(), box.width(), box.height()
            found.append(
                Detection(left * across, top * down, right * across, bottom * down, float(score), int(pose))
            )
    return without_doubles(found)


def confirmed(image: Image.Image, proposed: Sequence[Detection]) -> list[Detection]:
    """Keep what HOG is sure of and what MMOD confirms, in the same order.

    Args:
        image: mode RGB.
        proposed: boxes in its pixels.
    """
    doubtful = [one for one in proposed if one.score < SURE_SCORE]
    answers = iter(weights.mmod_network().confirm(image, doubtful) if doubtful else ())
    return [one for one in proposed if one.score >= SURE_SCORE or next(answers)]


def search_by_mmod(image: Image.Image, search: Search) -> list[Detection]:
    """Search by MMOD everywhere; turned and tilted faces too.

    Args:
        image: mode RGB.
        search: its `mmod_finest` and `mmod_step` count.
    """
    scale, scales = search.mmod_finest, []
    while min(image.size) * scale >= WINDOW_PX:
        scales.append(scale)
        scale *= search.mmod_step
    found = weights.mmod_network().find(image, scales)
    return [replace(one, score=one.score - MOST_OF_MMOD, pose=NO_POSE) for one in found]


def find_lying(image: Image.Image) -> tuple[list[Detection], int]:
    """Search once more with the photo on its side: it may lack its EXIF turn, or people may lie.

    Args:
        image: as for `find`, which found nothing.

    Returns:
        Boxes in pixels of the turned image, and the turn as an EXIF orientation (1 if nothing was found).
    """
    finest = 1.75 if max(image.size) <= SMALL_PX else LYING_SCALE
    scales = _scales(image.size, Search(finest, finest, 0.7, 0.0))
    for turn in LYING:
        upright = colors.turned(image, turn)
        found = [one for one in propose(upright, scales, 0.0) if one.score >= MIN_LYING_SCORE]
        if found:
            return found, turn
    return [], 1
