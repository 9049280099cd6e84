"""How alike faces and persons are, as numbers that a model can learn from. Imports numpy: import it inside a function.

Four features a pair of face and person, all distances: to the person's nearest labelled faces, to all of them on average,
that average less the next person's, and the person's own mean distance, because the faces of some people lie closer together.
On LFW the last one halved the errors; a logistic regression or a discriminant analysis over the descriptors added nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from processing.descriptors import BLOCK, distances, leaders

COPY_RADIUS = 0.2  # as in grouping: a shot saved twice, a burst
CANDIDATES = 4  # persons that a face is compared with face by face
NEAREST = 3
MAX_LOOKS = 64  # of one person
FAR = 1.5  # a distance beyond every real one
FEATURES = 4
MAX_LEAD = 0.25
# A person's tightness is pulled towards that of LFW's people, as if so many pairs more had been seen.
USUAL_TIGHTNESS, USUAL_PAIRS = 0.41, 10


class Likeness:
    """The looks of the persons that were labelled; a person is its index.

    Args:
        labelled: for each person float32 of shape (faces, 128), in an order that depends on nothing but the faces.
    """

    def __init__(self, labelled: Sequence[NDArray[np.float32]]) -> None:
        self.looks = [_looks(np.asarray(one, np.float32)) for one in labelled]
        self.centers = np.array([looks.mean(axis=0) for looks in self.looks], np.float32)
        self.spreads = np.array(
            [
                ((looks - center) ** 2).sum(axis=1).mean()
                for looks, center in zip(self.looks, self.centers, strict=True)
            ],
            np.float32,
        )
        self.inner = [distances(looks, looks) for looks in self.looks]
        for inner in self.inner:
            np.fill_diagonal(inner, 0)
        self.tightness = np.array(
            [_tightness(inner.sum() / 2, len(inner)) for inner in self.inner], np.float32
        )

    def compare(
        self, faces: NDArray[np.float32], barred: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Compare faces with the persons that they resemble most.

        Args:
            faces: float32 of shape (n, 128), of which none is among the labelled ones.
            barred: for each face the persons that it cannot be.

        Returns:
            Persons of shape (n, candidates), most alike first, -1 where there is none; features float32 of shape
            (n, candidates, 4).
        """
        candidates = self._candidates(faces, barred)
        near = np.full(candidates.shape, FAR, np.float32)
        mean = np.full(candidates.shape, FAR, np.float32)
        for person, (rows, columns) in _places(candidates).items():
            apart = distances(faces[rows], self.looks[person])
            near[rows, columns], mean[rows, columns] = _nearest(apart), apart.mean(axis=1)
        return candidates, _features(near, mean, self.tightness[candidates])

    def examples(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Make rows to learn from out of the labelled faces.

        Each is compared with its own person without it (yes), with the most alike other person (no), and with that one again
        as if its own person had never been labelled: so come strangers (no).

        Returns:
            Features of shape (rows, 4), and 1 or 0 for each row.
        """
        rows, truth = [np.empty((0, FEATURES), np.float32)], [np.empty(0)]
        for person, looks in enumerate(self.looks):
            others, features = self.compare(looks, [[person]] * len(looks))
            mean = np.where(others < 0, FAR, features[:, :, 1])
            best, every = mean.argmin(axis=1), np.arange(len(looks))
            rival = mean[every, best]
            if len(looks) > 1:
                own = self._without_itself(person, rival)
                rows, truth = [*rows, own], [*truth, np.ones(len(own))]
            if len(self.looks) > 1:
                as_stranger = features[every, best]
                beside = as_stranger.copy()
                if len(looks) > 1:
                    beside[:, 2] = np.clip(as_stranger[:, 1] - own[:, 1], -MAX_LEAD, MAX_LEAD)
                rows, truth = [*rows, as_stranger, beside], [*truth, np.zeros(2 * len(looks))]
        return np.concatenate(rows), np.concatenate(truth)

    def _without_itself(self, person: int, rival: NDArray[np.float32]) -> NDArray[np.float32]:
        inner = self.inner[person]
        count = len(inner)
        sums = inner.sum(axis=1)
        apart = inner.copy()
        np.fill_diagonal(apart, np.inf)
        mean = sums / (count - 1)
        rest = [_tightness(inner.sum() / 2 - own, count - 1) for own in sums]
        near = _nearest(apart, most=count - 1)
        features = _features(near[:, None], mean[:, None], np.array(rest, np.float32)[:, None])[:, 0]
        features[:, 2] = np.clip(mean - rival, -MAX_LEAD, MAX_LEAD)
        return features

    def _candidates(self, faces: NDArray[np.float32], barred: Sequence[Sequence[int]]) -> NDArray[np.intp]:
        """Choose by the mean squared distance to all looks, which needs only each person's center and spread."""
        most = min(CANDIDATES, len(self.looks))
        chosen = np.empty((len(faces), most), np.intp)
        for start in range(0, len(faces), BLOCK):
            block = distances(faces[start : start + BLOCK], self.centers) ** 2 + self.spreads
            for row, out in enumerate(barred[start : start + BLOCK]):
                if out:
                    block[row, list(out)] = np.inf
            best = np.argsort(block, axis=1, kind="stable")[:, :most]
            is_out = np.isinf(np.take_along_axis(block, best, axis=1))
            chosen[start : start + BLOCK] = np.where(is_out, -1, best)
        return chosen


def _places(candidates: NDArray[np.intp]) -> dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Say in which rows and columns each person stands."""
    flat = candidates.ravel()
    order = np.argsort(flat, kind="stable")
    persons, starts = np.unique(flat[order], return_index=True)
    found = {}
    for person, places in zip(persons, np.split(order, starts[1:]), strict=True):
        if person >= 0:
            rows, columns = np.divmod(places, candidates.shape[1])
            found[int(person)] = (rows, columns)
    return found


def _features(
    near: NDArray[np.float32], mean: NDArray[np.float32], tightness: NDArray[np.float32]
) -> NDArray[np.float32]:
    lead = np.empty_like(mean)
    for column in range(mean.shape[1]):
        rest = np.delete(mean, column, axis=1)
        lead[:, column] = mean[:, column] - (rest.min(axis=1) if rest.shape[1] else FAR)
    return np.stack([near, mean, np.clip(lead, -MAX_LEAD, MAX_LEAD), tightness], axis=2).astype(np.float32)


def _nearest(apart: NDArray[np.float32], most: int = NEAREST) -> NDArray[np.float32]:
    found: NDArray[np.float32] = np.sort(apart, axis=1)[:, : max(1, min(most, NEAREST))].mean(axis=1)
    return found


def _tightness(total: float, count: int) -> float:
    pairs = count * (count - 1) / 2
    return float((total + USUAL_TIGHTNESS * USUAL_PAIRS) / (pairs + USUAL_PAIRS))


def _looks(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep one of each set of copies, and evenly so many of the rest that the cost stays small."""
    lead = leaders(descriptors, COPY_RADIUS)
    kept: NDArray[np.float32] = descriptors[lead == np.arange(len(lead))]
    return kept[:: -(-len(kept) // MAX_LOOKS)]
