"""Photos made blurred on purpose, as lenses and hands do it: what blur is measured with."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import imaging
from processing.errors import UnreadableImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 1024  # strengths are in pixels of a photo of this longer side; smaller photos get less, but never below LEAST
LEAST = 0.6
DEFOCUS = (2, 3, 5, 8)  # radius of the disk
MOTION = (7, 11, 17, 27)  # length
GAUSSIAN = (1.5, 3)  # standard deviation
BOKEH = (5, 10)  # radius of the disk, behind a person
NOISE = (0, 4, 8)  # gray levels; the same for all versions of a photo, so that noise gives nothing away
JPEG = (92, 85, 75)
PERSON = 0.05, 0.90  # share of the photo that somebody with a soft background fills
SMALLEST_PX = 480
FOLDERS = {"coco": "*.jpg", "masks": "photos/*", "families": "*.jpg", "party": "*.jp*g", "exif": "**/*.jp*g"}


@dataclass(frozen=True, slots=True)
class Version:
    """A photo as it is or blurred: `pixels` are uint8 RGB, `kind` is "sharp", "bokeh", "defocus 3", "motion 7", ..."""

    path: Path
    kind: str
    pixels: NDArray[np.uint8]

    @property
    def is_sharp(self) -> bool:
        """Whether a person would say so; somebody sharp before a soft background is."""
        return self.kind.startswith(("sharp", "bokeh"))


def photos_of(folder: Path) -> list[Path]:
    """Photos of the known folders below this one; all below it if there is none of them. Small ones are left out."""
    found = [path for name, pattern in FOLDERS.items() for path in sorted((folder / name).glob(pattern))]
    return [path for path in found or sorted(folder.rglob("*.jp*g")) if _side_px(path) >= SMALLEST_PX]


def is_tuned_on(path: Path) -> bool:
    """Whether the model was fitted to this photo: half of all, by the checksum of the name."""
    return zlib.crc32(path.stem.encode()) % 2 == 0


def versions(path: Path, seed: int, *, masks: Path | None = None) -> Iterator[Version]:
    """Make the versions of one photo: same noise, same JPEG quality.

    Args:
        path: a sharp photo.
        seed: of noise and directions, together with the name.
        masks: folder of masks of people under the photo's stem.

    Yields:
        The photo itself first; nothing if it can't be read.
    """
    import cv2
    import numpy as np

    try:
        pixels = np.asarray(imaging.open_picture(path, SIDE_PX).image)
    except UnreadableImage:
        return
    number = zlib.crc32(path.stem.encode()) + seed
    chance = np.random.default_rng(number)
    noise, quality = NOISE[number // 2 % len(NOISE)], JPEG[int(chance.integers(len(JPEG)))]
    scale = max(LEAST, max(pixels.shape) / SIDE_PX)

    def finished(kind: str, made: Any) -> Version:
        return Version(path, kind, photographed(made, noise, quality, number))

    def filtered(kernel: Any) -> Any:
        return cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REFLECT)

    yield finished("sharp", pixels)
    mask = _mask(masks, path, pixels.shape)
    for radius in BOKEH if mask is not None else ():
        yield finished(f"bokeh {radius}", pixels * mask + filtered(disk(radius * scale)) * (1 - mask))
    for radius in DEFOCUS:
        yield finished(f"defocus {radius}", filtered(disk(radius * scale)))
    for length in MOTION:
        yield finished(f"motion {length}", filtered(line(length * scale, chance.uniform(0, math.pi))))
    for deviation in GAUSSIAN:
        yield finished(f"gaussian {deviation}", cv2.GaussianBlur(pixels, (0, 0), deviation * scale))


def disk(radius: float) -> NDArray[np.float32]:
    """The kernel of a lens out of focus; `radius` in pixels."""
    import cv2
    import numpy as np

    side, fine = 2 * math.ceil(radius) + 1, 5
    at = np.arange(side * fine) - (side * fine - 1) / 2
    inside = (at[:, None] ** 2 + at[None] ** 2 <= (radius * fine) ** 2).astype(np.float32)
    kernel = cv2.resize(inside, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def line(length: float, angle: float) -> NDArray[np.float32]:
    """The kernel of a hand that moved; `length` in pixels, `angle` in radians."""
    import cv2
    import numpy as np

    side, fine = math.ceil(length) // 2 * 2 + 3, 8
    drawn = np.zeros((side * fine, side * fine), np.uint8)
    middle, across, down = (
        (side * fine - 1) / 2, math.cos(angle) * length * fine / 2, math.sin(angle) * length * fine / 2,
    )  # fmt: skip
    ends = [(round(middle + way * across), round(middle + way * down)) for way in (-1, 1)]
    cv2.line(drawn, ends[0], ends[1], 255, fine)
    kernel = cv2.resize(drawn.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def photographed(pixels: Any, noise: float, quality: int, seed: int) -> NDArray[np.uint8]:
    """Add the sensor's noise (gray levels, the same in all channels) and go through a JPEG."""
    import numpy as np
    from PIL import Image

    grain = np.random.default_rng(seed).normal(0, 1, (*pixels.shape[:2], 1)) * noise
    noisy = np.clip(np.asarray(pixels, np.float32) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(noisy).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def _mask(masks: Path | None, path: Path, shape: tuple[int, ...]) -> Any:
    """The person, 0 to 1 with a soft border, of shape (height, width, 1); None where there is nobody."""
    import cv2
    import numpy as np

    found = sorted(masks.glob(f"{path.stem}.*")) if masks is not None and path.parent.name == "photos" else []
    if not found:
        return None
    image = imaging.open_picture(found[0]).image.convert("L").resize((shape[1], shape[0]))
    mask = np.asarray(image, dtype=np.float32) / 255
    return cv2.GaussianBlur(mask, (0, 0), 1.5)[..., None] if PERSON[0] < mask.mean() < PERSON[1] else None


def _side_px(path: Path) -> int:
    try:
        header = imaging.probe(path)
    except UnreadableImage:
        return 0
    return max(header.width, header.height) if header.kind == "photo" else 0
