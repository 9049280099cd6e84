"""The albums of a room, kind by kind, with counts and covers: what the page of albums and the API show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from albums.models import Event, Photo, PhotoTag, Room, Tag
from albums.models import Place as RoomPlace
from albums.models.tags import TagKind, TagState
from albums.querysets import Anyone
from albums.tag_lists import counts_of

NOTHING = (0, 0)
SHOWN = (TagState.MACHINE, TagState.ACCEPTED)
Sizes = dict[Any, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Album:
    """Photos that belong together; `row` is what they belong to."""

    row: Any
    photos: int
    size_bytes: int | None  # None where it takes long to find out
    cover_id: int | None = None


def album(row: Any, size: tuple[int, int], cover_id: int | None = None) -> Album:
    return Album(row, size[0], size[1], cover_id)


def sizes_by(room: Room, column: str) -> Sizes:
    """Photos in albums and their bytes for each value of a column of photos."""
    rows = room.photos.in_albums().filter(**{f"{column}__isnull": False}).order_by().values_list(column)
    counted = rows.annotate(photos=Count("pk"), size_bytes=Sum("size_bytes"))
    return {key: (photos, size_bytes) for key, photos, size_bytes in counted}


def largest(sizes: Sizes, most: int | None) -> list[Any]:
    ordered = sorted(sizes, key=lambda key: (-sizes[key][0], str(key)))
    return ordered[:most]


def events_of(room: Room, most: int | None = None) -> list[Album]:
    """As time went; where only some are wanted, the largest."""
    rows = list(room.events.shown().order_by("-photo_count", "pk")[:most])
    # kept on the rows, without bytes: enough for a page that shows a few
    sizes = {event.pk: (event.photo_count, 0) for event in rows} if most else sizes_by(room, "event")
    shown = with_cover(Event.objects.filter(pk__in=[event.pk for event in rows]), "event")
    return [
        album(event, sizes.get(event.pk, NOTHING), event.cover_photo)
        for event in shown.order_by("starts_at", "pk")
    ]


def places_of(room: Room, most: int | None = None) -> list[Album]:
    """The places with the most photos first."""
    sizes = sizes_by(room, "place")
    keys = largest(sizes, most)
    rows = {row.pk: row for row in with_cover(RoomPlace.objects.filter(pk__in=keys), "place")}
    return [album(rows[key], sizes[key], rows[key].cover_photo) for key in keys if key in rows]


def uploaders_of(room: Room, most: int | None = None) -> list[Album]:
    sizes = sizes_by(room, "uploader")
    keys = largest(sizes, most)
    rows = {row.pk: row for row in with_cover(User.objects.filter(pk__in=keys), "uploader", room)}
    return [album(rows[key], sizes[key], rows[key].cover_photo) for key in keys if key in rows]


def cameras_of(room: Room, most: int | None = None) -> list[Album]:
    """By name: two phones of one kind are one here."""
    sizes = sizes_by(room, "camera")
    sizes.pop("", None)
    return [album(name, sizes[name]) for name in largest(sizes, most)]


def with_cover(rows: QuerySet[Any], column: str, room: Room | None = None) -> QuerySet[Any]:
    """Adds `cover_photo`: the first one that was put there."""
    photos = Photo.objects.filter(**{column: OuterRef("pk")}, state="ready").in_albums().order_by("pk")
    if room is not None:
        photos = photos.filter(room=room)
    return rows.annotate(cover_photo=Subquery(photos.values("pk")[:1]))


def tags_of(room: Room, most: int | None = None, *, kinds: Iterable[str] = TagKind.values) -> list[Album]:
    """Own words first, then by number of photos; their bytes would have to be looked up one by one."""
    counts = {tag: photos for tag, photos in counts_of(room, SHOWN).items() if photos}
    tags = {tag.pk: tag for tag in Tag.objects.known_in(room.pk).filter(kind__in=kinds) if tag.pk in counts}
    keys = sorted(tags, key=lambda key: (tags[key].kind != TagKind.OWN, -counts[key], tags[key].name))[:most]
    rows = {tag.pk: tag for tag in _with_tag_cover(Tag.objects.filter(pk__in=keys), room)}
    return [Album(rows[key], counts[key], None, rows[key].cover_photo) for key in keys if key in rows]


def _with_tag_cover(tags: QuerySet[Tag], room: Room) -> QuerySet[Any]:
    """The photo on which somebody put the word, else the one where the machine was surest: each is one look into an index."""

    def first(state: str) -> Subquery:
        rows = PhotoTag.objects.filter(room=room, tag=OuterRef("pk"), state=state, photo__deleted_at=None,
                                       photo__left_out="", photo__state="ready")  # fmt: skip
        return Subquery(rows.order_by("-score").values("photo")[:1])

    return tags.annotate(cover_photo=Coalesce(first(TagState.ACCEPTED), first(TagState.MACHINE)))


def covers_of(albums: Iterable[Album]) -> dict[int, Photo]:
    """The photos that stand for albums, with their files, in one go."""
    wanted = {album.cover_id for album in albums if album.cover_id}
    return {photo.pk: photo for photo in Photo.objects.filter(pk__in=wanted).with_files()}


def own_albums(room: Room, user: Anyone) -> dict[str, Any]:
    """My album, favorites and best shots: their photos."""
    photos = room.photos.in_albums()
    return {"mine": photos.of_user(user), "favorites": photos.favorites_of(user), "best": photos.best_only()}
