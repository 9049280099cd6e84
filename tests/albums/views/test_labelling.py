"""Saying whose faces they are: the label page and the page of what is probably one person."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from albums.models import Face, Person, PersonChange, Proposal, Refusal

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def post(client, room):
    """Posts as the script does; answers the status and the JSON."""

    def send(user, page: str, **data: object):
        client.force_login(user)
        response = client.post(f"/rooms/{room.pk}/{page}", data, **JSON)
        return response.status_code, response.json()

    return send


@pytest.fixture
def propose(room, add_face):
    """A face on a photo that is probably this person."""

    def put(photo, person: Person, probability: float, **columns: object) -> Face:
        face = add_face(photo, seed=photo.pk, crop="nowhere.jpg", **columns)
        Proposal.objects.create(room=room, face=face, person=person, probability=probability)
        return face

    return put


def asked(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-asked="(\d+)"', html)]


def test_an_empty_room_says_that_there_are_no_faces(open_page, bob):
    html = open_page(bob, "label/").content.decode()
    assert "No faces yet" in html
    assert asked(html) == []


def test_everything_labelled_is_said(open_page, bob, fill, add_person):
    person = add_person(*fill(2), name="Nina")
    person.faces.update(assignment="confirmed")
    assert "Every face has its label" in open_page(bob, "label/").content.decode()


def test_nobody_named_asks_for_a_name_and_offers_nobody(open_page, bob, fill, add_person):
    add_person(*fill(2))
    html = open_page(bob, "label/").content.decode()
    assert 'placeholder="Type a name"' in html
    assert "data-label-choice" not in html


def test_the_guess_comes_first_with_its_percentage(open_page, bob, fill, add_person, propose):
    photos = fill(5)
    add_person(*photos[:3], name="Ben")
    nina = add_person(photos[3], name="Nina")
    face = propose(photos[4], nina, 0.876)
    html = open_page(bob, "label/").content.decode()
    card = html.split(f'data-asked="{face.pk}"')[1].split("</article>")[0]
    names = re.findall(r'class="label-choice( is-sure)?" name="person" value="(\d+)"', card)
    assert names[0] == (" is-sure", str(nina.pk))
    assert "87 %" in card


def test_a_doubtful_guess_is_not_taken_by_enter(open_page, bob, fill, add_person, propose):
    photos = fill(2)
    face = propose(photos[1], add_person(photos[0], name="Nina"), 0.49)
    html = open_page(bob, "label/").content.decode()
    assert "is-sure" not in html.split(f'data-asked="{face.pk}"')[1].split("</article>")[0]


def test_a_face_becomes_the_person_and_the_page_goes_on(press, bob, room, fill, add_person, add_face):
    photos = fill(3)
    nina = add_person(photos[0], name="Nina")
    face, other = add_face(photos[1], seed=1), add_face(photos[2], seed=2)
    response = press(bob, "label/answer/", face=face.pk, person=nina.pk)
    face.refresh_from_db()
    assert (face.person, face.assignment) == (nina, "confirmed")
    assert face.pk not in asked(response.content.decode())
    assert other.pk in asked(response.content.decode())
    assert "Undo" in response.content.decode()


def test_a_script_gets_what_was_changed_and_the_progress(post, bob, fill, add_person, add_face):
    photos = fill(2)
    nina = add_person(photos[0], name="Nina")
    status, told = post(bob, "label/answer/", face=add_face(photos[1]).pk, person=nina.pk)
    assert status == 200
    assert told["changes"] == [PersonChange.objects.get().pk]
    assert "1 of 10" in told["progress"]


def test_a_new_name_names_the_group_and_confirms_the_face(post, bob, fill, add_person):
    group = add_person(*fill(3))
    face = group.faces.first()
    _, told = post(bob, "label/answer/", face=face.pk, name=" Nina ")
    group.refresh_from_db()
    assert group.name == "Nina"
    assert sorted(group.faces.values_list("assignment", flat=True)) == ["confirmed", "named", "named"]
    assert len(told["changes"]) == 2


def test_a_known_name_moves_this_face_alone(post, bob, fill, add_person):
    photos = fill(4)
    nina, group = add_person(photos[0], name="Nina"), add_person(*photos[1:])
    post(bob, "label/answer/", face=group.faces.first().pk, name="nina")
    assert (nina.faces.count(), group.faces.count()) == (2, 2)


def test_no_face_takes_the_box_away(post, bob, fill, add_face):
    face = add_face(fill(1)[0])
    post(bob, "label/answer/", face=face.pk, no="1")
    face.refresh_from_db()
    assert face.is_dismissed


def test_not_sure_changes_nothing_and_asks_about_another(press, bob, fill, add_face):
    photos = fill(2)
    face, other = add_face(photos[0]), add_face(photos[1], seed=1)
    html = press(bob, "label/answer/", face=face.pk, skip="1").content.decode()
    assert asked(html) == [other.pk]
    html = press(bob, "label/answer/", face=other.pk, skip="1", skipped=str(face.pk)).content.decode()
    assert "You were not sure about 2" in html
    assert PersonChange.objects.count() == 0


def test_an_answer_without_a_name_is_refused_in_a_sentence(post, bob, fill, add_face):
    status, told = post(bob, "label/answer/", face=add_face(fill(1)[0]).pk, name=" ")
    assert (status, told["error"]["message"]) == (400, "Type a name first.")


def test_a_face_that_has_gone_is_said(post, bob, fill, add_face):
    face = add_face(fill(1)[0], is_dismissed=True)
    status, told = post(bob, "label/answer/", face=face.pk, no="1")
    assert status == 410
    assert "not there any more" in told["error"]["message"]


def test_a_person_of_another_room_is_nobody_here(client, bob, room, charlie, fill, add_face):
    from albums.services.rooms import create_room

    face = add_face(fill(1)[0])
    stranger = Person.objects.create(room=create_room(owner=charlie, name="Elsewhere"), name="Nina")
    client.force_login(bob)
    response = client.post(f"/rooms/{room.pk}/label/answer/", {"face": face.pk, "person": stranger.pk})
    assert response.status_code == 404
    face.refresh_from_db()
    assert face.person is None


def test_the_page_of_one_person_asks_about_them(open_page, bob, fill, add_person, add_face, propose):
    photos = fill(3)
    nina = add_person(photos[0], name="Nina")
    face = propose(photos[1], nina, 0.3)
    other = add_face(photos[2], seed=9)
    html = open_page(bob, "label/", person=nina.pk).content.decode()
    assert face.pk in asked(html)
    assert other.pk not in asked(html)
    assert "Label faces of Nina" in html


def test_the_next_faces_are_there_already(open_page, bob, fill, add_face):
    for number, photo in enumerate(fill(40)):
        add_face(photo, seed=number)
    html = open_page(bob, "label/").content.decode()
    assert len(asked(html)) == 24
    assert len(asked(html.split("<template data-asked-ahead>")[0])) == 1


def test_the_label_page_asks_as_often_for_many_as_for_few(client, bob, room, fill, add_person, propose):
    client.force_login(bob)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/rooms/{room.pk}/label/").status_code == 200
        return len(captured)

    photos = fill(30)
    nina = add_person(photos[0], name="Nina")
    propose(photos[1], nina, 0.7)
    few = queries()
    for number, photo in enumerate(photos[2:]):
        propose(photo, add_person(photo, name=f"P{number}"), 0.5)
    assert queries() <= few
    assert few < 20


def test_guesses_come_with_the_most_doubtful_first(open_page, bob, fill, add_person, propose):
    photos = fill(4)
    nina = add_person(photos[0], name="Nina")
    for photo, probability in zip(photos[1:], (0.9, 0.2, 0.6), strict=True):
        propose(photo, nina, probability)
    html = open_page(bob, f"people/{nina.pk}/proposals/").content.decode()
    assert re.findall(r'data-percent="(\d+)"', html) == ["20", "60", "90"]
    assert "Yes, this is Nina" in html


def test_the_buttons_count_what_they_accept(open_page, press, bob, fill, add_person, propose):
    photos = fill(6)
    nina = add_person(photos[0], name="Nina")
    for photo, probability in zip(photos[1:], (0.97, 0.91, 0.8, 0.799, 0.3), strict=True):
        propose(photo, nina, probability)
    html = open_page(bob, f"people/{nina.pk}/proposals/").content.decode()
    offered = dict(re.findall(r'name="above" value="(\d+)">Accept (\d+) face', html))
    assert offered == {"95": "1", "90": "2", "80": "3", "60": "4"}
    press(bob, f"people/{nina.pk}/proposals/accept/", above="80")
    assert nina.faces.filter(assignment="confirmed").count() == 3


def test_of_two_faces_on_a_photo_only_the_likelier_one_is_counted(
    open_page, press, bob, fill, add_person, propose
):
    photos = fill(2)
    nina = add_person(photos[0], name="Nina")
    likelier, other = propose(photos[1], nina, 0.99), propose(photos[1], nina, 0.96, x=40)
    html = open_page(bob, f"people/{nina.pk}/proposals/").content.decode()
    assert "Accept 1 face at 95 %" in html
    press(bob, f"people/{nina.pk}/proposals/accept/", above="95")
    assert set(nina.faces.filter(assignment="confirmed")) == {likelier}
    other.refresh_from_db()
    assert other.person is None


def test_a_guess_is_accepted_or_refused_one_by_one(press, bob, fill, add_person, propose):
    photos = fill(3)
    nina = add_person(photos[0], name="Nina")
    right, wrong = propose(photos[1], nina, 0.9), propose(photos[2], nina, 0.8)
    press(bob, f"people/{nina.pk}/proposals/accept/", faces=right.pk)
    html = press(bob, f"people/{nina.pk}/proposals/refuse/", faces=wrong.pk).content.decode()
    right.refresh_from_db()
    assert right.person == nina
    assert Refusal.objects.filter(face=wrong, person=nina).exists()
    assert "Nothing to decide" in html
    assert "Undo" in html


def test_a_long_list_goes_on_where_it_was_cut(open_page, bob, fill, add_person, propose):
    photos = fill(71)
    nina = add_person(photos[0], name="Nina")
    for number, photo in enumerate(photos[1:]):
        propose(photo, nina, 0.1 + (number % 35) / 50)
    first = open_page(bob, f"people/{nina.pk}/proposals/").content.decode()
    cursor = re.search(r'href="\?after=([^"]+)">Show more', first)
    assert cursor
    second = open_page(bob, f"people/{nina.pk}/proposals/", after=cursor[1]).content.decode()
    found = [re.findall(r'data-proposal="(\d+)"', html) for html in (first, second)]
    assert [len(pks) for pks in found] == [60, 10]
    assert len(set(found[0] + found[1])) == 70
    assert "Show more" not in second


@pytest.mark.parametrize("after", ["", "x", "_", "nan_1", "1e999_5", "0.5_99999999999999999999999"])
def test_no_place_to_go_on_from_breaks_the_page(open_page, bob, fill, add_person, propose, after):
    photos = fill(2)
    nina = add_person(photos[0], name="Nina")
    propose(photos[1], nina, 0.5)
    assert open_page(bob, f"people/{nina.pk}/proposals/", after=after).status_code == 200


def test_the_page_of_guesses_asks_as_often_for_many_as_for_few(client, bob, room, fill, add_person, propose):
    photos = fill(41)
    nina = add_person(photos[0], name="Nina")
    client.force_login(bob)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/rooms/{room.pk}/people/{nina.pk}/proposals/").status_code == 200
        return len(captured)

    propose(photos[1], nina, 0.7)
    few = queries()
    for photo in photos[2:]:
        propose(photo, nina, 0.5)
    assert queries() <= few
    assert few < 15


def test_few_labels_are_said_with_the_way_to_more(open_page, bob, fill, add_person):
    nina = add_person(*fill(3), name="Nina")
    nina.faces.update(assignment="confirmed")
    html = open_page(bob, f"people/{nina.pk}/proposals/").content.decode()
    assert "7 more labels of Nina" in html
    assert f"label/?person={nina.pk}" in html


def test_the_guesses_of_a_merged_person_are_those_of_the_other(client, bob, room, fill, add_person):
    photos = fill(2)
    nina = add_person(photos[0], name="Nina")
    gone = add_person(photos[1], merged_into=nina)
    client.force_login(bob)
    response = client.get(f"/rooms/{room.pk}/people/{gone.pk}/proposals/")
    assert response.url == f"/rooms/{room.pk}/people/{nina.pk}/proposals/"


def test_a_persons_page_leads_to_photos_that_are_probably_theirs(
    open_page, bob, vera, fill, add_person, propose
):
    photos = fill(4)
    nina = add_person(photos[0], name="Nina")
    propose(photos[1], nina, 0.9)
    propose(photos[2], nina, 0.7)
    propose(photos[2], nina, 0.6, x=40)
    html = open_page(bob, f"people/{nina.pk}/").content.decode()
    assert "2 more photos are probably Nina" in html
    assert "more photos are" not in open_page(vera, f"people/{nina.pk}/").content.decode()


def test_doubtful_guesses_are_not_called_probable(open_page, bob, fill, add_person, propose):
    photos = fill(2)
    nina = add_person(photos[0], name="Nina")
    propose(photos[1], nina, 0.2)
    assert "1 more photo may be Nina" in open_page(bob, f"people/{nina.pk}/").content.decode()


def test_a_person_of_whom_nothing_is_guessed_says_nothing(open_page, bob, fill, add_person):
    nina = add_person(*fill(2), name="Nina")
    assert 'class="asks' not in open_page(bob, f"people/{nina.pk}/").content.decode()
