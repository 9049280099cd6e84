"""The colors of static/css/variables.css and how well they can be told apart, for the style guide and its test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

VARIABLES = Path(settings.BASE_DIR) / "static/css/variables.css"
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
SCHEMES = ("light", "dark")
GROUNDS = ("ground", "surface", "sunken")
PAIRS = (
    *((name, ground, TEXT) for name in ("text", "text-quiet") for ground in (*GROUNDS, "hover")),
    *((name, ground, TEXT) for name in ("accent", "danger") for ground in GROUNDS),
    ("accent-hover", "ground", TEXT),
    ("accent-hover", "surface", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("on-accent-soft", "accent-soft", TEXT),
    ("accent", "accent-soft", TEXT),
    ("text", "accent-soft", TEXT),
    ("danger", "danger-soft", TEXT),
    ("on-danger", "danger", TEXT),
    ("on-warning-soft", "warning-soft", TEXT),
    ("on-toast", "toast", TEXT),
    ("toast-accent", "toast", TEXT),
    ("on-stage", "stage", TEXT),
    ("on-stage-quiet", "stage", TEXT),
    *(("line-strong", ground, SHAPE) for ground in GROUNDS),
)


@dataclass(frozen=True)
class Pair:
    """A color on a ground, with its contrast in both schemes."""

    name: str
    ground: str
    least: float
    light: float
    dark: float

    @property
    def is_enough(self) -> bool:
        return min(self.light, self.dark) >= self.least


def pairs() -> list[Pair]:
    """Every pair that pages use."""
    light, dark = palette("light"), palette("dark")
    return [
        Pair(name, ground, least, contrast(light[name], light[ground]), contrast(dark[name], dark[ground]))
        for name, ground, least in PAIRS
    ]


@cache
def palette(scheme: str) -> dict[str, str]:
    """The colors of a scheme by name: those of light, and what dark changes."""
    light, _, rest = VARIABLES.read_text().partition("@media (prefers-color-scheme: dark)")
    dark = rest.partition("\n}\n")[0] if scheme == "dark" else ""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light + dark))


def contrast(first: str, second: str) -> float:
    """1 (the same) to 21 (black on white), as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Relative luminance of an sRGB color."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
