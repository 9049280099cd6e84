"""What a recipe makes of the photos that go into the zip: files in a folder for the time being; the photos stay as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processing import editing, recipes
from processing.errors import ProcessingError
from processing.organizing.errors import OrganizeError
from processing.organizing.folders import reason, shown
from processing.organizing.report import Photo
from processing.placing import Placement
from processing.recipes import BadRecipe, Recipe, recipe_of

BEFORE = ("repair", "geometry")  # what is done before anybody would look at light and color
UNSEEN = "It is a video, which can't be edited."
TOO_LARGE = "There is not enough memory to edit it."
BROKEN = "It could not be edited, because of a fault in this program."
NO_FACES = "Faces could not be looked for on it."
AS_IT_IS = "It goes into the zip as it is."
LEFT_OUT = "It is left out of the zip, because faces were to be covered."
COVERING = "blur_faces"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to every photo.

    Attributes:
        recipe: steps for all of them; may be empty.
        enhances: the light and color of each are made better by what is chosen for it.
    """

    recipe: Recipe = field(default_factory=Recipe)
    enhances: bool = False

    def __bool__(self) -> bool:
        return bool(self.recipe) or self.enhances

    @property
    def covers(self) -> bool:
        """Whether faces are to be covered: then nothing may go out uncovered."""
        return COVERING in self.recipe.names


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited copy: where it lies, its suffix, Pillow's name of its format, and where pixels went."""

    path: Path
    suffix: str
    format: str
    placement: Placement


def read_recipe(path: Path) -> Recipe:
    """Read a recipe as the editor's API has it.

    Raises:
        OrganizeError: the file can't be read, or what is wrong in it, by field.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OrganizeError(f"The recipe {shown(path)} can't be read ({reason(error)}).") from error
    except (ValueError, RecursionError) as error:
        raise OrganizeError(f"The recipe {shown(path)} is no JSON: {error}.") from error
    try:
        return recipes.parse(data)
    except BadRecipe as error:
        lines = [f"{field}: {sentence}" for field, sentence in error.errors.items()]
        raise OrganizeError("\n".join([f"The recipe {shown(path)} is impossible.", *lines])) from error


def edit_all(photos: Sequence[Photo], wish: Wish, folder: Path) -> Mapping[str, Edited]:
    """Edit photos one after the other; what was done to each is noted in its `edit`.

    Args:
        photos: their `edit` is filled in: `steps`, `why` of what was chosen for it, and `error`; `is_left_out` of what can't be
            edited while faces were to be covered.
        wish: what is to be done.
        folder: an empty one for the copies.

    Returns:
        The copies by file; what can't be edited or needs nothing has none, and goes out as it is if it is not left out.

    Raises:
        OrganizeError: a copy can't be written.
    """
    made = {}
    for number, photo in enumerate(photos):
        photo.edit = {"steps": [], "why": [], "error": None}
        try:
            found = _edited(photo, wish, folder / f"{number:07d}")
        except ProcessingError as error:
            photo.edit = {"steps": [], "why": [], "error": f"{error} {LEFT_OUT if wish.covers else AS_IT_IS}"}
            photo.edit |= {"is_left_out": True} if wish.covers else {}
            continue
        if found is not None:
            made[photo.file] = found
    return made


def _edited(photo: Photo, wish: Wish, path: Path) -> Edited | None:
    from processing.edit_files import encode_full
    from processing.imaging import open_picture
    from processing.operation import FaceShape, Scene

    analyzed = photo.analyzed
    if analyzed is None or analyzed.format in ("MP4", "MOV"):
        raise ProcessingError(UNSEEN)
    if wish.covers and analyzed.faces is None:
        raise ProcessingError(NO_FACES)
    try:
        import numpy as np

        picture = open_picture(photo.path, None)
        pixels = np.asarray(picture.image.convert("RGB"))
        faces = [FaceShape(at, face.region, face.landmarks) for at, face in enumerate(photo.faces, 1)]
        scene = Scene(pixels.shape[1], pixels.shape[0], faces, seed=1)
        recipe, why = _recipe(pixels, scene, wish)
        if not recipe:
            return None
        cooked = editing.cook(pixels, recipe, scene)
        with photo.path.open("rb") as original:
            file = encode_full(cooked, original, analyzed.format)
    except ProcessingError:
        raise
    except OSError as error:
        raise ProcessingError(f"It can't be read any more ({reason(error)}).") from error
    except MemoryError as error:
        raise ProcessingError(TOO_LARGE) from error
    except Exception as error:
        raise ProcessingError(BROKEN) from error
    try:
        path.write_bytes(file.data)
    except OSError as error:
        raise OrganizeError(
            f"An edited copy can't be written ({reason(error)}). Make room on the disk and start again."
        ) from error
    photo.edit = {"steps": recipe.as_json()["steps"], "why": why, "error": None}
    kind = "PNG" if file.content_type == "image/png" else "JPEG"
    return Edited(path, file.suffix, kind, recipe.placed(scene.width, scene.height))


def _recipe(pixels: Any, scene: Any, wish: Wish) -> tuple[Recipe, list[str]]:
    """The steps for one photo, and why those were chosen that nobody asked for."""
    from processing.enhancing import enhance
    from processing.operation import Frame

    if not wish.enhances:
        return wish.recipe, []
    before = Recipe(tuple(step for step in wish.recipe.steps if step.operation.group in BEFORE))
    cooked = editing.cook(pixels, before, scene)
    chosen = enhance(Frame(cooked, scene, before.placed(scene.width, scene.height)))
    added = recipe_of([(name, values) for name, values, _why in chosen])
    return Recipe((*wish.recipe.steps, *added.steps)).in_usual_order(), [why for _, _, why in chosen]
