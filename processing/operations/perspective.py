"""Make a slanted rectangle upright: a document, a painting, a house that leans back."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Any

from processing.parameters import BadValue, Number, Points, Switch, Values
from processing.placing import Matrix, Placement, inverted, multiplied, scaled
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from processing.operation import Frame

    Place = tuple[float, float]

version = 1
label = _("Perspective")
group = "geometry"
rank = 30
icon = "perspective"
is_in_browser = True
parameters = (
    Points("corners", _("Corners"), 4, 4, meaning="corners"),
    Number("vertical", _("Vertical"), -1.0, 1.0),
    Number("horizontal", _("Horizontal"), -1.0, 1.0),
    Switch("horizontal_first", _("Horizontal first")),
)

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
KEYSTONE = 0.35  # of the frame's width or height that a slider at its end takes from both ends of one side
LEAST_SIDE_PX = 2.0
LEAST_SINE = 0.02  # of a corner's angle: about one degree from a straight line
CROSSED = _(
    "These four corners do not go around a part of the photo. Set them in the order top left, top right, bottom right, bottom left."
)


def is_neutral(values: Values) -> bool:
    """Say whether the corners are those of the frame and the sliders in their middle."""
    return values["corners"] in ((), WHOLE) and not values["vertical"] and not values["horizontal"]


def place(values: Values, width: int, height: int) -> Placement:
    """Make a quadrilateral a rectangle as long as the longer ones of its sides.

    Args:
        values: `corners`, four shares of the frame (top left, top right, bottom right, bottom left), or none for the whole frame;
            `vertical`, -1 to 1: spreads its top (or, below 0, its bottom), for what leans back; `horizontal` spreads its right
            (or left) side. The sliders act on what the corners have made, `vertical` first; `horizontal_first` where both were set
            and the photo was turned by a quarter since.
        width, height: of the frame in pixels.

    Raises:
        BadValue: the corners cross, lie on one line or go around the wrong way.
    """
    placement = Placement(width, height)
    if values["corners"]:
        placement = _upright([(x * width, y * height) for x, y in values["corners"]])
    sliders = [("vertical", True), ("horizontal", False)]
    for name, is_vertical in reversed(sliders) if values["horizontal_first"] else sliders:
        if values[name]:
            shares = _keystone(values[name], is_vertical=is_vertical)
            corners = [(x * placement.width, y * placement.height) for x, y in shares]
            placement = placement.then(_upright(corners))
    return placement


def suggest(frame: Frame) -> dict[str, Any] | None:
    """Find a document, a painting or a sign on the photo.

    Args:
        frame: the photo at any size.

    Returns:
        `{"corners": [[x, y], ...]}`, or None if there is none for sure.
    """
    from processing.documents import find_document

    found = find_document(frame.pixels)
    return None if found is None else {"corners": [list(corner) for corner in found.corners]}


def _keystone(amount: float, *, is_vertical: bool) -> list[Place]:
    """The part of the frame that is spread: a trapezoid, narrow on top (or, below 0, at the bottom); or lying on its side."""
    cut = KEYSTONE * abs(amount)
    if is_vertical:
        top, bottom = (cut, 0.0) if amount > 0 else (0.0, cut)
        return [(top, 0.0), (1 - top, 0.0), (1 - bottom, 1.0), (bottom, 1.0)]
    left, right = (0.0, cut) if amount > 0 else (cut, 0.0)
    return [(0.0, left), (1.0, right), (1.0, 1 - right), (0.0, 1 - left)]


def _upright(corners: Sequence[Place]) -> Placement:
    """The placement that makes these corners, in pixels, those of a frame."""
    _check(corners)
    sides = [
        hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
    ]
    width, height = max(1, round(max(sides[0], sides[2]))), max(1, round(max(sides[1], sides[3])))
    return Placement(width, height, multiplied(scaled(width, height), inverted(_from_square(corners))))


def _check(corners: Sequence[Place]) -> None:
    """Only a quadrilateral whose four corners all turn to the right, none of them almost straight, can become a frame."""
    for number in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(number + step) % 4] for step in range(3))
        before, after = hypot(bx - ax, by - ay), hypot(cx - bx, cy - by)
        if before < LEAST_SIDE_PX or after < LEAST_SIDE_PX:
            raise BadValue(_("The four corners are too close together. Choose a larger part of the photo."))
        if (bx - ax) * (cy - by) - (by - ay) * (cx - bx) < LEAST_SINE * before * after:
            raise BadValue(CROSSED)


def _from_square(corners: Sequence[Place]) -> Matrix:
    """The homography from the corners of the square of side 1 to these.

    Source: Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, section 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    whole = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole
    return (x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1)
