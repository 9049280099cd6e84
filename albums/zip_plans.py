"""Which photos a zip holds under which names: rows into what processing.exporting.layouts wants to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath, PurePosixPath
from typing import NamedTuple

from django.db.models import F, Q

from accounts.models import User
from albums.edited_copies import FULL
from albums.models import EditedCopy, Event, Face, Person, Photo, PhotoTag, Place, Room
from albums.models.photos import PhotoKind, PhotoState
from albums.querysets import Anyone, PhotoQuerySet
from albums.veils import veiled_ids
from albums.zip_options import ZipOptions
from albums.zip_rows import BESIDE, Row
from processing.exporting.choices import Edits, Layout, Size
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
    "time_source", "place", "event", "uploader", "room", "shown_edit", "damage",
)  # fmt: skip

# Suffixes of edited copies, by the content type of the full one: as large as it is, and small.
EDITED_SUFFIX = {"image/png": (".png", ".webp")}

Groups = dict[int, list[Group]]


class Shown(NamedTuple):
    """The full copy of the edit that everybody sees of a photo; without a sum where it is not there now."""

    edit: int
    content_type: str = "image/jpeg"
    size_bytes: int = 0
    crc32: int = 0


class Plan(NamedTuple):
    """What a zip holds.

    Attributes:
        rows: photos with paths, some photos more than once (albums/zip_rows.py).
        size_bytes: of the files behind them.
        is_there: whether every edited copy is there now; otherwise it has to be made first.
        damaged: photos whose original is wanted and is not what was uploaded; they are left out, which the zip has to say.
    """

    rows: list[Row]
    size_bytes: int
    is_there: bool
    damaged: list[int]

    @property
    def is_sent_as_it_is(self) -> bool:
        """Whether nothing has to be made, left out or said."""
        return self.is_there and not self.damaged


class _Photo(NamedTuple):
    size_bytes: int
    original_name: str
    shown: Shown | None
    is_damaged: bool


def plan(room: Room, photos: PhotoQuerySet, options: ZipOptions, user: Anyone | None = None) -> Plan:
    """Lay out what a zip for this user holds."""
    copies = {} if options.edits is Edits.ORIGINALS else shown_copies(room)
    found: dict[int, _Photo] = {}
    items = []
    groups = groups_of(room, options.layout, user)
    for number, photo in enumerate(photos.in_order().only(*COLUMNS).iterator(), 1):
        photo.room = room  # its time zone is needed, and it is the same for all
        shown = None
        if photo.shown_edit_id and options.edits is not Edits.ORIGINALS:
            shown = copies.get(photo.shown_edit_id, Shown(photo.shown_edit_id))
        original = delivered_name(photo, options, number)
        found[photo.pk] = _Photo(photo.size_bytes, original, shown, bool(photo.damage))
        inside = _own_groups(photo, options.layout) or groups.get(_key_of(photo, options.layout), [])
        items.append(
            Item(photo.pk, edited_name(original, shown, options) if shown else original, tuple(inside))
        )
    names = reserved_names(options)
    placed = paths(items, options.layout, names)
    return _with_edits(placed, found, names, _beside_of(room, found, options, user))


def shown_copies(room: Room) -> dict[int, Shown]:
    """Of all edited photos of a room the full copy, by edit."""
    rows = EditedCopy.objects.filter(side_px=FULL, edit__photo__room=room, edit__photo__shown_edit=F("edit"))
    columns = ("edit", "content_type", "size_bytes", "crc32")
    return {row[0]: Shown(*row) for row in rows.values_list(*columns).iterator()}


def _beside_of(room: Room, found: dict[int, _Photo], options: ZipOptions, user: Anyone | None) -> set[int]:
    """The photos beside whose edited copy the original is wanted; who may only see a blurred copy gets no other."""
    if options.edits is not Edits.BOTH:
        return set()
    edited = {pk for pk, photo in found.items() if photo.shown}
    return edited - veiled_ids(room, user) if edited else edited


def _with_edits(
    placed: list[tuple[int, str]], found: dict[int, _Photo], names: ArcNames, beside: set[int]
) -> Plan:
    rows: list[Row] = []
    size_bytes, is_there = 0, True
    for pk, path in placed:
        photo = found[pk]
        if photo.shown is None:
            rows.append([pk, path])
        else:
            rows.append([pk, path, photo.shown.edit, photo.shown.crc32])
            is_there = is_there and bool(photo.shown.crc32)
        size_bytes += photo.shown.size_bytes if photo.shown else photo.size_bytes
        if pk in beside:
            planned = PurePosixPath(path)
            folder = "" if len(planned.parts) == 1 else str(planned.parent)
            wanted = f"{planned.stem} (original){PurePath(photo.original_name).suffix}"
            rows.append([pk, names.file(wanted, folder), BESIDE])
            size_bytes += photo.size_bytes
    damaged = [
        pk for pk, photo in found.items() if photo.is_damaged and (photo.shown is None or pk in beside)
    ]
    return Plan(rows, size_bytes, is_there, damaged)


def edited_name(original: str, shown: Shown, options: ZipOptions) -> str:
    """What an edited copy is called: as the photo, with the suffix of what it is now."""
    suffix = EDITED_SUFFIX.get(shown.content_type, (".jpg", ".jpg"))[options.size is Size.WEB]
    name = PurePath(original)
    if name.suffix.lower() == suffix or (suffix == ".jpg" and name.suffix.lower() == ".jpeg"):
        return original
    return f"{name.stem or 'photo'}{suffix}"


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
    """What a photo without edits is called, as far as that is known before it is made."""
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
