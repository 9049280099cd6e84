"""How alike faces and persons are, as numbers that a model can learn from. Imports numpy: import it inside a function."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from processing.descriptors import distances, leaders

COPY_RADIUS = 0.2  # as in grouping: a shot saved twice, a burst
CANDIDATES = 4  # persons that a face is compared with face by face
NEAREST = 3
MAX_LOOKS = 64  # of one person
FAR = 1.5  # a distance beyond every real one


class Likeness:
    """The looks of the persons that were labelled.

    Args:
        labelled: for each person float32 of shape (faces, 128).
    """

    def __init__(self, labelled: Sequence[NDArray[np.float32]]) -> None:
        self.looks = [_looks(np.asarray(one, np.float32)) for one in labelled]
        self.centers = np.array([looks.mean(axis=0) for looks in self.looks], np.float32)
        self.spreads = np.array(
            [
                float(((looks - center) ** 2).sum(axis=1).mean())
                for looks, center in zip(self.looks, self.centers, strict=True)
            ],
            np.float32,
        )

    def compare(
        self, faces: NDArray[np.float32], barred: Sequence[Sequence[int]], *, is_labelled: bool = False
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Compare faces with the persons that they resemble most.

        Args:
            faces: float32 of shape (n, 128).
            barred: for each face the persons that it cannot be.
            is_labelled: leave the face itself out of the looks that it is compared with.

        Returns:
            Persons of shape (n, candidates), -1 where there is none, and features float32 of shape (n, candidates, 4).
        """
        candidates = self._candidates(faces, barred)
        near = np.full(candidates.shape, FAR, np.float32)
        mean = np.full(candidates.shape, FAR, np.float32)
        for person, looks in enumerate(self.looks):
            rows, columns = np.nonzero(candidates == person)
            if len(rows):
                near[rows, columns], mean[rows, columns] = _near_and_mean(faces[rows], looks, is_labelled)
        return candidates, self._features(near, mean)

    def examples(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Make rows to learn from, out of the labelled faces.

        Returns:
            Features of shape (rows, 4), and 1 or 0 for each row.
        """
        rows, truth = [], []
        for person, looks in enumerate(self.looks):
            for barred in ([], [person]):
                candidates, features = self.compare(looks, [barred] * len(looks), is_labelled=True)
                best = features[:, :, 1].argmin(axis=1)
                for at in range(len(looks)):
                    own = np.flatnonzero(candidates[at] == person)
                    for column in {*own.tolist(), int(best[at])}:
                        if candidates[at, column] >= 0:
                            rows.append(features[at, column])
                            truth.append(float(candidates[at, column] == person))
        return np.array(rows, np.float32).reshape(len(rows), 4), np.array(truth)

    def _candidates(self, faces: NDArray[np.float32], barred: Sequence[Sequence[int]]) -> NDArray[np.intp]:
        most = min(CANDIDATES, len(self.looks))
        chosen = np.empty((len(faces), most), np.intp)
        for start in range(0, len(faces), 2048):
            block = distances(faces[start : start + 2048], self.centers) ** 2 + self.spreads
            for row, out in enumerate(barred[start : start + 2048]):
                if len(out):
                    block[row, list(out)] = np.inf
            best = np.argsort(block, axis=1, kind="stable")[:, :most]
            chosen[start : start + 2048] = np.where(
                np.isinf(np.take_along_axis(block, best, axis=1)), -1, best
            )
        return chosen

    def _features(self, near: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
        """Likeness to the nearest looks and to all, to the person's own tightness, and lead before the next person."""
        others = np.full_like(mean, FAR)
        for column in range(mean.shape[1]):
            rest = np.delete(mean, column, axis=1)
            if rest.shape[1]:
                others[:, column] = rest.min(axis=1)
        lead = np.clip(mean - others, -0.25, 0.25)
        return np.stack([near, mean, np.minimum(near, 0.5), lead], axis=2)


def _looks(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    lead = leaders(descriptors, COPY_RADIUS)
    kept: NDArray[np.float32] = descriptors[lead == np.arange(len(lead))]
    return kept[:: -(-len(kept) // MAX_LOOKS)]


def _near_and_mean(
    faces: NDArray[np.float32], looks: NDArray[np.float32], is_labelled: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    apart = distances(faces, looks)
    if is_labelled and len(looks) > 1:
        itself = apart.argmin(axis=1)
        is_itself = apart[np.arange(len(faces)), itself] < COPY_RADIUS / 2
        apart[np.flatnonzero(is_itself), itself[is_itself]] = np.nan
    nearest = np.sort(apart, axis=1)[:, :NEAREST]
    return np.nanmean(nearest, axis=1), np.nanmean(apart, axis=1)
