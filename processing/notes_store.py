"""EDGE: what the room knows about photos, as the notes that are written into copies of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from albums import covered_faces
from albums.models import Face, Photo, PhotoTag, Room
from albums.models.photos import PlaceSource, TimeSource
from albums.shown_boxes import placement_of
from processing import recipes
from processing.contracts import Region
from processing.exporting.xmp import NOWHERE, PhotoNotes, PlaceNotes
from processing.recipes import BadRecipe

GUESSED = ("", TimeSource.FILE, TimeSource.UPLOAD)  # no time of taking


def photos_with_notes(room: Room, ids: Sequence[int]) -> dict[int, tuple[Photo, PhotoNotes]]:
    """The photos that are still in the room, with what is known about each; five queries."""
    photos = Photo.objects.filter(room=room, pk__in=ids).present()
    found = photos.select_related("uploader", "place", "event", "shown_edit").prefetch_related("renditions")
    people, tags = _people(ids), _tags(ids)
    answer = {}
    for photo in found:
        photo.room = room
        answer[photo.pk] = (photo, _notes(photo, people[photo.pk], tags[photo.pk]))
    return answer


def as_shown(photo: Photo, notes: PhotoNotes) -> PhotoNotes:
    """The notes for a copy of what everybody sees: faces where they are on it, without boxes those that were cut away.

    Faces that were covered are left out with their names: who covers one does not want it told whose it is.
    """
    people = tuple((who, box) for who, box in notes.people if not (box and _is_covered(photo, box)))
    placement = placement_of(photo)
    if placement is None:
        return replace(notes, people=people)
    people = tuple((who, placement.region(box) if box else None) for who, box in people)
    return replace(notes, width=placement.width, height=placement.height, people=people)


def _is_covered(photo: Photo, box: Region) -> bool:
    """Whether the edit that is shown covers a face of the original; one that nobody can read covers all."""
    if photo.shown_edit is None or not (photo.width and photo.height):
        return False
    try:
        recipe = recipes.parse(photo.shown_edit.recipe)
    except BadRecipe:  # of an operation that is not on this site any more
        return True
    width, height = photo.width, photo.height
    shares = (box.x / width, box.y / height, box.width / width, box.height / height)
    return covered_faces.is_covered(recipe, shares)


def _notes(photo: Photo, people: list[tuple[str, Region | None]], tags: list[str]) -> PhotoNotes:
    is_known = photo.taken_at is not None and photo.time_source not in GUESSED
    return PhotoNotes(
        width=photo.width,
        height=photo.height,
        tags=tuple(tags),
        people=tuple(people),
        caption=photo.caption,
        stars=photo.stars,
        place=_place(photo),
        credit=str(photo.uploader) if photo.uploader else "",
        taken_at=photo.local_time if is_known else None,
        time_source=photo.get_time_source_display() if is_known else "",
    )


def _place(photo: Photo) -> PlaceNotes:
    """Names also where they are inferred; a position only where the photo has its own or somebody said so."""
    place, latitude, longitude = photo.place, photo.latitude, photo.longitude
    if photo.is_place_cleared:
        return NOWHERE
    if place is None:
        return NOWHERE._replace(latitude=latitude, longitude=longitude)
    if photo.place_source == PlaceSource.PERSON:
        latitude, longitude = place.latitude, place.longitude
    return PlaceNotes(
        city=place.detail or place.city,
        region=place.region,
        country=place.country,
        country_code=place.country_code,
        latitude=latitude,
        longitude=longitude,
    )


def _people(ids: Sequence[int]) -> dict[int, list[tuple[str, Region | None]]]:
    """Names with boxes; faces of people without a name, hidden people and wrong boxes say nothing."""
    faces = Face.objects.filter(
        photo__in=ids,
        is_dismissed=False,
        person__is_hidden=False,
        person__is_concealed=False,
        person__merged_into=None,
    ).exclude(person__name="")
    found: dict[int, list[tuple[str, Region | None]]] = defaultdict(list)
    columns = ("photo", "person__name", "x", "y", "width", "height")
    for photo_id, who, x, y, width, height in faces.order_by("photo", "x", "id").values_list(*columns):
        found[photo_id].append((who, Region(x, y, width, height)))
    return found


def _tags(ids: Sequence[int]) -> dict[int, list[str]]:
    rows = PhotoTag.objects.filter(photo__in=ids).shown().order_by("photo", "-score", "id")
    found: dict[int, list[str]] = defaultdict(list)
    for photo_id, tag in rows.values_list("photo", "tag__name"):
        found[photo_id].append(tag)
    return found
