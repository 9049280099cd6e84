"""Where photos without a position were taken: where photos near in time were.

Each camera that had a position shortly before and after, or very shortly before or after, says where it was. If those
that say something agree, the photo was there, too. The photo's own camera is asked first, then its uploader's other
ones, then everybody's: at a party they stand in the same garden, but one may have stayed at home.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from processing.contracts import KnownPhoto, PhotoSet
from processing.towns import distance_km

version = 1
arrays: tuple[str, ...] = ()

# Chosen on the habits of people, not measured: a walk of ten minutes stays within a kilometre, and who is at the same
# place before and after three hours, at a dinner or a match, has hardly been elsewhere in between.
NEAR_SECONDS = 600.0  # one neighbor is enough
BETWEEN_SECONDS = 3 * 3600.0  # to each of two neighbors that agree
AGREE_KM = 5.0  # two positions are the same place
FASTEST_KMH = (
    20.0  # of somebody who has not left: a camera that moves faster between its photos is on its way
)
AGREEING_SHARE = 0.75  # of the cameras that say something


@dataclass(frozen=True, slots=True)
class _Track:
    """Where one camera was: times in seconds, ascending, and the photos that say so."""

    times: list[float]
    photos: list[KnownPhoto]


@dataclass(frozen=True, slots=True)
class _Vote:
    seconds: float  # to the photo that says so
    photo: KnownPhoto


def cluster(photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
    """Infer where photos without a position were taken.

    Args:
        photos: those with a position teach, those without one and with a known time are inferred.

    Returns:
        A set for each photo from which others take their place: their ids, and in `data` the photo's id as "from", with its
        "latitude" and "longitude" in degrees. Photos that can't be inferred are in none.
    """
    ordered = sorted(photos, key=lambda photo: (photo.taken_at, photo.sha256, photo.filename, photo.id))
    placed = [photo for photo in ordered if photo.latitude is not None and photo.is_hour_known]
    tracks = _tracks(placed)
    taken: dict[int, list[int]] = defaultdict(list)
    sources = {photo.id: photo for photo in placed}
    for photo in ordered:
        if photo.latitude is None and photo.is_hour_known:
            source = _source(photo, tracks)
            if source is not None:
                taken[source.id].append(photo.id)
    return [
        PhotoSet(
            tuple(ids),
            {"from": key, "latitude": sources[key].latitude, "longitude": sources[key].longitude},
        )
        for key, ids in taken.items()
    ]


def _tracks(placed: Iterable[KnownPhoto]) -> dict[tuple[str, int | None], _Track]:
    """Where each camera was; photos without a camera's name count as one camera of their uploader."""
    tracks: dict[tuple[str, int | None], _Track] = {}
    for photo in placed:
        track = tracks.setdefault((photo.camera, photo.uploader), _Track([], []))
        track.times.append(photo.taken_at.timestamp())
        track.photos.append(photo)
    return tracks


def _source(photo: KnownPhoto, tracks: dict[tuple[str, int | None], _Track]) -> KnownPhoto | None:
    """The photo whose place this one has; None if nobody knows or they disagree."""
    at = photo.taken_at.timestamp()
    own, uploaders, others = [], [], []
    for (camera, uploader), track in tracks.items():
        vote = _vote(track, at)
        if vote is None:
            continue
        others.append(vote)
        if uploader is not None and uploader == photo.uploader:
            uploaders.append(vote)
            if camera and camera == photo.camera:
                own.append(vote)
    return next((found for votes in (own, uploaders, others) if (found := _agreed(votes)) is not None), None)


def _vote(track: _Track, at: float) -> _Vote | None:
    """Where a camera was at a time, if it stayed where it was."""
    index = bisect_left(track.times, at)
    before = _Vote(at - track.times[index - 1], track.photos[index - 1]) if index else None
    after = _Vote(track.times[index] - at, track.photos[index]) if index < len(track.times) else None
    near = [vote for vote in (before, after) if vote is not None]
    nearest = min(near, key=lambda vote: vote.seconds)
    if len(near) == 2 and all(vote.seconds <= BETWEEN_SECONDS for vote in near):
        km = _apart(near[0], near[1])
        hours = max(1e-6, (near[0].seconds + near[1].seconds) / 3600)
        if km <= AGREE_KM and (km <= 1.0 or km / hours <= FASTEST_KMH):
            return nearest
        if km > AGREE_KM:  # on its way: only a moment says something
            return nearest if nearest.seconds <= NEAR_SECONDS / 5 else None
    return nearest if nearest.seconds <= NEAR_SECONDS else None


def _agreed(votes: Sequence[_Vote]) -> KnownPhoto | None:
    """The vote that is nearest in time, if most cameras were there with it."""
    if not votes:
        return None
    best = min(votes, key=lambda vote: (vote.seconds, vote.photo.sha256, vote.photo.id))
    agreeing = sum(_apart(best, vote) <= AGREE_KM for vote in votes)
    return best.photo if agreeing >= AGREEING_SHARE * len(votes) else None


def _apart(first: _Vote, second: _Vote) -> float:
    one, two = first.photo, second.photo
    if one.latitude is None or one.longitude is None or two.latitude is None or two.longitude is None:
        return float("inf")
    return distance_km(one.latitude, one.longitude, two.latitude, two.longitude)
