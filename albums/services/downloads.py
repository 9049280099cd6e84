from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from django.db import transaction
from django.db.models import BigIntegerField, Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.models import User
from albums.edited_copies import FULL
from albums.errors import AlbumError
from albums.models import Download, EditedCopy, Event, Person, Photo, Place, Rendition, Room, Tag
from albums.models.downloads import DownloadState
from albums.models.photos import PhotoKind
from albums.permissions import Action, require
from albums.querysets import PhotoQuerySet
from albums.search import Search
from albums.veils import veiled_ids
from albums.zip_options import ZipOptions
from albums.zip_plans import plan
from processing import tasks
from processing.exporting.choices import Edits, Layout, Size
from processing.exporting.names import safe_component

PhotoIds: TypeAlias = Collection[int] | QuerySet[Any]  # a query of ids may name any number of them


class AlbumSize(NamedTuple):
    photos: int
    size_bytes: int


class Estimate(NamedTuple):
    photos: int
    files: int  # more than photos where some lie in several folders
    size_bytes: int
    is_exact: bool
    edited: int = 0  # photos of them that somebody edited


USUAL = ZipOptions()
MANIFOLD = frozenset({Layout.PERSON, Layout.TAG})  # a photo may lie in several of their folders
THUMBNAIL_BYTES = 25_000  # about that much for a thumbnail of 320 pixels
MOST_PREPARING = 3  # of one person in one room


def album_photos(
    *, user: User, room: Room, album: str, with_blurred: bool = False
) -> tuple[str, PhotoQuerySet]:
    """The title and the photos of an album. What a page counts is what a zip holds.

    Albums are "room", "mine", "mine-and-taken", "favorites", "best", "child-" (for its parent), "person-", "event-", "place-", "tag-" with an id, and "search" with
    the filters of an address: "search?person=3&tag=5".
    """
    photos = Photo.objects.filter(room=room).in_albums(with_blurred=with_blurred)
    if album == "search" or album.startswith("search?"):
        search = Search.of(QueryDict(album.partition("?")[2]))
        found = replace(search, with_blurred=search.with_blurred or with_blurred).photos(room, user)
        return f"{room.name} - Found", found
    if album == "room":
        return room.name, photos
    if album == "mine":
        return f"{room.name} - {user}", photos.of_user(user)
    if album == "mine-and-taken":
        return f"{room.name} - {user}", photos.of_user_or_taken_by(user)
    if album == "favorites":
        return f"{room.name} - Favorites", photos.favorites_of(user)
    if album == "best":
        return f"{room.name} - Best shots", photos.best_only()
    kind, _, number = album.partition("-")
    if kind == "child" and number.isdecimal() and len(number) < 18:
        child = room.children.filter(guardian=user, pk=int(number)).first()
        if child:
            return f"{room.name} - {child}", photos.of_child(user, child.pk)
    if kind in ROWS and number.isdecimal() and len(number) < 18:
        rows = Person.objects.current(user).filter(room=room) if kind == "person" else ROWS[kind](room)
        row = rows.filter(pk=int(number)).first()
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
    """How many photos, and the bytes of what a zip of them holds unless somebody chooses otherwise."""
    found = photos.order_by().aggregate(photos=Count("pk"), size_bytes=Sum(_shown_bytes()))
    return AlbumSize(found["photos"], found["size_bytes"] or 0)


def _shown_bytes() -> Case:
    """Bytes of the edited copy of a photo that has one, else of the original."""
    copy = EditedCopy.objects.filter(edit=OuterRef("shown_edit"), side_px=FULL).values("size_bytes")[:1]
    size = Coalesce(Subquery(copy, output_field=BigIntegerField()), "size_bytes")
    return Case(When(shown_edit=None, then="size_bytes"), default=size, output_field=BigIntegerField())


def chosen_from(photos: PhotoQuerySet, options: ZipOptions) -> PhotoQuerySet:
    """Of an album's photos those that the options ask for."""
    return photos.best_only() if options.only_best else photos


def wanted_photos(
    *,
    user: User,
    room: Room,
    album: str | None,
    photo_ids: PhotoIds | None = None,
    options: ZipOptions = USUAL,
) -> tuple[str, PhotoQuerySet]:
    """The title and the photos of a zip: an album, or some photos, whatever these were left out for."""
    if photo_ids is None:
        title, photos = album_photos(
            user=user, room=room, album=album or "room", with_blurred=options.with_blurred
        )
    else:
        title, photos = room.name, Photo.objects.filter(room=room, pk__in=photo_ids).present()
    if options.is_stripped and (album or "").startswith(("event-", "place-")):
        title = room.name  # the zip's own name would tell what is taken out of the photos
    return title, chosen_from(photos, options)


def estimate(
    *,
    user: User,
    room: Room,
    album: str | None,
    photo_ids: PhotoIds | None = None,
    options: ZipOptions = USUAL,
) -> Estimate:
    """How many photos, files and bytes a zip would have; exact where nothing has to be prepared."""
    require(user, Action.DOWNLOAD, room)
    _, photos = wanted_photos(user=user, room=room, album=album, photo_ids=photo_ids, options=options)
    found = photos.order_by().aggregate(
        photos=Count("pk"),
        shown=Sum(_shown_bytes()),
        originals=Sum("size_bytes"),
        edited=Count("shown_edit"),
        damaged=Count("pk", filter=~Q(damage="")),
    )
    count = files = found["photos"]
    edited = found["edited"]
    size_bytes = found["originals" if options.edits is Edits.ORIGINALS else "shown"] or 0
    if options.layout in MANIFOLD or (options.edits is Edits.BOTH and edited):
        planned = plan(room, photos, options, user)
        size_bytes = planned.size_bytes
        count, files = len({row[0] for row in planned.rows}), len(planned.rows)
    if options.size is Size.WEB and count:
        size_bytes = _web_bytes(photos) * files // count
    if options.has_index:
        size_bytes += count * THUMBNAIL_BYTES
    veiled = veiled_ids(room, user)
    is_prepared = options.changes_bytes or bool(veiled and photos.filter(pk__in=veiled).exists())
    is_prepared = is_prepared or bool(found["damaged"])
    if not is_prepared and edited and options.edits is not Edits.ORIGINALS:
        there = EditedCopy.objects.filter(edit=OuterRef("shown_edit"), side_px=FULL)
        is_prepared = photos.filter(~Exists(there), shown_edit__isnull=False).exists()
    return Estimate(count, files, size_bytes, is_exact=not is_prepared, edited=edited)


def _web_bytes(photos: PhotoQuerySet) -> int:
    """Bytes of the largest renditions, of the originals where there are none."""
    largest = Rendition.objects.filter(photo=OuterRef("pk")).order_by("-side_px").values("size_bytes")[:1]
    size = Coalesce(Subquery(largest, output_field=BigIntegerField()), "size_bytes")
    web = Case(When(kind=PhotoKind.VIDEO, then="size_bytes"), default=size, output_field=BigIntegerField())
    return photos.order_by().aggregate(size=Sum(web))["size"] or 0


@transaction.atomic
def request_download(
    *,
    user: User,
    room: Room,
    album: str | None = None,
    photo_ids: PhotoIds | None = None,
    options: ZipOptions = USUAL,
) -> Download:
    """Fix which photos a zip holds and what they are called in it; what has to be prepared is asked for."""
    require(user, Action.DOWNLOAD, room)
    title, photos = wanted_photos(user=user, room=room, album=album, photo_ids=photo_ids, options=options)
    planned = plan(room, photos, options, user)
    entries, veiled = planned.rows, veiled_ids(room, user)
    is_as_it_is = planned.is_sent_as_it_is and not any(row[0] in veiled for row in entries)
    is_prepared = options.changes_bytes or not is_as_it_is
    if not entries:
        raise AlbumError("There is no photo in this album yet, so there is nothing to download.")
    if is_prepared and _preparing(user, room) >= MOST_PREPARING:
        raise AlbumError(
            f"{MOST_PREPARING} of your downloads are being prepared. Wait until one of them is ready, or cancel it."
        )
    download = Download.objects.create(
        room=room,
        user=user,
        title=safe_component(title, fallback="photos")[:160],
        entries=entries,
        options=options.as_json(),
        state=DownloadState.PREPARING if is_prepared else DownloadState.READY,
        photo_count=len({row[0] for row in entries}),
        file_count=len(entries),
        size_bytes=planned.size_bytes,
    )
    if is_prepared:
        tasks.request_pack(room_id=room.pk, download_id=download.pk)
    return download


def _preparing(user: User, room: Room) -> int:
    return Download.objects.filter(user=user, room=room, state=DownloadState.PREPARING).count()


def retry_download(*, user: User, download: Download) -> Download:
    """Have a download prepared once more that could not be."""
    require(user, Action.DOWNLOAD, download.room)
    failed = Download.objects.filter(pk=download.pk, user=user, state=DownloadState.FAILED)
    if failed.update(state=DownloadState.PREPARING, failure=""):
        tasks.request_pack(room_id=download.room_id, download_id=download.pk)
    download.refresh_from_db()
    return download


def delete_download(*, user: User, download: Download) -> None:
    """Cancel a download that is being prepared, or forget one; its prepared bytes go with it, photos stay."""
    require(user, Action.DOWNLOAD, download.room)
    Download.objects.filter(user=user, pk=download.pk).delete()
