"""Human changes to photos and to how they are put in order, recorded so that each can be undone.

A record holds of the rows that a change touches what it changed, before and after it: `{"photo": {id: {column: value}},
"group": ..., "device": ..., "event": ..., "place": ..., "word": ..., "tag": {photo id: {tag id: [state, score]}}}`. Undoing
(photo_reversal.py) puts back what nobody has changed since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.batches import id_batches
from albums.counts import recount_events, recount_people
from albums.errors import Conflict
from albums.models import Device, Event, Face, Photo, PhotoChange, PhotoGroup, PhotoTag, Place, Room, Tag
from albums.permissions import Action, require
from albums.services.clock_times import move_photos
from albums.services.photo_reversal import TOGETHER, take_back
from processing import tasks

TABLES: dict[str, type[models.Model]] = {
    "photo": Photo,
    "group": PhotoGroup,
    "device": Device,
    "event": Event,
    "place": Place,
    "word": Tag,
}
# What somebody may change of each; nothing else is ever written by an undo.
COLUMNS: dict[str, tuple[str, ...]] = {
    "photo": (
        "taken_at", "taken_offset_minutes", "sort_at", "time_source", "place_id", "place_source", "event_id",
        "is_event_fixed", "left_out", "is_left_out_fixed", "look_alikes_id", "is_look_alikes_fixed", "caption", "stars",
    ),
    "group": ("chosen_id", "chosen_by_id", "is_settled"),
    "device": ("shift_seconds", "proposed_seconds", "declined_seconds"),
    "event": ("name", "is_named"),
    "place": ("country_code", "country", "region", "city", "detail", "is_own", "merged_into_id"),
    "word": ("name", "key", "kind", "room_id", "created_by_id"),
}  # fmt: skip
RESTS_ON_ORDER = {
    "taken_at",
    "sort_at",
    "time_source",
    "place_id",
    "place_source",
    "event_id",
    "left_out",
    "is_look_alikes_fixed",
    "shift_seconds",
    "chosen_id",
}
State = dict[str, dict[str, Any]]
MISSING = object()


class ExactEncoder(DjangoJSONEncoder):
    """Times to the microsecond: Django's own cuts them to milliseconds."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


@dataclass(slots=True)
class PhotoDraft:
    """A change while it is being made; the service sets the summary."""

    summary: str = ""
    change: PhotoChange | None = None

    @property
    def made(self) -> PhotoChange:
        """The change, once it is recorded."""
        if self.change is None:
            raise RuntimeError("a change is recorded when its block has ended")
        return self.change


@contextmanager
def recorded(
    *,
    user: User,
    room: Room,
    kind: str,
    photos: Collection[int] = (),
    groups: Collection[int] = (),
    devices: Collection[int] = (),
    events: Collection[int] = (),
    places: Collection[int] = (),
    words: Collection[int] = (),
    has_tags: bool = False,
) -> Iterator[PhotoDraft]:
    """Record what the block does to these rows, then have counts and the room's order made right again.

    Args:
        words: tags that the block renames or deletes.
        has_tags: whether the block changes tags of the photos.
    """
    touched = {
        "photo": photos,
        "group": groups,
        "device": devices,
        "event": events,
        "place": places,
        "word": words,
    }
    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        before = snapshot(touched, has_tags=has_tags)
        draft = PhotoDraft()
        yield draft
        after = snapshot(touched, has_tags=has_tags)
        was, became = differences(before, after)
        draft.change = PhotoChange.objects.create(
            room=room, actor=user, kind=kind, summary=draft.summary[:200], before=was, after=became
        )
        settle(room, was, became)


def snapshot(touched: Mapping[str, Collection[int]], *, has_tags: bool) -> State:
    """The state of rows, as JSON has it."""
    state: State = {name: _rows(name, ids) for name, ids in touched.items() if ids}
    if has_tags:
        state["tag"] = _tags(touched["photo"])
    return dict(json.loads(json.dumps(state, cls=ExactEncoder)))


def differences(before: State, after: State) -> tuple[State, State]:
    """Only the rows and values that differ: a change of one column of 5,000 photos keeps no others."""
    was: State = {}
    became: State = {}
    for name in before:
        for key in {**before[name], **after.get(name, {})}:
            old, new = before[name].get(key), after.get(name, {}).get(key)
            if old == new:
                continue
            columns = [
                column
                for column in {**(old or {}), **(new or {})}
                if value_of(old, column) != value_of(new, column)
            ]
            columns += belonging(columns)
            for state, row in ((was, old), (became, new)):
                if row is not None:
                    kept = {column: row[column] for column in columns if column in row}
                    state.setdefault(name, {})[key] = kept
    return was, became


def belonging(columns: Collection[str]) -> list[str]:
    """Columns that mean something only together with these: kept as well, so that an undo sees when they have changed since."""
    return sorted(set().union(*(couple for couple in TOGETHER if couple & {*columns})) - {*columns})


def value_of(row: Mapping[str, Any] | None, column: str) -> Any:
    """A column of a row; of a row that is not there it is different from any value."""
    return MISSING if row is None else row.get(column, MISSING)


def settle(room: Room, was: State, became: State) -> None:
    """Count people's photos again where photos left or came back, and have put in order what changed its order."""
    columns_of = {int(key): set(row) for key, row in was.get("photo", {}).items()}
    gone = [key for key, columns in columns_of.items() if "left_out" in columns]
    people: set[int] = set()
    for batch in id_batches(gone):
        found = Face.objects.filter(photo__in=batch, person__isnull=False)
        people |= set(found.values_list("person", flat=True))
    recount_people(people)
    recount_events(_events(was, became))
    disarrange(room, [key for key, columns in columns_of.items() if columns & RESTS_ON_ORDER])
    if "tag" in was or "tag" in became or "word" in was:
        tasks.request_tag_learning(room.pk)
    if "device" in was:
        room.photos.filter(device__in=[int(key) for key in was["device"]]).disarrange()
    if "group" in was:
        groups = [int(key) for key in was["group"]]
        room.photos.filter(models.Q(duplicates__in=groups) | models.Q(look_alikes__in=groups)).disarrange()
    if "device" in was or "group" in was:
        tasks.request_arranging(room.pk)


def _events(was: State, became: State) -> set[int]:
    """The events whose number of photos or time such a change makes another one."""
    counted = {"event_id", "left_out", "sort_at"}
    rows = {**was.get("photo", {}), **became.get("photo", {})}
    moved = [int(key) for key, row in rows.items() if counted & set(row)]
    found = {row.get("event_id") for state in (was, became) for row in state.get("photo", {}).values()}
    for batch in id_batches(moved):
        found |= set(Photo.objects.filter(pk__in=batch).values_list("event", flat=True))
    return found - {None}


def disarrange(room: Room, photo_ids: Collection[int]) -> None:
    """Have photos, and those in groups with them, put in order once more."""
    if not photo_ids:
        return
    for batch in id_batches(photo_ids):
        chosen = Photo.objects.filter(room=room, pk__in=batch)
        groups = set(chosen.values_list("duplicates", flat=True)) | set(
            chosen.values_list("look_alikes", flat=True)
        )
        mates = models.Q(duplicates__in=groups - {None}) | models.Q(look_alikes__in=groups - {None})
        Photo.objects.filter(models.Q(pk__in=batch) | mates, room=room).disarrange()
    tasks.request_arranging(room.pk)


@transaction.atomic
def undo(*, user: User, change: PhotoChange) -> PhotoChange:
    """Take a change back; what somebody has changed anew since then stays. A Conflict if nothing of it can go back."""
    require(user, Action.EDIT_PHOTOS, change.room)
    room = Room.objects.select_for_update(no_key=True).get(pk=change.room_id)
    if not PhotoChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
        raise Conflict(_("This has been undone already."))
    change.refresh_from_db()
    keys = {name: {*change.before.get(name, {}), *change.after.get(name, {})} for name in (*TABLES, "tag")}
    touched: dict[str, Collection[int]] = {name: [int(key) for key in keys[name]] for name in TABLES}
    touched["photo"] = list({*touched["photo"], *(int(key) for key in keys["tag"])})
    has_tags = bool(keys["tag"])
    now = snapshot(touched, has_tags=has_tags)
    if not take_back(change, now, user, tables=TABLES, columns=COLUMNS):
        raise Conflict(_("This can't be undone any more: it has been changed again since."))
    was, became = differences(now, snapshot(touched, has_tags=has_tags))
    for key, row in became.get("device", {}).items():
        if "shift_seconds" in row:
            move_photos(int(key), row["shift_seconds"] - was["device"][key]["shift_seconds"])
    settle(room, was, became)
    return change


def _rows(name: str, ids: Collection[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for batch in id_batches(ids):
        rows = TABLES[name]._default_manager.filter(pk__in=batch).order_by().values("pk", *COLUMNS[name])
        found.update((str(row.pop("pk")), row) for row in rows)
    return found


def _tags(photo_ids: Collection[int]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {str(key): {} for key in photo_ids}
    for batch in id_batches(photo_ids):
        rows = PhotoTag.objects.filter(photo__in=batch).order_by("pk")
        for photo, tag, state, score in rows.values_list("photo", "tag", "state", "score"):
            found[str(photo)][str(tag)] = [state, score]
    return found
