"""The yes before the camera, my privacy, children, requests to take a photo down, and what a room does with faces."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from albums import consent_texts
from albums.models import Child, Consent, FaceSearch, Person, Photo, TakedownRequest
from albums.services import consents, takedowns
from albums.services.face_modes import set_face_mode


@pytest.fixture
def say_yes(room):
    def give(user, child=None) -> Consent:
        return consents.give(user=user, room=room, child=child, text_version=consent_texts.VERSION)

    return give


def test_who_looks_for_themselves_is_asked_before_the_camera_with_two_equal_answers(open_page, bob):
    html = open_page(bob, "mine/").content.decode()
    assert "May this room look for your face?" in html
    assert "data-camera-open" not in html
    answers = re.findall(r'class="(button [^"]*consent-answer)"', html)
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert "checked" not in html.partition("data-consent>")[2].partition("</section>")[0]


def test_a_yes_is_kept_with_the_version_and_the_language_of_its_text(press, bob):
    html = press(bob, "consent/", version=consent_texts.VERSION).content.decode()
    given = Consent.objects.get()
    assert (given.user, given.child, given.text_version, given.language) == (
        bob,
        None,
        consent_texts.VERSION,
        "en",
    )
    assert "data-camera-open" in html
    assert "ConsentText" not in html


def test_a_yes_to_an_older_text_asks_again(press, bob):
    html = press(bob, "consent/", version="1999").content.decode()
    assert "This text was changed a moment ago." in html
    assert not Consent.objects.exists()


def test_a_tapped_face_waits_for_the_yes_and_is_looked_for_right_after(press, bob, fill, add_face):
    face = add_face(fill(1)[0])
    html = press(bob, "find-me/start/", face=face.pk).content.decode()
    assert f'name="face" value="{face.pk}"' in html
    assert not FaceSearch.objects.exists()
    assert (
        "Looking for you"
        in press(bob, "consent/", version=consent_texts.VERSION, face=face.pk).content.decode()
    )


def test_this_is_me_asks_first_too(press, bob, fill, add_person):
    person = add_person(*fill(1))
    assert "May this room look for your face?" in press(bob, f"people/{person.pk}/claim/").content.decode()
    html = press(bob, "consent/", version=consent_texts.VERSION, person=person.pk).content.decode()
    person.refresh_from_db()
    assert person.user == bob
    assert "Download 1 photo " in html


def test_taking_the_yes_back_is_asked_once_and_says_what_was_deleted(
    open_page, press, bob, say_yes, fill, add_person
):
    say_yes(bob)
    add_person(*fill(2), user=bob, name="Bob")
    assert "Take it back and delete" in open_page(bob, "privacy/withdraw/").content.decode()
    html = press(bob, "privacy/withdraw/").content.decode()
    assert "Deleted: 2 face descriptions" in html
    assert "You took your yes back on" in html
    assert "May this room look for your face?" in open_page(bob, "mine/").content.decode()


def test_who_is_not_shown_is_out_of_the_people_of_others_until_they_say_so(
    open_page, press, bob, alice, say_yes, fill, add_person
):
    say_yes(bob)
    add_person(*fill(2), user=bob, name="Bob the builder")
    press(bob, "privacy/conceal/", veil="1")
    assert "Bob the builder" not in open_page(alice, "people/").content.decode()
    assert "blurred in what others view" in open_page(bob, "privacy/").content.decode()
    press(bob, "privacy/reveal/")
    assert "Bob the builder" in open_page(alice, "people/").content.decode()


def test_a_parent_says_yes_for_a_child_and_gets_its_album(press, open_page, bob, vera, fill, add_face):
    photos = fill(3)
    html = press(bob, "children/new/", name="Tim").content.decode()
    child = Child.objects.get(guardian=bob)
    assert "May this room look for the face of Tim?" in html
    press(bob, "consent/", version=consent_texts.VERSION, child=child.pk)
    sure, maybe = add_face(photos[0]), add_face(photos[1])
    FaceSearch.objects.create(
        room=child.room, user=bob, child=child, state="done", sure=[sure.pk], maybe=[maybe.pk]
    )
    html = open_page(bob, f"children/{child.pk}/").content.decode()
    assert "Album of Tim" in html
    assert "Download 1 photo " in html
    press(bob, "find-me/accept/", child=child.pk, faces=maybe.pk)
    assert "Download 2 photos" in open_page(bob, f"children/{child.pk}/").content.decode()
    assert open_page(vera, f"children/{child.pk}/").status_code == 404
    assert open_page(bob, "mine/").content.decode().count("Download ") == 0, (
        "the child's photos are not the parent's"
    )


def test_taking_a_child_out_deletes_what_was_found(press, bob, room, say_yes, fill, add_person):
    child = Child.objects.create(room=room, guardian=bob, name="Tim")
    say_yes(bob, child)
    add_person(*fill(1), child=child, name="Tim")
    html = press(bob, f"children/{child.pk}/remove/").content.decode()
    assert "Tim is taken out of this room. Deleted: 1 face description" in html
    assert not Child.objects.exists()


def test_a_photo_is_asked_to_be_taken_down_and_the_owner_decides(press, open_page, alice, vera, fill):
    photo = fill(1)[0]
    press(vera, f"photos/{photo.pk}/takedown/", reason="My eyes are shut")
    page = open_page(alice, "requests/").content.decode()
    assert "My eyes are shut" in page
    asked = TakedownRequest.objects.get()
    assert (
        "Say in a sentence why"
        in press(alice, f"requests/{asked.pk}/answer/", decision="keep").content.decode()
    )
    html = press(alice, f"requests/{asked.pk}/answer/", decision="down", answer="Of course").content.decode()
    assert Photo.objects.get().deleted_at
    assert "Undo" in html
    assert "Answer: Of course" in open_page(vera, "privacy/").content.decode()


def test_a_mode_that_deletes_is_asked_once_more_with_its_numbers(press, room, alice, fill, add_person):
    add_person(*fill(2), name="Nina")
    html = press(alice, "settings/faces/", face_mode="off").content.decode()
    room.refresh_from_db()
    assert room.face_mode == "everyone"
    assert "2 faces, 1 person" in " ".join(html.split())
    assert (
        "Deleted: 2 faces and 1 person."
        in press(alice, "settings/faces/", face_mode="off", confirmed=1).content.decode()
    )


def test_a_room_without_faces_says_so_instead_of_asking(press, open_page, alice, bob, fill):
    press(alice, "settings/faces/", face_mode="off", confirmed=1)
    fill(2, uploader=bob)
    html = open_page(bob, "mine/").content.decode()
    assert "No faces are looked for in this room" in html
    assert "May this room look" not in html
    assert "Download 2 photos" in html


def test_the_page_of_requests_asks_the_database_as_often_for_many(client, alice, bob, room, fill):
    def ask(count: int) -> None:
        TakedownRequest.objects.bulk_create(
            TakedownRequest(room=room, photo=photo, user=bob) for photo in fill(count)
        )

    client.force_login(alice)
    ask(2)
    with CaptureQueriesContext(connection) as few:
        client.get(f"/rooms/{room.pk}/requests/")
    ask(20)
    with CaptureQueriesContext(connection) as many:
        assert client.get(f"/rooms/{room.pk}/requests/").content.decode().count("Take it down") == 22
    assert len(many) <= len(few)


def test_my_privacy_shows_the_photos_that_i_asked_to_take_down_and_what_stays_blurred(
    open_page, press, room, bob, alice, add_photo, add_face, say_yes
):
    photo = add_photo(alice)
    photo.renditions.create(side_px=320, width=320, height=240, size_bytes=1, file="x.jpg")
    assert (
        "No description, picture or name of this face is kept." in open_page(bob, "privacy/").content.decode()
    )
    say_yes(bob)
    person = Person.objects.create(room=room, user=bob, is_concealed=True, is_veiled=True)
    add_face(photo, person)
    asked = takedowns.ask(user=bob, photo=photo)
    html = open_page(bob, "privacy/").content.decode()
    assert f'privacy-photo" href="{photo.get_absolute_url()}"' in html
    assert "on which this face stays blurred for everybody" in html
    takedowns.answer(user=alice, request=asked, is_taken_down=True)
    assert "privacy-photo" not in open_page(bob, "privacy/").content.decode()


def test_without_faces_no_page_offers_to_find_anybody(client, room, alice, add_photo):
    photo = add_photo(alice)
    Photo.objects.filter(pk=photo.pk).update(state="ready")
    offers = (
        "Find my photos",
        "Find me<",
        "Photos of you",
        ">People<",
        "data-draw-start",
        "looking for faces",
    )
    pages = [
        room.get_absolute_url(),
        reverse("albums:hub", args=[room.pk]),
        photo.get_absolute_url(),
        reverse("albums:mine", args=[room.pk]),
        reverse("albums:room_progress", args=[room.pk]),
    ]
    client.force_login(alice)
    before = "".join(client.get(page).content.decode() for page in pages)
    assert [offer for offer in offers[:-1] if offer not in before] == []
    set_face_mode(user=alice, room=room, mode="off")
    for page in pages:
        text = client.get(page).content.decode()
        assert [offer for offer in offers if offer in text] == [], page
    found = client.get(reverse("albums:search_suggestions", args=[room.pk]), {"q": "photos of me"})
    assert "Photos of me" not in found.content.decode()
    text = client.get(pages[0]).content.decode()
    assert "No faces are looked for in this room." in text
