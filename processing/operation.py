"""The contract of the files in `operations/`: each is one thing that can be done to a photo in the editor.

A module has the attributes of `Operation` and exactly one of four functions, by what it needs to see:

    place(values, width, height) -> Placement       geometry: where pixels go; boxes and clicks go along
    table(values) -> float32 (3, 256)               each channel by itself: what 0 to 255 become, 0 to 255
    recolor(pixels, values) -> float32 (n, 3)       each pixel by itself: red, green, blue, 0 to 1 (may be left a little)
    apply(frame, values) -> uint8 (h, w, 3 or 4)    anything else, of the same width and height

Neighbouring geometry becomes one resampling, neighbouring tables and colors one pass without rounding in between
(processing/editing.py). It may also have

    suggest(frame) -> values or None                what it would set on this photo by itself; None: nothing

`is_in_browser`: static/js/editor shows it at once by the same formula; else the page asks a worker for a preview.
Importing the module loads no heavy library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from processing.contracts import Region
from processing.parameters import Choice, Parameter, Values
from processing.placing import Matrix, Placement, moved, multiplied, scaled
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMS = ("place", "table", "recolor", "apply")
# The groups in the order in which the editor applies them; a recipe that a person wrote may have any order.
GROUPS = {
    "repair": _("Repair"),  # faces, spots, red eyes, noise, low light
    "background": _("Background"),
    "style": _("Style"),
    "geometry": _("Crop and turn"),
    "light": _("Light"),
    "color": _("Color"),
    "look": _("Looks"),
    "finish": _("Text and size"),
}


class Cancelled(Exception):
    """Nobody wants the result any more."""


@dataclass(frozen=True, slots=True)
class FaceShape:
    """A face on the photo: key, box and five landmarks (the eyes' corners and the nose), in pixels of the original at full size.

    `is_mine`: it belongs to whoever edits.
    """

    id: int
    region: Region
    landmarks: tuple[tuple[float, float], ...] = ()
    is_mine: bool = False


def _go_on() -> None:
    """Nobody has cancelled."""


def _say_nothing(share: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known about the photo besides its pixels.

    Attributes:
        width, height: of the original as displayed, in pixels.
        faces: those on it.
        load_photo: opens another photo of the room by its key: uint8 (h, w, 3), its longer side about as asked for;
            raises ProcessingError.
        check: raises Cancelled when nobody wants the result any more; long operations call it now and then.
        progress: told the share that is done, 0 to 1, by operations that take seconds.
        seed: the same for the same photo.
    """

    width: int
    height: int
    faces: Sequence[FaceShape] = ()
    load_photo: Callable[[int, int], NDArray[np.uint8]] | None = None
    check: Callable[[], None] = _go_on
    progress: Callable[[float], None] = _say_nothing
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A photo on its way through a recipe.

    Attributes:
        pixels: uint8 of shape (height, width, 3) RGB, or (height, width, 4) with transparency; never changed in place.
        scene: what is known about the photo.
        placement: how large this frame is at full size, and where the original's pixels are in it; None: nothing was moved yet.
    """

    pixels: NDArray[np.uint8]
    scene: Scene
    placement: Placement | None = None

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def full(self) -> Placement:
        """The size of this frame at full size, and where the original's pixels are in it."""
        return self.placement or Placement(self.scene.width, self.scene.height)

    @property
    def matrix(self) -> Matrix:
        """From pixels of the original at full size to those of this frame."""
        full = self.full
        return multiplied(scaled(self.width / full.width, self.height / full.height), full.matrix)

    @property
    def scale(self) -> float:
        """Pixels of this frame per pixel of the original, about: 1 at full size, less in a preview."""
        return Placement(self.width, self.height, self.matrix).scale

    def faces(self) -> list[FaceShape]:
        """The faces in pixels of this frame; those that are cut off are left out."""
        placement = Placement(self.width, self.height, self.matrix)
        found = []
        for face in self.scene.faces:
            region = placement.region(face.region)
            if region is not None:
                marks = tuple(moved(self.matrix, *mark) for mark in face.landmarks)
                found.append(FaceShape(face.id, region, marks, face.is_mine))
        return found


@runtime_checkable
class Operation(Protocol):
    """A module in `operations/`. Its name is the file's name.

    Attributes:
        version: raised when its results change: copies that were made with another one are made anew.
        label: what people call it.
        group: one of `GROUPS`; `rank` orders within it.
        goes_with: may be left out; another group in whose place it is done, though people find it in its own.
        icon: name of an icon of static/img/icons.json.
        is_in_browser: see above.
        needs_landmarks: may be left out; True where `FaceShape.landmarks` are wanted, which takes a worker a moment.
        parameters: what can be set; with all of them neutral nothing changes.
    """

    version: int
    label: str
    group: str
    rank: int
    icon: str
    is_in_browser: bool
    parameters: tuple[Parameter, ...]


def usual_place(operation: Operation) -> tuple[int, int]:
    """Where an operation stands in the usual order: that of its group, or of the group that it names in `goes_with`."""
    return list(GROUPS).index(getattr(operation, "goes_with", operation.group)), operation.rank


def form_of(module: Any) -> str:
    """Which of `FORMS` an operation has."""
    return next(name for name in FORMS if callable(getattr(module, name, None)))


def neutral_values(operation: Operation) -> dict[str, Any]:
    """The values with which an operation changes nothing."""
    return {parameter.name: parameter.neutral for parameter in operation.parameters}


def is_in_use(operation: Operation, values: Values, name: str) -> bool:
    """Say whether a parameter has a meaning: one that is named like the option of a choice has it only while that is chosen.

    Args:
        operation: any.
        values: some of its values; what is missing is neutral.
        name: of the parameter.

    Returns:
        False for a photo to stand behind people that was chosen before a color.
    """
    choices = [one for one in operation.parameters if isinstance(one, Choice) and name in dict(one.options)]
    return not choices or any(values.get(one.name, one.neutral) == name for one in choices)


def is_neutral(operation: Operation, values: Values) -> bool:
    """Whether an operation with these values changes nothing."""
    decides: Callable[[Mapping[str, Any]], bool] | None = getattr(operation, "is_neutral", None)
    return decides(values) if decides else dict(values) == neutral_values(operation)
