from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Sum

from accounts.models import User
from albums.arcnames import ArcNames, safe_component
from albums.errors import AlbumError
from albums.models import Download, Person, Photo, Room
from albums.permissions import Action, require
from albums.querysets import PhotoQuerySet


class AlbumSize(NamedTuple):
    photos: int
    size_bytes: int


def album_photos(*, user: User, room: Room, album: str) -> tuple[str, PhotoQuerySet]:
    """The title and the photos of an album: "room", "mine" or "person-<id>". What a page counts is what a zip holds."""
    photos = Photo.objects.filter(room=room).present()
    if album == "room":
        return room.name, photos
    if album == "mine":
        return f"{room.name} - {user}", photos.of_user(user)
    kind, _, number = album.partition("-")
    if kind == "person" and number.isdecimal() and len(number) < 18:
        person = Person.objects.current().filter(room=room, pk=int(number)).first()
        if person:
            return f"{room.name} - {person.label}", photos.of_person(person.pk)
    raise AlbumError("There is no such album in this room.")


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
