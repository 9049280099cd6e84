from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from albums.models import Face, FaceSearch, Job, Person, PersonChange, Photo, Question, Refusal, Room
from albums.services import history, people
from processing import jobs, people_store, tasks
from processing.contracts import Doubt
from tests import samples
from tests.processing import invented

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
        monkeypatch.setattr(people_store.registry, "people_clusterer", lambda: fixed)
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


def test_who_stands_for_people_is_marked_and_unmarked(room, add_photo, add_face, clusterer):
    old, new = add_face(add_photo(), is_exemplar=True), add_face(add_photo())
    clusterer({old.pk: -1, new.pk: -1}, exemplars=[new.pk])
    people_store.group_faces(room.pk)
    assert list(Face.objects.filter(is_exemplar=True)) == [new]
    assert not Face.objects.filter(is_sorted=False).exists()


def test_a_drawn_face_takes_no_part_before_it_is_described(room, add_photo, add_face):
    drawn = add_face(add_photo(), is_drawn=True)
    Face.objects.filter(pk=drawn.pk).update(descriptor=b"")
    add_face(add_photo(), is_dismissed=True)
    assert people_store.load_faces(room.pk) == []
    assert not people_store.unsorted_faces(room.pk).exists()


def test_many_moves_to_many_people_are_few_statements(room, add_photo, add_face, clusterer):
    photo = add_photo()
    faces = [add_face(photo, x=20 * at) for at in range(30)]
    clusterer({face.pk: -1 - at for at, face in enumerate(faces)})
    with CaptureQueriesContext(connection) as queries:
        people_store.group_faces(room.pk)
    assert Person.objects.filter(photo_count=1).count() == 30
    assert len(queries) <= 25


class TestQuestions:
    @pytest.fixture
    def two(self, room, add_photo, add_face):
        people = [Person.objects.create(room=room) for _ in range(2)]
        for person in people:
            add_face(add_photo(), person)
        return people

    def test_doubts_become_questions_also_about_people_made_just_now(
        self, room, add_photo, add_face, clusterer
    ):
        one, two, loose = (add_face(add_photo()) for _ in range(3))
        doubts = [Doubt(-1, -2, None, 0.5, 4), Doubt(-2, None, loose.pk, 0.55, 1)]
        clusterer({one.pk: -1, two.pk: -2, loose.pk: None}, doubts=doubts)
        people_store.group_faces(room.pk)
        first, second = Person.objects.order_by("pk")
        about = [(row.person, row.other, row.face) for row in Question.objects.order_by("-gain")]
        assert about == [(first, second, None), (second, None, loose)]

    def test_a_question_asked_again_keeps_how_often_nobody_was_sure(self, room, two, clusterer):
        question = Question.objects.create(
            room=room, person=two[1], other=two[0], distance=0.5, gain=1, skips=2
        )
        clusterer({}, doubts=[Doubt(two[0].pk, two[1].pk, None, 0.52, 3)])
        people_store.group_faces(room.pk)
        kept = Question.objects.get()
        assert (kept.pk, kept.person, kept.other) == (question.pk, two[0], two[1])
        assert (kept.skips, kept.gain, kept.distance) == (2, 3, 0.52)

    def test_a_doubt_that_is_gone_is_not_asked_any_more(self, room, two, clusterer):
        Question.objects.create(room=room, person=two[0], other=two[1], distance=0.5, gain=1)
        clusterer({})
        people_store.group_faces(room.pk)
        assert not Question.objects.exists()

    def test_nobody_is_asked_about_hidden_people(self, room, two, clusterer):
        Person.objects.filter(pk=two[1].pk).update(is_hidden=True)
        clusterer({}, doubts=[Doubt(two[0].pk, two[1].pk, None, 0.5, 3)])
        people_store.group_faces(room.pk)
        assert not Question.objects.exists()

    def test_what_was_answered_with_no_is_not_asked_again(self, room, two, add_photo, add_face, clusterer):
        face = add_face(add_photo())
        Refusal.objects.create(face=face, person=two[0])
        clusterer({}, doubts=[Doubt(two[0].pk, None, face.pk, 0.5, 1)])
        people_store.group_faces(room.pk)
        assert not Question.objects.exists()


class TestLargeRoom:
    @pytest.fixture(autouse=True)
    def small_is_smaller(self, monkeypatch):
        monkeypatch.setattr(people_store, "SMALL_ROOM", 10)

    @pytest.fixture
    def anna(self, room) -> Person:
        return Person.objects.create(room=room, name="Anna")

    @pytest.fixture
    def known(self, room, anna, add_photo, add_face) -> list[Face]:
        """Twenty sorted faces of Anna, two of which stand for her."""
        photo = add_photo()
        return [add_face(photo, anna, x=30 * at, is_sorted=True, is_exemplar=at < 2) for at in range(20)]

    @pytest.fixture
    def new(self, known, add_photo, add_face) -> Face:
        return add_face(add_photo(), seed=1)

    def test_a_new_face_is_compared_with_the_exemplars_alone(self, room, anna, known, new, clusterer):
        beside = Face.objects.create(
            photo=new.photo, room=room, person=anna, descriptor=new.descriptor, x=1, y=1, width=9, height=9,
            score=1, is_sorted=True,
        )  # fmt: skip
        used = clusterer({new.pk: anna.pk})
        sorting = people_store.group_faces(room.pk)
        assert not used.sorted_whole
        assert (used.new, set(used.known)) == ([new.pk], {known[0].pk, known[1].pk, beside.pk})
        new.refresh_from_db()
        assert (new.person, new.is_sorted) == (anna, True)
        assert sorting == people_store.Sorting(is_current=True, is_whole=False, has_news=True)

    def test_adding_a_photo_needs_few_queries_however_many_people_there_are(
        self, room, anna, known, new, clusterer, add_face, django_assert_max_num_queries
    ):
        faces = [new, *(add_face(new.photo, x=30 * at) for at in range(1, 5))]
        Person.objects.bulk_create([Person(room=room) for _ in range(200)])
        clusterer({face.pk: -1 - at for at, face in enumerate(faces)} | {new.pk: anna.pk})
        with django_assert_max_num_queries(22):
            people_store.group_faces(room.pk)
        assert Person.objects.filter(photo_count=1, name="").count() == 4

    def test_a_person_who_is_new_is_known_when_the_next_photo_comes(
        self, room, new, clusterer, add_photo, add_face
    ):
        clusterer({new.pk: -1}, exemplars=[new.pk])
        people_store.group_faces(room.pk)
        later = add_face(add_photo())
        used = clusterer({later.pk: None})
        people_store.group_faces(room.pk)
        assert new.pk in used.known

    def test_nothing_new_is_nothing_to_do(self, room, known, clusterer):
        used = clusterer({})
        assert people_store.group_faces(room.pk) == people_store.Sorting()
        assert not used.sorted_whole

    def test_many_new_faces_are_sorted_with_all_others(
        self, room, known, new, clusterer, add_photo, add_face
    ):
        photo = add_photo()
        for at in range(6):
            add_face(photo, x=30 * at)
        used = clusterer({})
        assert people_store.group_faces(room.pk).is_whole
        assert used.sorted_whole

    def test_a_face_that_was_sent_away_finds_another_place_at_once(self, room, alice, anna, known, clusterer):
        people.refuse_faces(user=alice, person=anna, face_ids=[known[5].pk])
        used = clusterer({known[5].pk: -1})
        sorting = people_store.group_faces(room.pk)
        assert used.new == [known[5].pk]
        assert not sorting.is_whole
        assert Face.objects.get(pk=known[5].pk).person not in (None, anna)

    def test_a_face_that_finds_no_other_place_is_not_looked_at_again_and_again(
        self, room, alice, anna, known, clusterer
    ):
        people.refuse_faces(user=alice, person=anna, face_ids=[known[5].pk])
        clusterer({known[5].pk: None})
        people_store.sort_all(Room.objects.get())
        assert people_store.group_faces(room.pk) == people_store.Sorting()

    def test_a_name_makes_nobody_sort_the_whole_room(self, room, alice, anna, known, clusterer):
        people.name_person(user=alice, person=anna, name="Anne")
        clusterer({})
        assert people_store.group_faces(room.pk) == people_store.Sorting(is_whole=True, has_news=True)
        assert people_store.group_faces(room.pk) == people_store.Sorting()

    def test_a_merge_makes_the_whole_room_sorted_later(self, room, alice, anna, known, clusterer):
        people.merge_people(user=alice, into=anna, others=[Person.objects.create(room=room)])
        clusterer({})
        assert not people_store.group_faces(room.pk).is_whole

    def test_a_merge_taken_back_makes_the_whole_room_sorted_later_although_a_name_was_the_last_word(
        self, room, alice, anna, known, clusterer
    ):
        merge = people.merge_people(user=alice, into=anna, others=[Person.objects.create(room=room)])
        people.name_person(user=alice, person=anna, name="Anne")
        Room.objects.update(sorted_revision=Room.objects.get().people_revision)
        history.undo(user=alice, change=merge)
        clusterer({})
        assert not people_store.group_faces(room.pk).is_whole

    def test_a_change_by_a_human_meanwhile_writes_nothing(self, room, new, clusterer):
        def answer(faces):
            Room.objects.filter(pk=room.pk).update(people_revision=F("people_revision") + 1)
            return {new.pk: -1}

        clusterer(answer)
        assert not people_store.group_faces(room.pk).is_current
        assert people_store.unsorted_faces(room.pk).exists()

    def test_the_whole_room_waits_until_no_photo_is_waiting_and_nobody_talks(
        self, room, alice, anna, known, clusterer
    ):
        used = clusterer({})
        people.name_person(user=alice, person=anna, name="Anne")
        assert not people_store.regroup_faces(room.pk).is_whole  # a photo waits, and somebody spoke
        Job.objects.update(state="done")
        assert not people_store.regroup_faces(room.pk).is_whole
        PersonChange.objects.update(created_at=timezone.now() - timedelta(minutes=5))
        assert people_store.regroup_faces(room.pk).is_whole
        assert used.sorted_whole

    def test_the_whole_room_waits_while_photos_trickle_in_but_not_forever(self, room, known, clusterer):
        clusterer({})
        now = timezone.now()
        Job.objects.update(state="done", finished_at=now)
        Job.objects.create(kind="regroup", room=room, state="done", finished_at=now - timedelta(minutes=10))
        assert not people_store.regroup_faces(room.pk).is_whole
        Job.objects.filter(kind="regroup").update(finished_at=now - timedelta(minutes=40))
        assert people_store.regroup_faces(room.pk).is_whole

    def test_the_real_clusterer_finds_the_person_of_a_new_face_and_a_new_person(self, room, add_photo):
        def add(photo, person, at):
            descriptor = invented.descriptors(person, 8)[at].astype("<f4").tobytes()
            return Face.objects.create(
                photo=photo, room=room, x=40 * person, y=0, width=30, height=30, score=1, sharpness=2,
                quality="A", descriptor=descriptor,
            )  # fmt: skip

        for at in range(6):
            photo = add_photo(data=samples.jpeg(seed=at))
            for person in range(3):
                add(photo, person, at)
        people_store.group_faces(room.pk)
        photo = add_photo(data=samples.jpeg(seed=6))
        first, stranger = add(photo, 0, 7), add(photo, 9, 7)
        assert not people_store.group_faces(room.pk).is_whole
        first.refresh_from_db()
        stranger.refresh_from_db()
        assert first.person.photo_count == 7
        assert stranger.person.photo_count == 1


class TestWhatFollows:
    @pytest.fixture
    def kinds(self, room, monkeypatch):
        def after(sorting, kind="cluster"):
            Job.objects.all().delete()
            monkeypatch.setattr(tasks.people_store, "group_faces", lambda _: sorting)
            monkeypatch.setattr(tasks.people_store, "regroup_faces", lambda _: sorting)
            job_id = jobs.request(kind=kind, room_id=room.pk)
            tasks.TASKS[kind](job_id)
            return sorted(Job.objects.filter(state="queued").values_list("kind", flat=True))

        return after

    def test_nothing_follows_where_nothing_changed(self, kinds):
        assert kinds(people_store.Sorting()) == []

    def test_what_changed_is_learned_from(self, kinds):
        assert kinds(people_store.Sorting(has_news=True)) == ["learn"]

    def test_who_searched_before_is_searched_for_again(self, kinds, room, bob):
        FaceSearch.objects.create(room=room, user=bob, state="done", descriptor=b"x" * 512)
        assert kinds(people_store.Sorting(has_news=True)) == ["find", "learn"]

    def test_a_room_that_was_only_added_to_is_sorted_as_a_whole_later(self, kinds):
        assert kinds(people_store.Sorting(is_whole=False)) == ["regroup"]

    def test_a_sort_that_came_too_late_is_done_again(self, kinds):
        assert kinds(people_store.Sorting(is_current=False)) == ["cluster"]
        assert kinds(people_store.Sorting(is_current=False), "regroup") == ["regroup"]

    def test_a_whole_sort_that_is_too_early_is_tried_again(self, kinds):
        assert kinds(people_store.Sorting(is_whole=False), "regroup") == ["regroup"]
