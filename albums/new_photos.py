"""Telling people of new photos of themselves or their children, when faces have come to their person."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from albums.batches import id_batches
from albums.models import Face, Job, Notification, Person, PersonChange, Photo, Room
from albums.models.jobs import JobKind
from albums.models.people import ChangeKind
from albums.models.talk import NoticeKind
from albums.notifying import News, tell_each

BATCH = 500


@dataclass
class Found:
    photos: list[int] = field(default_factory=list)
    whose: set[int] = field(default_factory=set)


def tell_of_faces(room: Room, moves: Iterable[tuple[int, int | None]], actor: int | None = None) -> None:
    """Faces have come to people: who claimed one of these (or its child) hears of the photos, but for who moved them.

    Call it in the transaction that moves them, once they are moved. While somebody's first album is still being made they
    hear nothing, and then that it is ready.
    """
    claims = claims_in(room)
    if not claims:
        return
    ready = _have_albums(room, {user for user, _ in claims.values()})
    _tell_of_ready_albums(room, claims, ready)
    came: dict[int, list[int]] = defaultdict(list)
    for face, person in moves:
        if person in claims and claims[person][0] != actor:
            came[person].append(face)
    if not came:
        return
    news: dict[int, Found] = defaultdict(Found)
    for person, faces in came.items():
        user, child = claims[person]
        photos = new_photos(person, faces) if user in ready else []
        if photos:
            news[user].photos += photos
            news[user].whose.add(child)
    tell_each(
        room=room,
        kind=NoticeKind.NEW_PHOTOS_OF_YOU,
        news={
            user: News(len(found.photos), actor, {"photos": found.photos, "whose": sorted(found.whose)})
            for user, found in news.items()
        },
    )


def claims_in(room: Room) -> dict[int, tuple[int, int]]:
    """By person: the user who said "this is me" or "this is my child", and the child (0: oneself)."""
    rows = Person.objects.filter(room=room, merged_into=None).filter(
        Q(user__isnull=False) | Q(child__isnull=False)
    )
    columns = rows.order_by().values_list("pk", "user", "child", "child__guardian")
    return {pk: (user, 0) if user else (guardian, child) for pk, user, child, guardian in columns}


def new_photos(person: int, faces: Sequence[int]) -> list[int]:
    """The photos in albums of these faces on which this person had not been found before, the latest first."""
    found: list[int] = []
    for batch in id_batches(faces, BATCH):
        before = Face.objects.filter(photo=OuterRef("pk"), person=person).exclude(pk__in=batch)
        photos = Photo.objects.in_albums().filter(faces__in=batch).filter(~Exists(before))
        found += photos.order_by("-sort_at", "-pk").values_list("pk", flat=True).distinct()
    return list(dict.fromkeys(found))


def _have_albums(room: Room, users: set[int]) -> set[int]:
    """Those whose first album is made: they were told so, or saw it themselves."""
    rows = Notification.objects.filter(room=room, user__in=users, kind=NoticeKind.ALBUM_READY)
    return set(rows.values_list("user", flat=True))


def _tell_of_ready_albums(room: Room, claims: Mapping[int, tuple[int, int]], ready: set[int]) -> None:
    """Once no photo is waiting any more: to everybody whose album is complete for the first time."""
    fresh = {user for user, _ in claims.values()} - ready
    if not fresh or Photo.objects.filter(room=room, state="pending").present().exists():
        return
    came_late = _who_claimed_before_the_last_photo(room.pk, fresh)
    people: dict[int, list[int]] = defaultdict(list)
    whose: dict[int, set[int]] = defaultdict(set)
    for person, (user, child) in claims.items():
        people[user].append(person)
        whose[user].add(child)
    for user in sorted(fresh):
        faces = Face.objects.in_albums().filter(person__in=people[user])
        count = faces.order_by().values("photo").distinct().count()
        if not count:
            continue
        if user in came_late:
            data = {"whose": sorted(whose[user])}
            tell_each(room=room, kind=NoticeKind.ALBUM_READY, news={user: News(count, data=data)})
        else:  # it was there when they said "this is me": they are looking at it
            _note_seen(room, user, count, whose[user])


def _who_claimed_before_the_last_photo(room_id: uuid.UUID, users: set[int]) -> set[int]:
    """Those who could not see their whole album when they claimed it."""
    last = Job.objects.filter(room=room_id, kind=JobKind.ANALYZE).aggregate(at=Max("finished_at"))["at"]
    claims = PersonChange.objects.filter(room=room_id, kind=ChangeKind.CLAIM, actor__in=users, undone_at=None)
    claimed = dict(claims.order_by().values_list("actor").annotate(at=Max("created_at")))
    return {user for user in users if last and claimed.get(user) and claimed[user] < last}


def _note_seen(room: Room, user: int, count: int, whose: set[int]) -> None:
    now = timezone.now()
    values = {"count": count, "data": {"whose": sorted(whose)}, "read_at": now}
    Notification.objects.create(room=room, user_id=user, kind=NoticeKind.ALBUM_READY, **values)


def moves_between(
    before: Mapping[str, Sequence[object]], after: Mapping[str, Sequence[object]]
) -> list[tuple[int, int]]:
    """Which faces came to whom, out of two states of services/history.py."""
    moves = []
    for face, row in after.items():
        person = row[0]
        if isinstance(person, int) and person != before.get(face, [None])[0]:
            moves.append((int(face), person))
    return moves
