"""Taking a recorded change of photos back: only what nobody has decided anew since returns. Records: see photo_history.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from albums.batches import id_batches
from albums.models import Photo, PhotoChange, PhotoTag, Tag
from albums.models.tags import TagState

BATCH = 500
UNDECIDED = (TagState.MACHINE, TagState.PROPOSED)
# What makes sense only together: either all of these go back or none.
TOGETHER = (
    {"taken_at", "taken_offset_minutes", "sort_at", "time_source"},
    {"place_id", "place_source"},
    {"event_id", "is_event_fixed"},
    {"left_out", "is_left_out_fixed"},
    {"chosen_id", "chosen_by_id", "is_settled"},
    {"proposed_seconds", "declined_seconds"},
    {"name", "is_named"},
    {"name", "key"},
)
# SQLite and PostgreSQL both name the columns of VALUES so.
WRITE = "UPDATE {table} SET {sets} FROM (VALUES {rows}) AS v WHERE {table}.id = {key}"
State = Mapping[str, Mapping[str, Any]]
Columns = tuple[str, ...]


def take_back(
    change: PhotoChange,
    now: State,
    user: User,
    *,
    tables: Mapping[str, type[models.Model]],
    columns: Mapping[str, Columns],
) -> int:
    """Undo what can be undone; answers how many rows went back."""
    count = _bring_words_back(change, now)
    for name, model in tables.items():
        rows = _still_as_left(name, change, now, columns[name])
        if name == "word":
            rows = _free_words(rows, change)
        _write(model, rows)
        count += len(rows)
    return count + _put_tags_back(change, now, user)


def _still_as_left(name: str, change: PhotoChange, now: State, allowed: Columns) -> dict[int, dict[str, Any]]:
    """Of each row the columns to be put back: those that are as the change left them, with all that belong to them."""
    before, after, present = change.before.get(name, {}), change.after.get(name, {}), now.get(name, {})
    rows: dict[int, dict[str, Any]] = {}
    for key, old in before.items():
        new, row = after.get(key), present.get(key)
        if new is None or row is None:
            continue
        differ = {column for column in old if column in allowed and new.get(column) != old[column]}
        held = {column for column in old if column in allowed and row.get(column) != new.get(column)}
        for couple in TOGETHER:
            held |= couple if held & couple else set()
        values = {column: old[column] for column in sorted(differ - held)}
        if values:
            rows[int(key)] = values
    return rows


def _write(model: type[models.Model], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Write different values into many rows with few statements; what a row pointed to and has gone becomes empty."""
    alike: dict[Columns, list[int]] = defaultdict(list)
    for key, values in rows.items():
        alike[tuple(values)].append(key)
    for columns, keys in alike.items():
        fields = [model._meta.get_field(column.removesuffix("_id")) for column in columns]
        known = [
            _known(field, {rows[key][column] for key in keys})
            for field, column in zip(fields, columns, strict=True)
        ]
        for batch in id_batches(keys):
            lines = [
                [key, *(known[at][rows[key][column]] for at, column in enumerate(columns))] for key in batch
            ]
            _update(model, fields, lines)


def _known(field: Any, values: set[Any]) -> dict[Any, Any]:
    """The values as Python has them; keys of rows that are not there any more become None."""
    if isinstance(field, models.ForeignKey):
        wanted = values - {None}
        there = set(field.related_model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
        return {value: value if value in there else None for value in values}
    return {value: None if value is None else field.to_python(value) for value in values}


def _update(model: type[models.Model], fields: list[Any], rows: list[list[Any]]) -> None:
    """One UPDATE from a list of VALUES: bulk_update takes a minute for ten thousand rows."""
    is_typed = connection.vendor == "postgresql"  # SQLite would make a number of a time
    cast = "CAST(v.column{at} AS {type})" if is_typed else "v.column{at}"
    quote = connection.ops.quote_name
    sets = [
        f"{quote(field.column)} = {cast.format(at=at, type=field.db_type(connection))}"
        for at, field in enumerate(fields, 2)
    ]
    places = f"({', '.join(['%s'] * (len(fields) + 1))})"
    statement = WRITE.format(
        table=quote(model._meta.db_table),
        sets=", ".join(sets),
        rows=", ".join([places] * len(rows)),
        key=cast.format(at=1, type="bigint"),
    )
    values: list[Any] = []
    for key, *row in rows:
        values.append(key)
        values += [
            field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)
        ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _bring_words_back(change: PhotoChange, now: State) -> int:
    """Make the tags again that the change deleted, under their old numbers, unless their words are taken."""
    gone = {
        int(key): row
        for key, row in change.before.get("word", {}).items()
        if key not in change.after.get("word", {}) and key not in now.get("word", {})
    }
    free = _free_words(gone, change)
    makers = {row["created_by_id"] for row in free.values()}
    there = set(User.objects.filter(pk__in=makers - {None}).values_list("pk", flat=True))
    for row in free.values():
        row["created_by_id"] = row["created_by_id"] if row["created_by_id"] in there else None
    Tag.objects.bulk_create([Tag(pk=key, **row) for key, row in free.items()])
    return len(free)


def _free_words(rows: Mapping[int, dict[str, Any]], change: PhotoChange) -> dict[int, dict[str, Any]]:
    """Those whose words nothing else in the room is called by now."""
    wanted = {row["key"] for row in rows.values() if "key" in row}
    if not wanted:
        return dict(rows)
    taken = Tag.objects.known_in(change.room_id).filter(key__in=wanted).exclude(pk__in=list(rows))
    keys = set(taken.values_list("key", flat=True))
    return {key: row for key, row in rows.items() if row.get("key") not in keys}


def _put_tags_back(change: PhotoChange, now: State, user: User) -> int:
    """Each tag of each photo whose state is as the change left it."""
    before, after = change.before.get("tag", {}), change.after.get("tag", {})
    gone: dict[str, list[int]] = defaultdict(list)
    back: list[tuple[int, int, str, float]] = []
    for key in {**before, **after}:
        old, new, present = before.get(key, {}), after.get(key, {}), now.get("tag", {}).get(key, {})
        for tag in {**old, **new}:
            if _state(old, tag) == _state(new, tag) or _state(present, tag) != _state(new, tag):
                continue
            if tag in old:
                back.append((int(key), int(tag), *old[tag]))
            else:
                gone[tag].append(int(key))
    for tag, photos in gone.items():
        for batch in id_batches(photos):
            PhotoTag.objects.filter(tag=int(tag), photo__in=batch).delete()
    return sum(map(len, gone.values())) + _create_tags(back, change, user)


def _create_tags(rows: list[tuple[int, int, str, float]], change: PhotoChange, user: User) -> int:
    photos: set[int] = set()
    for batch in id_batches({photo for photo, *_ in rows}):
        photos |= set(Photo.objects.filter(room=change.room_id, pk__in=batch).values_list("pk", flat=True))
    tags = set(Tag.objects.filter(pk__in={tag for _, tag, *_ in rows}).values_list("pk", flat=True))
    made = []
    for photo, tag, state, score in rows:
        if photo in photos and tag in tags:
            is_decided = state not in UNDECIDED
            made.append(
                PhotoTag(
                    photo_id=photo, room_id=change.room_id, tag_id=tag, state=state, score=score,
                    by=user if is_decided else None, decided_at=timezone.now() if is_decided else None,
                )
            )  # fmt: skip
    PhotoTag.objects.bulk_create(
        made,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["photo", "tag"],
        update_fields=["state", "score", "by", "decided_at"],
    )
    return len(made)


def _state(tags: Mapping[str, Any], tag: str) -> str | None:
    """The scores of machines change by themselves and do not count."""
    return tags[tag][0] if tag in tags else None
