"""Draws a line of text in any script for which there is a font: those that come with the project, then the machine's own.

The project's are Noto Sans and Noto Sans Arabic, under the SIL Open Font License 1.1, fetched with npm (@fontsource) to
static/vendor: Latin, Greek, Cyrillic, Vietnamese, Devanagari, Arabic. Other scripts are asked of fontconfig. Letters are
joined, and lines from right to left put in order, by Raqm, which Pillow's wheels bring along.
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING

from processing.errors import ProcessingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import ImageFont

FONTS = Path(__file__).resolve().parent.parent / "static/vendor"
ORDER = ("latin-600", "arabic-600", "devanagari-600", "cyrillic-600", "greek-600", "latin-ext", "vietnamese")
PROBE_SIZE = 24  # pixels
NOWHERE = "\U0010fffe"  # no font has it: what is drawn instead shows what a missing letter looks like
TO_LEFT = ("R", "AL")
JOINS = ("Mn", "Mc", "Me", "Cf")  # marks that stand on the letter before them
SECONDS = 5
SMALLEST_SIZE = 2.0  # pixels
MEASURED_SIZE = 100  # pixels, at which a line is measured before it is drawn
AMPLE = 1.25  # times as long as there is room for: letters reach less far than their places


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that are drawn with one font: a file and the number of the font in it."""

    text: str
    font: tuple[str, int]

    @property
    def is_to_left(self) -> bool:
        return any(unicodedata.bidirectional(letter) in TO_LEFT for letter in self.text)

    @property
    def is_neutral(self) -> bool:
        return self.text.isspace()


def draw_line(text: str, size: float) -> NDArray[np.uint8]:
    """Draw a line of text.

    Args:
        text: without line breaks; of any script.
        size: of the letters (their em) in pixels.

    Returns:
        uint8 of shape (h, w): how much of each pixel is covered, cut to the letters.

    Raises:
        ProcessingError: there is no font for some letter.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    size = max(SMALLEST_SIZE, size)
    placed, x = [], 0.0
    for run in in_order(runs_of(text)):
        font = _opened(*run.font, size)
        placed.append((x, run.text, font, font.getbbox(run.text, anchor="ls")))
        x += font.getlength(run.text)
    left = (
        floor(min(x + box[0] for x, _text, _font, box in placed)) - 1
    )  # letters may reach beyond their places
    right = ceil(max(x + box[2] for x, _text, _font, box in placed)) + 2
    top, bottom = floor(min(one[3][1] for one in placed)) - 1, ceil(max(one[3][3] for one in placed)) + 2
    image = Image.new("L", (right - left, bottom - top))
    draw = ImageDraw.Draw(image)
    for x, part, font, _box in placed:
        draw.text((x - left, -top), part, fill=255, font=font, anchor="ls")
    return np.asarray(image.crop(image.getbbox() or (0, 0, 1, 1)))


def draw_within(
    text: str, size: float, longest_px: float, margin: float = 0.0
) -> tuple[NDArray[np.uint8], float]:
    """Draw a line of text, smaller where there is no room for it. However long it is, nothing much larger is drawn on the way.

    Args:
        text: as for `draw_line`.
        size: of the letters in pixels.
        longest_px: how long the line may be.
        margin: what has to stay free of that at both ends, in sizes of the letters.

    Returns:
        The drawn line, and the size that the letters have.

    Raises:
        ProcessingError: there is no font for some letter.
    """
    asked = sum(_opened(*run.font, MEASURED_SIZE).getlength(run.text) for run in runs_of(text))
    length = (asked / MEASURED_SIZE + 2 * margin) * size
    if length > AMPLE * longest_px:
        size *= AMPLE * longest_px / length
    mask = draw_line(text, size)
    taken = mask.shape[1] + 2 * margin * size
    if taken > longest_px:
        size *= longest_px / taken
        mask = draw_line(text, size)
    return mask, size


def runs_of(text: str) -> list[Run]:
    """Split a line where another font is needed; spaces there stand alone.

    Raises:
        ProcessingError: there is no font for some letter.
    """
    runs: list[Run] = []
    font: tuple[str, int] | None = None
    for letter in text:
        stays = font and (letter.isspace() or unicodedata.category(letter) in JOINS or _has(*font, letter))
        if not stays:
            font = _font_of(letter)
        if font is None:
            raise ProcessingError(
                f"There is no font for “{letter}” on this site. Leave it out, or ask the site’s keeper for one."
            )
        if runs and runs[-1].font == font:
            runs[-1] = Run(runs[-1].text + letter, font)
        else:
            runs.append(Run(letter, font))
    return [one for run in runs for one in _without_end(run)]


def _without_end(run: Run) -> list[Run]:
    """A run and the spaces at its end."""
    text = run.text.rstrip()
    return [Run(one, run.font) for one in (text, run.text[len(text) :]) if one]


def in_order(runs: Sequence[Run]) -> list[Run]:
    """Bring runs from the order in which they are read to that in which they stand, from the left.

    A line whose first letter of a direction is Arabic or Hebrew is read from the right.

    Source: the Unicode Bidirectional Algorithm (UAX 9), for whole runs; what is inside of one Raqm puts in order.
    """
    strong = [
        kind in TO_LEFT
        for run in runs
        for letter in run.text
        if (kind := unicodedata.bidirectional(letter)) in (*TO_LEFT, "L")
    ]
    is_to_left = bool(strong) and strong[0]
    directions = [is_to_left if run.is_neutral else run.is_to_left for run in runs]
    for number in range(1, len(runs) - 1):  # a space between runs of one direction belongs to them
        if runs[number].is_neutral and directions[number - 1] == directions[number + 1]:
            directions[number] = directions[number - 1]
    groups = [
        (way, [run for run, _way in group])
        for way, group in groupby(zip(runs, directions, strict=True), lambda one: one[1])
    ]
    if is_to_left:
        groups.reverse()
    return [run for way, group in groups for run in (reversed(group) if way else group)]


def _font_of(letter: str) -> tuple[str, int] | None:
    for file in _own_fonts():
        if _has(file, 0, letter):
            return file, 0
    asked = _ask_fontconfig(letter)
    return asked if asked and _has(*asked, letter) else None


@lru_cache(maxsize=1)
def _own_fonts() -> tuple[str, ...]:
    files = sorted(str(path) for path in FONTS.glob("fontsource-*/files/*.woff"))
    rank = {part: number for number, part in enumerate(ORDER)}
    return tuple(
        sorted(files, key=lambda file: min((rank[part] for part in ORDER if part in file), default=99))
    )


@lru_cache(maxsize=1024)
def _ask_fontconfig(letter: str) -> tuple[str, int] | None:
    """The machine's font that has a letter, where fontconfig is there to tell."""
    if shutil.which("fc-match") is None:
        return None
    wanted = f"sans-serif:bold:charset={ord(letter):x}"
    try:
        done = subprocess.run(
            ["fc-match", "-f", "%{file}\n%{index}", wanted],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    file, _separator, index = done.stdout.partition("\n")
    return (file, int(index) & 0xFFFF) if file and index.isdigit() else None


@lru_cache(maxsize=4096)
def _has(file: str, index: int, letter: str) -> bool:
    """Whether a font draws a letter otherwise than one that it does not have."""
    from PIL import ImageFont

    try:
        font = ImageFont.truetype(file, PROBE_SIZE, index, layout_engine=ImageFont.Layout.BASIC)
        drawn, missing = font.getmask(letter), font.getmask(NOWHERE)
    except (OSError, ValueError):  # damaged, or of colored pictures in one size
        return False
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


def _opened(file: str, index: int, size: float) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(file, size, index)
