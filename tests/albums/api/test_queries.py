"""No list asks the database once per row: 3 rows and 30 rows cost the same number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from albums.models import (
    Download,
    Edit,
    EditBatch,
    EditPreset,
    Face,
    Invitation,
    Membership,
    Person,
    PersonChange,
    Photo,
    Room,
    TurnProposal,
)

MOST_QUERIES = 9
MOST_OF = {"albums/": 18}  # one or two for each kind of album


def fill(room: Room, start: int, count: int) -> None:
    """So many rows of everything; users, photos and people each their own."""
    users = [
        User.objects.create(username=f"user{n}", display_name=f"User {n}")
        for n in range(start, start + count)
    ]
    for n, user in enumerate(users, start):
        Membership.objects.create(room=room, user=user, role="member")
        Invitation.objects.create(room=room, created_by=user)
        photo = Photo.objects.create(
            room=room, uploader=user, filename=f"{n}.jpg", format="JPEG", content_type="image/jpeg", sha256=f"{n:064x}",
            crc32=n, size_bytes=n, state="ready", taken_at=timezone.now() - timedelta(minutes=n),
        )  # fmt: skip
        person = Person.objects.create(room=room, name=f"Person {n}", user=user, photo_count=1)
        person.cover = Face.objects.create(
            room=room,
            photo=photo,
            person=person,
            x=1,
            y=1,
            width=9,
            height=9,
            score=1,
            descriptor=b"",
            crop="x.jpg",
        )
        person.save()
        PersonChange.objects.create(room=room, actor=user, kind="name", summary="x", before={}, after={})
        alice = room.memberships.get(role="owner").user
        Download.objects.create(room=room, user=alice, title="x", entries=[], photo_count=1, size_bytes=1)
        batch = EditBatch.objects.create(room=room, author=user, origin="paste", title="x", total=1)
        Edit.objects.create(photo=photo, number=1, recipe={"steps": []}, author=user, batch=batch)
        EditPreset.objects.create(room=room, author=user, name=f"Preset {n}", recipe={"steps": []})
        TurnProposal.objects.create(room=room, photo=photo, quarters=1, confidence=0.9)
        other = Room.objects.create(name=f"Room {n}", cover=photo)
        Membership.objects.create(room=other, user=alice, role="owner")


LISTS = [
    "/api/v1/rooms/", "members/", "invitations/", "photos/", "photos/?mine=true&q=x", "people/", "faces/", "albums/",
    "downloads/", "changes/", "photos/?trash=true", "edits/", "edit-presets/", "turns/",
]  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_however_long_it_is(api, alice, room, url, address):
    client = api(alice)
    most = MOST_OF.get(address, MOST_QUERIES)
    address = address if address.startswith("/") else url(address)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    fill(room, 0, 3)
    few = cost()
    fill(room, 3, 27)
    assert cost() == few
    assert few <= most


def test_a_photo_costs_the_same_however_many_faces_it_has(api, alice, room, url):
    fill(room, 0, 6)
    photos = list(Photo.objects.order_by("pk"))
    Face.objects.exclude(photo=photos[0]).update(photo=photos[1])
    client, costs = api(alice), []
    for photo in photos[:2]:
        with CaptureQueriesContext(connection) as queries:
            client.get(url(f"photos/{photo.pk}/"))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_QUERIES


def test_a_thousand_photos_come_in_one_page(api, alice, room, url, django_assert_max_num_queries):
    fill(room, 0, 5)
    users = list(User.objects.all())
    Photo.objects.bulk_create(
        Photo(
            room=room, uploader=users[n % len(users)], filename=f"{n}.jpg", format="JPEG", content_type="image/jpeg",
            sha256=f"{n + 99:064x}", crc32=n, size_bytes=n, state="ready", taken_at=timezone.now(),
            taken_offset_minutes=120,
        )
        for n in range(1000)
    )  # fmt: skip
    client = api(alice)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.get(url("photos/?page_size=1000"))
    assert len(answer.json()["results"]) == 1000
