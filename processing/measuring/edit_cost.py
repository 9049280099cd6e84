"""Seconds and memory of each operation of the editor, each in a process of its own; and what has to be exact.

One by hand: `python -m processing.measuring.edit_cost exposure 12`.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import registry
from processing.contracts import Region
from processing.editing import cook
from processing.measuring.edit_examples import photo, values_of
from processing.measuring.order_tables import Cell, Table
from processing.operation import form_of, neutral_values
from processing.recipes import parse, recipe_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEGAPIXELS = (12.0, 24.0)
THREADS = 2
WARM_PX = 320
ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("operation", "megapixels", "seconds", "cpu_s", "jpeg_s", "ratio", "more_mb", "peak_mb")


def operations(
    megapixels: Sequence[float] = MEGAPIXELS,
    names: Sequence[str] = (),
    progress: Callable[[str], None] = lambda line: None,
) -> Table:
    """Measure operations.

    Args:
        megapixels: of the photos.
        names: which operations, all if empty.
        progress: told what is being done.

    Returns:
        A row for each operation and size; one that fails has no numbers.
    """
    rows: list[tuple[Cell, ...]] = []
    for name in names or sorted(registry.operations()):
        for size in megapixels:
            progress(f"{name} at {size:g} megapixels")
            rows.append((name, size, *_in_a_process(name, size)))
    note = (
        f"Each in a process of its own on at most {THREADS} threads, its libraries loaded before. cpu_s: of all threads. jpeg_s: to write the same photo as "
        "a JPEG and read it again, in the same process. more_mb: what the operation needs beyond the photo; peak_mb: the whole process."
    )
    return Table("Operations: seconds and memory", COLUMNS, rows, note)


def _in_a_process(name: str, megapixels: float) -> tuple[Cell, ...]:
    done = subprocess.run(
        [sys.executable, "-m", __name__, name, str(megapixels)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode:
        return (None,) * (len(COLUMNS) - 2)
    found = json.loads(done.stdout.splitlines()[-1])
    return tuple(found[column] for column in COLUMNS[2:])


def measure_one(name: str, megapixels: float) -> dict[str, float]:
    """Measure one operation in this process.

    Args:
        name: of the operation.
        megapixels: of the photo.
    """
    import cv2

    cv2.setNumThreads(THREADS)
    pixels, scene = photo(megapixels)
    recipe = recipe_of([(name, values_of(name))])
    small = photo(WARM_PX * WARM_PX * 0.75e-6)
    cook(*_ordered(small, recipe))
    before = peak_mb()
    began, processor = time.perf_counter(), time.process_time()
    cook(pixels, recipe, scene)
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    peak = peak_mb()
    jpeg = _jpeg_seconds(pixels)
    return {
        "seconds": round(seconds, 3),
        "cpu_s": round(processor, 3),
        "jpeg_s": round(jpeg, 3),
        "ratio": round(seconds / jpeg, 2),
        "more_mb": round(peak - before),
        "peak_mb": round(peak),
    }


def _ordered(taken: tuple[Any, Any], recipe: Any) -> tuple[Any, Any, Any]:
    pixels, scene = taken
    return pixels, recipe, scene


def _jpeg_seconds(pixels: NDArray[np.uint8]) -> float:
    from PIL import Image

    began = time.perf_counter()
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=92)
    Image.open(stream).load()
    return time.perf_counter() - began


def peak_mb() -> float:
    """The most memory that this process ever held."""
    import resource

    kilo = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo / 1e6


def exactness(width: int = 1200, height: int = 900) -> Table:
    """Count what has to be exact: neutral recipes, and boxes after geometry.

    Args:
        width, height: of the picture.
    """
    import numpy as np

    pixels = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
    known = registry.operations()
    steps = [{"op": name, **neutral_values(operation)} for name, operation in known.items()]
    changed = int((cook(pixels, parse({"format": 1, "steps": steps})) != pixels).sum())
    changed += sum(
        int((cook(pixels, parse({"format": 1, "steps": [step]})) != pixels).sum()) for step in steps
    )
    rows: list[tuple[Cell, ...]] = [
        ("a neutral recipe gives back the same pixels", f"{changed} changed", not changed)
    ]
    for name, operation in known.items():
        if form_of(operation) == "place":
            off = _off_by(name, width, height)
            rows.append((f"boxes after {name}", f"{off:.2f} px off", off <= 1))
    return Table("What has to be exact", ("what", "found", "holds"), rows)


def _off_by(name: str, width: int, height: int) -> float:
    """How far a box is from the rectangle that it is around, after an operation, at its worst edge."""
    import numpy as np

    box = Region(width * 2 // 5, height * 2 // 5, width // 7, height // 6)
    recipe = recipe_of([(name, {"longest": width // 2} if name == "resize" else values_of(name))])
    drawn = np.zeros((height, width, 3), np.uint8)
    drawn[box.y : box.y + box.height, box.x : box.x + box.width] = 255
    ys, xs = np.nonzero(cook(drawn, recipe)[:, :, 0] > 127)
    found = recipe.placed(width, height).region(box)
    if found is None or not len(xs):
        return float("inf")
    edges = (found.x, found.y, found.x + found.width, found.y + found.height)
    seen = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    return float(max(abs(one - other) for one, other in zip(edges, seen, strict=True)))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_one(sys.argv[1], float(sys.argv[2]))) + "\n")
