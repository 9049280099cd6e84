"""Makes faces unrecognizable on the copy, for good: all, some, or everybody's but one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.contracts import Region
from processing.operation import FaceShape, Frame
from processing.parameters import Boxes, Choice, Ids, Values
from processing.placing import Placement
from processing.veiling import covered, veil_faces
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

version = 2  # also what a strong perspective has pulled apart is covered
label = _("Blur faces")
group = "repair"
rank = 80
goes_with = "background"  # after people were cut out: nobody finds a person whose face is covered
icon = "blur-face"
is_in_browser = False
parameters = (
    Choice(
        "whose",
        _("Whose"),
        (
            ("", _("Nobody’s")),
            ("all", _("All faces")),
            ("chosen", _("Chosen faces")),
            ("others", _("All but mine")),
        ),
    ),
    Ids("faces", _("Faces"), of="faces"),
    Choice("how", _("How"), (("blur", _("Blur")), ("pixelate", _("Pixelate"))), neutral="blur"),
    Boxes(
        "boxes", _("Faces")
    ),  # where they were when the recipe was saved: covered also when nobody looks for faces any more
)


def is_neutral(values: Values) -> bool:
    """Nobody was chosen."""
    chosen = values["faces"] or values.get("boxes")
    return values["whose"] == "" or (values["whose"] == "chosen" and not chosen)


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Cover faces by the few mean colors of their surroundings.

    Args:
        frame: the photo; its faces are those of the scene.
        values: `whose`; `faces`, keys of the chosen ones, of which those that are not on the photo are passed over; `how`;
            `boxes`, shares of the original that are covered whether a face is known there or not.

    Returns:
        uint8 of the frame's shape. A face that is cut off at an edge is covered as far as it is there.

    Source: processing/veiling.py.
    """
    import numpy as np
    from PIL import Image

    meant = [face.region for face in frame.scene.faces if _is_meant(face, values)]
    meant += [_region(box, frame) for box in values.get("boxes", ())]
    boxes = [box for region in dict.fromkeys(meant) if (box := _box(region, frame)) is not None]
    if not boxes:
        return frame.pixels
    colors = np.ascontiguousarray(frame.pixels[:, :, :3])
    is_blank = None if frame.pixels.shape[2] == 3 else np.asarray(~frame.pixels.any(axis=2))
    if is_blank is not None:
        colors = _filled(colors, is_blank, boxes)
    image = veil_faces(Image.fromarray(colors), boxes, has_hard_cells=values["how"] == "pixelate")
    made = frame.pixels.copy()
    made[:, :, :3] = np.asarray(image)
    if is_blank is not None:
        made[is_blank] = 0
    return made


def _filled(
    colors: NDArray[np.uint8], is_blank: NDArray[np.bool_], boxes: Sequence[Region]
) -> NDArray[np.uint8]:
    """The colors with the mean of what is around each face where nothing is left: that is black, and would darken the cover."""
    import numpy as np

    made = colors.copy()
    for box in boxes:
        left, top, right, bottom = (max(0, int(value)) for value in covered(box))
        place = np.s_[top : bottom + 1, left : right + 1]
        blank = is_blank[place]
        if blank.any() and not blank.all():
            made[place][blank] = np.rint(colors[place][~blank].mean(axis=0))
    return made


def _is_meant(face: FaceShape, values: Values) -> bool:
    if values["whose"] == "chosen":
        return face.id in values["faces"]
    return values["whose"] == "all" or not face.is_mine


def _region(box: tuple[float, float, float, float], frame: Frame) -> Region:
    """Pixels of the original."""
    width, height = frame.scene.width, frame.scene.height
    x, y = round(box[0] * width), round(box[1] * height)
    return Region(x, y, max(1, round(box[2] * width)), max(1, round(box[3] * height)))


def _box(box: Region, frame: Frame) -> Region | None:
    """The box in pixels of the frame, not cut at its edges: half a face must be covered, too. None: nothing of it is seen."""
    around = Placement(frame.width, frame.height, frame.matrix).surroundings(box)
    if around is None:
        return None
    far = 4 * (frame.width + frame.height)
    left, top, right, bottom = (min(max(value, -far), far) for value in around)
    return Region(round(left), round(top), max(1, round(right - left)), max(1, round(bottom - top)))
