"""Give the photo another number of pixels."""

from __future__ import annotations

from processing.parameters import BadValue, Choice, Number, Values
from processing.placing import Matrix, Placement, scaled
from processing.words import gettext_noop as _

version = 1
label = _("Resize")
group = "finish"
rank = 90  # after the text, which is set into the photo at its full size
icon = "resize"
is_in_browser = True

MOST_PX = 16_384  # of one side; JPEG and most programs end at 65,535 or long before
MOST_PIXELS = 100_000_000
MOST_TIMES = 8.0  # as wide or high as it was: beyond that there is nothing but blur

parameters = (
    Number("longest", _("Longest side"), 0, MOST_PX, step=1, unit="px", is_whole=True),
    Number("width", _("Width"), 0, MOST_PX, step=1, unit="px", is_whole=True),
    Number("height", _("Height"), 0, MOST_PX, step=1, unit="px", is_whole=True),
    Choice(
        "fit",
        _("If width and height do not fit"),
        (
            ("inside", _("Keep all of the photo")),
            ("fill", _("Cut off what is too much")),
            ("stretch", _("Stretch")),
        ),
        neutral="inside",
    ),
)


def is_neutral(values: Values) -> bool:
    """Say whether no size is asked for: how it would fit does not matter then."""
    return not (values["longest"] or values["width"] or values["height"])


def place(values: Values, width: int, height: int) -> Placement:
    """Scale to exact pixels.

    Args:
        values: `longest`, or `width` and `height`, in pixels; 0 is not set. One of the two alone keeps the ratio. With both, `fit`
            says whether the photo fits inside of them, fills them, losing two of its edges, or is stretched to them.
        width, height: of the frame in pixels.

    Raises:
        BadValue: the longest side is set together with another one, or the photo would become too large.
    """
    wanted_width, wanted_height = int(values["width"]), int(values["height"])
    if values["longest"]:
        if wanted_width or wanted_height:
            raise BadValue(_("Give either the longest side or width and height, not both."))
        longest = int(values["longest"])
        wanted_width, wanted_height = (longest, 0) if width >= height else (0, longest)
    if not wanted_width and not wanted_height:
        return Placement(width, height)
    across, down = wanted_width / width, wanted_height / height
    one = across or down
    size = max(1, wanted_width or round(width * one)), max(1, wanted_height or round(height * one))
    if wanted_width and wanted_height and values["fit"] == "inside":
        one = min(across, down)
        size = max(1, round(width * one)), max(1, round(height * one))
    _check(size, width, height)
    if wanted_width and wanted_height and values["fit"] == "fill":
        return Placement(*size, _filling(size, width, height))
    return Placement(*size, scaled(size[0] / width, size[1] / height))


def _check(size: tuple[int, int], width: int, height: int) -> None:
    if max(size) > MOST_PX:
        raise BadValue(f"Neither side may have more than {MOST_PX} pixels. Make the photo smaller.")
    if size[0] * size[1] > MOST_PIXELS:
        raise BadValue(
            f"The photo would have {size[0]} x {size[1]} pixels; at most {MOST_PIXELS // 10**6} million are allowed. Make it smaller."
        )
    if max(size[0] / width, size[1] / height) > MOST_TIMES:
        raise BadValue(
            f"That is more than {MOST_TIMES:g} times as large as the photo is, which would only blur it. Make it smaller."
        )


def _filling(size: tuple[int, int], width: int, height: int) -> Matrix:
    """As little smaller as it can be, its middle in the middle."""
    times = max(size[0] / width, size[1] / height)
    return (times, 0, (size[0] - times * width) / 2, 0, times, (size[1] - times * height) / 2, 0, 0, 1)
