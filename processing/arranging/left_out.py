"""How sharp photos are, their faces counted in, and which of them leave the albums because they are blurred.

Analyzers know nothing of each other, so what the edges say and what the faces say meet here.
"""

from __future__ import annotations

from typing import Any

from albums.batches import in_batches
from albums.blurred import settle_blurred
from albums.models import Analysis, Photo, Room
from processing import photo_store, quality
from processing.contracts import FaceShot

COLUMNS = ("pk", "kind", "width", "height", "sharpness", "quality")
ANALYZER = "sharpness"


def arrange(room: Room, new: frozenset[int]) -> None:
    """Judge what is new; a constant number of queries for every 500 photos."""
    ordered = sorted(new)
    for batch in in_batches(ordered):
        judge(room, batch)
        settle_blurred(room, batch)


def judge(room: Room, photo_ids: list[int]) -> None:
    """Write the quality of these photos where it is another one than before."""
    rows = list(Photo.objects.filter(room=room, pk__in=photo_ids).values(*COLUMNS))
    done = Analysis.objects.filter(photo__in=photo_ids, analyzer=ANALYZER, failure="")
    edges = dict(done.values_list("photo", "data"))
    faces = photo_store.load_faces(room.pk, photo_ids)
    changed = []
    for row in rows:
        found = judged(row, edges.get(row["pk"]), faces.get(row["pk"], ()))
        if found is not None and found != (row["sharpness"], row["quality"]):
            changed.append(Photo(pk=row["pk"], sharpness=found[0], quality=found[1]))
    Photo.objects.bulk_update(changed, ["sharpness", "quality"], batch_size=200)


def judged(
    row: dict[str, Any], edges: dict[str, float] | None, faces: tuple[FaceShot, ...]
) -> tuple[float | None, str] | None:
    """Sharpness and quality; None if nothing was measured. Of a video one frame says nothing."""
    if row["kind"] == "video":
        return None, ""
    if not edges:
        return None
    verdict = quality.judge(edges, faces, max(row["width"], row["height"]))
    if not verdict.quality:
        return None
    return verdict.sharpness, verdict.quality
