"""Photos that are one and the same shot: exact copies, and what was saved again, resized, turned, cropped or recolored.

Quick comparisons find candidates (processing/copy_search.py), a pixel check decides (processing/same_shot.py), and metadata
has a veto (processing/copy_evidence.py): two shots of a burst are no copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing import copy_evidence, outlines, same_shot
from processing.contracts import KnownPhoto, PhotoSet
from processing.copy_search import Candidate, candidates
from processing.same_shot import Agreement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
arrays = ("phash", "outline", "gray")
CROPPED = 0.03  # of the picture is missing
RECOLORED = 10.0  # gray levels
SMALLER = 0.9  # of the pixels


@dataclass(frozen=True, slots=True)
class Link:
    """Two photos that are one shot: the second's turn and how well they agree, the first being the one with the lower id."""

    first: int
    second: int
    turn: int
    agreement: Agreement


def cluster(photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
    """Find photos that are one shot.

    Args:
        photos: with the arrays `phash` (uint8, 32 values), `outline` (float16, 292) and `gray` (uint8, 96 x 96); photos that
            lack them are only compared by their hash.

    Returns:
        Sets of two and more, best first: the most pixels, then metadata, then the larger file, then the original name.
        data: `kinds` and `scores` by id as text, e.g. {"kinds": {"7": "smaller copy"}, "scores": {"7": 0.93}}; the best one
        has the kind "best" and the score 1.
    """
    return cluster_apart(photos, ())


def cluster_apart(photos: Sequence[KnownPhoto], apart: Collection[Collection[int]]) -> list[PhotoSet]:
    """As `cluster`, but no two photos of one of the collections in `apart` are put together: people said so."""
    by_id = {photo.id: photo for photo in sorted(photos, key=lambda photo: photo.id)}
    links = _exact_links(by_id) + _pixel_links(by_id)
    sets = _united(by_id, links, apart)
    return [_described([by_id[key] for key in members], links) for members in sets]


def _exact_links(by_id: dict[int, KnownPhoto]) -> list[Link]:
    same: dict[str, list[int]] = defaultdict(list)
    for photo in by_id.values():
        if photo.sha256:
            same[photo.sha256].append(photo.id)
    surely = Agreement(1.0, 0.0, 0.0, 0.0)
    return [Link(ids[0], other, 0, surely) for ids in same.values() for other in ids[1:]]


def _pixel_links(by_id: dict[int, KnownPhoto]) -> list[Link]:
    import numpy as np

    seen = [
        photo
        for photo in by_id.values()
        if all(name in photo.arrays for name in arrays) and not copy_evidence.is_video(photo)
    ]
    if len(seen) < 2:
        return []
    hashes = np.stack([photo.arrays["phash"] for photo in seen])
    described = np.stack([photo.arrays["outline"] for photo in seen])
    best: dict[tuple[int, int], Candidate] = {}
    for found in candidates((hashes, described), (hashes, described)):
        pair = (min(found.new, found.old), max(found.new, found.old))
        # Each pair comes up twice; the direction with the lower row as the new one is taken where the two are even.
        if found.new != found.old and (pair not in best or found.likeness > best[pair].likeness + 1e-6):
            best[pair] = found
    links = [check(seen[found.new], seen[found.old], found) for _, found in sorted(best.items())]
    return [link for link in links if link is not None and link.agreement.score >= 0]


def check(one: KnownPhoto, other: KnownPhoto, found: Candidate) -> Link | None:
    """Compare two candidates pixel by pixel; None if no fit is found or their metadata speaks against it."""
    if copy_evidence.speaks_against(one, other):
        return None
    start = _start(one, other, found) if found.crop else None
    gray = outlines.turned_square(square(other), found.turn)
    laid = same_shot.fit(square(one), gray, start)
    if laid is None:
        return None
    agreed = same_shot.agreement(
        laid, shown(one), shown(other, found.turn), is_surely_one=copy_evidence.speaks_for(one, other)
    )
    return Link(one.id, other.id, found.turn, agreed)


def square(photo: KnownPhoto) -> NDArray[np.uint8]:
    gray: NDArray[np.uint8] = photo.arrays["gray"]
    return gray.reshape(outlines.GRAY_SIDE, outlines.GRAY_SIDE)


def shown(photo: KnownPhoto, turn: int = 0) -> tuple[float, float]:
    """Width and height of the picture itself, without its border, in pixels."""
    outline = photo.arrays.get("outline")
    box = (
        (0.0, 0.0, 1.0, 1.0)
        if outline is None
        else [float(value) for value in outline[: outlines.BOX_VALUES]]
    )
    width, height = photo.width * (box[2] - box[0]), photo.height * (box[3] - box[1])
    width, height = max(1.0, width), max(1.0, height)
    return (height, width) if turn & 4 else (width, height)


def _start(one: KnownPhoto, other: KnownPhoto, found: Candidate) -> NDArray[np.float64]:
    """The warp from one to the other that the crop stands for."""
    import numpy as np

    width, height = shown(one if found.is_new_cropped else other)
    crop = outlines.crops(width / height)[found.crop]
    left, top, right, bottom = (value * 2 / outlines.GRAY_SIDE - 1 for value in crop)
    half, middle = np.array([right - left, bottom - top]) / 2, np.array([left + right, top + bottom]) / 2
    if found.is_new_cropped:
        half, middle = 1 / half, -middle / half
    return np.column_stack([np.diag(half), middle])


def _united(
    by_id: dict[int, KnownPhoto], links: Sequence[Link], apart: Collection[Collection[int]]
) -> list[list[int]]:
    """Join the surest links first; what the metadata or people keep apart stays apart, whatever lies between."""
    home = {key: key for key in by_id}
    members = {key: [key] for key in by_id}
    foes: dict[int, set[int]] = defaultdict(set)
    for group in apart:
        for key in group:
            foes[key].update(other for other in group if other != key)
    for link in sorted(links, key=lambda one: (-one.agreement.score, min(one.first, one.second), one.second)):
        here, there = home[link.first], home[link.second]
        if here == there or _are_foes(by_id, members[here], members[there], foes):
            continue
        members[here] += members.pop(there)
        home.update((key, here) for key in members[here])
    return sorted(sorted(group) for group in members.values() if len(group) > 1)


def _are_foes(
    by_id: dict[int, KnownPhoto], ours: Sequence[int], theirs: Sequence[int], foes: dict[int, set[int]]
) -> bool:
    return any(
        other in foes[key] or copy_evidence.speaks_against(by_id[key], by_id[other])
        for key in ours
        for other in theirs
    )


def _described(photos: Sequence[KnownPhoto], links: Sequence[Link]) -> PhotoSet:
    sizes = {photo.id: shown(photo)[0] * shown(photo)[1] for photo in photos}
    ordered = copy_evidence.best_first(photos, sizes)
    best, keys = ordered[0], {photo.id for photo in photos}
    inside = [link for link in links if link.first in keys and link.second in keys]
    kinds, scores = {str(best.id): "best"}, {str(best.id): 1.0}
    for photo in ordered[1:]:
        direct = [link for link in inside if {link.first, link.second} == {best.id, photo.id}]
        own = direct or [link for link in inside if photo.id in (link.first, link.second)]
        kinds[str(photo.id)] = kind_of(photo, best, direct[0] if direct else None)
        scores[str(photo.id)] = round(max(link.agreement.score for link in own), 3)
    return PhotoSet(tuple(photo.id for photo in ordered), {"kinds": kinds, "scores": scores})


def kind_of(photo: KnownPhoto, best: KnownPhoto, link: Link | None) -> str:
    """Say in words what a copy is, compared with the best one.

    Args:
        link: how the two agree, None where only another copy connects them.
    """
    if photo.sha256 and photo.sha256 == best.sha256:
        return "exact copy"
    if link is not None:
        agreed = link.agreement
        more, less = (agreed.more, agreed.less) if link.first == photo.id else (agreed.less, agreed.more)
        if link.turn:
            return "turned" if link.turn in (3, 5, 6) else "mirrored"
        if less > CROPPED:
            return "cropped"
        if more > CROPPED:
            return "shows more"
    if _is_bordered(photo) and not _is_bordered(best):
        return "with a border"
    if copy_evidence.is_sent(photo, best):
        return "sent by a messenger"
    sizes = [one.width * one.height for one in (photo, best)]
    if sizes[0] < SMALLER * sizes[1]:
        return "smaller copy"
    return "other colors" if link is not None and link.agreement.tone > RECOLORED else "saved again"


def _is_bordered(photo: KnownPhoto) -> bool:
    width, height = shown(photo)
    return width * height < (1 - CROPPED) * photo.width * photo.height
