"""How fast operations are that repair a photo, and those that write on it.

python -m processing.measuring.repairs [--megapixels 12]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

from processing.contracts import Region
from processing.editing import cook
from processing.operation import FaceShape, Scene
from processing.recipes import recipe_of

EYES = ((0.2, 0.4), (0.42, 0.4), (0.58, 0.4), (0.8, 0.4), (0.5, 0.65))
SPOTS = [{"radius": 0.01, "points": [[0.05 * at, 0.5], [0.05 * at + 0.01, 0.52]]} for at in range(1, 20)]
THING = [{"radius": 0.1, "points": [[0.4, 0.4], [0.6, 0.6]]}]
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("low light", "low_light", {"amount": 0.6}),
    ("denoise", "denoise", {"light": 0.5, "color": 0.5}),
    ("sharpen", "sharpen", {"amount": 1.0, "radius": 1.5, "threshold": 4.0}),
    ("clarity", "clarity", {"amount": 0.5}),
    ("red eyes of 10", "red_eye", {"auto": True}),
    ("19 spots", "spots", {"strokes": SPOTS}),
    ("a large thing", "spots", {"strokes": THING}),
    ("blur 10 faces", "blur_faces", {"whose": "all"}),
    ("text", "text", {"text": "Summer at the sea"}),
    ("watermark", "watermark", {"text": "© Photoroom"}),
    ("watermark tiled", "watermark", {"text": "© Photoroom", "where": "tiled"}),
)
ROUNDS = 5


def seconds(megapixels: float) -> Iterator[tuple[str, float, float]]:
    """Measure each operation on a dark photo of noise with ten faces.

    Args:
        megapixels: of the photo, 4 to 3.

    Yields:
        name, seconds that went by, seconds of all processors; each the least of `ROUNDS`.
    """
    import numpy as np

    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(height * 4 / 3)
    pixels = np.random.default_rng(1).integers(0, 120, (height, width, 3), dtype=np.uint8)
    scene = Scene(width, height, faces=[_face(at, width // 12) for at in range(1, 11)], seed=1)
    for label, name, values in STEPS:
        recipe, walls, cpus = recipe_of([(name, values)]), [], []
        for _ in range(ROUNDS):
            wall, cpu = time.perf_counter(), time.process_time()
            cook(pixels, recipe, scene)
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        yield label, min(walls), min(cpus)


def _face(number: int, side: int) -> FaceShape:
    x, y = number * side, 3 * side
    return FaceShape(
        number, Region(x, y, side, side), tuple((x + dx * side, y + dy * side) for dx, dy in EYES)
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=float, default=12)
    for name, wall, cpu in seconds(parser.parse_args().megapixels):
        sys.stdout.write(f"{name:16} {wall:6.2f} s  {cpu:6.2f} s of processors\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
