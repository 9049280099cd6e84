"""Scenes made in memory that look like something at every size, so that copies of them can be told from other scenes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def scene(seed: int, size: tuple[int, int] = (480, 360)) -> Image.Image:
    """Ground, sky and forty shapes in colors as quiet as those of photos, softened a little."""
    random = np.random.default_rng(seed)
    low = (random.integers(40, 180, (5, 6, 1)) + random.integers(0, 30, (5, 6, 3))).astype(np.uint8)
    image = Image.fromarray(low).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = (int(random.integers(0, side)) for side in size)
        width, height = (int(value) for value in random.integers(size[0] // 40, size[0] // 6, 2))
        color = tuple(int(value) for value in random.integers(20, 190) + random.integers(0, 40, 3))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + width, y + height), fill=color)
    return image.filter(ImageFilter.GaussianBlur(1))


def as_jpeg(image: Image.Image, quality: int = 90, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality, **options)
    return stream.getvalue()
