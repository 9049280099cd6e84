"""Groups of photos of the same moment, each with its best.

In a small room everything is compared again, in a large one what lies near new photos in time. What somebody decided stays: the
photo chosen as the best, and photos that were taken out of a group or put together by hand (`is_look_alikes_fixed`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from albums.batches import in_batches
from albums.models import Photo, PhotoGroup, Room
from albums.models.order import GroupKind
from albums.querysets import PhotoQuerySet
from processing import photo_store
from processing.arranging import shot_ranks
from processing.clusterers import similar

SMALL_ROOM = 1500  # up to so many photos everything is compared again
WINDOW = timedelta(seconds=similar.WINDOW_SECONDS)
MOST_WINDOWS = 40  # with more, the whole room is looked through
PIECE = 4000  # photos that are compared at once
COLUMNS = (
    "pk", "sort_at", "taken_at", "time_source", "is_look_alikes_fixed", "duplicates", "look_alikes", "look_alike_rank",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A photo as it stands: when it was taken, and in which groups it is."""

    pk: int
    sort_at: datetime
    is_timed: bool
    is_fixed: bool
    duplicates: int | None
    group: int | None
    rank: int | None


def arrange(room: Room, new: frozenset[int]) -> None:
    """Put photos that are alike together and say which is the best; `new` are those that ask for it."""
    orphaned = dissolve_left_out(room)
    rows = scope(room, new, orphaned)
    if not rows:
        shot_ranks.drop_empty(room)
        return
    sets = [ids for piece in pieces(rows) for ids in alike(room, piece)]
    members = match(sets, rows, chosen_in(room, rows)) | by_hand(rows)
    before = members_by_group(rows)
    is_stale = {
        key
        for key, ids in members.items()
        if key < 0 or key in orphaned or set(ids) != set(before.get(key, ())) or not new.isdisjoint(ids)
    }
    ranked = shot_ranks.rank(room, {key: members[key] for key in is_stale})
    kept = {key: ids for key, ids in members.items() if key not in is_stale}
    shot_ranks.save(room, {row.pk: (row.group, row.rank) for row in rows}, kept, ranked)


def candidates(room: Room) -> PhotoQuerySet:
    """What takes part: photos that albums hold."""
    return Photo.objects.filter(room=room, state="ready", kind="photo").in_albums()


def dissolve_left_out(room: Room) -> set[int]:
    """Take what is in no album any more out of its group; answers those groups. What somebody decided about it is kept."""
    gone = Photo.objects.filter(room=room, look_alikes__isnull=False).exclude(deleted_at=None, left_out="")
    found = gone.filter(Q(look_alike_rank__isnull=False) | Q(is_look_alikes_fixed=False))
    groups = {pk for pk in found.values_list("look_alikes", flat=True) if pk}
    if groups:
        gone.filter(is_look_alikes_fixed=False).update(look_alikes=None, look_alike_rank=None)
        gone.update(look_alike_rank=None)
    return groups


def scope(room: Room, new: Collection[int], orphaned: Collection[int]) -> list[Row]:
    """The photos to compare: the new ones, those near in time, and all that are in groups with any of these."""
    photos = candidates(room)
    if photos.count() <= SMALL_ROOM:
        return read_rows(photos)
    near = [row for batch in in_batches(sorted(new)) for row in read_rows(photos.filter(pk__in=batch))]
    windows = merged(sorted(row.sort_at for row in near))
    if len(windows) > MOST_WINDOWS:
        return read_rows(photos)
    within = Q()
    for start, end in windows:
        within |= Q(sort_at__range=(start, end))
    rows = {row.pk: row for row in (read_rows(photos.filter(within)) if windows else [])}
    groups = {row.group for row in rows.values() if row.group} | set(orphaned)
    for batch in in_batches(sorted(groups)):
        rows |= {row.pk: row for row in read_rows(photos.filter(look_alikes__in=batch))}
    return sorted(rows.values(), key=lambda row: (row.sort_at, row.pk))


def read_rows(photos: PhotoQuerySet) -> list[Row]:
    """In order of time."""
    return [
        Row(
            pk,
            sort_at,
            taken_at is not None and source not in photo_store.UNKNOWN_TIMES,
            is_fixed,
            duplicates,
            group,
            rank,
        )
        for pk, sort_at, taken_at, source, is_fixed, duplicates, group, rank in photos.in_order().values_list(
            *COLUMNS
        )
    ]


def merged(moments: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Spans of time around sorted moments; those that touch become one."""
    spans: list[tuple[datetime, datetime]] = []
    for moment in moments:
        if spans and moment - WINDOW <= spans[-1][1]:
            spans[-1] = (spans[-1][0], moment + WINDOW)
        else:
            spans.append((moment - WINDOW, moment + WINDOW))
    return spans


def pieces(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that no human decided about, so many as can be compared at once; cut where nothing happened for a while."""
    free = [row for row in rows if not row.is_fixed]
    if len(free) <= PIECE:
        yield free
        return
    piece: list[Row] = []
    for row in sorted(free, key=lambda row: (not row.is_timed, row.sort_at, row.pk)):
        is_gap = bool(piece) and (
            row.is_timed != piece[-1].is_timed or row.sort_at - piece[-1].sort_at > WINDOW
        )
        if len(piece) >= PIECE or (is_gap and len(piece) >= PIECE // 2):
            yield piece
            piece = []
        piece.append(row)
    yield piece


def alike(room: Room, piece: Sequence[Row]) -> list[list[int]]:
    """Groups of photos of one moment. Copies of one shot count as one photo and come along with it."""
    copies: dict[int, list[int]] = defaultdict(list)
    for row in piece:
        copies[-row.duplicates if row.duplicates else row.pk].append(row.pk)
    first = {ids[0]: ids for ids in copies.values()}
    if len(first) < 2:
        return []
    photos = photo_store.load_photos(room.pk, ids=list(first), arrays=similar.arrays)
    return [[pk for key in found.ids for pk in first[key]] for found in similar.cluster(photos)]


def members_by_group(rows: Sequence[Row]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.group:
            found[row.group].append(row.pk)
    return found


def by_hand(rows: Sequence[Row]) -> dict[int, list[int]]:
    """The groups that people put together."""
    return members_by_group([row for row in rows if row.is_fixed])


def chosen_in(room: Room, rows: Sequence[Row]) -> dict[int, int]:
    """By photo the group of which somebody chose it as the best, also if it left that group and came back."""
    groups = PhotoGroup.objects.filter(room=room, kind=GroupKind.LOOK_ALIKES, chosen__isnull=False)
    present = {row.pk for row in rows}
    return {photo: group for group, photo in groups.values_list("pk", "chosen") if photo in present}


def match(sets: Sequence[Sequence[int]], rows: Sequence[Row], chosen: dict[int, int]) -> dict[int, list[int]]:
    """Give each set the group that it was before, by what they share; a new group has a negative key."""
    hands = set(by_hand(rows))
    group_of = {row.pk: row.group for row in rows if row.group and row.group not in hands}
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for index, ids in enumerate(sets):
        for pk in ids:
            if pk in group_of:
                shared[index, group_of[pk]] += 1
            if pk in chosen and chosen[pk] not in hands:
                shared[index, chosen[pk]] += 1
    found: dict[int, int] = {}
    taken: set[int] = set()
    for (index, group), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0][1], one[0][0])):
        if index not in found and group not in taken:
            found[index] = group
            taken.add(group)
    return {found.get(index, -1 - index): list(ids) for index, ids in enumerate(sets)}
