"""How long a photo takes to be painted, and how much memory: each measurement in a process of its own.

One of them by hand: `python -m processing.measuring.styles wave 4000 3000 0.5`; "full" instead of the brush lets the network paint
every pixel of the photo. What a style has learned: `python -m processing.measuring.styles wave PAINTING FOLDER`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import painting, styles
from processing.operation import Frame, Scene

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZES = ((4000, 3000), (6000, 4000))  # 12 and 24 megapixels
FULL = "full"
BRUSHES = ("1.0", "0.5", "0.0", FULL)
THREADS = 2
Row = dict[str, Any]


def measure_styles(
    sizes: Sequence[tuple[int, int]] = SIZES, brushes: Sequence[str] = BRUSHES, name: str = ""
) -> list[Row]:
    """Paint photos of several sizes with several brushes.

    Args:
        sizes: width and height in pixels.
        brushes: sizes of the brush, 0 to 1, or "full".
        name: of the style; the first one if empty.

    Returns:
        A row for each: `megapixels`, `brush`, `network_px` (longer side at which the network painted), `seconds` and `cpu_seconds`
        on two threads, `peak_mb` of the whole process with its libraries.
    """
    style = name or next(iter(styles.found()))
    rows = []
    for width, height in sizes:
        for brush in brushes:
            command = [sys.executable, "-m", __name__, style, str(width), str(height), brush]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append(json.loads(done.stdout))
    return rows


def measure_one(name: str, width: int, height: int, brush: str) -> Row:
    """Paint one photo of made-up colors in this process.

    Args:
        name: of the style.
        width, height: in pixels.
        brush: its size, or "full".

    Returns:
        A row as of `measure_styles`.
    """
    import torch

    torch.set_num_threads(THREADS)
    pixels = _colors(width, height)
    network = styles.load(name)
    frame = Frame(pixels, Scene(width, height))
    began, cpu = time.perf_counter(), time.process_time()
    if brush == FULL:
        from processing.style_network import paint

        paint(network, pixels)
        side = max(width, height)
    else:
        size = float(brush)
        painting.paint(frame, name, strength=1.0, brush=size, has_own_colors=False, has_own_faces=False)
        side = max(painting.working_size(frame, size))
    return {
        "megapixels": round(width * height / 1e6),
        "brush": brush,
        "network_px": side,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_mb": round(peak_bytes() / 1e6),
    }


def measure_learned(name: str, painting_path: Path, folder: Path) -> Row:
    """Compare what a style makes of photos with the painting and with the photos.

    Args:
        name: of the style.
        painting_path: what it was trained on.
        folder: photos that it was not trained on.

    Returns:
        `photos`, how many; `painting_before` and `painting_after`, the loss of style of the photos and of their paintings;
        `content`, the loss of content of the paintings; each as style_training has them, the mean over the photos at 384 pixels.
    """
    import torch

    from processing import style_training as training
    from processing.style_lessons import read_painting

    recipe = styles.found()[name].recipe
    network = styles.load(name)
    eye = training.eye()
    painting_px = recipe["training"]["painting_px"]
    with torch.inference_mode():
        wanted = training.grams_of(read_painting(painting_path), painting_px)
        rows = []
        for photo in training.read_photos(folder):
            height, width = (side // 4 * 4 for side in photo.shape[:2])
            values = training.as_tensor([photo[:height, :width]])
            painted, true = eye(network(values)), eye(values)
            rows.append(
                (
                    float(training.style_loss(true, wanted)),
                    float(training.style_loss(painted, wanted)),
                    float(training.content_loss(painted, true)),
                )
            )
    before, after, content = (round(sum(column) / len(rows), 3) for column in zip(*rows, strict=True))
    return {"photos": len(rows), "painting_before": before, "painting_after": after, "content": content}


def peak_bytes() -> int:
    """The most memory that this process has held so far. What getrusage says may be that of its parent.

    Source: proc(5), VmHWM; Linux carries ru_maxrss over execve.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def _colors(width: int, height: int) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    small = np.random.default_rng(0).integers(0, 256, (height // 40, width // 40, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


if __name__ == "__main__":
    given = sys.argv[1:]
    if len(given) == 4:
        row = measure_one(given[0], int(given[1]), int(given[2]), given[3])
    else:
        row = measure_learned(given[0], Path(given[1]), Path(given[2]))
    sys.stdout.write(json.dumps(row) + "\n")
