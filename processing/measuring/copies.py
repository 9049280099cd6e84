"""Copies of photos as people make them, and bursts, which are no copies: made from real photos.

Every function takes a picture and a random generator and gives a picture; `copies` lists them by name with the file format that
carries them. Nothing here looks at how copies are found.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

Make = Callable[["Image.Image", "np.random.Generator"], "Image.Image"]


@dataclass(frozen=True, slots=True)
class Copy:
    """One way in which copies are made: `group` is that of the table, `quality` of the JPEG, or "png" and "webp"."""

    name: str
    group: str
    make: Make
    quality: int | str = 90


def copies() -> tuple[Copy, ...]:
    """All ways to copy, in the order of the table."""
    same: Make = lambda image, random: image  # noqa: E731
    return (
        Copy("JPEG 90", "re-encoded, resized", same, 90),
        Copy("JPEG 50", "re-encoded, resized", same, 50),
        Copy("JPEG 30", "re-encoded, resized", same, 30),
        Copy("PNG", "re-encoded, resized", same, "png"),
        Copy("WebP 50", "re-encoded, resized", same, "webp"),
        Copy("half size", "re-encoded, resized", lambda i, r: resized(i, 0.5), 85),
        Copy("quarter size", "re-encoded, resized", lambda i, r: resized(i, 0.25), 85),
        Copy("messenger", "re-encoded, resized", lambda i, r: resized(resized(i, 0.7), 0.8), 62),
        Copy("enlarged", "re-encoded, resized", lambda i, r: resized(i, 1.6), 85),
        Copy("turned right", "turned", lambda i, r: i.rotate(270, expand=True)),
        Copy("turned left", "turned", lambda i, r: i.rotate(90, expand=True), 75),
        Copy("upside down", "turned", lambda i, r: i.rotate(180)),
        Copy("mirrored", "turned", lambda i, r: mirrored(i)),
        Copy("crop 5 %", "cropped", lambda i, r: cropped(i, r, 0.05)),
        Copy("crop 10 %", "cropped", lambda i, r: cropped(i, r, 0.10)),
        Copy("crop 10 %, small", "cropped", lambda i, r: resized(cropped(i, r, 0.10), 0.5), 60),
        Copy("crop 10 % of each edge", "cropped", lambda i, r: inner(i, 0.10)),
        Copy("crop to a square", "cropped", lambda i, r: squared(i)),
        Copy("gray", "recolored", lambda i, r: i.convert("L").convert("RGB")),
        Copy("brighter 15 %", "recolored", lambda i, r: enhanced(i, "Brightness", 1.15)),
        Copy("darker 15 %", "recolored", lambda i, r: enhanced(i, "Brightness", 0.85)),
        Copy("contrast +25 %", "recolored", lambda i, r: enhanced(i, "Contrast", 1.25)),
        Copy("pale colors", "recolored", lambda i, r: enhanced(i, "Color", 0.4)),
        Copy("strong colors", "recolored", lambda i, r: enhanced(i, "Color", 1.6)),
        Copy("gamma 0.75", "recolored", lambda i, r: gamma(i, 0.75)),
        Copy("warm filter", "recolored", lambda i, r: tinted(i, (1.12, 1.0, 0.82))),
        Copy("hue turned 20 degrees", "recolored", lambda i, r: hued(i, 14)),
        Copy("white border", "bordered", lambda i, r: bordered(i, 0.05, (255, 255, 255))),
        Copy("black bands", "bordered", lambda i, r: banded(i, 0.1)),
        Copy("instant film", "bordered", lambda i, r: bordered(i, 0.06, (250, 248, 240), below=0.2)),
        Copy("watermark", "watermarked", lambda i, r: watermarked(i)),
        Copy("crop 5 %, brighter, small", "combined", lambda i, r: enhanced(resized(cropped(i, r, 0.05), 0.5), "Brightness", 1.1), 65),
        Copy("screenshot on a phone", "combined", lambda i, r: banded(resized(i, 0.6), 0.25), 75),
    )  # fmt: skip


def resized(image: Image.Image, factor: float) -> Image.Image:
    from PIL import Image

    size = (max(8, round(image.width * factor)), max(8, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BICUBIC)


def mirrored(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.mirror(image)


def cropped(image: Image.Image, random: np.random.Generator, share: float) -> Image.Image:
    """Cut this share of the width and of the height away, somewhere."""
    width, height = round(image.width * (1 - share)), round(image.height * (1 - share))
    left, top = (
        int(random.integers(image.width - width + 1)),
        int(random.integers(image.height - height + 1)),
    )
    return image.crop((left, top, left + width, top + height))


def inner(image: Image.Image, share: float) -> Image.Image:
    """Cut this share of the sides away at each edge."""
    left, top = round(image.width * share), round(image.height * share)
    return image.crop((left, top, image.width - left, image.height - top))


def squared(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def enhanced(image: Image.Image, kind: str, factor: float) -> Image.Image:
    from PIL import ImageEnhance

    result: Image.Image = getattr(ImageEnhance, kind)(image).enhance(factor)
    return result


def gamma(image: Image.Image, power: float) -> Image.Image:
    return image.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)


def tinted(image: Image.Image, factors: tuple[float, float, float]) -> Image.Image:
    return image.point([min(255, round(value * factor)) for factor in factors for value in range(256)])


def hued(image: Image.Image, steps: int) -> Image.Image:
    """Turn the hue by steps of 360/256 degrees."""
    from PIL import Image

    hue, saturation, value = image.convert("HSV").split()
    parts = (hue.point([(old + steps) % 256 for old in range(256)]), saturation, value)
    return Image.merge("HSV", parts).convert("RGB")


def bordered(
    image: Image.Image, share: float, color: tuple[int, int, int], below: float | None = None
) -> Image.Image:
    from PIL import ImageOps

    edge = round(max(image.size) * share)
    return ImageOps.expand(
        image, (edge, edge, edge, edge if below is None else round(max(image.size) * below)), color
    )


def banded(image: Image.Image, share: float) -> Image.Image:
    from PIL import ImageOps

    band = round(image.height * share)
    return ImageOps.expand(image, (0, band, 0, band), (0, 0, 0))


def watermarked(image: Image.Image) -> Image.Image:
    """Half transparent words across a lower corner."""
    from PIL import Image, ImageDraw, ImageFont

    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    font = ImageFont.load_default(size=max(8, image.width // 16))
    place = (round(image.width * 0.55), round(image.height * 0.88))
    ImageDraw.Draw(layer).text(place, "(c) A. Photographer", font=font, fill=(255, 255, 255, 150))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def encoded(image: Image.Image, quality: int | str) -> bytes:
    """Write it as a file."""
    stream = io.BytesIO()
    if isinstance(quality, int):
        image.save(stream, "JPEG", quality=quality)
    else:
        image.save(stream, quality.upper(), quality=50)
    return stream.getvalue()


BURSTS: tuple[tuple[str, dict[str, float]], ...] = (
    ("hand-held", {"shift": 0.02, "degrees": 1.0, "zoom": 0.01, "subject": 0.04}),
    ("hand-held, still subject", {"shift": 0.012, "degrees": 0.6, "zoom": 0.005}),
    ("hand-held, hardly moved", {"shift": 0.008, "degrees": 0.3}),
    ("tripod, subject moves", {"subject": 0.04}),
    ("tripod, subject moves a little", {"subject": 0.015}),
    ("zoom only, subject moves", {"zoom": 0.04, "subject": 0.03}),
)


def burst(
    image: Image.Image, random: np.random.Generator, motion: dict[str, float]
) -> tuple[Image.Image, Image.Image]:
    """Two shots of one scene, each with its own noise, of a camera and a subject that move between them.

    Args:
        image: the scene.
        random: for everything.
        motion: `shift` and `zoom` as shares of a side, `degrees`, `subject`: how far the subject moves, as a share of a side.
            The amounts are drawn between half and one and a half times that, in any direction.
    """
    return noisy(view(image, random, {}), random), noisy(view(image, random, motion), random)


def view(image: Image.Image, random: np.random.Generator, motion: dict[str, float]) -> Image.Image:
    """What a camera sees of a scene that is a little larger than its frame."""
    import numpy as np
    from PIL import Image

    def amount(name: str) -> float:
        return motion.get(name, 0.0) * float(random.uniform(0.5, 1.5)) * float(random.choice((-1.0, 1.0)))

    if "subject" in motion:
        image = moved(image, amount("subject"), amount("subject"))
    angle = np.deg2rad(amount("degrees"))
    scale = 0.92 * (1 + amount("zoom"))
    cosine, sine = float(np.cos(angle)) * scale, float(np.sin(angle)) * scale
    middle_x, middle_y = image.width / 2, image.height / 2
    x = middle_x + amount("shift") * image.width - cosine * middle_x + sine * middle_y
    y = middle_y + amount("shift") * image.height - sine * middle_x - cosine * middle_y
    turn = (cosine, -sine, x, sine, cosine, y)
    size = (image.width, image.height)
    return image.transform(size, Image.Transform.AFFINE, turn, Image.Resampling.BICUBIC)


def moved(image: Image.Image, x: float, y: float) -> Image.Image:
    """Move what is in the middle, an ellipse of a third of the sides, over what is around it."""
    from PIL import Image, ImageDraw, ImageFilter

    mask = Image.new("L", image.size, 0)
    width, height = image.size
    ImageDraw.Draw(mask).ellipse((width * 0.33, height * 0.3, width * 0.67, height * 0.75), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(max(image.size) / 80))
    steps = (round(x * width), round(y * height))
    result = image.copy()
    result.paste(image, steps, mask)  # picture and mask move together
    return result


def noisy(image: Image.Image, random: np.random.Generator, sigma: float = 4.0) -> Image.Image:
    """Add what a sensor adds, and a little change of the light."""
    import numpy as np
    from PIL import Image

    values: NDArray[np.float32] = np.asarray(image, np.float32)
    light = float(random.uniform(0.98, 1.02))
    noise = random.normal(0, sigma, values.shape).astype(np.float32)
    return Image.fromarray(np.clip(values * light + noise, 0, 255).astype(np.uint8))
