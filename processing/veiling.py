"""Makes faces on a picture unrecognizable, for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from processing.contracts import Region

if TYPE_CHECKING:
    from PIL import Image

CELLS = 5  # colors per side that are left of a face: nobody is recognized by 25 patches
OPAQUE = 1.5  # sides of the ellipse that is covered wholly, in sides of the box: its corners are inside
FADING = 1.75  # where the cover has faded into the picture


def veil_faces(
    image: Image.Image, boxes: Iterable[Region], *, scale: float = 1.0, has_hard_cells: bool = False
) -> Image.Image:
    """Cover faces with the few mean colors of their surroundings.

    Each box is replaced by a mosaic of `CELLS` by `CELLS` mean colors, smoothed. The picture's other pixels stay as they are.
    Nothing finer than a fifth of the covered region is left, so it can't be undone; a blur alone can be, in part
    (McPherson et al., "Defeating Image Obfuscation with Deep Learning", arXiv:1609.00408), which is why the mosaic is so coarse.

    Args:
        image: mode RGB, any size.
        boxes: faces, in pixels of the full size.
        scale: full size divided by the size of `image`.
        has_hard_cells: the mosaic's squares are seen, instead of being smoothed.

    Returns:
        A new image of the same size and mode, without metadata.
    """
    from PIL import Image

    veiled = Image.new(image.mode, image.size)
    veiled.paste(image)
    for box in boxes:
        _cover(veiled, box, scale, has_hard_cells)
    return veiled


def covered(box: Region, share: float = FADING) -> tuple[float, float, float, float]:
    """Say which rectangle around a face is touched.

    Args:
        box: a face, in pixels.
        share: sides of the rectangle in sides of the box.

    Returns:
        Left, top, right, bottom in the same pixels; may lie outside of the picture.
    """
    x, y = box.x + box.width / 2, box.y + box.height / 2
    half_width, half_height = share * box.width / 2, share * box.height / 2
    return x - half_width, y - half_height, x + half_width, y + half_height


def _cover(image: Image.Image, box: Region, scale: float, has_hard_cells: bool) -> None:
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    left, top, right, bottom = (value / scale for value in covered(box))
    x, y = max(0, int(left)), max(0, int(top))
    width = min(image.width, int(right) + 1) - x
    height = min(image.height, int(bottom) + 1) - y
    if width <= 0 or height <= 0:
        return
    region = image.crop((x, y, x + width, y + height))
    mosaic = region.resize((CELLS, CELLS), Image.Resampling.BOX)
    how = Image.Resampling.NEAREST if has_hard_cells else Image.Resampling.BICUBIC
    mosaic = mosaic.resize((width, height), how)
    inner = [value / scale for value in covered(box, OPAQUE)]
    inside = (inner[0] - x, inner[1] - y, inner[2] - x, inner[3] - y)
    opaque = Image.new("L", (width, height))
    ImageDraw.Draw(opaque).ellipse(inside, fill=255)
    fading = opaque.filter(ImageFilter.GaussianBlur(max(1.0, (inside[2] - inside[0]) * 0.04)))
    image.paste(mosaic, (x, y), ImageChops.lighter(opaque, fading))
