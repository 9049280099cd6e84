"""Labels, guesses, questions and drawn faces over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from albums.models import Face, LabelOrder, Person, Photo, Proposal, Question, Refusal
from tests.albums.api.conftest import error_of
from tests.albums.api.test_queries import MOST_QUERIES

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


@pytest.fixture
def guess(room, make_person):
    """A face that is guessed to be somebody."""

    def make(person: Person, probability: float, second: Person | None = None) -> Face:
        face = make_person().faces.get()
        Proposal.objects.create(room=room, face=face, person=person, second=second, probability=probability)
        return face

    return make


def test_guesses_are_listed_the_most_doubtful_first(api, bob, url, make_person, guess):
    anna, berta = make_person(name="Anna"), make_person(name="Berta")
    sure, doubtful = guess(anna, 0.9), guess(anna, 0.4, second=berta)
    guess(berta, 0.6)
    answer = api(bob).get(url(f"people/{anna.pk}/proposals/")).json()
    assert [(row["face"]["id"], row["probability"]) for row in answer["results"]] == [
        (doubtful.pk, 0.4),
        (sure.pk, 0.9),
    ]
    assert answer["results"][0]["second"]["name"] == "Berta"
    assert (answer["count"], answer["results"][1]["second"]) == (2, None)


def test_guesses_are_accepted_above_a_line_and_refused_one_by_one(api, bob, url, make_person, guess):
    anna = make_person(name="Anna")
    high, low = guess(anna, 0.9), guess(anna, 0.4)
    answer = api(bob).post(url(f"people/{anna.pk}/proposals/accept/"), {"above": 0.8}).json()
    assert (answer["person"]["photo_count"], answer["changes"][0]["summary"]) == (2, "1 face is Anna")
    answer = api(bob).post(url(f"people/{anna.pk}/proposals/refuse/"), {"faces": [low.pk]})
    assert answer.status_code == 200
    assert Refusal.objects.get().face == low
    assert Face.objects.get(pk=high.pk).assignment == "confirmed"
    answer = api(bob).post(url(f"people/{anna.pk}/proposals/accept/"), {"above": 0.1}).json()
    assert answer["changes"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"faces": [1], "above": 0.5},
        {"above": 1.5},
        {"above": "nan"},
        {"above": -1},
        {"faces": []},
        {"faces": [10**15]},
    ],
)
def test_an_answer_to_guesses_says_faces_or_a_line(api, bob, url, make_person, body):
    anna = make_person(name="Anna")
    error_of(api(bob).post(url(f"people/{anna.pk}/proposals/accept/"), body), 400)


def test_faces_are_confirmed(api, bob, url, make_person):
    anna, other = make_person(name="Anna"), make_person()
    face = other.faces.get()
    answer = api(bob).post(url(f"people/{anna.pk}/confirm/"), {"faces": [face.pk]}).json()
    assert answer["person"]["photo_count"] == 2
    assert api(bob).get(url(f"faces/{face.pk}/")).json()["assignment"] == "confirmed"


def test_the_next_faces_come_with_candidates(api, bob, room, url, make_person, guess):
    anna = make_person(name="Anna")
    face, other = guess(anna, 0.7), make_person().faces.get()
    LabelOrder.objects.create(room=room, faces=[other.pk, face.pk])
    rows = api(bob).get(url("faces/next/?limit=2")).json()
    assert [row["face"]["id"] for row in rows] == [other.pk, face.pk]
    assert [(one["person"]["name"], one["probability"]) for one in rows[1]["candidates"]] == [("Anna", 0.7)]
    assert rows[0]["candidates"][0]["probability"] is None
    of_anna = api(bob).get(url(f"faces/next/?person={anna.pk}")).json()
    assert [row["face"]["id"] for row in of_anna] == [face.pk, anna.faces.get().pk]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "person=0", "person=99999", "person=", "limit="]
)
def test_a_query_for_the_next_faces_means_something(api, bob, url, query):
    error_of(api(bob).get(url(f"faces/next/?{query}")), 400)


@pytest.fixture
def photo(add_photo) -> Photo:
    photo = add_photo()
    Photo.objects.filter(pk=photo.pk).update(width=400, height=300)
    return photo


BOX = {"x": 100, "y": 100, "width": 50, "height": 60}


def test_a_missed_face_is_drawn_and_a_wrong_one_goes(api, bob, url, photo):
    answer = api(bob).post(url("faces/"), {"photo": photo.pk, "box": BOX, "name": "Anna"})
    assert answer.status_code == 201
    drawn = answer.json()
    assert (drawn["face"]["box"], drawn["face"]["is_drawn"], drawn["face"]["crop"]) == (BOX, True, None)
    assert (drawn["person"]["name"], drawn["changes"][0]["kind"]) == ("Anna", "draw")
    error_of(api(bob).post(url("faces/"), {"photo": photo.pk, "box": BOX}), 400)

    gone = api(bob).delete(url(f"faces/{drawn['face']['id']}/")).json()
    assert (gone["person"]["photo_count"], gone["changes"][0]["kind"]) == (0, "dismiss")
    error_of(api(bob).get(url(f"faces/{drawn['face']['id']}/")), 404)
    api(bob).post(url(f"changes/{gone['changes'][0]['id']}/undo/"))
    assert api(bob).get(url(f"faces/{drawn['face']['id']}/")).json()["person"]["name"] == "Anna"


@pytest.mark.parametrize(
    "change",
    [
        {"box": None},
        {"box": {"x": 1}},
        {"box": BOX | {"width": 0}},
        {"box": BOX | {"width": 10**9}},
        {"box": BOX | {"x": True, "y": "x"}},
        {"box": BOX | {"x": 399}},
        {"photo": 10**15},
        {"person": 10**15},
        {"name": "x" * 61},
    ],
)
def test_a_box_that_makes_no_sense_is_refused(api, bob, url, photo, change):
    error_of(api(bob).post(url("faces/"), {"photo": photo.pk, "box": BOX} | change), 400)
    assert not Face.objects.exists()


def test_questions_are_answered_what_brings_most_first(api, bob, room, url, make_person):
    anna, other, third = make_person(3, name="Anna"), make_person(2), make_person()
    small = Question.objects.create(room=room, person=anna, face=third.faces.get(), distance=0.4, gain=1)
    large = Question.objects.create(room=room, person=anna, other=other, distance=0.4, gain=2)
    rows = api(bob).get(url("questions/")).json()["results"]
    assert [row["id"] for row in rows] == [large.pk, small.pk]
    assert (rows[0]["person"]["name"], rows[0]["other"]["id"], rows[0]["face"]) == ("Anna", other.pk, None)
    assert rows[1]["face"]["photo"] == third.faces.get().photo_id

    assert api(bob).post(url(f"questions/{small.pk}/answer/"), {"answer": "unsure"}).json()["changes"] == []
    answer = api(bob).post(url(f"questions/{large.pk}/answer/"), {"answer": "yes"}).json()
    assert answer["person"]["photo_count"] == 5
    error_of(api(bob).post(url(f"questions/{large.pk}/answer/"), {"answer": "yes"}), 404)
    error_of(api(bob).post(url(f"questions/{small.pk}/answer/"), {"answer": "perhaps"}), 400)


def test_a_viewer_is_asked_about_herself_only(api, vera, room, url, make_person):
    herself, likely, other = make_person(name="Vera", user=vera), make_person(), make_person()
    hers = Question.objects.create(room=room, person=likely, other=herself, distance=0.4, gain=1)
    theirs = Question.objects.create(room=room, person=likely, other=other, distance=0.4, gain=1)
    assert [row["id"] for row in api(vera).get(url("questions/")).json()["results"]] == [hers.pk]
    error_of(api(vera).post(url(f"questions/{theirs.pk}/answer/"), {"answer": "yes"}), 403)
    merged = api(vera).post(url(f"questions/{hers.pk}/answer/"), {"answer": "yes"}).json()
    assert merged["person"]["is_you"]


@pytest.mark.parametrize(
    "address", ["people/{anna}/proposals/", "questions/", "faces/next/?limit=100", "find-me/"]
)
def test_a_list_costs_the_same_however_long_it_is(api, bob, room, url, make_person, guess, address):
    anna, costs = make_person(name="Anna"), []
    search, client = bob.searches.create(room=room, state="done"), api(bob)
    for count in (2, 10):
        for number in range(count):
            face = guess(anna, 0.5, second=make_person(name=f"Berta {number}"))
            Question.objects.create(room=room, person=anna, other=face.person, distance=0.4, gain=1)
            Question.objects.create(room=room, person=face.person, face=face, distance=0.4, gain=1)
            search.sure.append(face.pk)
        search.save()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(address.format(anna=anna.pk))).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_QUERIES
