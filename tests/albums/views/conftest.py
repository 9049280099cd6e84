from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Person, Photo, Rendition


@pytest.fixture
def fill(room, alice):
    """Puts many photos with renditions into the room, one a minute, without any processing."""

    def put(
        count: int, *, start: datetime = datetime(2026, 6, 20, 10, tzinfo=UTC), **columns: object
    ) -> list[Photo]:
        first = Photo.objects.count()
        values = {
            "uploader": alice,
            "state": "ready",
            "width": 1200,
            "height": 800,
            "format": "JPEG",
            "content_type": "image/jpeg",
        }
        photos = Photo.objects.bulk_create(
            Photo(
                room=room,
                filename=f"IMG_{first + number}.jpg",
                sha256=f"{first + number:064x}",
                crc32=0,
                size_bytes=1000,
                sort_at=start + timedelta(minutes=number),
                taken_at=start + timedelta(minutes=number),
                taken_offset_minutes=0,
                **(values | columns),
            )
            for number in range(count)
        )
        Rendition.objects.bulk_create(
            Rendition(
                photo=photo, side_px=side, file="nowhere.jpg", width=side, height=side * 2 // 3, size_bytes=1
            )
            for photo in photos
            for side in (320, 1280)
        )
        return photos

    return put


@pytest.fixture
def add_person(room, add_face):
    """A person with a face on each of the given photos."""

    def add(*photos: Photo, name: str = "", **columns: object) -> Person:
        person = Person.objects.create(room=room, name=name, photo_count=len(photos), **columns)
        faces = [add_face(photo, person, seed=person.pk, crop="nowhere.jpg") for photo in photos]
        person.cover = faces[0] if faces else None
        person.save()
        return person

    return add


@pytest.fixture
def open_page(client, room):
    """Opens a page of the room as somebody, follows redirects, answers the response."""

    def get(user, page: str = "", **query: object):
        client.force_login(user)
        return client.get(f"/rooms/{room.pk}/{page}", query, follow=True)

    return get


@pytest.fixture
def press(client, room):
    """Presses a button of a page of the room as somebody."""

    def post(user, page: str, **data: object):
        client.force_login(user)
        return client.post(f"/rooms/{room.pk}/{page}", data, follow=True)

    return post
