"""Makes what a recipe says of a photo: neighbouring steps of one kind in one pass, memory bounded, cancelled when asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from processing import recipes
from processing.blocks import over_rows
from processing.errors import ProcessingError
from processing.operation import Cancelled, Frame, Scene, form_of
from processing.parameters import BadValue
from processing.placing import Placement, scaled
from processing.recipes import Recipe, Step
from processing.warping import warp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Recolor = Callable[[NDArray[np.float32]], NDArray[np.float32]]

logger = logging.getLogger(__name__)

FINE = (
    1 << 14
)  # values that a table is asked for after colors were changed: 64 to a level, no error that is seen
POINTWISE = ("table", "recolor")


class OperationFailed(ProcessingError):
    """A step could not be done; the sentence names it."""


def cook(pixels: NDArray[np.uint8], recipe: Recipe, scene: Scene | None = None) -> NDArray[np.uint8]:
    """Follow a recipe.

    Args:
        pixels: uint8 of shape (h, w, 3), the photo as displayed at any size.
        recipe: what is to be done.
        scene: what is known about the photo; its size is that of the original. None: the pixels are all there is.

    Returns:
        uint8 of shape (h', w', 3), or (h', w', 4) where a step made parts transparent. The same array if the recipe is empty.

    Raises:
        BadRecipe: a step leaves nothing of a photo of this size.
        OperationFailed: a step could not be done; the photo is as it was.
        Cancelled: `scene.check` said so.
    """
    height, width = pixels.shape[:2]
    scene = scene or Scene(width, height)
    recipe.placed(scene.width, scene.height)  # all that is impossible is said before anything is done
    frame = Frame(pixels, scene)
    for form, steps in _runs(recipe.steps):
        scene.check()
        try:
            frame = COOKS[form](frame, steps)
        except (Cancelled, recipes.BadRecipe, OperationFailed):
            raise
        except (ProcessingError, BadValue) as error:
            raise OperationFailed(f"{steps[0].operation.label}: {error}") from error
        except MemoryError as error:
            raise OperationFailed(
                f"{steps[0].operation.label}: this photo is too large for it on this machine."
            ) from error
        except Exception as error:
            logger.exception("operation %s failed", steps[0].name)
            raise OperationFailed(
                f"{steps[0].operation.label} did not work on this photo. Change or remove this step."
            ) from error
    return frame.pixels


def suggest(name: str, pixels: NDArray[np.uint8], scene: Scene | None = None) -> dict[str, Any] | None:
    """Ask an operation what it would do to a photo by itself.

    Args:
        name: of the operation.
        pixels, scene: as in `cook`.

    Returns:
        Its values, checked; None if it would do nothing or has no opinion.
    """
    step = Step(name, {})
    module: Any = step.operation
    if not hasattr(module, "suggest"):
        return None
    height, width = pixels.shape[:2]
    found = module.suggest(Frame(pixels, scene or Scene(width, height)))
    if not found:
        return None
    recipe = recipes.recipe_of([(name, found)])
    return dict(recipe.steps[0].values) if recipe else None


def _runs(steps: Sequence[Step]) -> Iterator[tuple[str, list[Step]]]:
    """Steps that are done together: neighbouring geometry, neighbouring pointwise changes; everything else alone."""
    for form, run in groupby(steps, _kind):
        if form == "apply":
            yield from ((form, [step]) for step in run)
        else:
            yield form, list(run)


def _kind(step: Step) -> str:
    form = form_of(step.operation)
    return "point" if form in POINTWISE else form


def _place(frame: Frame, steps: Sequence[Step]) -> Frame:
    """One resampling for all of them. What is decided in pixels is decided at full size, or a preview would differ."""
    full = frame.full
    step_by = Placement(full.width, full.height)
    for number, step in enumerate(steps):
        step_by = step_by.then(recipes.place(step, step_by.width, step_by.height, number))
    ratio = _preview_ratio(frame, step_by)
    width, height = max(1, round(step_by.width * ratio)), max(1, round(step_by.height * ratio))
    onto = Placement(width, height, scaled(width / step_by.width, height / step_by.height))
    here = Placement(full.width, full.height, scaled(full.width / frame.width, full.height / frame.height))
    return Frame(warp(frame.pixels, here.then(step_by).then(onto)), frame.scene, full.then(step_by))


def _preview_ratio(frame: Frame, placement: Placement) -> float:
    """How large a preview of a placement is: as small as the frame, unless the photo becomes smaller anyway; never larger."""
    full = frame.full
    if (frame.width, frame.height) == (full.width, full.height):
        return 1.0
    shrunk = frame.width / full.width
    largest = max(frame.width, frame.height) / max(placement.width, placement.height)
    return min(1.0, largest, shrunk / min(1.0, max(placement.scale, 1e-9)))


def _point(frame: Frame, steps: Sequence[Step]) -> Frame:
    """Tables and colors of a run in one pass, rounded once at its end."""
    return Frame(recolored(frame.pixels, steps, frame.scene.check), frame.scene, frame.full)


def recolored(
    pixels: NDArray[np.uint8], steps: Sequence[Step], check: Callable[[], None] = lambda: None
) -> NDArray[np.uint8]:
    """Do pointwise steps.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4); transparency stays.
        steps: whose operations have `table` or `recolor`.
        check: called between blocks.

    Returns:
        uint8 of the same shape.
    """
    import cv2
    import numpy as np

    first, rest = _tables_first(steps)
    if not rest:
        lut = np.rint(np.clip(first, 0, 255)).astype(np.uint8).T.reshape(1, 256, 3)
        colors = cv2.LUT(np.ascontiguousarray(pixels[:, :, :3]), np.ascontiguousarray(lut))
        return _with_alpha(colors, pixels)
    made = np.empty_like(pixels, order="C")
    tables = (first / 255).astype(np.float32)

    def work(top: int, bottom: int) -> None:
        block = pixels[top:bottom]
        values = np.stack([tables[c][block[:, :, c]].ravel() for c in range(3)]).T
        for change in rest:
            values = change(values)
        for c in range(3):
            shown = np.clip(values[:, c] * np.float32(255), 0, 255)
            made[top:bottom, :, c] = np.rint(shown, out=shown).reshape(block.shape[:2])
        made[top:bottom, :, 3:] = block[:, :, 3:]

    over_rows(pixels.shape[0], pixels.shape[1], work, check)
    return made


def _tables_first(steps: Sequence[Step]) -> tuple[NDArray[np.float32], list[Recolor]]:
    """The tables that come first as one, and what follows as functions of pixels; neighbouring tables are one, too.

    Functions get float32 of shape (n, 3) whose channels lie one after the other in memory: pixels[:, 0] is contiguous.
    """
    rest: list[Recolor] = []
    first: NDArray[np.float32] | None = None
    for form, run in groupby(steps, lambda step: form_of(step.operation)):
        if form == "recolor":
            for step in run:
                module: Any = step.operation
                rest.append(partial(module.recolor, values=step.values))
            continue
        table = _as_one(list(run))
        if first is None and not rest:
            first = table
        else:
            rest.append(partial(_looked_up, table=_fine(table)))
    return (first if first is not None else _as_one([])), rest


def _as_one(steps: Sequence[Step]) -> NDArray[np.float32]:
    """Tables that follow each other as one, without rounding in between."""
    import numpy as np

    grid = np.arange(256, dtype=np.float32)
    made: NDArray[np.float32] = np.tile(grid, (3, 1))
    for step in steps:
        module: Any = step.operation
        table = module.table(step.values)
        made = np.stack([np.interp(made[c], grid, table[c]) for c in range(3)]).astype(np.float32)
    return made


def _fine(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """A table for values between the 256 levels: `FINE` of them, 0 to 1."""
    import numpy as np

    grid = np.linspace(0, 255, FINE)
    return np.stack([np.interp(grid, np.arange(256), row) / 255 for row in table]).astype(np.float32)


def _looked_up(pixels: NDArray[np.float32], table: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    made = np.empty_like(pixels)
    for c in range(3):
        places = np.clip(pixels[:, c] * np.float32(FINE - 1) + np.float32(0.5), 0, FINE - 1)
        made[:, c] = table[c][places.astype(np.uint16)]
    return made


def _with_alpha(colors: Any, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    return np.dstack([colors, pixels[:, :, 3]]) if pixels.shape[2] == 4 else colors


def _apply(frame: Frame, steps: Sequence[Step]) -> Frame:
    module: Any = steps[0].operation
    return Frame(module.apply(frame, steps[0].values), frame.scene, frame.full)


COOKS: dict[str, Callable[[Frame, Sequence[Step]], Frame]] = {
    "place": _place,
    "point": _point,
    "apply": _apply,
}
