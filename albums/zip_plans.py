"""Which photos a zip holds under which names: rows into what processing.exporting.layouts wants to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath

from django.db.models import Q

from accounts.models import User
from albums.models import Event, Face, Person, Photo, PhotoTag, Place, Room
from albums.models.photos import PhotoKind, PhotoState
from albums.querysets import Anyone, PhotoQuerySet
from albums.zip_options import ZipOptions
from processing.exporting.choices import Layout, Size
from processing.exporting.layouts import Group, Item, day_group, event_group, paths, place_group
from processing.exporting.names import ArcNames

INDEX_NAME = "index.html"
INDEX_FOLDER = "album"
README_NAME = "READ ME.txt"
FEW_PHOTOS = 3  # somebody without a name on fewer gets no folder
GONE_UPLOADER = "Somebody who left"
# Suffixes of files whose place and time can be taken out without decoding them; everything else becomes a JPEG.
STRIPPED_SUFFIX = {
    "JPEG": ".jpg",
    "MPO": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "MP4": ".mp4",
    "MOV": ".mov",
}
COLUMNS = (
    "id", "filename", "format", "kind", "state", "size_bytes", "sort_at", "taken_at", "taken_offset_minutes",
    "time_source", "place", "event", "uploader", "room",
)  # fmt: skip

Groups = dict[int, list[Group]]


def plan(
    room: Room, photos: PhotoQuerySet, options: ZipOptions, user: Anyone | None = None
) -> tuple[list[tuple[int, str]], int]:
    """The photos' ids with their paths, some of them more than once, and the bytes of the originals behind them."""
    sizes: dict[int, int] = {}
    items = []
    groups = groups_of(room, options.layout, user)
    for number, photo in enumerate(photos.in_order().only(*COLUMNS).iterator(), 1):
        photo.room = room  # its time zone is needed, and it is the same for all
        sizes[photo.pk] = photo.size_bytes
        inside = _own_groups(photo, options.layout) or groups.get(_key_of(photo, options.layout), [])
        items.append(Item(photo.pk, delivered_name(photo, options, number), tuple(inside)))
    placed = paths(items, options.layout, reserved_names(options))
    return placed, sum(sizes[pk] for pk, _ in placed)


def reserved_names(options: ZipOptions) -> ArcNames:
    """Names that photos can't have, because something else in the zip does."""
    names = ArcNames()
    if options.changes_bytes:
        names.file(README_NAME)
    if options.has_index:
        names.file(INDEX_NAME)
        names.folder(INDEX_FOLDER)
    return names


def delivered_name(photo: Photo, options: ZipOptions, number: int) -> str:
    """What the file is called, as far as that is known before it is made."""
    is_jpeg = options.size is Size.WEB and photo.kind == PhotoKind.PHOTO and photo.state == PhotoState.READY
    if options.is_stripped:
        suffix = ".jpg" if is_jpeg else STRIPPED_SUFFIX.get(photo.format, ".jpg")
        return f"{photo.kind}-{number:05d}{suffix}"
    if is_jpeg and PurePath(photo.filename).suffix.lower() not in (".jpg", ".jpeg"):
        return f"{PurePath(photo.filename).stem or 'photo'}.jpg"
    return photo.filename


def groups_of(room: Room, layout: Layout, user: Anyone | None = None) -> Groups:
    """The folders of a layout, by what `_key_of` says of a photo."""
    if layout is Layout.PERSON:
        return _people(room, user)
    if layout is Layout.TAG:
        return _tags(room)
    if layout is Layout.PLACE:
        found = {
            row.pk: place_group(row.country, row.region, row.detail or row.city)
            for row in Place.objects.filter(room=room)
        }
        return {pk: [group] for pk, group in found.items() if group}
    if layout is Layout.EVENT:
        events = Event.objects.filter(room=room).shown().order_by("starts_at", "pk")
        return {event.pk: [event_group(event.pk, n, str(event))] for n, event in enumerate(events, 1)}
    if layout is Layout.UPLOADER:
        return {0: [Group(0, (GONE_UPLOADER,), 1)]} | {
            member.pk: [Group(member.pk, (str(member),))] for member in _uploaders(room)
        }
    return {}


def _key_of(photo: Photo, layout: Layout) -> int:
    if layout is Layout.PLACE:
        return photo.place_id or 0
    if layout is Layout.EVENT:
        return photo.event_id or 0
    if layout is Layout.UPLOADER:
        return photo.uploader_id or 0
    return photo.pk


def _own_groups(photo: Photo, layout: Layout) -> list[Group]:
    if layout is not Layout.DAY or not photo.is_time_known:
        return []
    return [day_group(photo.local_time.date())]


def _uploaders(room: Room) -> Iterator[User]:
    ids = Photo.objects.filter(room=room, uploader__isnull=False).order_by().values("uploader")
    return User.objects.filter(pk__in=ids).iterator()


def _people(room: Room, user: Anyone | None) -> Groups:
    """People of whom there is an album: with a name, or on a few photos at least."""
    people = Person.objects.shown(user).filter(room=room).filter(~Q(name="") | Q(photo_count__gte=FEW_PHOTOS))
    groups = {person.pk: Group(person.pk, (person.label,), int(not person.name)) for person in people}
    faces = Face.objects.filter(room=room, person__isnull=False, is_dismissed=False).order_by()
    found: Groups = defaultdict(list)
    for photo_id, person_id in faces.values_list("photo", "person").distinct().iterator():
        if person_id in groups:
            found[photo_id].append(groups[person_id])
    return found


def _tags(room: Room) -> Groups:
    """Categories and own words; the thousand classes of the network would be too many folders."""
    rows = PhotoTag.objects.filter(room=room, tag__kind__in=("category", "own")).shown().order_by()
    found: Groups = defaultdict(list)
    for photo_id, tag_id, name in rows.values_list("photo", "tag", "tag__name").iterator():
        found[photo_id].append(Group(tag_id, (name,)))
    return found
