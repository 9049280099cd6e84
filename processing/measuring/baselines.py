"""The two usual ways to sort faces with the same descriptors, done as their projects do it.

Source: a is OpenLake/Photo-Sharing-App, backend/home/views.py (125c501); b is LibrePhotos, api/face_extractor.py,
api/face_classify.py and service/face_recognition/main.py (e675a0d). Both get upright photos, and a guard for rooms with less
than two faces, which they themselves fail on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from processing import weights
from processing.contracts import KnownFace, Region
from processing.measuring.methods import Look, SeenFace

THUMBNAIL_HEIGHT_PX = 1080
MAX_WIDTH_PX = 100_000
ORIENTATION = 0x0112
COSINE_RADIUS = 0.06
# The smallest person that HDBSCAN makes, by the number of faces above which it counts.
SMALLEST = ((100_000, 16), (10_000, 8), (1_000, 4), (0, 2))
SELECTION_RADIUS = 0.05


class FullSize:
    """Baseline a: search the photo at full size, upsampled once; DBSCAN by cosine distance."""

    name = "a"

    def __init__(self) -> None:
        self.last: tuple[Path, Look] | None = None

    def look(self, path: Path) -> Look:
        """Find and describe the faces with face_recognition."""
        started = time.perf_counter()
        image = _opened(path)
        pixels = np.asarray(image)
        look = _look(pixels, image.size, time.perf_counter() - started)
        self.last = path, look
        return look

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        """Join what is connected by pairs within 0.06."""
        if not faces:
            return []
        from sklearn.cluster import DBSCAN

        found = DBSCAN(metric="cosine", eps=COSINE_RADIUS, min_samples=1).fit_predict(_stacked(faces))
        return [int(label) for label in found]


class Thumbnail:
    """Baseline b: search a thumbnail of 1,080 pixels' height, upsampled once; HDBSCAN.

    Args:
        same: baseline a. Where a photo is no higher than the thumbnail, both do the same with the same pixels, so that what a
            has just measured is taken and nothing is computed again.
    """

    name = "b"

    def __init__(self, same: FullSize | None = None) -> None:
        self.same = same

    def look(self, path: Path) -> Look:
        """Find and describe the faces with face_recognition, one at a time."""
        started = time.perf_counter()
        image, size = _thumbnail(path)
        pixels = np.asarray(image)
        decode = time.perf_counter() - started
        last = self.same.last if self.same else None
        if last and last[0] == path and image.size == size:
            return replace(last[1], seconds={**last[1].seconds, "decode": decode})
        return _look(pixels, size, decode)

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        """Cluster by density; noise stays alone."""
        if len(faces) < 2:
            return list(range(len(faces)))
        from sklearn.cluster import HDBSCAN

        smallest = next(size for above, size in SMALLEST if len(faces) > above)
        model = HDBSCAN(
            min_cluster_size=smallest,
            min_samples=1,
            cluster_selection_epsilon=SELECTION_RADIUS,
            copy=True,
        )
        found = model.fit_predict(_stacked(faces))
        return [int(label) if label >= 0 else -at for at, label in enumerate(found, start=1)]


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _thumbnail(path: Path) -> tuple[Image.Image, tuple[int, int]]:
    """Open a photo at the thumbnail's height, a JPEG scaled down while decoding; and its full size."""
    limits = (MAX_WIDTH_PX, THUMBNAIL_HEIGHT_PX)
    with Image.open(path) as image:
        is_turned = image.getexif().get(ORIENTATION, 1) >= 5
        size = (image.height, image.width) if is_turned else image.size
        small = image if image.format == "JPEG" else image.convert("RGB")
        small.thumbnail(limits[::-1] if is_turned else limits)
        return ImageOps.exif_transpose(small).convert("RGB"), size


def _look(pixels: NDArray[np.uint8], size: tuple[int, int], decode: float) -> Look:
    """Search pixels and describe each face by itself; boxes are scaled to the full size."""
    api = weights.face_recognition_api()
    started = time.perf_counter()
    boxes = api.face_locations(pixels, number_of_times_to_upsample=1)
    detected = time.perf_counter()
    descriptors = [api.face_encodings(pixels, [box])[0].astype(np.float32) for box in boxes]
    described = time.perf_counter()
    scale = size[1] / pixels.shape[0]
    faces = tuple(
        SeenFace(_region(box, scale), descriptor) for box, descriptor in zip(boxes, descriptors, strict=True)
    )
    seconds = {"decode": decode, "detect": detected - started, "describe": described - detected}
    return Look(size[0], size[1], faces, seconds)


def _region(box: tuple[int, int, int, int], scale: float) -> Region:
    top, right, bottom, left = (side * scale for side in box)
    return Region(round(left), round(top), round(right - left), round(bottom - top))


def _stacked(faces: Sequence[KnownFace]) -> NDArray[np.float32]:
    return np.stack([face.descriptor for face in faces])
