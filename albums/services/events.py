"""Events as people want them: named, merged, with the photos that belong to them. Each change can be undone."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from albums.batches import id_batches
from albums.counts import recount_events
from albums.errors import AlbumError
from albums.models import Event, Photo, PhotoChange, Room
from albums.permissions import Action, require
from albums.services.chosen import in_time_order, present_ids
from albums.services.names import clean_name
from albums.services.photo_history import recorded


@transaction.atomic
def rename_event(*, user: User, event: Event, name: str) -> PhotoChange | None:
    """Give an event a name; with "" it gets one of day and place again."""
    require(user, Action.EDIT_PHOTOS, event.room)
    name = clean_name(name, what=gettext("The name"), max_length=80, may_be_empty=True)
    event.refresh_from_db()
    if (name == event.name and event.is_named) or (not name and not event.is_named):
        return None
    with recorded(user=user, room=event.room, kind="event", events=[event.pk]) as draft:
        draft.summary = f"{event} is now {name}" if name else f"{event} is named by day and place again"
        Event.objects.filter(pk=event.pk).update(name=name or event.name, is_named=bool(name))
        if not name:
            event.photos.disarrange()
    event.refresh_from_db()
    return draft.made


@transaction.atomic
def move_to_event(
    *, user: User, room: Room, photo_ids: Collection[int], to: Event | None, name: str = ""
) -> tuple[Event, PhotoChange]:
    """These photos belong to this event, or (None) to a new one; said by a human, so it stays."""
    require(user, Action.EDIT_PHOTOS, room)
    name = clean_name(name, what=gettext("The name"), max_length=80, may_be_empty=True)
    if to is not None and to.room_id != room.pk:
        raise AlbumError(gettext("This event is not in this room."))
    rows = in_time_order(room, photo_ids)
    pks = [pk for _, pk in rows]
    left: set[int] = set()
    for batch in id_batches(pks):
        theirs = Photo.objects.filter(pk__in=batch, event__isnull=False).order_by()
        left |= set(theirs.values_list("event", flat=True).distinct())
    with recorded(user=user, room=room, kind="event", photos=pks) as draft:
        target = to or Event.objects.create(
            room=room, name=name, is_named=bool(name), starts_at=rows[0][0], ends_at=rows[-1][0]
        )
        draft.summary = f"{_photos(pks)} moved to {target.name or 'a new event'}"
        _fix(pks, target)
        recount_events({target.pk, *left})
    target.refresh_from_db()
    return target, draft.made


@transaction.atomic
def merge_events(*, user: User, into: Event, others: Collection[Event]) -> PhotoChange:
    """They are one event: all photos go to one of them. A name of the others is kept where it has none of its own."""
    require(user, Action.EDIT_PHOTOS, into.room)
    others = [event for event in others if event.pk != into.pk]
    if not others or any(event.room_id != into.room_id for event in others):
        raise AlbumError(gettext("Choose at least two events of this room to merge."))
    keys = [into.pk, *(event.pk for event in others)]
    pks = list(Photo.objects.filter(room=into.room, event__in=keys).values_list("pk", flat=True))
    with recorded(user=user, room=into.room, kind="event", photos=pks, events=keys) as draft:
        draft.summary = f"{into} and {', '.join(str(event) for event in others)} are one event"
        named = next((event for event in others if event.is_named), None)
        if named and not into.is_named:
            Event.objects.filter(pk=into.pk).update(name=named.name, is_named=True)
        _fix(pks, into)
        recount_events(keys)
    into.refresh_from_db()
    return draft.made


@transaction.atomic
def release_photos(*, user: User, room: Room, photo_ids: Collection[int]) -> PhotoChange:
    """Let these photos go where time and place put them."""
    require(user, Action.EDIT_PHOTOS, room)
    pks: list[int] = []
    for batch in id_batches(present_ids(room, photo_ids)):
        pks += Photo.objects.filter(pk__in=batch, is_event_fixed=True).values_list("pk", flat=True)
    if not pks:
        raise AlbumError(gettext("None of these photos was moved by somebody."))
    with recorded(user=user, room=room, kind="event", photos=pks) as draft:
        draft.summary = f"{_photos(pks)} sorted by time and place again"
        for batch in id_batches(pks):
            Photo.objects.filter(pk__in=batch).update(is_event_fixed=False)
            Photo.objects.filter(pk__in=batch).disarrange()
    return draft.made


def _fix(photo_ids: Collection[int], event: Event) -> None:
    for batch in id_batches(photo_ids):
        Photo.objects.filter(pk__in=batch).update(event=event, is_event_fixed=True)


def _photos(photo_ids: Collection[int]) -> str:
    return f"{len(photo_ids):,} photo{'s' if len(photo_ids) != 1 else ''}"
