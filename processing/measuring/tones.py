"""How fast light, color and looks are, and a sheet of what they make of a photo.

python -m processing.measuring.tones [--megapixels 12] [--sheet FILE PHOTO]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from processing.editing import cook
from processing.look_book import LOOKS
from processing.operation import Scene
from processing.recipes import recipe_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What is measured: each operation with all that it can do at work.
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("exposure", {"stops": 0.7}),
    ("contrast", {"amount": 0.3}),
    ("highlights", {"amount": -0.5}),
    ("shadows", {"amount": 0.5}),
    ("whites", {"amount": 0.3}),
    ("blacks", {"amount": -0.3}),
    ("curves", {"master": ((0, 0), (0.3, 0.25), (0.7, 0.75), (1, 1))}),
    ("white_balance", {"temperature": 0.3, "tint": -0.1}),
    ("vibrance", {"amount": 0.5}),
    ("saturation", {"amount": 0.3}),
    ("hue", {"degrees": 30}),
    ("looks", {"look": "harbor", "strength": 0.8}),
    ("black_white", {"strength": 1, "red": 0.2, "yellow": 0.1, "green": -0.1, "cyan": 0.1, "blue": -0.3}),
    ("sepia", {"strength": 0.8}),
    ("vignette", {"amount": -0.5}),
    ("grain", {"amount": 0.4}),
)
ROUNDS = 3
TILE_PX = 320


def seconds(megapixels: float) -> Iterator[tuple[str, float, float]]:
    """Measure each operation, and all of them as one recipe, on a photo of noise: nothing in it is easy.

    Args:
        megapixels: of the photo, 4 to 3.

    Yields:
        name, seconds that went by, seconds of all processors; each the least of `ROUNDS`.
    """
    import numpy as np

    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    shape = (height, round(height * 4 / 3), 3)
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    for name, steps in [(name, [(name, values)]) for name, values in STEPS] + [("all of them", list(STEPS))]:
        recipe, walls, cpus = recipe_of(steps), [], []
        for _ in range(ROUNDS):
            wall, cpu = time.perf_counter(), time.process_time()
            cook(pixels, recipe, Scene(shape[1], shape[0], seed=1))
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        yield name, min(walls), min(cpus)


def looks_sheet(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put a photo and all looks of it beside each other, four in a row, each with its name.

    Args:
        pixels: uint8 of shape (h, w, 3).
    """
    import cv2
    import numpy as np

    height = round(TILE_PX * pixels.shape[0] / pixels.shape[1])
    small = np.asarray(cv2.resize(pixels, (TILE_PX, height), interpolation=cv2.INTER_AREA), np.uint8)
    tiles = [_named(small, "Original")]
    for name, look in LOOKS.items():
        tiles.append(_named(cook(small, recipe_of([("looks", {"look": name})])), look.label))
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % 4)
    return np.vstack([np.hstack(tiles[at : at + 4]) for at in range(0, len(tiles), 4)])


def _named(pixels: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    made = np.vstack([np.full((26, pixels.shape[1], 3), 255, np.uint8), pixels])
    cv2.putText(made, name, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 30), 1, cv2.LINE_AA)
    return made


def main() -> None:
    """Print the table, or write the sheet."""
    import numpy as np
    from PIL import Image, ImageOps

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--sheet", nargs=2, metavar=("FILE", "PHOTO"))
    told = parser.parse_args()
    if told.sheet:
        photo = ImageOps.exif_transpose(Image.open(told.sheet[1])).convert("RGB")
        Image.fromarray(looks_sheet(np.asarray(photo))).save(told.sheet[0])
        return
    for name, wall, cpu in seconds(told.megapixels):
        sys.stdout.write(f"{name:14} {wall:6.2f} s  {cpu:6.2f} s of processors\n")


if __name__ == "__main__":
    main()
