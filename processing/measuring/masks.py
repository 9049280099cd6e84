"""How well people are told from their background: photos that were never trained on, and photos of COCO.

manage.py benchmark editing --data FOLDER
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_COCO_SHARE = 0.05  # of the photo: what is smaller is nobody's subject


@dataclass(frozen=True, slots=True)
class MaskScore:
    """What was measured on one photo.

    Attributes:
        name: of the photo.
        rough: intersection over union of what the network says, at 0.5.
        fitted: the same of the soft mask.
        seconds: for the soft mask.
    """

    name: str
    rough: float
    fitted: float
    seconds: float


@dataclass(frozen=True, slots=True)
class MaskReport:
    """Scores of one set of photos."""

    scores: tuple[MaskScore, ...]

    @property
    def mean(self) -> float:
        return float(np.mean([score.fitted for score in self.scores]))

    @property
    def median(self) -> float:
        return float(np.median([score.fitted for score in self.scores]))

    @property
    def rough_mean(self) -> float:
        return float(np.mean([score.rough for score in self.scores]))


def overlap(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Intersection over union; 1 if both are empty."""
    either = int((found | truth).sum())
    return int((found & truth).sum()) / either if either else 1.0


def left_out(folder: Path, network: Any = None) -> MaskReport:
    """Measure on the photos of `masks/` that training leaves out.

    Args:
        folder: has photos/ and masks/.
        network: a `PersonLooker`; the one that photos are cut out with if left out.
    """
    from processing.person_training import is_left_out
    from processing.person_variations import load_samples

    samples = [one for one in load_samples(folder, longest_px=4000) if is_left_out(one.stem)]
    return MaskReport(tuple(score(one.stem, one.photo, one.mask > 0.5, network) for one in samples))


def coco(folder: Path, network: Any = None) -> MaskReport:
    """Measure on photos of COCO that training leaves out, on which people fill enough of the photo."""
    from processing.person_training import is_left_out
    from processing.person_variations import load_coco

    samples = [one for one in load_coco(folder, longest_px=4000) if is_left_out(one.stem)]
    large = [one for one in samples if one.mask.mean() >= LEAST_COCO_SHARE]
    return MaskReport(tuple(score(one.stem, one.photo, one.mask > 0.5, network) for one in large))


def score(name: str, pixels: NDArray[np.uint8], truth: NDArray[np.bool_], network: Any = None) -> MaskScore:
    """Measure one photo."""
    from processing import person_mask

    height, width = truth.shape
    person_mask.reset()
    started = time.perf_counter()
    made = person_mask.person_mask(pixels, network=network)
    seconds = time.perf_counter() - started
    rough = person_mask.likely(pixels, height, width, network=network)
    return MaskScore(name, overlap(rough > 0.5, truth), overlap(made > 0.5, truth), seconds)


@dataclass(frozen=True, slots=True)
class MaskCost:
    """What one mask costs in a process of its own.

    Attributes:
        megapixels: of the photo.
        seconds: by the clock, the network loaded before.
        processor_seconds: of all threads.
        more_mib: how much the process grew for it, beyond the photo itself and the network.
    """

    megapixels: float
    seconds: float
    processor_seconds: float
    more_mib: float


def cost(megapixels: float) -> MaskCost:
    """Measure the mask of a large photo: scikit-image's astronaut, enlarged."""
    made = subprocess.run(
        [sys.executable, "-m", "processing.measuring.masks", str(megapixels)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parent.parent.parent,
    )
    return MaskCost(megapixels, *(float(value) for value in made.stdout.split()))


def _measure_cost(megapixels: float) -> None:
    """Print what `cost` reads."""
    import resource

    import cv2
    from skimage.data import astronaut

    from processing import person_mask

    side = round((megapixels * 1e6) ** 0.5)
    pixels = np.asarray(cv2.resize(astronaut(), (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)
    person_mask.person_mask(pixels[:64, :64])
    person_mask.reset()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock, processor = time.perf_counter(), time.process_time()
    person_mask.person_mask(pixels)
    seconds, used = time.perf_counter() - clock, time.process_time() - processor
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(f"{seconds} {used} {more}\n")


if __name__ == "__main__":
    _measure_cost(float(sys.argv[1]))
