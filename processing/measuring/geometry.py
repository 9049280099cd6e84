"""Measures the geometry of the editor: `python -m processing.measuring.geometry horizon|documents|speed FOLDER ...`.

horizon: turns photos that are about level by known angles, fits the weights of processing/horizon.py on four fifths of them and
asks about the others; documents: how many photos without a document get one; speed: seconds per operation at 12 megapixels.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import documents, horizon, imaging
from processing.editing import cook
from processing.errors import ProcessingError
from processing.recipes import recipe_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED, FOLDS, TURNS = 3, 5, 4
PENALTY = 0.002
SHOWN_CONFIDENCES = (0.5, 0.6, 0.65, 0.7, 0.75)
ENDINGS = (".jpg", ".jpeg", ".png")
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("rotate", {"quarters": 1}),
    ("mirror", {"across": True}),
    ("straighten", {"angle": 3.3}),
    ("perspective", {"corners": [[0.05, 0.02], [0.97, 0.06], [1, 1], [0, 0.95]]}),
    ("perspective", {"vertical": 0.4}),
    ("crop", {"left": 0.1, "right": 0.9}),
    ("resize", {"longest": 2000}),
    ("resize", {"longest": 6000}),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("horizon", "documents", "speed"))
    parser.add_argument("folders", nargs="*", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.what == "horizon":
        lines = measure_horizon(_photos(chosen.folders, 1000))
    elif chosen.what == "documents":
        lines = measure_documents(_photos(chosen.folders, 1000))
    else:
        lines = measure_speed()
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _photos(folders: Sequence[Path], side_px: int) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    import numpy as np

    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.suffix.lower() in ENDINGS):
            try:
                yield path.name, np.asarray(imaging.open_picture(path, side_px).image)
            except ProcessingError:
                continue


def measure_horizon(photos: Iterator[tuple[str, NDArray[np.uint8]]]) -> Iterator[str]:
    """Say by confidence how many photos get an answer and how many answers are right, against level and against themselves."""
    import numpy as np

    chance = random.Random(SEED)  # noqa: S311 - no secret
    votes, angles, of = [], [], []
    for number, (_, pixels) in enumerate(photos):
        for angle in [0.0] + [chance.choice([-1, 1]) * chance.uniform(1, 10) for _ in range(TURNS)]:
            recipe = recipe_of([("straighten", {"angle": angle})])
            found = horizon.find_lines(cook(pixels, recipe))
            if len(found):
                votes.append(horizon.count_votes(found))
                angles.append(angle)
                of.append(number)
    inputs, truth, photo = np.stack(votes), np.array(angles), np.array(of)
    said, sure = np.zeros(len(truth)), np.zeros(len(truth))
    for fold in range(FOLDS):
        left_out = photo % FOLDS == fold
        weights = fit_horizon(inputs[~left_out], truth[~left_out])
        said[left_out], sure[left_out] = _answers(inputs[left_out], weights)
    own = {p: (s, c) for p, s, c, a in zip(photo, said, sure, truth, strict=True) if a == 0}
    level = np.array([own.get(p, (0.0, 0.0)) for p in photo])
    yield f"{len(set(of))} photos, {len(truth)} pictures"
    for least in SHOWN_CONFIDENCES:
        asked = truth != 0
        told = asked & (sure >= least)
        error = np.abs(said - truth)[told]
        both = told & (level[:, 1] >= SHOWN_CONFIDENCES[0])
        relative = np.abs(said - truth - level[:, 0])[both]
        yield (
            f"confidence {least}: {told.sum() / asked.sum():.1%} told; against level {(error <= 1).mean():.1%} within 1 degree, "
            f"{(error > 3).mean():.1%} beyond 3; against the photo as it is, {both.sum()} told of both: "
            f"{(relative <= 1).mean():.1%} within 1, {(relative > 2).mean():.1%} beyond 2"
        )
    yield "WEIGHTS = " + ", ".join(f"{weight:.4f}" for weight in fit_horizon(inputs, truth))


def fit_horizon(inputs: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit the weights of the votes.

    Args:
        inputs: float64 of shape (n, tilts, kinds), of `horizon.count_votes`.
        truth: float64 of shape (n,), degrees.

    Returns:
        float64 of shape (kinds,).
    """
    import numpy as np
    import torch

    scale = inputs.std((0, 1)) + 1e-6
    target = np.exp(-0.5 * ((horizon.tilts()[None] - truth[:, None]) / 0.5) ** 2)
    wanted = torch.from_numpy(target / target.sum(1, keepdims=True)).float()
    values = torch.from_numpy(inputs / scale).float()
    weights = torch.zeros(inputs.shape[2], requires_grad=True)
    descent = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        descent.zero_grad()
        cost = -(wanted * torch.log_softmax(values @ weights, 1)).sum(1).mean()
        cost = cost + PENALTY * (weights**2).sum()
        cost.backward()
        return cost

    descent.step(loss)
    return np.asarray(weights.detach().numpy() / scale)


def _answers(
    inputs: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    found = [horizon.weigh(scores) for scores in inputs @ weights]
    return np.array([one.degrees for one in found]), np.array([one.confidence for one in found])


def measure_documents(photos: Iterator[tuple[str, NDArray[np.uint8]]]) -> Iterator[str]:
    """Name the photos on which a document is found."""
    count = found = 0
    for name, pixels in photos:
        count += 1
        document = documents.find_document(pixels)
        if document is not None:
            found += 1
            yield f"{name}: {document.confidence}"
    yield f"{found} of {count} photos"


def measure_speed() -> Iterator[str]:
    """Time each operation, the best of three, and the searches, on 4,000 x 3,000 pixels of soft noise."""
    import cv2
    import numpy as np

    noise = np.random.default_rng(SEED).integers(0, 256, (3000, 4000, 3), dtype=np.uint8)
    pixels = np.asarray(cv2.GaussianBlur(noise, (0, 0), 3), np.uint8)
    for name, values in STEPS:
        recipe = recipe_of([(name, values)])
        yield f"{name} {values}: {_best(lambda recipe=recipe: cook(pixels, recipe))}"
    yield f"find_tilt: {_best(lambda: horizon.find_tilt(pixels))}"
    yield f"find_document: {_best(lambda: documents.find_document(pixels))}"


def _best(work: Any) -> str:
    """Seconds by the clock and of the processors: the same on a quiet machine with one core."""
    took = []
    for _ in range(3):
        started, busy = time.perf_counter(), time.process_time()
        work()
        took.append((time.perf_counter() - started, time.process_time() - busy))
    return f"{min(wall for wall, _ in took):.2f} s, {min(busy for _, busy in took):.2f} s of the processors"


if __name__ == "__main__":
    main()
