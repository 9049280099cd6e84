"""How many of the faces that people marked each method finds, and how many boxes it draws too many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processing.contracts import Region
from processing.measuring.methods import Look, Method, total_seconds
from processing.measuring.rooms import Looker
from processing.measuring.truths import MarkedFolder, MarkedPhoto

MIN_SIDE_PX = 40  # smaller faces need not be found
MIN_OVERLAP = 0.4  # intersection over union: detectors draw a face tighter or wider
Row = dict[str, Any]


def measure_finding(folder: MarkedFolder, looker: Looker) -> list[Row]:
    """Look for the marked faces of a folder.

    Args:
        folder: photos on which every face is marked.
        looker: looks with every method.

    Returns:
        A row for each method: marked faces of at least 40 px and how many of them were found, all marked faces and how many of
        them were found, boxes, precision (share of the boxes that are on a marked face), and the seconds of each stage. A
        nose has the width of the widest box around it that any method drew; if none did, it counts as large.
    """
    looks = looker.look([photo.path for photo in folder.photos], folder.name)
    kept = [(photo, look) for photo, look in zip(folder.photos, looks, strict=True) if look is not None]
    large = [_large(photo, look) for photo, look in kept]
    return [_row(folder.name, method, kept, large) for method in looker.methods]


def match(photo: MarkedPhoto, boxes: Sequence[Region]) -> dict[int, int]:
    """Give each marked face the box that fits it best; each box is used once.

    Args:
        photo: its faces, marked by boxes or by noses.
        boxes: what a method drew, in the same pixels.

    Returns:
        Place of the box by place of the marked face. A box fits a box that it overlaps by 0.4 (intersection over union), and a
        nose that it holds, the nearer to its middle the better.
    """
    fits = [
        (marked.overlap(box), face, at)
        for face, marked in enumerate(photo.boxes)
        for at, box in enumerate(boxes)
        if marked.overlap(box) >= MIN_OVERLAP
    ]
    fits += [
        (-_off_middle(nose, box), face, at)
        for face, nose in enumerate(photo.noses)
        for at, box in enumerate(boxes)
        if _off_middle(nose, box) <= 0.5
    ]
    matched: dict[int, int] = {}
    for _, face, at in sorted(fits, key=lambda fit: (-fit[0], fit[1], fit[2])):
        if face not in matched and at not in matched.values():
            matched[face] = at
    return matched


def _off_middle(nose: tuple[float, float], box: Region) -> float:
    """How far a point is from the middle of a box, in widths and heights: up to 0.5 it is inside."""
    x, y = (nose[0] - box.x) / box.width, (nose[1] - box.y) / box.height
    return max(abs(x - 0.5), abs(y - 0.5))


def _large(photo: MarkedPhoto, looks: Mapping[str, Look]) -> set[int]:
    """Say which marked faces have to be found."""
    found = {face for face, box in enumerate(photo.boxes) if min(box.width, box.height) >= MIN_SIDE_PX}
    drawn = [face.region for look in looks.values() for face in look.faces]
    for face, nose in enumerate(photo.noses):
        around = [box.width for box in drawn if _off_middle(nose, box) <= 0.5]
        if max(around, default=MIN_SIDE_PX) >= MIN_SIDE_PX:
            found.add(face)
    return found


def _row(
    name: str,
    method: Method,
    kept: Sequence[tuple[MarkedPhoto, Mapping[str, Look]]],
    large: Sequence[set[int]],
) -> Row:
    looks = [look[method.name] for _, look in kept]
    matched = [
        match(photo, [face.region for face in look.faces])
        for (photo, _), look in zip(kept, looks, strict=True)
    ]
    boxes, right = sum(len(look.faces) for look in looks), sum(map(len, matched))
    wanted = sum(map(len, large))
    found = sum(len(one & set(these)) for one, these in zip(large, matched, strict=True))
    return {
        "folder": name,
        "method": method.name,
        "photos": len(kept),
        "large": wanted,
        "large_found": found,
        "large_recall": found / wanted if wanted else 1.0,
        "marked": sum(len(photo.boxes) + len(photo.noses) for photo, _ in kept),
        "marked_found": right,
        "boxes": boxes,
        "precision": right / boxes if boxes else 1.0,
        "seconds": total_seconds(looks),
    }
