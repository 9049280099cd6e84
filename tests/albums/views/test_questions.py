"""Doubts that one word settles: their page, their answers, and the notice on the page of people."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from albums.models import Person, PersonChange, Question, Refusal


@pytest.fixture
def ask(room):
    """Puts a question about two people, or about a face."""

    def put(person: Person, *, gain: int = 1, **what: object) -> Question:
        return Question.objects.create(room=room, person=person, distance=0.4, gain=gain, **what)

    return put


def asked(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-asked="(\d+)"', html)]


def test_a_room_without_doubts_says_so(open_page, bob, vera):
    assert "Every doubt is settled" in open_page(bob, "questions/").content.decode()
    assert "When a photo might be of you" in open_page(vera, "questions/").content.decode()


def test_what_brings_most_is_asked_first(open_page, bob, fill, add_person, ask):
    photos = fill(6)
    nina, other, third = (
        add_person(photos[at], photos[at + 1], name=name) for at, name in ((0, "Nina"), (2, ""), (4, ""))
    )
    small, large = ask(nina, other=other, gain=2), ask(nina, other=third, gain=23)
    html = open_page(bob, "questions/").content.decode()
    assert asked(html) == [large.pk, small.pk]
    assert "brings 23 photos together" in html
    assert "Are both of these Nina?" in html


def test_both_sides_show_at_most_six_faces(open_page, bob, fill, add_person, ask):
    photos = fill(10)
    ask(add_person(*photos[:8]), other=add_person(*photos[8:]))
    html = open_page(bob, "questions/").content.decode()
    sides = re.findall(r'(?s)<ul class="question-faces">(.*?)</ul>', html)
    assert [side.count("<img") for side in sides] == [6, 2]


def test_a_face_is_asked_about_large_with_its_photo(open_page, bob, fill, add_person, add_face, ask):
    photos = fill(3)
    nina = add_person(*photos[:2], name="Nina")
    face = add_face(photos[2], crop="nowhere.jpg")
    ask(nina, face=face)
    html = open_page(bob, "questions/").content.decode()
    assert "Is this Nina?" in html
    assert f'href="{photos[2].get_absolute_url()}"' in html


def test_a_face_in_the_album_is_asked_about_without_showing_it_twice(open_page, bob, fill, add_person, ask):
    nina = add_person(*fill(3), name="Nina")
    ask(nina, face=nina.faces.first())
    html = open_page(bob, "questions/").content.decode()
    assert "Is this really Nina?" in html
    assert re.findall(r'(?s)<ul class="question-faces">(.*?)</ul>', html)[0].count("<img") == 2


def test_yes_makes_them_one_and_can_be_undone(press, bob, fill, add_person, ask):
    photos = fill(3)
    nina, other = add_person(*photos[:2], name="Nina"), add_person(photos[2])
    question = ask(nina, other=other)
    html = press(bob, f"questions/{question.pk}/answer/", answer="yes").content.decode()
    other.refresh_from_db()
    assert other.merged_into == nina
    assert "Undo" in html
    assert "No open questions" in html


def test_no_is_remembered(press, bob, fill, add_person, ask):
    photos = fill(3)
    nina, other = add_person(*photos[:2], name="Nina"), add_person(photos[2])
    press(bob, f"questions/{ask(nina, other=other).pk}/answer/", answer="no")
    assert Refusal.objects.filter(person=nina, face__person=other).exists()


def test_not_sure_is_asked_after_the_others(press, bob, fill, add_person, ask):
    photos = fill(3)
    nina, other, third = (add_person(photo) for photo in photos)
    first, second = ask(nina, other=other, gain=9), ask(nina, other=third, gain=1)
    html = press(bob, f"questions/{first.pk}/answer/", answer="unsure").content.decode()
    assert asked(html) == [second.pk, first.pk]
    assert PersonChange.objects.count() == 0


def test_a_script_gets_how_many_are_left(client, bob, room, fill, add_person, ask):
    nina, other, third = (add_person(photo) for photo in fill(3))
    question = ask(nina, other=other)
    ask(nina, other=third)
    client.force_login(bob)
    told = client.post(
        f"/rooms/{room.pk}/questions/{question.pk}/answer/", {"answer": "no"}, HTTP_ACCEPT="application/json"
    ).json()
    assert told["left"] == 1
    assert told["changes"] == [PersonChange.objects.get().pk]


def test_an_answer_that_was_taken_back_can_be_given_anew(press, client, bob, room, fill, add_person, ask):
    photos = fill(3)
    nina, other = add_person(*photos[:2], name="Nina"), add_person(photos[2])
    card = {"person": nina.pk, "other": other.pk}
    page = f"questions/{ask(nina, other=other).pk}/answer/"
    press(bob, page, answer="no", **card)
    press(bob, f"changes/{PersonChange.objects.get().pk}/undo/")
    press(bob, page, answer="yes", **card)
    other.refresh_from_db()
    assert other.merged_into == nina


def test_a_settled_question_is_said_to_be_settled(client, bob, room):
    client.force_login(bob)
    response = client.post(
        f"/rooms/{room.pk}/questions/77/answer/", {"answer": "no"}, HTTP_ACCEPT="application/json"
    )
    assert response.status_code == 410
    assert response.json()["error"]["message"] == "This question is settled already."


def test_any_other_word_is_no_answer(client, bob, room, fill, add_person, ask):
    nina, other = (add_person(photo) for photo in fill(2))
    page = f"/rooms/{room.pk}/questions/{ask(nina, other=other).pk}/answer/"
    client.force_login(bob)
    assert client.post(page, {"answer": "maybe"}, HTTP_ACCEPT="application/json").status_code == 400


def test_viewers_are_asked_about_themselves_only(open_page, press, client, room, vera, fill, add_person, ask):
    photos = fill(4)
    me = add_person(photos[0], name="Vera", user=vera)
    nina, other, third = (add_person(photo) for photo in photos[1:])
    foreign, own = ask(nina, other=other), ask(me, other=third)
    assert asked(open_page(vera, "questions/").content.decode()) == [own.pk]
    client.force_login(vera)
    assert (
        client.post(f"/rooms/{room.pk}/questions/{foreign.pk}/answer/", {"answer": "yes"}).status_code == 403
    )
    press(vera, f"questions/{own.pk}/answer/", answer="yes")
    third.refresh_from_db()
    assert third.merged_into == me


def test_viewers_can_not_ask_a_settled_question_about_others_again(client, room, vera, fill, add_person):
    nina, other = (add_person(photo) for photo in fill(2))
    client.force_login(vera)
    answer = {"answer": "yes", "person": nina.pk, "other": other.pk}
    assert client.post(f"/rooms/{room.pk}/questions/77/answer/", answer).status_code == 403
    assert Question.objects.count() == 0


def test_the_page_of_people_tells_of_the_questions(open_page, bob, vera, fill, add_person, ask):
    nina, other, third = (add_person(photo) for photo in fill(3))
    ask(nina, other=other, gain=40)
    ask(nina, other=third, gain=8)
    html = open_page(bob, "people/").content.decode()
    assert "2 questions would sort photos better" in html
    assert "would sort" not in open_page(vera, "people/").content.decode()


def test_the_page_asks_as_often_for_many_as_for_few(client, bob, room, fill, add_person, add_face, ask):
    client.force_login(bob)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/rooms/{room.pk}/questions/").status_code == 200
        return len(captured)

    photos = fill(40)
    nina = add_person(photos[0], name="Nina")
    ask(nina, other=add_person(photos[1]))
    ask(nina, face=add_face(photos[2], crop="nowhere.jpg"))
    few = queries()
    for at in range(3, 36, 3):
        ask(add_person(photos[at]), other=add_person(photos[at + 1]))
        ask(nina, face=add_face(photos[at + 2], seed=at, crop="nowhere.jpg"))
    assert queries() <= few
    assert few < 15
