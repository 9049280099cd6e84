"""A word of somebody's own, learned from a few photos that carry it: how probable is it on others?

With ten examples in 1,280 dimensions a classifier fitted to labels takes the unlabelled photos, some of which show the same,
for counterexamples. So the word is a direction: the mean of its examples after what is usual in the room has been taken away.
What people refused moves the direction away from it. Probabilities come from the examples' scores, each left out of its own
direction, and from the scores of the other photos, whose share of the word is estimated. Discriminant analysis with the
room's covariance and logistic regression were measured beside it and are not better (docs/organizing.md).

Source: Wang, Chao, Weinberger, van der Maaten, SimpleShot, 2019 (nearest centred mean); Saerens, Latinne, Decaestecker,
Adjusting the Outputs of a Classifier to New a Priori Probabilities, Neural Computation 14, 2002 (share); our own measurement,
`manage.py benchmark organize`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_EXAMPLES = 5  # fewer say too little
PROPOSED = 0.5  # the probability from which a photo is proposed
MOST_BACKGROUND = 2000  # photos; more change nothing
REFUSED_WEIGHT = 5.0  # what the usual photos weigh beside refused ones
FIRST_SHARE, LEAST_SHARE, MOST_SHARE = 0.05, 0.002, 0.5
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Background:
    """What photos of a room usually look like.

    Attributes:
        mean: float32 of shape (d,).
        photos: centred features of some of them, float32 of shape (n, d).
    """

    mean: NDArray[np.float32]
    photos: NDArray[np.float32]

    def center(self, embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
        """Express features as differences from what is usual, each photo's with length 1.

        Args:
            embeddings: of shape (n, d).
        """
        import numpy as np

        own = (embeddings - self.mean).astype(np.float32)
        return own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), np.float32(1e-6))


@dataclass(frozen=True, slots=True)
class Learned:
    """A word as a direction in centred features.

    Attributes:
        direction: float32 of shape (d,).
        slope, offset: its score times `slope` plus `offset` is the logarithm of the odds.
    """

    direction: NDArray[np.float32]
    slope: float
    offset: float

    def probabilities(self, own: NDArray[np.float32]) -> NDArray[np.float64]:
        """Say how probable the word is on each photo.

        Args:
            own: centred features of shape (n, d).

        Returns:
            float64 of shape (n,), 0 to 1.
        """
        import numpy as np

        odds = np.clip((own @ self.direction).astype(np.float64) * self.slope + self.offset, -30, 30)
        return 1 / (1 + np.exp(-odds))


def describe_background(embeddings: NDArray[np.floating]) -> Background:
    """Learn what is usual.

    Args:
        embeddings: of shape (n, d), n at least 1; of these at most MOST_BACKGROUND are used, evenly chosen.
    """
    import numpy as np

    chosen = embeddings[:: max(1, -(-len(embeddings) // MOST_BACKGROUND))].astype(np.float32)
    mean = chosen.mean(axis=0)
    return Background(mean, Background(mean, chosen[:0]).center(chosen))


def learn(
    background: Background, right: NDArray[np.floating], wrong: NDArray[np.floating] | None = None
) -> Learned:
    """Learn a word.

    Args:
        background: of the room.
        right: features of the photos that carry it, of shape (n, d), n at least 2.
        wrong: those of photos of which somebody said that they do not, of shape (m, d).
    """
    import numpy as np

    good = background.center(right)
    bad = background.center(wrong) if wrong is not None and len(wrong) else good[:0]
    away = _away(background, bad)
    total = good.sum(axis=0)
    left_out = np.array([_unit((total - one) / (len(good) - 1) - away) @ one for one in good])
    direction = _unit(total / len(good) - away)
    usual = background.photos @ direction
    refused = bad @ direction
    return _calibrated(direction, left_out, np.concatenate([usual, refused]), len(refused))


def _away(background: Background, bad: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the direction leads away from: the usual (zero) and, the more of them there are, what was refused."""
    import numpy as np

    if not len(bad):
        return np.zeros(background.mean.shape, np.float32)
    return (bad.sum(axis=0) / (len(bad) + REFUSED_WEIGHT)).astype(np.float32)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def _calibrated(
    direction: NDArray[np.float32], left_out: NDArray[np.float32], usual: NDArray[np.float32], refused: int
) -> Learned:
    """Two normal distributions of one width: where they meet, and how many of the usual photos lie above.

    Args:
        left_out: scores of the examples, each with a direction that does not know it.
        usual: scores of the background and, at the end, of `refused` refused photos.
    """
    import numpy as np

    scores = usual.astype(np.float64)
    middle = float(np.median(scores))
    spread = 1.4826 * float(
        np.median(np.abs(scores - middle))
    )  # of a normal distribution, without its outliers
    high = float(np.median(left_out))
    high = max(high, middle + 1e-3)
    width = max(float(np.hypot(spread, np.std(left_out))) / np.sqrt(2), 1e-3)
    slope = (high - middle) / width**2
    share = FIRST_SHARE
    certain = scores[: len(scores) - refused] if refused else scores
    for _ in range(ROUNDS):
        offset = np.log(share / (1 - share)) - slope * (high + middle) / 2
        odds = np.clip(certain * slope + offset, -30, 30)
        share = float(np.clip((1 / (1 + np.exp(-odds))).mean(), LEAST_SHARE, MOST_SHARE))
    offset = np.log(share / (1 - share)) - slope * (high + middle) / 2
    return Learned(direction, float(slope), float(offset))
