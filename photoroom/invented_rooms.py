"""Rooms of any size made of rows alone, for measuring: photos, people, places, events, tags; no files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.models import User
from albums.counts import recount_people
from albums.models import (
    Device,
    Event,
    Face,
    Favorite,
    Membership,
    Person,
    Photo,
    PhotoTag,
    Place,
    Rendition,
    Room,
    Tag,
)

MB = 1_000_000
FACES_PER_PERSON = 10
PHOTOS_PER_EVENT = 200
BATCH = 5000
START = datetime(2026, 6, 20, 9, tzinfo=UTC)
PAUSE = timedelta(seconds=40)  # between two photos
TOWNS = ("Rome", "Florence", "Siena", "Pisa", "Lucca", "Arezzo")
WORDS = (
    "beach", "sea", "food", "drink", "party", "night", "group", "portrait", "couple", "dog", "cat", "flowers", "city",
    "building", "mountains", "snow", "sport", "vehicle", "document", "wedding",
)  # fmt: skip
WORDS_PER_PHOTO = 4
NAMES = ("Anna", "Bert", "Cleo", "Dora", "Emil", "Fritz", "Greta", "Hans", "Ida", "Jakob", "Klara", "Luis")
CAMERAS = ("Nikon D5", "iPhone 15", "Pixel 8", "Canon EOS R6")
GUESTS = 9


@dataclass(frozen=True)
class Surroundings:
    """What the photos of a room belong to."""

    users: list[User]
    places: list[Place]
    devices: list[Device]
    events: list[Event]
    people: list[Person]
    tags: list[Tag]


def fill(room: Room, owner: User, photos: int) -> None:
    """Photos a minute apart with two faces and four words each, at places and events; a tenth is left out of albums.

    People are on ten photos each, but for Anna and Bert, who are together on every fifth.
    """
    around = surroundings(room, owner, photos)
    for start in range(0, photos, BATCH):
        numbers = range(start, min(photos, start + BATCH))
        rows = Photo.objects.bulk_create(invented_photo(room, around, number) for number in numbers)
        Rendition.objects.bulk_create(
            Rendition(photo=photo, side_px=side, file="x", width=side, height=side * 3 // 4, size_bytes=1000)
            for photo in rows
            for side in (320, 640, 1280, 2048)
        )
        Face.objects.bulk_create(faces_of(room, around.people, numbers, rows))
        PhotoTag.objects.bulk_create(words_of(room, around.tags, numbers, rows))
        Favorite.objects.bulk_create(Favorite(user=owner, photo=photo) for photo in rows[::40])
    recount_people([person.pk for person in around.people])


def surroundings(room: Room, owner: User, photos: int) -> Surroundings:
    guests = [User.objects.create_guest(display_name=f"Guest {number}") for number in range(GUESTS)]
    Membership.objects.bulk_create(Membership(room=room, user=guest, role="member") for guest in guests)
    moments = [START + PAUSE * number for number in range(0, photos, PHOTOS_PER_EVENT)]
    people = max(len(NAMES), 2 * photos // FACES_PER_PERSON)
    for word in WORDS:
        Tag.objects.get_or_create(room=None, key=word, defaults={"name": word, "kind": "category"})
    return Surroundings(
        users=[owner, *guests],
        places=Place.objects.bulk_create(
            Place(room=room, country_code="IT", country="Italy", city=town) for town in TOWNS
        ),
        devices=Device.objects.bulk_create(
            Device(room=room, camera=camera, serial=str(number)) for number, camera in enumerate(CAMERAS)
        ),
        events=Event.objects.bulk_create(
            Event(room=room, name=f"Walk {number}", starts_at=moment, ends_at=moment, photo_count=PHOTOS_PER_EVENT)
            for number, moment in enumerate(moments, 1)
        ),
        people=Person.objects.bulk_create(
            Person(room=room, name=NAMES[number] if number < len(NAMES) else "") for number in range(people)
        ),
        tags=list(Tag.objects.filter(room=None, key__in=WORDS).order_by("pk")),
    )  # fmt: skip


def invented_photo(room: Room, around: Surroundings, number: int) -> Photo:
    moment = START + PAUSE * number
    device = around.devices[number % len(around.devices)]
    return Photo(
        room=room, filename=f"IMG_{number}.jpg", format="JPEG", content_type="image/jpeg", state="ready",
        original=f"benchmark/{number}.jpg", sha256=f"{number:064x}", crc32=number, size_bytes=3 * MB,
        width=4032, height=3024, taken_at=moment, sort_at=moment, taken_offset_minutes=120, arrange_requests=0,
        uploader=around.users[number % len(around.users)], device=device, camera=device.camera,
        place=around.places[number // 1000 % len(around.places)] if number % 10 else None,
        event=around.events[number // PHOTOS_PER_EVENT],
        stars=5 if number % 50 == 0 else 0, caption="At the sea" if number % 100 == 0 else "",
        quality=("sharp", "sharp", "sharp", "soft", "blurred")[number % 5],
        left_out="blurred" if number % 20 == 4 else "duplicate" if number % 20 == 7 else "",
        look_alike_rank=number % 3 + 1 if number % 2 else None,
    )  # fmt: skip


def faces_of(room: Room, people: Sequence[Person], numbers: range, photos: Sequence[Photo]) -> Iterator[Face]:
    for number, photo in zip(numbers, photos, strict=True):
        for side in (0, 1):
            person = people[side if number % 5 == 0 else (2 * number + side) % len(people)]
            yield Face(
                room=room, photo=photo, person=person, x=900 * side, y=500, width=400, height=400, score=1.5,
                sharpness=2, quality="A", descriptor=bytes(512), crop="x",
            )  # fmt: skip


def words_of(room: Room, tags: Sequence[Tag], numbers: range, photos: Sequence[Photo]) -> Iterator[PhotoTag]:
    for number, photo in zip(numbers, photos, strict=True):
        for step in range(WORDS_PER_PHOTO):
            tag = tags[(number * 7 + step * step) % len(tags)]
            yield PhotoTag(room=room, photo=photo, tag=tag, score=0.5 + number % 50 / 100)
