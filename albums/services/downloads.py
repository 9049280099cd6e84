from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from albums.errors import AlbumError
from albums.models import Download, Event, Person, Photo, Place, Room, Tag
from albums.permissions import Action, require
from albums.querysets import PhotoQuerySet
from processing.exporting.names import ArcNames, safe_component


class AlbumSize(NamedTuple):
    photos: int
    size_bytes: int


def album_photos(*, user: User, room: Room, album: str) -> tuple[str, PhotoQuerySet]:
    """The title and the photos of an album. What a page counts is what a zip holds.

    Albums are "room", "mine", "favorites", "best", and "person-", "event-", "place-", "tag-" with an id.
    """
    photos = Photo.objects.filter(room=room).in_albums()
    if album == "room":
        return room.name, photos
    if album == "mine":
        return f"{room.name} - {user}", photos.of_user(user)
    if album == "favorites":
        return f"{room.name} - Favorites", photos.favorites_of(user)
    if album == "best":
        return f"{room.name} - Best shots", photos.best_only()
    kind, _, number = album.partition("-")
    if kind in ROWS and number.isdecimal() and len(number) < 18:
        row = ROWS[kind](room).filter(pk=int(number)).first()
        if row:
            label = row.label if isinstance(row, Person) else str(row)
            return f"{room.name} - {label}", photos_of(photos, kind, row.pk)
    raise AlbumError("There is no such album in this room.")


# The rows of a room that are albums, by the first part of an album's name.
ROWS: dict[str, Callable[[Room], QuerySet[Any]]] = {
    "person": lambda room: Person.objects.current().filter(room=room),
    "event": lambda room: Event.objects.filter(room=room),
    "place": lambda room: Place.objects.filter(room=room),
    "tag": lambda room: Tag.objects.known_in(room.pk),
}


def photos_of(photos: PhotoQuerySet, kind: str, key: int) -> PhotoQuerySet:
    """Those of the photos that are in the album of one row."""
    if kind == "person":
        return photos.of_person(key)
    if kind == "tag":
        return photos.of_tag(key)
    return photos.filter(**{kind: key})


def album_size(photos: PhotoQuerySet) -> AlbumSize:
    found = photos.order_by().aggregate(photos=Count("pk"), size_bytes=Sum("size_bytes"))
    return AlbumSize(found["photos"], found["size_bytes"] or 0)


@transaction.atomic
def request_download(
    *, user: User, room: Room, album: str | None = None, photo_ids: Collection[int] | None = None
) -> Download:
    """Fix which photos a zip holds and what they are called in it."""
    require(user, Action.DOWNLOAD, room)
    if photo_ids is not None:
        title, photos = room.name, Photo.objects.filter(room=room, pk__in=photo_ids).present()
    else:
        title, photos = album_photos(user=user, room=room, album=album or "room")
    names = ArcNames()
    size_bytes = 0
    entries = []
    for pk, filename, size in photos.in_order().values_list("pk", "filename", "size_bytes").iterator():
        entries.append([pk, names.file(filename)])
        size_bytes += size
    if not entries:
        raise AlbumError("There is no photo in this album yet, so there is nothing to download.")
    return Download.objects.create(
        room=room,
        user=user,
        title=safe_component(title, fallback="photos")[:160],
        entries=entries,
        photo_count=len(entries),
        size_bytes=size_bytes,
    )
