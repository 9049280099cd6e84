"""Human changes to photos and to how they are put in order, recorded so that each can be undone.

A record holds the state of the rows that a change touches, before and after it: `{"photo": {id: {column: value}}, "group":
..., "device": ..., "event": ..., "tag": {photo id: {tag id: [state, score]}}}`. Undoing puts back, column by column, what
nobody has changed since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from albums.counts import recount_people
from albums.errors import Conflict
from albums.models import Device, Event, Face, Photo, PhotoChange, PhotoGroup, PhotoTag, Room
from albums.permissions import Action, require
from processing import tasks

BATCH = 500
TABLES: dict[str, type[models.Model]] = {
    "photo": Photo,
    "group": PhotoGroup,
    "device": Device,
    "event": Event,
}
# What somebody may change of each; nothing else is ever written by an undo.
COLUMNS: dict[str, tuple[str, ...]] = {
    "photo": (
        "taken_at", "taken_offset_minutes", "sort_at", "time_source", "place_id", "place_source", "event_id",
        "is_event_fixed", "left_out", "is_left_out_fixed", "caption", "stars",
    ),
    "group": ("chosen_id", "chosen_by_id", "is_settled"),
    "device": ("shift_seconds", "proposed_seconds", "declined_seconds"),
    "event": ("name", "is_named"),
}  # fmt: skip
RESTS_ON_ORDER = {
    "taken_at",
    "sort_at",
    "time_source",
    "place_id",
    "event_id",
    "left_out",
    "shift_seconds",
    "chosen_id",
}
State = dict[str, dict[str, Any]]


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
    has_tags: bool = False,
) -> Iterator[PhotoDraft]:
    """Record what the block does to these rows, then have counts and the room's order made right again.

    Args:
        has_tags: whether the block changes tags of the photos.
    """
    touched = {"photo": photos, "group": groups, "device": devices, "event": events}
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room.pk)
        before = snapshot(touched, has_tags=has_tags)
        draft = PhotoDraft()
        yield draft
        after = snapshot(touched, has_tags=has_tags)
        draft.change = PhotoChange.objects.create(
            room=room, actor=user, kind=kind, summary=draft.summary[:200], before=before, after=after
        )
        settle(room, before, after)


def snapshot(touched: Mapping[str, Collection[int]], *, has_tags: bool) -> State:
    """The state of rows, as JSON has it."""
    state: State = {name: _rows(name, ids) for name, ids in touched.items() if ids}
    if has_tags:
        state["tag"] = _tags(touched["photo"])
    return dict(json.loads(json.dumps(state, cls=DjangoJSONEncoder)))


def settle(room: Room, before: State, after: State) -> None:
    """Count people's photos again where photos left or came back, and have put in order what changed its order."""
    photos = {
        key: {
            column
            for column, value in values.items()
            if after.get("photo", {}).get(key, {}).get(column) != value
        }
        for key, values in before.get("photo", {}).items()
    }
    gone = [int(key) for key, columns in photos.items() if "left_out" in columns]
    people: set[int] = set()
    for batch in _batches(gone):
        found = Face.objects.filter(photo__in=batch, person__isnull=False)
        people |= set(found.values_list("person", flat=True))
    recount_people(people)
    moved = {int(key) for key, columns in photos.items() if columns & RESTS_ON_ORDER}
    disarrange(room, moved)
    if before.get("tag") != after.get("tag"):
        tasks.request_tag_learning(room.pk)
    if before.get("device") != after.get("device") or before.get("group") != after.get("group"):
        tasks.request_arranging(room.pk)


def disarrange(room: Room, photo_ids: Collection[int]) -> None:
    """Have photos, and those in groups with them, put in order once more."""
    if not photo_ids:
        return
    for batch in _batches(photo_ids):
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
    require(user, Action.EDIT_PHOTOS if change.actor_id != user.pk else Action.VIEW, change.room)
    room = Room.objects.select_for_update().get(pk=change.room_id)
    if not PhotoChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
        raise Conflict("This has been undone already.")
    change.refresh_from_db()
    touched = {name: [int(key) for key in change.before.get(name, {})] for name in TABLES}
    has_tags = "tag" in change.before
    if has_tags:
        touched["photo"] = list({*touched["photo"], *(int(key) for key in change.before["tag"])})
    now = snapshot(touched, has_tags=has_tags)
    put_back = sum(_put_back(name, change, now) for name in TABLES) + _put_tags_back(change, now, user)
    if not put_back:
        raise Conflict("This can't be undone any more: it has been changed again since.")
    settle(room, now, snapshot(touched, has_tags=has_tags))
    return change


def _rows(name: str, ids: Collection[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for batch in _batches(ids):
        rows = TABLES[name]._default_manager.filter(pk__in=batch).values("pk", *COLUMNS[name])
        found.update((str(row.pop("pk")), row) for row in rows)
    return found


def _tags(photo_ids: Collection[int]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {str(key): {} for key in photo_ids}
    for batch in _batches(photo_ids):
        rows = PhotoTag.objects.filter(photo__in=batch).order_by("pk")
        for photo, tag, state, score in rows.values_list("photo", "tag", "state", "score"):
            found[str(photo)][str(tag)] = [state, score]
    return found


def _put_back(name: str, change: PhotoChange, now: State) -> int:
    """Write the columns of a table that are still as the change left them."""
    before, after = change.before.get(name, {}), change.after.get(name, {})
    model = TABLES[name]
    values_of: dict[str, list[int]] = defaultdict(list)
    for key, old in before.items():
        same = {
            column: value
            for column, value in old.items()
            if column in COLUMNS[name]
            and key in now.get(name, {})
            and after.get(key, {}).get(column) != value
            and now[name][key].get(column) == after.get(key, {}).get(column)
        }
        if same:
            values_of[json.dumps(same, sort_keys=True)].append(int(key))
    for text, keys in values_of.items():
        columns = {column: model._meta.get_field(column.removesuffix("_id")) for column in json.loads(text)}
        values = {column: _value(columns[column], value) for column, value in json.loads(text).items()}
        for batch in _batches(keys):
            model._default_manager.filter(pk__in=batch).update(**values)
    return sum(len(keys) for keys in values_of.values())


def _value(field: Any, value: Any) -> Any:
    """As the column takes it; a row that has gone meanwhile is no longer pointed at."""
    if value is None:
        return None
    if isinstance(field, models.ForeignKey):
        return value if field.related_model._default_manager.filter(pk=value).exists() else None
    return field.to_python(value)


def _put_tags_back(change: PhotoChange, now: State, user: User) -> int:
    before, after = change.before.get("tag", {}), change.after.get("tag", {})
    count = 0
    for key, old in before.items():
        new, present = after.get(key, {}), now.get("tag", {}).get(key, {})
        for tag in {*old, *new}:
            if old.get(tag) == new.get(tag) or present.get(tag) != new.get(tag):
                continue
            count += 1
            rows = PhotoTag.objects.filter(photo=int(key), tag=int(tag))
            if tag not in old:
                rows.delete()
                continue
            state, score = old[tag]
            if not rows.update(state=state, score=score):
                photo = Photo.objects.filter(pk=int(key)).first()
                if photo is not None:
                    PhotoTag.objects.create(
                        photo=photo, room_id=photo.room_id, tag_id=int(tag), state=state, score=score, by=user
                    )
    return count


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
