"""Before and after of every operation, on photos that may be shown: a sheet for each group of the editor.

The photos are scikit-image's: astronaut (NASA, public domain), coffee (Rachel Michetti, CC0), chelsea (Stefan van der Walt, CC0) and
rocket (SpaceX, CC0).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import registry
from processing.editing import cook
from processing.errors import ProcessingError
from processing.measuring.edit_examples import face, values_of
from processing.operation import GROUPS, Operation, Scene
from processing.recipes import recipe_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Picture = NDArray[np.uint8]

TILE = (300, 225)
GAP, LABEL = 6, 22
COLUMNS = 2
QUALITY = 74
EACH = {
    "looks": "look",
    "style": "style",
}  # operations of which every choice is shown, and the parameter that chooses
BEGIN, END = "<!-- sheets: manage.py benchmark editing --sheets -->", "<!-- end of sheets -->"
PHOTO_OF = {
    "crop": "coffee", "rotate": "chelsea", "straighten": "coffee", "mirror": "chelsea", "perspective": "coffee", "resize": "coffee",
    "exposure": "rocket", "contrast": "coffee", "highlights": "rocket", "shadows": "rocket", "whites": "coffee", "blacks": "coffee",
    "curves": "coffee", "white_balance": "coffee", "vibrance": "coffee", "saturation": "coffee", "hue": "coffee", "looks": "coffee",
    "black_white": "coffee", "sepia": "chelsea", "vignette": "coffee", "grain": "chelsea", "style": "chelsea", "sharpen": "chelsea",
    "clarity": "coffee", "text": "rocket", "watermark": "coffee",
}  # fmt: skip


def write(folder: Path, progress: Callable[[str], None] = lambda line: None, side: int = 900) -> list[Path]:
    """Write the sheets as WebP.

    Args:
        folder: where to; made if it is not there.
        progress: told what is being done.
        side: width of the photos on which operations work, in pixels.

    Returns:
        The files, in the order of the groups.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for group in GROUPS:
        tiles = []
        known = registry.operations().items()
        for name, operation in sorted(known, key=lambda pair: (pair[1].rank, pair[0])):
            if operation.group == group:
                progress(f"sheet of {group}: {name}")
                tiles += [pair_of(name, label, values, side) for label, values in _shown_of(name, operation)]
        if tiles:
            path = folder / f"{group}.webp"
            _beside(tiles).save(path, "WEBP", quality=QUALITY, method=6)
            written.append(path)
    return written


def put_into(page: Path, sheets: list[Path]) -> None:
    """Put the sheets between their two marks on a page of Markdown, or at its end where there are none.

    Args:
        page: UTF-8.
        sheets: files in a folder beside the page.
    """
    lines = [f"![{GROUPS[one.stem]}: before and after]({one.parent.name}/{one.name})" for one in sheets]
    block = "\n\n".join([BEGIN, *lines, END])
    text = page.read_text(encoding="utf-8")
    if BEGIN in text:
        text = re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _found: block, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n## Before and after\n\n{block}\n"
    page.write_text(text, encoding="utf-8")


def _shown_of(name: str, operation: Operation) -> list[tuple[str, dict[str, Any]]]:
    """With what an operation is shown: what it is called, and its values."""
    values = {"longest": 48} if name == "resize" else values_of(name)
    choosing = next((one for one in operation.parameters if one.name == EACH.get(name)), None)
    if choosing is None:
        return [(operation.label, values)]
    offered = choosing.describe()["options"]
    return [
        (f"{operation.label}: {one['label']}", values | {choosing.name: one["value"]})
        for one in offered
        if one["value"] != choosing.neutral
    ]


def pair_of(name: str, label: str, values: dict[str, Any], side: int) -> Image.Image:
    """Before and after of one operation, with its name and values."""
    from PIL import Image, ImageDraw, ImageFont

    before, scene = _photo(name, side)
    try:
        after = cook(before, recipe_of([(name, values)]), scene)
    except ProcessingError as error:
        label, after = f"{label}: {error}", before
    tile = Image.new("RGB", (2 * TILE[0] + GAP, TILE[1] + LABEL), "white")
    font = ImageFont.load_default(14)
    told = ", ".join(
        f"{key} {value}"
        for key, value in values.items()
        if isinstance(value, int | float | str) and not isinstance(value, bool) and key != EACH.get(name)
    )
    ImageDraw.Draw(tile).text((2, 2), f"{label}  ({told})"[:84] if told else label, "#333333", font)
    for at, pixels in enumerate((before, after)):
        image = _fitted(pixels)
        left = at * (TILE[0] + GAP) + (TILE[0] - image.width) // 2
        tile.paste(image, (left, LABEL + (TILE[1] - image.height) // 2))
    return tile


def _fitted(pixels: Picture) -> Image.Image:
    from PIL import Image

    image = Image.fromarray(pixels)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    scale = min(TILE[0] / image.width, TILE[1] / image.height)
    if scale > 1:  # small pictures show their pixels
        return image.resize(
            (round(image.width * scale), round(image.height * scale)), Image.Resampling.NEAREST
        )
    image.thumbnail(TILE, Image.Resampling.LANCZOS)
    return image


def _photo(name: str, side: int) -> tuple[Picture, Scene]:
    """The photo that an operation is shown on: 4 to 3."""
    import cv2
    import numpy as np
    import skimage.data

    source = PHOTO_OF.get(name, "astronaut")
    full = np.asarray(getattr(skimage.data, source)(), np.uint8)[:, :, :3]
    height = min(full.shape[0], round(full.shape[1] * 3 / 4))
    full = full[:height, : round(height * 4 / 3)]
    scale = side / full.shape[1]
    size = (side, round(full.shape[0] * scale))
    pixels = np.asarray(
        cv2.resize(full, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8
    )
    faces = [face(scale)] if source == "astronaut" else []
    if name in ("low_light", "denoise"):
        pixels = _dark(pixels, 6.0 if name == "low_light" else 1.5)
    if name == "red_eye":
        pixels = _red(pixels, scale)
    return pixels, Scene(size[0], size[1], faces=faces, seed=1)


def _dark(pixels: Picture, times: float) -> Picture:
    """The photo as a sensor would have seen it with so little light, with its noise."""
    import numpy as np

    light = (pixels / 255.0) ** 2.2 / times
    noise = np.random.default_rng(1).normal(size=pixels.shape) * np.sqrt(0.0008 * light + 0.002**2)
    return np.rint(np.clip(light + noise, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def _red(pixels: Picture, scale: float) -> Picture:
    """The astronaut as a flash from the camera itself would have shown her."""
    import cv2

    marks = face(scale).landmarks
    made = pixels.copy()
    for left, right in ((marks[0], marks[1]), (marks[2], marks[3])):
        center = (round((left[0] + right[0]) / 2), round((left[1] + right[1]) / 2))
        cv2.circle(made, center, max(2, round(2.6 * scale)), (205, 30, 35), -1, cv2.LINE_AA)
    return made


def _beside(tiles: list[Image.Image]) -> Image.Image:
    from PIL import Image

    width, height = tiles[0].size
    rows = -(-len(tiles) // COLUMNS)
    columns = min(COLUMNS, len(tiles))
    sheet = Image.new("RGB", (columns * (width + 3 * GAP) - 3 * GAP, rows * (height + GAP)), "white")
    for at, tile in enumerate(tiles):
        sheet.paste(tile, (at % COLUMNS * (width + 3 * GAP), at // COLUMNS * (height + GAP)))
    return sheet
