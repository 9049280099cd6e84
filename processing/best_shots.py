"""Which of several photos of one moment is the best, and why: compared with each other, never with an absolute scale.

Each quality of a photo is measured against the best value in its group, in steps that people see; the steps are weighed and
added. Faces count most where there are any. What somebody marked as a favorite is always first. Source of the weights: Google's
Top Shot and the photo triage of Chang et al. (SIGGRAPH 2016) as gathered in docs/organizing.md, then our own measurement there
(`manage.py benchmark organize --only best`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from processing.contracts import FaceShot, KnownPhoto

arrays = ("gray",)  # names of KnownPhoto.arrays that help, if they are there

# A face that the photo is about: at least such a share of the largest one in the group, and of the photo's longer side, and
# surely found (a blurred photo brings faces that are none).
LARGE_SHARE, PHOTO_SHARE, LEAST_SCORE = 0.5, 0.05, 0.0
OPEN, CLOSED = 0.55, 0.35  # eyes
MUCH = 0.5  # of a step: worth a word
MOST_REASONS = 3
# Tones: cut off below and above, the usual mean, what the darkest should be below and the brightest above.
BLACK, WHITE, MIDDLE, HAZE, BRIGHT = 5, 240, 115, 40, 190
NOTHING_SPEAKS = "hardly any difference to the others"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One photo's place among its look-alikes.

    Attributes:
        id: of the photo.
        score: 0 for one that is the best in everything, else below.
        reasons: why it is the best, or why it is not, in words, the weightiest first.
    """

    id: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Something in which photos differ.

    Attributes:
        weight: how much a whole step counts where there are faces, and where there are none.
        step: the difference that is plain to see.
        measure: higher is better; None if it can't be said.
        better: in words, of the best photo.
        worse: of a photo that is worse than the best one.
    """

    weight: tuple[float, float]
    step: float
    measure: Callable[[Shot], float | None]
    better: Callable[[Shot], str]
    worse: Callable[[Shot], str]


class Shot:
    """A photo beside its look-alikes."""

    def __init__(self, photo: KnownPhoto, largest_px: int) -> None:
        self.photo = photo
        least_px = max(LARGE_SHARE * largest_px, PHOTO_SHARE * max(photo.width, photo.height))
        self.faces = [face for face in photo.faces if face.side_px >= least_px and face.score >= LEAST_SCORE]

    def mean(self, values: Sequence[float | None]) -> float | None:
        """Weighed by the size of the faces; None if it is known of none."""
        known = [
            (value, face.side_px) for value, face in zip(values, self.faces, strict=True) if value is not None
        ]
        total = sum(side for _, side in known)
        return sum(value * side for value, side in known) / total if total else None

    @cached_property
    def people(self) -> float:
        return float(len(self.faces))

    @cached_property
    def face_sharpness(self) -> float | None:
        return self.mean([face.sharpness for face in self.faces])

    @cached_property
    def eyes(self) -> float | None:
        """Between the worst and the mean of all: one pair of closed eyes spoils a group photo."""
        known = [face.eyes for face in self.faces if face.eyes is not None]
        return (min(known) + sum(known) / len(known)) / 2 if known else None

    @cached_property
    def pose(self) -> float | None:
        return self.mean([_frontal(face) for face in self.faces])

    @cached_property
    def smile(self) -> float | None:
        return self.mean([face.smile for face in self.faces])

    @cached_property
    def light(self) -> float | None:
        """How well exposed it is, 0 to 1: the class of the analyzer, and how many tones are left."""
        tones = _tones(self.photo)
        plain = {"good": 1.0, "dark": 0.0, "bright": 0.0}.get(self.photo.exposure)
        if tones is None or plain is None:
            return tones if plain is None else plain
        return 0.4 * plain + 0.6 * tones

    @cached_property
    def size(self) -> float:
        return math.log2(max(1, self.photo.width * self.photo.height))


def rank(photos: Sequence[KnownPhoto]) -> list[Ranked]:
    """Put photos of one moment in order.

    Args:
        photos: with their faces, sharpness and exposure, and the arrays of `arrays`.

    Returns:
        All of them, the best first. The same photos in any order give the same answer.
    """
    if not photos:
        return []
    largest = max((face.side_px for photo in photos for face in photo.faces), default=0)
    shots = [Shot(photo, largest) for photo in photos]
    has_faces = any(shot.faces for shot in shots)
    best = [_best(quality, shots) for quality in QUALITIES]
    lacks = {shot.photo.id: [_lack(*of, shot) for of in zip(QUALITIES, best, strict=True)] for shot in shots}
    weights = [quality.weight[0 if has_faces else 1] for quality in QUALITIES]
    scores = {
        key: -sum(weight * lack for weight, lack in zip(weights, values, strict=True))
        for key, values in lacks.items()
    }
    shots.sort(
        key=lambda shot: (
            not shot.photo.is_favorite,
            -round(scores[shot.photo.id], 6),
            -shot.size,
            shot.photo.id,
        )
    )
    first, others = shots[0], shots[1:]
    found = [Ranked(first.photo.id, scores[first.photo.id], _praise(first, others, lacks, weights))]
    for shot in others:
        reasons = _blame(shot, first, lacks, weights)
        found.append(Ranked(shot.photo.id, scores[shot.photo.id], reasons))
    return found


def _best(quality: Quality, shots: Sequence[Shot]) -> float | None:
    known = [value for value in map(quality.measure, shots) if value is not None]
    return max(known, default=None)


def _lack(quality: Quality, best: float | None, shot: Shot) -> float:
    """How many steps a photo is behind the best in its group, at most 2; half a step where it can't be said."""
    if best is None:
        return 0.0
    value = quality.measure(shot)
    return MUCH if value is None else min(2.0, (best - value) / quality.step)


def _praise(
    first: Shot, others: Sequence[Shot], lacks: dict[int, list[float]], weights: Sequence[float]
) -> tuple[str, ...]:
    """What the best photo has before the others, on average."""
    if not others:
        return ()
    mine = lacks[first.photo.id]
    gains = [
        (weight * (sum(lacks[shot.photo.id][index] for shot in others) / len(others) - mine[index]), index)
        for index, weight in enumerate(weights)
        if max(lacks[shot.photo.id][index] for shot in others) - mine[index] >= MUCH
    ]
    words = ["somebody’s favorite"] if first.photo.is_favorite else []
    words += [
        QUALITIES[index].better(first)
        for gain, index in sorted(gains, key=lambda one: (-one[0], one[1]))
        if gain > 0
    ]
    return tuple(words[:MOST_REASONS]) or (NOTHING_SPEAKS,)


def _blame(
    shot: Shot, first: Shot, lacks: dict[int, list[float]], weights: Sequence[float]
) -> tuple[str, ...]:
    """In what a photo is behind the best one."""
    mine, best = lacks[shot.photo.id], lacks[first.photo.id]
    losses = [
        (weight * (mine[index] - best[index]), index)
        for index, weight in enumerate(weights)
        if weight and mine[index] - best[index] >= MUCH and QUALITIES[index].measure(shot) is not None
    ]
    words = [QUALITIES[index].worse(shot) for _, index in sorted(losses, key=lambda one: (-one[0], one[1]))]
    return tuple(dict.fromkeys(words))[:MOST_REASONS]


def _frontal(face: FaceShot) -> float:
    """1 for a face that looks at the camera, less for one that is tilted or turned."""
    return {0: 1.0, 3: 0.7, 4: 0.7}.get(face.pose, 0.3)


def _tones(photo: KnownPhoto) -> float | None:
    """How well the tones of a photo are spread, 0 to 1: the entropy of its gray picture, less what is cut off or misplaced.

    Source: chosen among 96 variants on 38 photos at four wrong exposures, see docs/organizing.md.
    """
    gray = photo.arrays.get("gray")
    if gray is None or not len(gray):
        return None
    import numpy as np

    counts = np.bincount(np.asarray(gray, np.uint8).ravel() >> 2, minlength=64) / np.size(gray)
    filled = counts[counts > 0]
    entropy = float(-(filled * np.log2(filled)).sum()) / 6
    cut_off = float(((gray <= BLACK) | (gray >= WHITE)).mean())
    misplaced = max(0.0, abs(float(gray.mean()) - MIDDLE) / MIDDLE - 0.25)
    darkest, brightest = (float(value) for value in np.quantile(gray, (0.02, 0.98)))
    haze, gloom = max(0.0, darkest - HAZE) / 100, max(0.0, 1 - brightest / BRIGHT)
    return max(0.0, entropy - 2 * cut_off - 0.3 * misplaced - 0.5 * haze - 0.3 * gloom)


def _several(shot: Shot, one: str, many: str) -> str:
    return one if len(shot.faces) < 2 else many


def _eyes_better(shot: Shot) -> str:
    known = [face.eyes for face in shot.faces if face.eyes is not None]
    if min(known, default=0.0) < OPEN:
        return "more eyes are open"
    return _several(shot, "the eyes are open", "everybody’s eyes are open")


def _eyes_worse(shot: Shot) -> str:
    closed = sum(face.eyes is not None and face.eyes < CLOSED for face in shot.faces)
    if not closed:
        return "eyes not quite open"
    return _several(shot, "eyes closed", "eyes closed" if closed > 1 else "somebody’s eyes are closed")


def _light_worse(shot: Shot) -> str:
    return {"dark": "too dark", "bright": "too bright"}.get(shot.photo.exposure, "less well exposed")


# With faces a blurred or badly exposed photo loses on its faces, too; without, these two decide.
QUALITIES: tuple[Quality, ...] = (
    Quality(
        (0.35, 0.0),
        0.15,
        lambda shot: shot.face_sharpness,
        lambda shot: _several(shot, "the sharpest face", "the sharpest faces"),
        lambda shot: _several(shot, "the face is less sharp", "faces less sharp"),
    ),
    Quality((0.25, 0.0), 0.4, lambda shot: shot.eyes, _eyes_better, _eyes_worse),
    Quality(
        (0.30, 0.0),
        1.0,
        lambda shot: shot.people,
        lambda shot: "everybody is to be seen",
        lambda shot: "somebody is not to be seen",
    ),
    Quality(
        (0.08, 0.0),
        0.35,
        lambda shot: shot.pose,
        lambda shot: _several(shot, "looks at the camera", "everybody looks at the camera"),
        lambda shot: _several(shot, "looks away", "somebody looks away"),
    ),
    Quality(
        (0.07, 0.0),
        0.4,
        lambda shot: shot.smile,
        lambda shot: _several(shot, "a smile", "more smiles"),
        lambda shot: _several(shot, "no smile", "fewer smiles"),
    ),
    Quality(
        (0.40, 0.80),
        0.12,
        lambda shot: shot.light,
        lambda shot: "the best light",
        _light_worse,
    ),
    Quality(
        (0.20, 0.50),
        0.20,
        lambda shot: shot.photo.sharpness,
        lambda shot: "the sharpest photo",
        lambda shot: "blurred" if (shot.photo.sharpness or 0) < 0.4 else "less sharp",
    ),
    Quality(
        (0.03, 0.10),
        1.0,
        lambda shot: shot.size,
        lambda shot: "the largest",
        lambda shot: "smaller",
    ),
)
