"""What taking a photo in costs, stage by stage, beside the plain way with Pillow. Processor time of one core, not the clock's."""

from __future__ import annotations

import io
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

from processing import imaging, registry
from processing.measuring import order_report
from processing.measuring.order_tables import Table
from processing.renditions import SIDES_PX, average_color, encode, make_copies

SIZE_PX = (4000, 3000)
JPEG_QUALITY = 90
REPEATS = 5
BUDGET_SECONDS = 0.35  # of everything but faces


def measure(folder: Path | None, seed: int) -> list[Table]:
    """Time each stage on one made photo of 12 megapixels.

    Args:
        folder: not used: the photo is made.
        seed: of the photo.

    Returns:
        A table of milliseconds per stage, of the least and the middle of several runs, and the photos per second that follow.
    """
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "photo.jpg"
        make_photo(path, seed)
        seconds: dict[str, list[float]] = defaultdict(list)
        for repeat in range(REPEATS + 1):
            found = stages(path)
            for name, took in found.items():
                if repeat:  # the first one loads models and libraries
                    seconds[name].append(took)
        plain = [timed(lambda: plain_way(path)) for _ in range(REPEATS)]
    rows: list[tuple[str | int | float | None, ...]] = [
        (name, 1000 * min(took), 1000 * median(took)) for name, took in seconds.items()
    ]
    whole = [sum(took) for took in zip(*(seconds[name] for name in seconds if name != "faces"), strict=True)]
    rows.append(("everything but faces", 1000 * min(whole), 1000 * median(whole)))
    rows.append(("plain Pillow, decode and renditions alone", 1000 * min(plain), 1000 * median(plain)))
    rate = (
        "photos per second of one core, without faces",
        1 / min(whole),
        1 / median(whole),
    )
    note = (
        f"Milliseconds of processor time; the budget of everything but faces is {1000 * BUDGET_SECONDS:.0f}."
    )
    return [Table("Speed: one photo of 12 megapixels", ("stage", "least", "middle"), [*rows, rate], note)]


def stages(path: Path) -> dict[str, float]:
    """Seconds of each stage of one pass, as pipeline.analyze_file does it."""
    took: dict[str, float] = {}

    def keep(name: str, action: Callable[[], object]) -> None:
        took[name] = timed(action)

    sides = max(SIDES_PX)
    keep("decode", lambda: imaging.open_picture(path, sides))
    picture = imaging.open_picture(path, sides)
    keep("color", lambda: average_color(picture))
    keep("renditions", lambda: encode(make_copies(picture)))
    copies = make_copies(picture)
    for name, analyzer in registry.analyzers().items():
        keep(
            name,
            lambda analyzer=analyzer: analyzer.analyze(imaging.reduced(picture, analyzer.side_px, copies)),  # type: ignore[misc]
        )
    return took


def plain_way(path: Path) -> None:
    """Decode at full size, make the renditions from that."""
    from PIL import Image

    with Image.open(path) as image:
        image.load()
        for side_px in SIDES_PX:
            copy = image.copy()
            copy.thumbnail((side_px, side_px), Image.Resampling.LANCZOS, reducing_gap=None)
            copy.save(io.BytesIO(), "JPEG", quality=82)


def make_photo(path: Path, seed: int) -> None:
    """Write a JPEG with the detail of a photo: a sample photo enlarged if there is one, else soft spots, and grain on it."""
    import numpy as np
    from PIL import Image

    chance = np.random.default_rng(seed)
    samples = order_report.sample_photos()
    if samples:
        with Image.open(samples[seed % len(samples)]) as sample:
            base = sample.convert("RGB").resize(SIZE_PX, Image.Resampling.BICUBIC)
    else:
        coarse = Image.fromarray(chance.integers(0, 255, (150, 200, 3), dtype=np.uint8))
        base = coarse.resize(SIZE_PX, Image.Resampling.BICUBIC)
    grain = chance.integers(-6, 7, (SIZE_PX[1], SIZE_PX[0], 1), dtype=np.int16)
    pixels = np.clip(np.asarray(base, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=JPEG_QUALITY)


def timed(action: Callable[[], object]) -> float:
    """Processor time of this process, in seconds: other programs on the machine count little."""
    started = time.process_time()
    action()
    return time.process_time() - started
