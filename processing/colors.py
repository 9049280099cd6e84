"""From any decoded image to 8-bit sRGB, the right way up."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from processing import metadata

if TYPE_CHECKING:
    from PIL import Image

SCALABLE_MODES = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")  # scaled before they are converted: less memory
TRANSPARENT_MODES = ("RGBA", "LA", "PA", "RGBa", "La")


def to_display(image: Image.Image, side_px: int | None) -> Image.Image:
    """Convert a loaded image to what a screen shows.

    Args:
        image: any mode of Pillow, loaded; its `info` may hold an ICC profile.
        side_px: the longest side wanted, or None for all of it.

    Returns:
        Mode RGB in sRGB, EXIF turn applied, transparency on white, no metadata.
    """
    profile, turn = image.info.get("icc_profile"), metadata.orientation(image)
    if image.mode == "1":
        image = image.convert("L")
    if side_px and image.mode in SCALABLE_MODES:
        image = shrink(image, side_px)
    image = to_srgb(flatten(to_8_bit(image)), profile)
    if side_px:
        image = shrink(image, side_px)
    image = turned(image, turn)
    plain = image.copy() if image.mode == "RGB" else image.convert("RGB")
    plain.info = {}
    return plain


def shrink(image: Image.Image, side_px: int) -> Image.Image:
    """Scale down so that the longer side is `side_px`; the same object if it is not longer."""
    from PIL import Image

    longest = max(image.size)
    if longest <= side_px:
        return image
    size = (max(1, round(image.width * side_px / longest)), max(1, round(image.height * side_px / longest)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def to_8_bit(image: Image.Image) -> Image.Image:
    """Scale 16-bit, 32-bit and floating point gray to 8 bits instead of cutting it off as `convert` does."""
    if not image.mode.startswith(("I", "F")):
        return image
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    full = _white(image.mode, float(values.max(initial=0)))
    return Image.fromarray(np.clip(values * (255.0 / full), 0, 255).astype(np.uint8))


def _white(mode: str, top: float) -> float:
    """Guess which value means white: floats go to 1 by custom, integers to the end of their 8 or 16 bits."""
    if mode.startswith("I;16"):
        return 65535.0
    if mode == "F" and top <= 1:
        return 1.0
    return 255.0 if top <= 255 else 65535.0 if top <= 65535 else top


def flatten(image: Image.Image) -> Image.Image:
    """Put transparent parts on white."""
    from PIL import Image

    if image.mode not in TRANSPARENT_MODES and "transparency" not in image.info:
        return image
    colored = image.convert("RGBA")
    ground = Image.new("RGBA", colored.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, colored).convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the picture's own color space (Display P3 of phones, Adobe RGB, CMYK) to sRGB.

    A profile that is damaged or does not fit the mode is ignored, as browsers do.
    """
    from PIL import ImageCms

    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image if image.mode == "RGB" else image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert("RGB")
    return converted if converted is not None else image.convert("RGB")


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Apply an EXIF orientation (1 to 8) to the pixels. Source: EXIF 2.32, tag 0x0112."""
    from PIL import Image

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image
