"""Where the faces are that somebody covered by hand: kept in the recipe, so that they stay covered when the faces' rows go.

Rows go when a room stops looking for faces, and come back with other keys; a copy that is made again then covers the same places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from albums.batches import id_batches
from albums.models import Face, Photo
from processing.parameters import Values
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
    columns = ("photo", "pk", "x", "y", "width", "height", "person__user", "is_dismissed")
    for ids in id_batches(sizes):
        rows = Face.objects.filter(photo__in=ids).order_by("pk").values_list(*columns)
        for photo, pk, x, y, width, height, user, is_dismissed in rows:
            across, down = sizes[photo]
            shares = (x / across, y / down, width / across, height / down)
            box: Any = tuple(round(min(max(share, -1.0), 2.0), 6) for share in shares)
            found[photo].append(Known(pk, box, user, is_dismissed))
    return found


def with_places(recipe: Recipe, faces: Collection[Known], user: User, before: Recipe) -> Recipe:
    """The recipe with the places of the faces that it covers.

    A step that is as it was before stays so, whoever saves it. Otherwise a place is given up only where its face is known and
    somebody has chosen not to cover it any more.

    Args:
        faces: of the photo.
        before: what was done to it so far.
    """
    if not covers(recipe):
        return recipe
    old = next((step.values for step in reversed(before.steps) if step.name == BLUR), None)
    return Recipe(
        tuple(
            Step(step.name, _placed(step.values, faces, user, old))
            if step.name == BLUR and step.values != old
            else step
            for step in recipe.steps
        )
    )


def without_places(recipe: Recipe) -> Recipe:
    """For other photos: their faces are elsewhere."""
    steps = [Step(one.name, {**one.values, "boxes": ()}) if one.name == BLUR else one for one in recipe.steps]
    return Recipe(tuple(step for step in steps if not step.is_neutral))


def _placed(values: Values, faces: Collection[Known], user: User, old: Values | None) -> dict[str, Any]:
    there = {face.id for face in faces}
    before = set(old["faces"]) if old is not None and old["whose"] == "chosen" else None
    chosen = [pk for pk in values["faces"] if pk in there or before is None or pk not in before]
    places = dict.fromkeys((*values["boxes"], *(old["boxes"] if old is not None else ())))
    kept: list[Share] = []
    for place in places:
        face = next((one for one in faces if _overlap(one.box, place) >= SAME_FACE), None)
        if face is None:
            kept.append(place)
        elif values["whose"] == "chosen" and before is not None and face.id not in before:
            chosen.append(face.id)  # found anew since it was covered: nobody has chosen to show it
    chosen = list(dict.fromkeys(chosen))
    meant = [face.box for face in faces if _is_meant(face, values["whose"], chosen, user)]
    most = next(one.most for one in Step(BLUR, values).operation.parameters if one.name == "boxes")  # type: ignore[attr-defined]
    boxes = tuple(dict.fromkeys([*kept, *meant]))[:most]
    return {**values, "faces": tuple(chosen), "boxes": boxes}


def _is_meant(face: Known, whose: str, chosen: Collection[int], user: User) -> bool:
    if whose == "chosen":
        return face.id in chosen
    return not face.is_dismissed and (whose == "all" or face.user != user.pk)


def _overlap(one: Share, other: Share) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    return both / max(one[2] * one[3] + other[2] * other[3] - both, 1e-12)
