"""Where the faces are that somebody covered by hand: kept in the recipe, so that they stay covered when the faces' rows go.

Rows go when a room stops looking for faces, and come back with other keys; a copy that is made again then covers the same places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import User
from albums.batches import id_batches
from albums.models import Face, Photo
from processing import registry
from processing.parameters import Boxes, Values
from processing.recipes import Recipe, Step

BLUR = "blur_faces"
SAME_FACE = 0.5  # of the area of both together: what a later look calls the same face lies about there
Share = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Known:
    """A face that has a row: its key, its box as shares, and whose it is."""

    id: int
    box: Share
    user: int | None
    is_dismissed: bool


def covers(recipe: Recipe) -> bool:
    return any(step.name == BLUR for step in recipe.steps)


def known_faces(photos: Iterable[Photo]) -> dict[int, list[Known]]:
    """All faces of photos, also those that somebody said are none; one query for some hundred photos."""
    sizes = {photo.pk: (photo.width or 1, photo.height or 1) for photo in photos}
    found: dict[int, list[Known]] = defaultdict(list)
    columns = ("photo", "pk", "x", "y", "width", "height", "person__user", "is_dismissed", "withdrawal")
    for ids in id_batches(sizes):
        rows = Face.objects.filter(photo__in=ids).order_by("pk").values_list(*columns)
        for photo, pk, x, y, width, height, user, is_dismissed, withdrawal in rows:
            across, down = sizes[photo]
            shares = (x / across, y / down, width / across, height / down)
            box: Any = tuple(round(min(max(share, -1.0), 2.0), 6) for share in shares)
            # whoever does not want to be found any more has a face all the same
            found[photo].append(Known(pk, box, user, is_dismissed and not withdrawal))
    return found


def with_places(
    recipe: Recipe,
    faces: Collection[Known],
    user: User,
    before: Recipe,
    versions: Callable[[], Iterable[Recipe]] = tuple,
) -> Recipe:
    """The recipe with the places of the faces that it covers.

    A step that is as it was before stays so, whoever saves it. Otherwise a place is given up only where its face is known and
    somebody has chosen not to cover it any more.

    Args:
        faces: of the photo.
        before: what was done to it so far.
        versions: tells all that was ever done to it; asked only where the recipe names faces that are no more.
    """
    if not covers(recipe):
        return recipe
    there = {face.id for face in faces}
    old = _last_blur(before)

    def placed(step: Step) -> Step:
        values = step.values
        is_kept = values == old
        if not is_kept and not there.issuperset(values["faces"]):  # an earlier version that is wanted again
            is_kept = any(values == _last_blur(version) for version in versions())
        kept = _without_gone(values, there) if is_kept else _placed(values, faces, user, old)
        return replace(step, values=kept)

    return Recipe(tuple(placed(step) if step.name == BLUR else step for step in recipe.steps))


def differ_in_places(one: Recipe, other: Recipe) -> bool:
    """Whether a recipe covers faces and is another one but for their places: the site has added some by itself."""
    return covers(one) and _placeless(one) == _placeless(other)


def _placeless(recipe: Recipe) -> list[Step]:
    return [replace(step, values={**step.values, "boxes": ()}) for step in recipe.steps]


def _last_blur(recipe: Recipe) -> Values | None:
    return next((step.values for step in reversed(recipe.steps) if step.name == BLUR), None)


def _without_gone(values: Values, there: Collection[int]) -> Values:
    """Without the keys of faces that are no more, where their places are known, or it does not matter which are named."""
    if values["whose"] == "chosen" and not values["boxes"]:
        return values
    return {**values, "faces": tuple(pk for pk in values["faces"] if pk in there)}


def with_found(recipe: Recipe, faces: Collection[Known], user_id: int | None) -> Recipe:
    """The recipe with the places of faces that are to be covered and that were found since it was saved; the same one if there are none.

    Args:
        faces: of the photo.
        user_id: of whoever saved it; None: they have left, and no face is theirs.
    """
    return Recipe(
        tuple(_with_found(step, faces, user_id) if step.name == BLUR else step for step in recipe.steps)
    )


def _with_found(step: Step, faces: Collection[Known], user_id: int | None) -> Step:
    places, whose = tuple(step.values["boxes"]), step.values["whose"]
    meant = [face.box for face in faces if _is_meant(face, whose, step.values["faces"], user_id)]
    found = [box for box in meant if not any(_overlap(box, place) >= SAME_FACE for place in places)]
    return Step(BLUR, {**step.values, "boxes": _some((*places, *found))}) if found else step


def is_covered(recipe: Recipe, box: Share) -> bool:
    """Whether a face at this place is covered by a recipe whose copies have been made; where the recipe can't tell, it is."""
    for step in recipe.steps:
        if step.name != BLUR:
            continue
        whose, places = step.values["whose"], step.values["boxes"]
        if whose == "all" or (whose == "chosen" and not places) or len(places) >= _most():
            return True
        if any(_overlap(box, place) >= SAME_FACE or _shared(box, place) >= SAME_FACE for place in places):
            return True
    return False


def without_places(recipe: Recipe) -> Recipe:
    """For other photos: their faces are elsewhere."""
    steps = [Step(one.name, {**one.values, "boxes": ()}) if one.name == BLUR else one for one in recipe.steps]
    return Recipe(tuple(step for step in steps if not step.is_neutral))


def _placed(values: Values, faces: Collection[Known], user: User, old: Values | None) -> dict[str, Any]:
    there = {face.id for face in faces}
    before = set(old["faces"]) if old is not None and old["whose"] == "chosen" else None
    # Who was covered before may be missing; where nobody is named, it does not matter who is.
    missing = set(values["faces"]) - there if values["whose"] != "chosen" else before or set()
    chosen = [pk for pk in values["faces"] if pk in there or pk not in missing]
    places = dict.fromkeys((*values["boxes"], *(old["boxes"] if old is not None else ())))
    kept: list[Share] = []
    for place in places:
        face = next((one for one in faces if _overlap(one.box, place) >= SAME_FACE), None)
        if face is None:
            kept.append(place)
        elif values["whose"] == "chosen" and before is not None and face.id not in before:
            chosen.append(face.id)  # found anew since it was covered: nobody has chosen to show it
    chosen = list(dict.fromkeys(chosen))
    meant = [face.box for face in faces if _is_meant(face, values["whose"], chosen, user.pk)]
    return {**values, "faces": tuple(chosen), "boxes": _some((*kept, *meant))}


def _some(boxes: Iterable[Share]) -> tuple[Share, ...]:
    """Each once, and as many as the operation takes."""
    return tuple(dict.fromkeys(boxes))[: _most()]


def _most() -> int:
    return next(one.most for one in registry.operations()[BLUR].parameters if isinstance(one, Boxes))


def _is_meant(face: Known, whose: str, chosen: Collection[int], user_id: int | None) -> bool:
    if whose == "chosen":
        return face.id in chosen
    return not face.is_dismissed and (whose == "all" or user_id is None or face.user != user_id)


def _overlap(one: Share, other: Share) -> float:
    both = _common(one, other)
    return both / max(one[2] * one[3] + other[2] * other[3] - both, 1e-12)


def _shared(one: Share, other: Share) -> float:
    """Which part of the first one lies on the other one."""
    return _common(one, other) / max(one[2] * one[3], 1e-12)


def _common(one: Share, other: Share) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0
