from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albums.models import Job, Notification, Person, PersonChange, Photo
from albums.new_photos import tell_of_faces
from albums.services.people import merge_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def shot(add_photo, add_face):
    """A processed photo with a face of a person, and the face."""

    def make(person, *, seed: int = 0, **columns):
        photo = add_photo()
        Photo.objects.filter(pk=photo.pk).update(state="ready")
        Job.objects.filter(photo=photo).update(finished_at=timezone.now() - timedelta(hours=1))
        return add_face(photo, person, seed=seed, **columns)

    return make


def claim(person: Person, user) -> None:
    """As if somebody had said "this is me" in this moment."""
    Person.objects.filter(pk=person.pk).update(user=user)
    PersonChange.objects.create(room=person.room, actor=user, kind="claim", before={}, after={})


@pytest.fixture
def me(room, bob, shot) -> Person:
    """Bob said "this is me" when all photos had been processed, and has seen his album of one photo."""
    person = Person.objects.create(room=room)
    face = shot(person)
    claim(person, bob)
    tell_of_faces(room, [(face.pk, person.pk)])
    return person


def told(user, kind: str) -> list[tuple[int, bool]]:
    rows = Notification.objects.filter(user=user, kind=kind)
    return [(row.count, row.read_at is not None) for row in rows]


def test_an_album_that_somebody_is_looking_at_is_no_news(me, bob):
    assert told(bob, "album") == [(1, True)]
    assert told(bob, "of_you") == []


def test_later_photos_are(room, me, bob, shot):
    faces = [shot(me, seed=seed) for seed in (1, 2)]
    tell_of_faces(room, [(face.pk, me.pk) for face in faces])
    assert told(bob, "of_you") == [(2, False)]
    row = Notification.objects.get(kind="of_you")
    assert row.data == {"photos": [face.photo_id for face in reversed(faces)], "whose": [0]}


def test_an_album_that_was_still_being_made_is_announced_once_it_is_ready(room, bob, shot, add_photo):
    person = Person.objects.create(room=room)
    face, waiting = shot(person), add_photo()
    claim(person, bob)
    tell_of_faces(room, [(face.pk, person.pk)])
    assert not Notification.objects.filter(user=bob).exists()
    Photo.objects.filter(pk=waiting.pk).update(state="ready")
    Job.objects.filter(photo=waiting).update(finished_at=timezone.now() + timedelta(seconds=1))
    tell_of_faces(room, [])
    assert told(bob, "album") == [(1, False)]


def test_a_second_face_on_a_known_photo_is_no_new_photo(room, me, shot, add_face, bob):
    known = me.faces.get()
    mirror = add_face(known.photo, me, seed=5, x=40)
    tell_of_faces(room, [(mirror.pk, me.pk)])
    assert told(bob, "of_you") == []


def test_photos_that_are_in_no_album_are_not_told(room, me, shot, bob):
    face = shot(me, seed=1)
    Photo.objects.filter(pk=face.photo_id).update(left_out="blurred")
    tell_of_faces(room, [(face.pk, me.pk)])
    assert told(bob, "of_you") == []


def test_what_others_say_of_faces_is_told_but_not_what_one_says_oneself(room, me, alice, bob, shot):
    me.refresh_from_db()
    for user, expected in ((bob, []), (alice, [(1, False)])):
        other = Person.objects.create(room=room)
        shot(other, seed=7)
        merge_people(user=user, into=me, others=[other])
        assert told(bob, "of_you") == expected


def test_a_room_without_claims_costs_one_query(room, shot, django_assert_num_queries):
    face = shot(Person.objects.create(room=room))
    with django_assert_num_queries(1):
        tell_of_faces(room, [(face.pk, face.person_id)])
