"""Which photo of a group of look-alikes is the best: ranked by the library, unless somebody chose; written to the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction

from albums.batches import in_batches
from albums.models import Photo, PhotoGroup, Room
from albums.models.order import GroupKind
from processing import best_shots, photo_store

BATCH = 500
RANKED_AT_ONCE = 1000  # photos
MOST_RANKS = 32_000
Members = Mapping[int, Sequence[int]]
Placed = tuple[int | None, int | None]  # the group of a photo, and its rank there


def rank(room: Room, groups: Members) -> dict[int, list[best_shots.Ranked]]:
    """The photos of each group, the best first."""
    found = {}
    for some in portions(groups):
        ids = [pk for key in some for pk in groups[key]]
        photos = photo_store.load_photos(room.pk, ids=ids, arrays=best_shots.arrays, has_faces=True)
        by_id = {photo.id: photo for photo in photos}
        for key in some:
            found[key] = best_shots.rank([by_id[pk] for pk in groups[key] if pk in by_id])
    return found


def portions(groups: Members) -> Iterator[list[int]]:
    """Keys of groups that are ranked at once."""
    portion: list[int] = []
    count = 0
    for key in sorted(groups):
        if portion and count + len(groups[key]) > RANKED_AT_ONCE:
            yield portion
            portion, count = [], 0
        portion.append(key)
        count += len(groups[key])
    if portion:
        yield portion


@transaction.atomic
def save(
    room: Room,
    before: Mapping[int, Placed],
    kept: Members,
    ranked: Mapping[int, Sequence[best_shots.Ranked]],
) -> None:
    """Write groups and ranks of the photos of `before`: those in no group leave theirs; who decides meanwhile waits.

    Args:
        before: where each photo is now.
        kept: groups in which nothing changes.
        ranked: the others; a new one has a negative key.
    """
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    groups = write_groups(room, ranked)
    still = {pk for ids in kept.values() for pk in ids}
    after: dict[int, Placed] = {pk: (None, None) for pk in before if pk not in still}
    for key, places in ranked.items():
        group = groups.get(key)
        if group is None:  # gone meanwhile
            continue
        ids = [place.id for place in places]
        ordered = sorted(ids, key=lambda pk: pk != group.chosen_id)  # stable: the chosen one first
        after |= {pk: (group.pk, min(number, MOST_RANKS)) for number, pk in enumerate(ordered, start=1)}
    move({pk: placed for pk, placed in after.items() if before.get(pk) != placed})
    drop_empty(room)


def write_groups(room: Room, ranked: Mapping[int, Sequence[best_shots.Ranked]]) -> dict[int, PhotoGroup]:
    """Make new groups and note in each what the machine proposes and why; answers them by the key in `ranked`."""
    rows = PhotoGroup.objects.filter(room=room, kind=GroupKind.LOOK_ALIKES)
    keys = [key for key in ranked if key > 0]
    found: dict[int, PhotoGroup] = {}
    for batch in in_batches(keys):
        found |= rows.in_bulk(batch)
    made = [key for key in ranked if key < 0]
    new = [PhotoGroup(room=room, kind=GroupKind.LOOK_ALIKES) for _ in made]
    for key, group in [*found.items(), *zip(made, new, strict=True)]:
        places = ranked[key]
        group.proposed_id = places[0].id if places else None
        group.data = {
            "reasons": {str(place.id): list(place.reasons) for place in places},
            "scores": {str(place.id): round(place.score, 3) for place in places},
        }
    PhotoGroup.objects.bulk_update(found.values(), ["proposed", "data"], batch_size=BATCH)
    PhotoGroup.objects.bulk_create(new, batch_size=BATCH)
    return found | dict(zip(made, new, strict=True))


def move(placed: Mapping[int, Placed]) -> None:
    """Write where photos belong; of one that somebody placed by hand only the rank."""
    photos = [
        Photo(pk=pk, look_alikes_id=group, look_alike_rank=number)
        for pk, (group, number) in sorted(placed.items())
    ]
    free, fixed = (Photo.objects.filter(is_look_alikes_fixed=is_fixed) for is_fixed in (False, True))
    free.bulk_update(photos, ["look_alikes", "look_alike_rank"], batch_size=BATCH)
    fixed.bulk_update(photos, ["look_alike_rank"], batch_size=BATCH)


def drop_empty(room: Room) -> None:
    """Groups without photos go, unless somebody chose in them: their photos may come back."""
    empty = PhotoGroup.objects.filter(room=room, kind=GroupKind.LOOK_ALIKES, look_alikes=None, chosen=None)
    empty.delete()
