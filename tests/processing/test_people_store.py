from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from albums.models import Face, Person, Photo, Refusal, Room
from processing import people_store

pytestmark = pytest.mark.django_db


class Fixed:
    """A clusterer whose answers are known; it notes what it was given."""

    def __init__(self, answer, *, exemplars=(), doubts=()):
        self.answer = answer
        self.standing, self.questions = set(exemplars), list(doubts)
        self.sorted_whole = False
        self.new, self.known = [], []

    def cluster(self, faces):
        self.sorted_whole = True
        return self.answer(faces) if callable(self.answer) else self.answer

    def assign(self, new, known):
        self.new, self.known = [face.id for face in new], [face.id for face in known]
        return self.answer(new) if callable(self.answer) else self.answer

    def exemplars(self, faces):
        return self.standing & {face.id for face in faces}

    def doubts(self, faces):
        return self.questions


@pytest.fixture
def clusterer(monkeypatch):
    def use(answer, **rest):
        fixed = Fixed(answer, **rest)
        monkeypatch.setattr(people_store.registry, "clusterers", lambda: {"people": fixed})
        return fixed

    return use


def test_new_groups_become_people_with_counts_and_covers(room, add_photo, add_face, clusterer):
    one, two = add_photo(), add_photo()
    faces = [add_face(one), add_face(two), add_face(two, x=40)]
    clusterer({faces[0].pk: -1, faces[1].pk: -1, faces[2].pk: -2})
    assert people_store.group_faces(room.pk).has_news
    first, second = Person.objects.order_by("-photo_count")
    assert (first.photo_count, second.photo_count) == (2, 1)
    assert set(first.faces.all()) == set(faces[:2])


def test_what_a_human_decided_is_never_moved(room, add_photo, add_face, clusterer):
    anna = Person.objects.create(room=room, name="Anna")
    face = add_face(add_photo(), anna, assignment="confirmed")
    clusterer({face.pk: -1})
    people_store.group_faces(room.pk)
    face.refresh_from_db()
    assert face.person == anna


def test_a_change_by_a_human_meanwhile_makes_the_machine_look_again(room, add_photo, add_face, clusterer):
    face = add_face(add_photo())

    def answer(faces):
        Room.objects.filter(pk=room.pk).update(people_revision=F("people_revision") + 1)
        return {face.pk: -1}

    clusterer(answer)
    assert not people_store.group_faces(room.pk).is_current
    assert not Person.objects.exists()


def test_the_clusterer_learns_what_humans_said(room, add_photo, add_face):
    anna = Person.objects.create(room=room, name="Anna")
    kept = add_face(add_photo(), anna, assignment="named")
    refused = add_face(add_photo())
    Refusal.objects.create(face=refused, person=anna)
    known = {face.id: face for face in people_store.load_faces(room.pk)}
    assert known[kept.pk].is_fixed
    assert known[refused.pk].refused == {anna.pk}
    assert known[kept.pk].descriptor.shape == (128,)


def test_faces_in_the_trash_take_no_part_and_keep_their_person(room, add_photo, add_face, clusterer):
    anna = Person.objects.create(room=room)
    face = add_face(add_photo(), anna)
    Photo.objects.update(deleted_at=timezone.now())
    assert people_store.load_faces(room.pk) == []
    clusterer({})
    people_store.group_faces(room.pk)
    assert Face.objects.get(pk=face.pk).person == anna


def test_sorting_again_with_nothing_new_writes_nothing(room, add_photo, add_face, clusterer):
    face = add_face(add_photo(), Person.objects.create(room=room, photo_count=1))
    clusterer({face.pk: face.person_id}, exemplars=[face.pk])
    people_store.group_faces(room.pk)
    with CaptureQueriesContext(connection) as queries:
        assert not people_store.group_faces(room.pk).has_news
    assert [one["sql"] for one in queries if re.match("INSERT|UPDATE|DELETE", one["sql"])] == []
    assert len(queries) <= 16
    assert Person.objects.count() == 1
