"""Where photos were taken, as people say it; what they say stays, and can be undone (photo_history.py)."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError, NameTaken
from albums.models import Photo, PhotoChange, Place, Room
from albums.models.photos import PlaceSource
from albums.permissions import Action, require
from albums.services.chosen import present_ids
from albums.services.names import clean_name
from albums.services.photo_history import recorded
from processing.towns import Town, Towns, ensure, fold

LONGEST_NAME = 120
TOWNS_OFFERED = 8


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place as somebody chose it: one of the room's, a town, a pin on the map; or a name of their own, with or without those.

    Attributes:
        place: id of a place of the room.
        town: id of a town (`find_towns`).
        latitude, longitude: of the pin, in degrees.
        name: "Grandma's garden"; empty if the town's name will do.
        text: what was typed where nothing was picked from a list: a place of the room or a town of exactly that name.
    """

    place: int | None = None
    town: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    text: str = ""


def towns() -> closing[Towns]:
    """The file of towns; made first if it is not there."""
    return closing(Towns(ensure(settings.TOWNS_DIR)))


def find_towns(text: str) -> list[Town]:
    """Towns by the beginning of their name, the largest first."""
    with towns() as file:
        return file.named(text[:LONGEST_NAME], TOWNS_OFFERED)


def town_at(latitude: float, longitude: float) -> Town | None:
    """The town that a pin on the map would be named after."""
    with towns() as file:
        return file.pull(latitude, longitude)


@transaction.atomic
def set_place(*, user: User, room: Room, photo_ids: Collection[int], choice: PlaceChoice) -> PhotoChange:
    """These photos were taken there, whatever their files or other photos say."""
    require(user, Action.EDIT_PHOTOS, room)
    pks = present_ids(room, photo_ids)
    place = place_for(room, choice)
    with recorded(user=user, room=room, kind="place", photos=pks) as draft:
        draft.summary = f"{_photos(pks)} placed in {place}"
        _write(pks, place, PlaceSource.PERSON)
    return draft.made


@transaction.atomic
def clear_place(*, user: User, room: Room, photo_ids: Collection[int]) -> PhotoChange:
    """Nobody is to know or guess where these photos were taken."""
    require(user, Action.EDIT_PHOTOS, room)
    pks = present_ids(room, photo_ids)
    with recorded(user=user, room=room, kind="place", photos=pks) as draft:
        draft.summary = f"Place of {_photos(pks).lower()} taken away"
        _write(pks, None, PlaceSource.PERSON)
    return draft.made


@transaction.atomic
def forget_place(*, user: User, room: Room, photo_ids: Collection[int]) -> PhotoChange:
    """Go back to the place that the files, or photos near in time, say."""
    require(user, Action.EDIT_PHOTOS, room)
    pks = present_ids(room, photo_ids)
    pks = [
        pk
        for batch in id_batches(pks)
        for pk in Photo.objects.filter(pk__in=batch, place_source=PlaceSource.PERSON).values_list(
            "pk", flat=True
        )
    ]
    if not pks:
        raise AlbumError(gettext("None of these photos has a place that somebody set."))
    with recorded(user=user, room=room, kind="place", photos=pks) as draft:
        draft.summary = f"{_photos(pks)} back to the place that is found by itself"
        _write(pks, None, "")
    return draft.made


@transaction.atomic
def rename_place(*, user: User, place: Place, name: str, merge: bool = False) -> PhotoChange | None:
    """Call a place otherwise in this room. The name of another one is a NameTaken, or with `merge` makes them one."""
    room = place.room
    require(user, Action.EDIT_PHOTOS, room)
    name = clean_name(name, what=gettext("A place's name"), max_length=LONGEST_NAME)
    if name == str(place):
        return None
    namesake = named(room, name, but=place)
    if namesake is not None:
        if not merge:
            raise NameTaken(
                gettext("There is a place called %(namesake)s in this room already.")
                % {"namesake": namesake},
                namesake,
            )
        return merge_places(user=user, into=namesake, others=[place])
    with recorded(user=user, room=room, kind="place", places=[place.pk]) as draft:
        draft.summary = f"{place} renamed to {name}"
        Place.objects.filter(pk=place.pk).update(city=name, detail="", is_own=True)
    place.refresh_from_db()
    return draft.made


@transaction.atomic
def merge_places(*, user: User, into: Place, others: Collection[Place]) -> PhotoChange:
    """These places are one: all their photos, also those still to come, go there."""
    room = into.room
    require(user, Action.EDIT_PHOTOS, room)
    gone = {place.pk for place in others if place.pk != into.pk and place.room_id == room.pk}
    if not gone:
        raise AlbumError(gettext("Choose at least two places to merge."))
    rows = Place.objects.filter(Q(pk__in=gone) | Q(merged_into__in=gone), room=room).exclude(pk=into.pk)
    photos = list(Photo.objects.filter(room=room, place__in=gone).values_list("pk", flat=True))
    places = [*rows.values_list("pk", flat=True), into.pk]
    with recorded(user=user, room=room, kind="place", photos=photos, places=places) as draft:
        names = ", ".join(str(place) for place in others if place.pk in gone)
        draft.summary = f"{names} merged into {into}"
        rows.update(merged_into=into)
        Place.objects.filter(pk=into.pk).update(merged_into=None)
        for batch in id_batches(photos):
            Photo.objects.filter(pk__in=batch).update(place=into)
        room.events.filter(place__in=gone).update(place=into)
    return draft.made


def place_for(room: Room, choice: PlaceChoice) -> Place:
    """The row for what somebody chose, made if there is none yet."""
    near, base, pin = _base(room, choice)
    name = clean_name(choice.name, what=gettext("A place's name"), max_length=LONGEST_NAME, may_be_empty=True)
    if name:
        return _own_place(room, name, near, base, pin)
    if base is not None:
        Place.objects.filter(pk=base.pk).update(is_chosen=True)
        return base
    if near is None:
        raise AlbumError(gettext("Choose a place: one of this room, a town, or a point on the map."))
    return _town_place(room, near)


def named(room: Room, name: str, but: Place | None = None) -> Place | None:
    """The room's place of this name, however it is spelled."""
    rows = Place.objects.filter(room=room).current().exclude(pk=but.pk if but else 0)
    return next((place for place in rows if fold(str(place)) == fold(name)), None)


def _base(room: Room, choice: PlaceChoice) -> tuple[Town | None, Place | None, tuple[float, float] | None]:
    """The town and the place of the room that a choice means, and its pin."""
    if choice.place is not None:
        place = Place.objects.filter(room=room, pk=choice.place).select_related("merged_into").first()
        if place is None:
            raise AlbumError(gettext("This place is not in this room any more. Choose another one."))
        return None, place.merged_into or place, None
    if choice.latitude is not None and choice.longitude is not None:
        pin = choice.latitude, choice.longitude
        if not (-90 <= pin[0] <= 90 and -180 <= pin[1] <= 180):
            raise AlbumError(gettext("This point is not on the map."))
        town = town_at(*pin)
        if town is None and not choice.name.strip():
            raise AlbumError(gettext("There is no town near this point: give the place a name."))
        return town, None, pin
    if choice.town is not None:
        with towns() as file:
            town = file.get(choice.town)
        if town is None:
            raise AlbumError(gettext("This town is not known any more. Choose another one."))
        return town, None, None
    return _typed(room, choice.text)


def _typed(room: Room, text: str) -> tuple[Town | None, Place | None, None]:
    text = text.strip()
    if not text:
        return None, None, None
    place = named(room, text)
    if place is not None:
        return None, place, None
    found = find_towns(text)
    if not found or fold(found[0].name) != fold(text.partition(",")[0]):
        raise AlbumError(
            gettext(
                "There is no town called “%(text)s” here. Choose one from the list, or name the place yourself."
            )
            % {"text": text[:60]}
        )
    return found[0], None, None


def _town_place(room: Room, town: Town) -> Place:
    """The same row that the gazetteer uses for photos with a position there."""
    place, _ = Place.objects.get_or_create(
        room=room,
        key=f"{town.country_code}|{town.region}|{town.name}",
        defaults={
            "country_code": town.country_code,
            "country": town.country[:80],
            "region": town.region[:80],
            "city": town.name[:120],
            "latitude": town.latitude,
            "longitude": town.longitude,
            "time_zone": town.time_zone,
            "is_chosen": True,
        },
    )
    place = place.merged_into or place
    Place.objects.filter(pk=place.pk).update(is_chosen=True)
    return place


def _own_place(
    room: Room, name: str, town: Town | None, base: Place | None, pin: tuple[float, float] | None
) -> Place:
    """A place that people named themselves; the name of one that the room has is that one."""
    known = named(room, name)
    if known is not None and (base is None or known.pk == base.pk or known.is_own):
        if pin and known.is_own:
            Place.objects.filter(pk=known.pk).update(latitude=pin[0], longitude=pin[1])
        return known
    area = base or town
    position = pin or ((area.latitude, area.longitude) if area else (None, None))
    return Place.objects.create(
        room=room,
        city=name,
        is_own=True,
        country_code=area.country_code if area else "",
        country=area.country[:80] if area else "",
        region=(area.region if area else "")[:80],
        latitude=position[0],
        longitude=position[1],
        time_zone=area.time_zone if area else "",
    )


def _write(pks: Collection[int], place: Place | None, source: str) -> None:
    for batch in id_batches(pks):
        Photo.objects.filter(pk__in=batch).update(place=place, place_source=source)


def _photos(pks: Collection[int]) -> str:
    return "1 photo" if len(pks) == 1 else f"{len(pks):,} photos"
