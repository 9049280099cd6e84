"""Finds cameras whose clock is off: where two cameras saw the same moments, the difference of their times is always the same.

Every photo of one camera is compared with every photo of another one. Where each is the other's most similar photo, and
nothing else resembles it as much, the two may show the same moment; the difference of their times is a vote. Photos that only
look alike (the same room, the same people, another hour) vote for differences all over the evening; the same moments vote for
one. It counts only if chance would hardly ever give so many votes for one difference.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processing.contracts import KnownPhoto, PhotoSet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
arrays: tuple[str, ...] = ("embedding",)

BY_CLOCK = ("camera", "place", "room", "satellite")
MOST_PHOTOS = 300  # of one camera: enough moments, and the cost stays small in a room of any size
MOST_CAMERAS = 16
LEAST_PHOTOS = 4
LEAST_ALIKE = 0.45  # cosine of features without what all photos of the room have in common
LEAST_MARGIN = 0.04  # to the most similar photo of another time
OTHER_TIME_SECONDS = 600
SAME_MOMENT_SECONDS = 100  # how far apart two people photograph the same moment
NEXT_MOMENT_SECONDS = 60
LEAST_MOMENTS = 3
MOST_CHANCE = 1e-4  # that so many votes come together by accident, over all differences
LEAST_SHIFT_SECONDS = 180
SNAP_SECONDS = 120
HALF_HOUR = 1800
MOST_PAIRS = 8
SURE_SHARE = 0.5
PEOPLE_BONUS, PEOPLE_MALUS = 0.08, 0.12


@dataclass(slots=True)
class Camera:
    """The photos of one camera that are compared, in order of time."""

    key: str
    ids: list[int]
    seconds: NDArray[np.float64]
    features: NDArray[np.float32]
    people: list[frozenset[int]]
    photo_count: int
    is_sure: bool  # its clock knows its time zone: a phone, set by the network


@dataclass(frozen=True, slots=True)
class Agreement:
    """So much has to be added to one camera's times to make them fit another's; 0: they fit."""

    seconds: float
    moments: int
    pairs: tuple[tuple[int, int], ...]  # (of the one camera, of the other), most alike first


def cluster(photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
    """Find cameras whose clock differs from those of the others.

    Args:
        photos: with the array "embedding" (float16 or float32, any length); without it a photo is not compared. `taken_at`
            is after whatever shift the camera has now.

    Returns:
        One set for each camera whose clock seems to be off, by the camera's key: its photos that tell it, and in `data`
        "camera", "shift_seconds" (to add to its times), "moments" and "pairs" ([its photo, the other's] most alike first).
    """
    cameras = _cameras(photos)
    found = {
        (one.key, other.key): agreement
        for at, one in enumerate(cameras)
        for other in cameras[at + 1 :]
        if not (one.is_sure and other.is_sure) and (agreement := compare(one, other))
    }
    by_key = {camera.key: camera for camera in cameras}
    return [_as_set(key, by_key, votes) for key, votes in sorted(_accused(by_key, found).items())]


def _cameras(photos: Sequence[KnownPhoto]) -> list[Camera]:
    """The cameras of a room with enough photos, those with most photos first; features centered on the room's mean."""
    import numpy as np

    by_camera: dict[str, list[KnownPhoto]] = defaultdict(list)
    for photo in photos:
        if (
            photo.camera
            and photo.is_time_known
            and photo.time_source in BY_CLOCK
            and "embedding" in photo.arrays
        ):
            by_camera[photo.camera].append(photo)
    chosen = sorted(by_camera.items(), key=lambda item: (-len(item[1]), item[0]))
    chosen = [item for item in chosen if len(item[1]) >= LEAST_PHOTOS][:MOST_CAMERAS]
    if len(chosen) < 2:
        return []
    samples = {key: _sample(group) for key, group in chosen}
    length = min(len(photo.arrays["embedding"]) for group in samples.values() for photo in group)
    stacks = {
        key: np.stack([photo.arrays["embedding"][:length] for photo in group]).astype(np.float32)
        for key, group in samples.items()
    }
    mean = np.mean([stack.mean(axis=0) for stack in stacks.values()], axis=0)
    return [
        Camera(
            key,
            [photo.id for photo in samples[key]],
            np.array([photo.taken_at.timestamp() for photo in samples[key]]),
            _unit(stacks[key] - mean),
            [
                frozenset(face.person for face in photo.faces if face.person is not None)
                for photo in samples[key]
            ],
            len(group),
            sum(photo.time_source in ("camera", "satellite") for photo in group) >= SURE_SHARE * len(group),
        )
        for key, group in chosen
    ]


def _sample(photos: Sequence[KnownPhoto]) -> list[KnownPhoto]:
    ordered = sorted(photos, key=lambda photo: (photo.taken_at, photo.id))
    if len(ordered) <= MOST_PHOTOS:
        return ordered
    step = len(ordered) / MOST_PHOTOS
    return [ordered[int(number * step)] for number in range(MOST_PHOTOS)]


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-6)).astype(np.float32)


def compare(one: Camera, other: Camera) -> Agreement | None:
    """Find by how much the clock of `one` is off from that of `other`; None if nobody can say."""
    alike = one.features @ other.features.T + _people_bonus(one, other)
    rows, columns = _mutual(alike, one, other)
    if len(rows) < LEAST_MOMENTS:
        return None
    return _vote(one, other, rows, columns, alike[rows, columns])


def _people_bonus(one: Camera, other: Camera) -> Any:
    """A little for the same people on both photos, a little less for others."""
    import numpy as np

    bonus = np.zeros((len(one.ids), len(other.ids)), np.float32)
    mine = [(at, people) for at, people in enumerate(one.people) if people]
    theirs = [(at, people) for at, people in enumerate(other.people) if people]
    for row, people in mine:
        for column, others in theirs:
            shared = len(people & others) / len(people | others)
            bonus[row, column] = PEOPLE_BONUS * shared if shared else -PEOPLE_MALUS
    return bonus


def _mutual(alike: Any, one: Camera, other: Camera) -> tuple[Any, Any]:
    """The pairs of which each is the other's most similar photo, clearly more than any of another time."""
    import numpy as np

    best_column, best_row = alike.argmax(axis=1), alike.argmax(axis=0)
    rows = np.flatnonzero(best_row[best_column] == np.arange(len(one.ids)))
    columns = best_column[rows]
    kept = []
    for at, (row, column) in enumerate(zip(rows, columns, strict=True)):
        score = alike[row, column]
        far_columns = np.abs(other.seconds - other.seconds[column]) > OTHER_TIME_SECONDS
        far_rows = np.abs(one.seconds - one.seconds[row]) > OTHER_TIME_SECONDS
        second = max(
            alike[row, far_columns].max(initial=-1.0),
            alike[far_rows, column].max(initial=-1.0),
        )
        if score >= LEAST_ALIKE and score - second >= LEAST_MARGIN:
            kept.append(at)
    return rows[kept], columns[kept]


def _vote(one: Camera, other: Camera, rows: Any, columns: Any, scores: Any) -> Agreement | None:
    import numpy as np

    apart = other.seconds[columns] - one.seconds[rows]
    near = np.abs(apart[:, None] - apart[None, :]) <= SAME_MOMENT_SECONDS
    counts = np.array(
        [_moments(one.seconds[rows[near[at]]], other.seconds[columns[near[at]]]) for at in range(len(apart))]
    )
    peak = int(counts.max())
    if peak < LEAST_MOMENTS:
        return None
    # Of equal peaks the one in the middle of its votes: the median of those that are near it.
    at = int(np.lexsort((np.abs(apart), -near.sum(axis=1), -counts))[0])
    center = float(np.median(apart[near[at]]))
    inside = np.abs(apart - center) <= SAME_MOMENT_SECONDS
    shift = 0.0 if abs(center) < LEAST_SHIFT_SECONDS else _snapped(center)
    if _is_chance(peak, apart, inside, one, other):
        return None
    order = np.lexsort((rows[inside], -scores[inside]))
    pairs = [
        (one.ids[rows[inside][place]], other.ids[columns[inside][place]]) for place in order[:MOST_PAIRS]
    ]
    return Agreement(shift, peak, tuple(pairs))


def _moments(mine: Any, theirs: Any) -> int:
    """How many different moments there are among pairs: a burst is one."""
    count, last = 0, (-math.inf, -math.inf)
    for pair in sorted(zip(mine, theirs, strict=True)):
        if pair[0] - last[0] >= NEXT_MOMENT_SECONDS and abs(pair[1] - last[1]) >= NEXT_MOMENT_SECONDS:
            count, last = count + 1, pair
    return count


def _is_chance(peak: int, apart: Any, inside: Any, one: Camera, other: Camera) -> bool:
    """Whether accidents give so many votes for one difference, or others have nearly as many."""
    import numpy as np

    outside = apart[~inside]
    # Half as many pairs fit as the times stand: then it is not the clocks.
    if np.sum(np.abs(outside) <= LEAST_SHIFT_SECONDS) * 2 >= peak:
        return True
    span = float(np.ptp(one.seconds) + np.ptp(other.seconds)) + 2 * SAME_MOMENT_SECONDS
    windows = max(1.0, span / SAME_MOMENT_SECONDS)
    # With few votes besides, one more is assumed: nobody knows that there is none.
    rate = (len(outside) + 1) * 2 * SAME_MOMENT_SECONDS / span
    if windows * _at_least(peak, rate) > MOST_CHANCE:
        return True
    if not len(outside):
        return False
    rivals = (np.abs(outside[:, None] - outside[None, :]) <= SAME_MOMENT_SECONDS).sum(axis=1).max()
    return bool(rivals * 2 > peak)


def _at_least(count: int, rate: float) -> float:
    """The probability of so many events or more where `rate` are expected (Poisson)."""
    if rate <= 0:
        return 0.0
    below = sum(
        math.exp(-rate + number * math.log(rate) - math.lgamma(number + 1)) for number in range(count)
    )
    return (
        max(0.0, 1.0 - below)
        if below < 0.999999
        else math.exp(-rate + count * math.log(rate) - math.lgamma(count + 1))
    )


def _snapped(seconds: float) -> float:
    """Whole hours and half-hours are what people forget; else whole minutes."""
    hours = HALF_HOUR * round(seconds / HALF_HOUR)
    return float(hours) if hours and abs(seconds - hours) <= SNAP_SECONDS else 60.0 * round(seconds / 60)


def _accused(
    cameras: Mapping[str, Camera], found: Mapping[tuple[str, str], Agreement]
) -> dict[str, list[tuple[Agreement, str]]]:
    """Which camera of each pair is off: not the one that knows its zone, else the one that fewer others confirm.

    Where two of more cameras are as good as each other, nobody is accused: a third will tell when it has more photos.
    """
    votes: dict[str, int] = defaultdict(int)
    for pair, agreement in found.items():
        for key in pair:
            votes[key] += -1 if agreement.seconds else 1
    accused: dict[str, list[tuple[Agreement, str]]] = defaultdict(list)
    for (one, other), agreement in found.items():
        tied = [(cameras[key].is_sure, votes[key]) for key in (one, other)]
        if not agreement.seconds or (tied[0] == tied[1] and len(cameras) > 2):
            continue
        late = max((cameras[one], cameras[other]), key=lambda camera: _blame(camera, votes[camera.key]))
        if late.key == one:
            accused[one].append((agreement, other))
        else:
            turned = tuple((theirs, mine) for mine, theirs in agreement.pairs)
            accused[other].append((Agreement(-agreement.seconds, agreement.moments, turned), one))
    return accused


def _blame(camera: Camera, votes: int) -> tuple[bool, int, int, str]:
    return not camera.is_sure, -votes, -camera.photo_count, camera.key


def _as_set(key: str, cameras: Mapping[str, Camera], votes: Sequence[tuple[Agreement, str]]) -> PhotoSet:
    """The proposal that the surest camera supports, then the one with most moments."""
    best, _ = max(votes, key=lambda vote: (cameras[vote[1]].is_sure, vote[0].moments, vote[1]))
    ids = tuple(dict.fromkeys(mine for mine, _ in best.pairs))
    data = {
        "camera": key,
        "shift_seconds": round(best.seconds),
        "moments": best.moments,
        "pairs": [list(pair) for pair in best.pairs],
    }
    return PhotoSet(ids, data)
