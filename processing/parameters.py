"""What an operation of the editor can be told: kinds of parameters, how a value is checked, how a page is told of them.

Places are shares of the frame that the operation gets: (0, 0) is its top left corner, (1, 1) its bottom right one. Values are
plain JSON. Labels are English; pages translate them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from processing.words import gettext_noop as _

Values = Mapping[str, Any]


class BadValue(ValueError):
    """A parameter can't have this value; the message is a sentence for people."""


class Parameter(Protocol):
    """One thing that can be set. `neutral` is the value with which, all others neutral too, nothing changes."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def neutral(self) -> Any: ...

    def clean(self, value: Any) -> Any:
        """Answer the value as it is stored; raise BadValue with a sentence."""
        ...

    def describe(self) -> dict[str, Any]:
        """Say in JSON what a page needs to show it: `kind` and what belongs to that kind."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `low` to `high`. `unit` is shown behind it: "", "%", "°", "px", "EV"."""

    name: str
    label: str
    low: float
    high: float
    neutral: float = 0.0
    step: float = 0.01
    unit: str = ""
    is_whole: bool = False

    def clean(self, value: Any) -> float:
        if not _is_number(value):
            raise BadValue(_("Give a number here."))
        if not self.low <= value <= self.high:
            raise BadValue(f"Give a number from {self.low:g} to {self.high:g} here.")
        if self.is_whole and value != int(value):
            raise BadValue(_("Give a whole number here."))
        return int(value) if self.is_whole else float(value)

    def describe(self) -> dict[str, Any]:
        return {
            "kind": "number",
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "unit": self.unit,
            "is_whole": self.is_whole,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few named values; `options` are pairs of value and label."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    neutral: str = ""

    def clean(self, value: Any) -> str:
        if not isinstance(value, str) or value not in dict(self.options):
            raise BadValue(_("Choose one of the values that are offered here."))
        return value

    def describe(self) -> dict[str, Any]:
        return {
            "kind": "choice",
            "options": [{"value": value, "label": label} for value, label in self.options],
        }


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no."""

    name: str
    label: str
    neutral: bool = False

    def clean(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise BadValue(_("Say true or false here."))
        return value

    def describe(self) -> dict[str, Any]:
        return {"kind": "switch"}


# Marks without which words of Persian, Hindi and others are written wrongly: they keep letters apart, or join them.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text."""

    name: str
    label: str
    longest: int = 200
    neutral: str = ""

    def clean(self, value: Any) -> str:
        if not isinstance(value, str):
            raise BadValue(_("Give a text here."))
        kept = "".join(c for c in value if c.isprintable() or c.isspace() or c in JOINERS)
        text = " ".join(kept.split()).lstrip(JOINERS + " ")
        if len(text) > self.longest:
            raise BadValue(f"Give at most {self.longest} letters here.")
        return text

    def describe(self) -> dict[str, Any]:
        return {"kind": "text", "longest": self.longest}


@dataclass(frozen=True, slots=True)
class Color:
    """A color as "#rrggbb"."""

    name: str
    label: str
    neutral: str = "#ffffff"

    def clean(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise BadValue(_("Give a color like #3366ff here."))
        return value.lower()

    def describe(self) -> dict[str, Any]:
        return {"kind": "color"}


@dataclass(frozen=True, slots=True)
class Points:
    """Places on the frame as pairs of shares, `least` to `most` of them; `meaning` tells the page how to draw them.

    With `beyond` they may lie so far outside of the frame, as a share of it.
    """

    name: str
    label: str
    least: int
    most: int
    meaning: str = "points"  # "corners", "curve", "points"
    neutral: tuple[tuple[float, float], ...] = ()
    beyond: float = 0.0

    def clean(self, value: Any) -> tuple[tuple[float, float], ...]:
        if not isinstance(value, list | tuple) or not self.least <= len(value) <= self.most:
            if isinstance(value, list | tuple) and not value and not self.neutral:
                return self.neutral
            raise BadValue(f"Give {self.least} to {self.most} places here, each as [x, y].")
        return tuple(_place(one, self.beyond) for one in value)

    def describe(self) -> dict[str, Any]:
        return {
            "kind": "points",
            "least": self.least,
            "most": self.most,
            "meaning": self.meaning,
            "beyond": self.beyond,
        }


@dataclass(frozen=True, slots=True)
class Strokes:
    """What somebody painted with a brush: [{"adds": true, "radius": 0.03, "points": [[x, y], ...]}, ...].

    `radius` is a share of the frame's longer side.
    """

    name: str
    label: str
    most: int = 200
    most_points: int = 2000
    neutral: tuple[dict[str, Any], ...] = ()

    def clean(self, value: Any) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list | tuple) or len(value) > self.most:
            raise BadValue(f"Give at most {self.most} strokes of the brush here.")
        return tuple(self._stroke(one) for one in value)

    def _stroke(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not isinstance(value.get("points"), list | tuple):
            raise BadValue(_("A stroke of the brush needs its radius and its points."))
        points = value["points"]
        if not 1 <= len(points) <= self.most_points:
            raise BadValue(f"A stroke of the brush needs 1 to {self.most_points} points.")
        radius = value.get("radius", 0.02)
        if isinstance(radius, bool) or not isinstance(radius, int | float) or not 0.0005 <= radius <= 0.5:
            raise BadValue(
                _("The radius of the brush is a share of the photo's longer side, from 0.0005 to 0.5.")
            )
        adds = value.get("adds", True)
        if not isinstance(adds, bool):  # anything else would be taken for the opposite
            raise BadValue(_("Say true or false here."))
        return {
            "adds": adds,
            "radius": round(float(radius), 5),
            "points": tuple(_place(one, 0.5) for one in points),
        }

    def describe(self) -> dict[str, Any]:
        return {"kind": "strokes", "most": self.most, "most_points": self.most_points}


@dataclass(frozen=True, slots=True)
class Ids:
    """Keys of faces of this photo (`of` is "faces") or of other photos of the room ("photos")."""

    name: str
    label: str
    of: str
    most: int = 200
    neutral: tuple[int, ...] = ()

    def clean(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or len(value) > self.most:
            raise BadValue(f"Choose at most {self.most} of them here.")
        if any(isinstance(one, bool) or not isinstance(one, int) or not 0 < one < 2**63 for one in value):
            raise BadValue(_("Give the numbers that the page or the API calls their id."))
        return tuple(dict.fromkeys(value))

    def describe(self) -> dict[str, Any]:
        return {"kind": "ids", "of": self.of, "most": self.most}


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes as shares of the original, [x, y, width, height]: kept by the site when a recipe is saved, never set by a page."""

    name: str
    label: str
    most: int = 500
    neutral: tuple[tuple[float, float, float, float], ...] = ()

    def clean(self, value: Any) -> tuple[tuple[float, ...], ...]:
        if not isinstance(value, list | tuple) or len(value) > self.most:
            raise BadValue(f"Choose at most {self.most} of them here.")
        return tuple(self._box(one) for one in value)

    def _box(self, value: Any) -> tuple[float, ...]:
        if not isinstance(value, list | tuple) or len(value) != 4:
            raise BadValue(_("A place is two numbers, [x, y]."))
        return _place(value[:2], 1.0) + _place(value[2:], 1.0)

    def describe(self) -> dict[str, Any]:
        return {"kind": "boxes", "most": self.most}


def _place(value: Any, beyond: float) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise BadValue(_("A place is two numbers, [x, y]."))
    for one in value:
        if not _is_number(one):
            raise BadValue(_("A place is two numbers, [x, y]."))
        if not -beyond <= one <= 1 + beyond:
            raise BadValue(_("This place is outside of the photo."))
    return round(float(value[0]), 6), round(float(value[1]), 6)


def _is_number(value: Any) -> bool:
    """Whole numbers may have more digits than any float; those are refused by their range."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or math.isfinite(value)
