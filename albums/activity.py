"""What happened in a room, out of the rows that are there anyway: one line per person, kind and hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Value, Window
from django.db.models.expressions import Func
from django.db.models.fields import CharField, IntegerField
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import User
from albums.models import Comment, Favorite, Membership, Person, PersonChange, Photo, Room
from albums.models.people import ChangeKind
from albums.querysets import Anyone

ADDED, JOINED, COMMENTED, LIKED, NAMED = "added", "joined", "commented", "liked", "named"
PHOTOS_SHOWN = 6
NAMES_SHOWN = 3
CHANGES_READ = 20  # of one line: who named more people in an hour named "many"


class Hour(Func):
    """The hour of a moment as text, such as "2026-06-20 18", in UTC: fast on both databases, where TruncHour is not."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 13)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True)
class Key:
    """A line before it is read: who (0: several, or somebody who has left), what, in which hour, how often, last when."""

    kind: str
    who: int
    hour: str
    count: int
    at: datetime

    @property
    def since(self) -> datetime:
        return datetime.strptime(self.hour, "%Y-%m-%d %H").replace(tzinfo=UTC)

    @property
    def until(self) -> datetime:
        return self.since + timedelta(hours=1)


@dataclass(frozen=True)
class Happening:
    """A line of the page."""

    kind: str
    who: User | None
    at: datetime
    count: int
    photos: list[Photo] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    users: list[User] = field(default_factory=list)  # who joined
    quote: str = ""


def keys_of(room: Room) -> QuerySet[Any, Any]:
    """Every line of a room as values, the latest first; bundled by the database, and few beside what they are of."""
    photos = _bundled(room.photos.in_albums(), ADDED, "uploader", "uploaded_at")
    changes = PersonChange.objects.filter(room=room, kind=ChangeKind.NAME, undone_at=None)
    rows = [
        _bundled(changes, NAMED, "actor", "created_at"),
        _bundled(Membership.objects.filter(room=room), JOINED, None, "joined_at"),
    ]
    if room.allows_comments:  # where they are off, a heart is for oneself alone
        comments = Comment.objects.filter(room=room).shown()
        likes = Favorite.objects.filter(photo__room=room, photo__deleted_at=None, photo__left_out="")
        rows.append(_bundled(comments, COMMENTED, "author", "created_at"))
        rows.append(_bundled(likes, LIKED, "user", "created_at"))
    return photos.union(*rows, all=True).order_by("-at", "what", "who")


def _bundled(rows: QuerySet[Any], kind: str, who: str | None, moment: str) -> QuerySet[Any, Any]:
    by = Coalesce(F(f"{who}_id"), Value(0)) if who else Value(0, output_field=IntegerField())
    return (
        rows.order_by()
        .annotate(what=Value(kind, output_field=CharField()), who=by, hour=Hour(F(moment)))
        .values("what", "who", "hour")
        .annotate(count=Count("pk"), at=Max(moment))
        .values_list("what", "who", "hour", "count", "at")
    )


def read_keys(rows: Iterable[tuple[str, int, str, int, datetime]]) -> list[Key]:
    return [Key(*row) for row in rows]


def happenings_of(room: Room, keys: Sequence[Key], user: Anyone) -> list[Happening]:
    """The lines of one page, with their pictures and names, in a fixed number of queries."""
    users = {found.pk: found for found in User.objects.filter(pk__in={key.who for key in keys} - {0})}
    photos = _photos_of(room, keys)
    comments = _last_comments(room, [key for key in keys if key.kind == COMMENTED])
    people = _named_people(room, [key for key in keys if key.kind == NAMED], user)
    joined = _joined(room, [key for key in keys if key.kind == JOINED])
    found = []
    for key in keys:
        if key.kind == NAMED and not people.get((key.who, key.hour)):
            continue  # whoever was named is not to be shown, or is gone
        found.append(
            Happening(
                kind=key.kind,
                who=users.get(key.who),
                at=key.at,
                count=key.count,
                photos=photos.get((key.kind, key.who, key.hour), []),
                people=people.get((key.who, key.hour), []) if key.kind == NAMED else [],
                users=joined.get(key.hour, []) if key.kind == JOINED else [],
                quote=comments.get((key.who, key.hour), "") if key.kind == COMMENTED else "",
            )
        )
    return found


def _within(keys: Sequence[Key], moment: str) -> Q:
    """In one of the hours of these lines."""
    hours = sorted({key.hour for key in keys})
    found = Q(pk__in=[])
    for hour in hours:
        start = datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)
        found |= Q(**{f"{moment}__gte": start, f"{moment}__lt": start + timedelta(hours=1)})
    return found


def _first_few(rows: QuerySet[Any], keys: Sequence[Key], who: str, moment: str, few: int) -> QuerySet[Any]:
    """Of each person and hour the latest few."""
    hour = Hour(F(moment))
    rank = Window(
        RowNumber(), partition_by=[F(f"{who}_id"), hour], order_by=[F(moment).desc(), F("pk").desc()]
    )
    wanted = Q(**{f"{who}__in": {key.who for key in keys}})
    if any(key.who == 0 for key in keys):
        wanted |= Q(**{who: None})
    return (
        rows.filter(_within(keys, moment)).filter(wanted).annotate(hour=hour, rank=rank).filter(rank__lte=few)
    )


def _photos_of(room: Room, keys: Sequence[Key]) -> dict[tuple[str, int, str], list[Photo]]:
    """The pictures of added, liked and commented photos."""
    ids: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    sources: tuple[tuple[str, QuerySet[Any], str, str, str], ...] = (
        (ADDED, room.photos.in_albums().filter(state="ready"), "uploader", "uploaded_at", "pk"),
        (LIKED, Favorite.objects.filter(photo__room=room), "user", "created_at", "photo"),
        (COMMENTED, Comment.objects.filter(room=room).shown(), "author", "created_at", "photo"),
    )
    for kind, rows, who, moment, photo in sources:
        mine = [key for key in keys if key.kind == kind]
        if not mine:
            continue
        found = _first_few(rows, mine, who, moment, PHOTOS_SHOWN).order_by("rank")
        for by, hour, pk in found.values_list(f"{who}_id", "hour", photo):
            ids[kind, by or 0, hour].append(pk)
    wanted = {pk for some in ids.values() for pk in some}
    photos = {
        photo.pk: photo for photo in room.photos.in_albums().filter(pk__in=wanted, state="ready").with_files()
    }
    return {key: [photos[pk] for pk in dict.fromkeys(some) if pk in photos] for key, some in ids.items()}


def _last_comments(room: Room, keys: Sequence[Key]) -> dict[tuple[int, str], str]:
    if not keys:
        return {}
    rows = _first_few(Comment.objects.filter(room=room).shown(), keys, "author", "created_at", 1)
    return {(who or 0, hour): text for who, hour, text in rows.values_list("author_id", "hour", "text")}


def _named_people(room: Room, keys: Sequence[Key], user: Anyone) -> dict[tuple[int, str], list[Person]]:
    """Who was named and may be shown: neither hidden nor somebody who does not want that, but for oneself."""
    if not keys:
        return {}
    changes = PersonChange.objects.filter(room=room, kind=ChangeKind.NAME, undone_at=None)
    rows = _first_few(changes, keys, "actor", "created_at", CHANGES_READ).order_by("rank")
    ids: dict[tuple[int, str], list[int]] = defaultdict(list)
    for who, hour, after in rows.values_list("actor_id", "hour", "after"):
        ids[who or 0, hour] += [int(pk) for pk in after.get("people", {})]
    wanted = {pk for some in ids.values() for pk in some}
    people = room.people.named(user).filter(pk__in=wanted, is_hidden=False).select_related("cover")
    shown = {person.pk: person for person in people}
    return {key: [shown[pk] for pk in dict.fromkeys(some) if pk in shown] for key, some in ids.items()}


def _joined(room: Room, keys: Sequence[Key]) -> dict[str, list[User]]:
    """The first few who joined in each hour."""
    if not keys:
        return {}
    hour = Hour(F("joined_at"))
    rank = Window(RowNumber(), partition_by=[hour], order_by=[F("joined_at"), F("pk")])
    rows = room.memberships.filter(_within(keys, "joined_at")).annotate(hour=hour, rank=rank)
    found: dict[str, list[User]] = defaultdict(list)
    for membership in rows.filter(rank__lte=NAMES_SHOWN).order_by("rank").select_related("user"):
        found[membership.hour].append(membership.user)
    return dict(found)
