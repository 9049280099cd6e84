"""When photos were taken, as people say it; what they say stays, and can be undone (photo_history.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Sized
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError
from albums.models import Photo, PhotoChange, Room
from albums.models.photos import TimeSource
from albums.permissions import Action, require
from albums.services.chosen import in_time_order
from albums.services.photo_history import recorded

EARLIEST_YEAR, LATEST_YEAR = 1826, 2100  # since the first photo that has survived


@transaction.atomic
def set_time(*, user: User, room: Room, photo_ids: Collection[int], local_time: datetime) -> PhotoChange:
    """The first of these photos was taken at this time on the clock of its place; the others keep their distance to it.

    Args:
        local_time: naive, as a clock on the wall showed it there.
    """
    require(user, Action.EDIT_PHOTOS, room)
    _require_sane(local_time)
    rows = in_time_order(room, photo_ids)
    first = Photo.objects.select_related("place", "room").get(pk=rows[0][1])
    moment = local_time.replace(tzinfo=zone_for(first)).astimezone(UTC)
    return _move(user, room, rows, moment - first.sort_at, f"{_photos(rows)} dated")


@transaction.atomic
def shift_times(*, user: User, room: Room, photo_ids: Collection[int], seconds: int) -> PhotoChange:
    """These photos were taken so much later (or, below zero, earlier) than they say."""
    require(user, Action.EDIT_PHOTOS, room)
    if not seconds:
        raise AlbumError(_("Say by how much the time is to be changed."))
    rows = in_time_order(room, photo_ids)
    return _move(user, room, rows, timedelta(seconds=seconds), f"{_photos(rows)} moved by {spoken(seconds)}")


@transaction.atomic
def forget_times(*, user: User, room: Room, photo_ids: Collection[int]) -> PhotoChange:
    """Go back to the time that the files themselves say."""
    require(user, Action.EDIT_PHOTOS, room)
    set_by_people = room.photos.present().filter(time_source=TimeSource.PERSON)
    pks: list[int] = []
    for batch in id_batches(photo_ids):
        pks += set_by_people.filter(pk__in=batch).values_list("pk", flat=True)
    if not pks:
        raise AlbumError(_("None of these photos has a time that somebody set."))
    with recorded(user=user, room=room, kind="time", photos=pks) as draft:
        draft.summary = f"{_photos(pks)} back to the time of the file"
        for batch in id_batches(pks):
            Photo.objects.filter(pk__in=batch).update(time_source="")
    return draft.made


def zone_for(photo: Photo) -> ZoneInfo | fixed_zone:
    """The clock of a photo's place: of the place if its zone is known, else the one that the photo shows, else the room's."""
    name = photo.place.time_zone if photo.place else ""
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    if photo.taken_offset_minutes is not None:
        return fixed_zone(timedelta(minutes=photo.taken_offset_minutes))
    return ZoneInfo(photo.room.time_zone)


def spoken(seconds: int) -> str:
    """A length of time as people say it: "+1 hour 30 minutes"."""
    parts = []
    rest = abs(seconds)
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,} {word}{'s' if count != 1 else ''}")
    return f"{'−' if seconds < 0 else '+'}{' '.join(parts) or '0 seconds'}"


def _move(
    user: User, room: Room, rows: Sequence[tuple[datetime, int]], apart: timedelta, summary: str
) -> PhotoChange:
    for moment, _pk in (rows[0], rows[-1]):
        _require_sane(_moved(moment, apart))
    pks = [pk for _moment, pk in rows]
    with recorded(user=user, room=room, kind="time", photos=pks) as draft:
        draft.summary = summary
        for batch in id_batches(pks):
            Photo.objects.filter(pk__in=batch).update(
                sort_at=F("sort_at") + apart, taken_at=F("sort_at") + apart, time_source=TimeSource.PERSON
            )
    return draft.made


def _moved(moment: datetime, apart: timedelta) -> datetime:
    try:
        return moment + apart
    except OverflowError as error:
        raise AlbumError(_("That is farther than any photo is old.")) from error


def _require_sane(moment: datetime) -> None:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise AlbumError(
            _("The year must be between %(earliest_year)s and %(latest_year)s.")
            % {"earliest_year": EARLIEST_YEAR, "latest_year": LATEST_YEAR}
        )


def _photos(photo_ids: Sized) -> str:
    return f"{len(photo_ids):,} photo{'s' if len(photo_ids) != 1 else ''}"
