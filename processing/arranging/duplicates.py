"""EDGE: groups of photos that are the same shot, as rows.

Only the neighborhood of what is new is looked at: photos that may be its copies, and the groups of those. A group that
somebody settled stays settled until a photo joins it. Where somebody said "these are different", nobody is asked again:
a settled group without a chosen photo keeps its members apart, whatever joins them later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from albums.batches import in_batches
from albums.models import Photo, PhotoGroup, Room
from albums.models.order import GroupKind
from albums.models.photos import LeftOut
from albums.querysets import InRoomQuerySet
from processing import photo_store
from processing.clusterers import duplicates as clusterer
from processing.contracts import PhotoSet
from processing.copy_search import candidates

BATCH = 500
AT_ONCE = 2000  # photos whose gray pictures are in memory together
LIGHT = ("phash", "outline")
SET_ASIDE = (LeftOut.DUPLICATE, LeftOut.ASIDE)


def arrange(room: Room, new: frozenset[int]) -> None:
    """Look for copies of what is new among all photos of the room, and write the groups that change."""
    for near in neighborhoods(room, new):
        photos = photo_store.load_photos(room.pk, ids=near, arrays=clusterer.arrays)
        apart = [members_of(group) for group in groups_of(room) if is_apart(group)]
        write(room, near, clusterer.cluster_apart(photos, apart))
    remove_small(room)


def groups_of(room: Room) -> InRoomQuerySet:
    return PhotoGroup.objects.filter(room=room, kind=GroupKind.DUPLICATES).order_by("pk")


def is_apart(group: PhotoGroup) -> bool:
    """Whether somebody said that its members are no copies of each other."""
    return group.is_settled and group.chosen_id is None and group.chosen_by_id is None


def members_of(group: PhotoGroup) -> list[int]:
    """Those of the last time when it was written; photos may belong to another group since."""
    return [int(key) for key in group.data.get("members", [])]


def neighborhoods(room: Room, new: frozenset[int]) -> list[set[int]]:
    """The new photos and whatever may be their copy, in batches that share no possible pair.

    A photo without candidates is only there if it is in a group, which it then may have to leave.
    """
    import numpy as np

    present = Photo.objects.filter(room=room, state="ready").present()
    joined = _Union(dict(present.filter(duplicates__isnull=False).values_list("pk", "duplicates")))
    ids = list(present.order_by("pk").values_list("pk", flat=True))
    if not new.intersection(ids):
        return []
    hashes, described = (photo_store.read_typed_of(present, name) for name in LIGHT)
    known = [photo for photo in ids if photo in hashes and photo in described]
    rows = [row for row, photo in enumerate(known) if photo in new]
    if rows:
        tables = (
            np.stack([hashes[photo] for photo in known]),
            np.stack([described[photo] for photo in known]),
        )
        for found in candidates((tables[0][rows], tables[1][rows]), tables):
            joined.join(known[rows[found.new]], known[found.old])
    return joined.batches(new)


class _Union:
    """Which photos hang together; those of a group do from the start."""

    def __init__(self, home: dict[int, int]) -> None:
        self._parent: dict[int, int] = {}
        first: dict[int, int] = {}
        for photo, group in home.items():
            self.join(first.setdefault(group, photo), photo)

    def _root(self, photo: int) -> int:
        root = photo
        while (parent := self._parent.setdefault(root, root)) != root:
            root = parent
        while self._parent[photo] != root:
            photo, self._parent[photo] = self._parent[photo], root
        return root

    def join(self, one: int, other: int) -> None:
        roots = sorted((self._root(one), self._root(other)))
        self._parent[roots[1]] = roots[0]

    def batches(self, wanted: Collection[int]) -> list[set[int]]:
        """Everybody who hangs together with one of those wanted, gathered into batches; nobody alone."""
        parts: dict[int, set[int]] = defaultdict(set)
        for photo in list(self._parent):
            parts[self._root(photo)].add(photo)
        roots = sorted({self._root(photo) for photo in wanted if photo in self._parent})
        made: list[set[int]] = []
        for part in (parts[root] for root in roots if len(parts[root]) > 1):
            if not made or len(made[-1]) + len(part) > AT_ONCE:
                made.append(set())
            made[-1] |= part
        return made


@transaction.atomic
def write(room: Room, near: Collection[int], found: Sequence[PhotoSet]) -> None:
    """Bring the groups of these photos in line with what was found; a group goes on as the set that it shares most with."""
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)  # nobody decides about groups meanwhile
    rows: dict[int, Photo] = {}
    for batch in in_batches(sorted(near)):
        photos = Photo.objects.filter(room=room, pk__in=batch).present()
        rows.update((photo.pk, photo) for photo in photos.only("pk", "duplicates_id", "left_out"))
    groups = {group.pk: group for group in groups_of(room)}
    sets = [(tuple(key for key in one.ids if key in rows), one.data) for one in found]
    kept_apart: dict[int, list[int]] = defaultdict(list)
    for group in filter(is_apart, groups.values()):
        for key in members_of(group):
            kept_apart[key].append(group.pk)
    sets = [(ids, data) for ids, data in sets if len(ids) > 1 and not is_refused(ids, kept_apart)]
    owners = match([ids for ids, _ in sets], rows, groups)
    wanted: dict[int, int | None] = {
        key: photo.duplicates_id
        for key, photo in rows.items()
        if photo.duplicates_id in groups and is_apart(groups[photo.duplicates_id])
    }
    for (ids, data), owner in zip(sets, owners, strict=True):
        group = groups.get(owner or 0) or PhotoGroup(room=room, kind=GroupKind.DUPLICATES)
        refresh(group, [rows[key] for key in ids], data)
        wanted.update((key, group.pk) for key in ids)
    changed = [photo for key, photo in rows.items() if photo.duplicates_id != wanted.get(key)]
    for photo in changed:
        photo.duplicates_id = wanted.get(photo.pk)
    Photo.objects.bulk_update(changed, ["duplicates"], batch_size=BATCH)


def is_refused(ids: Sequence[int], kept_apart: Mapping[int, Sequence[int]]) -> bool:
    """Whether somebody said meanwhile that two of them are no copies; that has asked for another run."""
    counts = Counter(group for key in ids for group in kept_apart.get(key, ()))
    return any(count > 1 for count in counts.values())


def match(
    sets: Sequence[tuple[int, ...]], rows: dict[int, Photo], groups: dict[int, PhotoGroup]
) -> list[int | None]:
    """The group that goes on as each set, or None where a new one begins."""
    shares = []
    for index, ids in enumerate(sets):
        counts = Counter(rows[key].duplicates_id for key in ids)
        shares += [
            (-n, group, index)
            for group, n in counts.items()
            if group in groups and not is_apart(groups[group])
        ]
    owners: list[int | None] = [None] * len(sets)
    taken: set[int] = set()
    for _, group, index in sorted(shares):
        if owners[index] is None and group not in taken:
            owners[index] = group
            taken.add(group)
    return owners


def refresh(group: PhotoGroup, photos: Sequence[Photo], data: dict[str, Any]) -> None:
    """Write a group's members, best first; who joins a settled group is asked about."""
    members = [photo.pk for photo in photos]
    has_joined = bool(set(members) - set(members_of(group)))
    shown = [photo.pk for photo in photos if photo.left_out not in SET_ASIDE]
    before = (group.data, group.proposed_id, group.is_settled)
    group.data = {"members": members, **data}
    group.proposed_id = (shown or members)[0]
    group.is_settled = group.is_settled and not has_joined
    if group.pk is None or before != (group.data, group.proposed_id, group.is_settled):
        group.save()


def remove_small(room: Room) -> None:
    """Remove groups of fewer than two photos; where people keep photos apart, for as long as two of those are there."""
    members = Count("duplicates", filter=Q(duplicates__deleted_at=None))
    small = [group for group in groups_of(room).annotate(n=members) if group.n < 2]
    kept = {key for group in small if is_apart(group) for key in members_of(group)}
    alive: set[int] = set()
    for batch in in_batches(sorted(kept)):
        alive.update(Photo.objects.filter(room=room, pk__in=batch).values_list("pk", flat=True))
    gone = [
        group.pk for group in small if not is_apart(group) or len(alive.intersection(members_of(group))) < 2
    ]
    for batch in in_batches(gone):
        PhotoGroup.objects.filter(pk__in=batch).delete()
