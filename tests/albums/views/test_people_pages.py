from __future__ import annotations

import re

import pytest

from albums.models import PersonChange

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def test_a_name_is_given_and_undone(press, client, bob, room, fill, add_person):
    person = add_person(*fill(2))
    html = press(bob, f"people/{person.pk}/name/", name="Nina").content.decode()
    assert 'value="Nina"' in html
    change = PersonChange.objects.get()
    html = press(bob, f"changes/{change.pk}/undo/").content.decode()
    person.refresh_from_db()
    assert person.name == ""
    assert "Undone" in html


def test_the_same_name_offers_to_merge(press, bob, room, fill, add_person):
    photos = fill(3)
    nina = add_person(*photos[:2], name="Nina")
    other = add_person(photos[2])
    html = press(bob, f"people/{other.pk}/name/", name="nina").content.decode()
    assert "Are these two the same person?" in html
    assert nina.faces.count() == 2
    html = press(bob, f"people/{other.pk}/name/", name="Nina", merge="1").content.decode()
    assert nina.faces.count() == 3
    assert "3 photos" in html


def test_ticked_people_become_the_named_one(press, alice, fill, add_person):
    photos = fill(3)
    many = add_person(*photos[:2])
    nina = add_person(photos[2], name="Nina")
    press(alice, "people/merge/", people=[many.pk, nina.pk])
    many.refresh_from_db()
    assert many.merged_into == nina


def test_one_person_can_not_be_merged(press, alice, fill, add_person):
    person = add_person(*fill(1))
    assert "Choose at least two people" in press(alice, "people/merge/", people=[person.pk]).content.decode()


def test_a_merged_person_leads_to_the_other(client, alice, room, fill, add_person):
    photos = fill(2)
    nina = add_person(photos[0], name="Nina")
    gone = add_person(photos[1], merged_into=nina)
    client.force_login(alice)
    assert client.get(f"/rooms/{room.pk}/people/{gone.pk}/").url == nina.get_absolute_url()


def test_hidden_people_are_on_a_page_of_their_own(press, open_page, alice, fill, add_person):
    person = add_person(*fill(1), name="Nina")
    press(alice, f"people/{person.pk}/hide/", is_hidden="1")
    assert "Nina" not in re.sub("(?s)<div class=.toasts.*", "", open_page(alice, "people/").content.decode())
    assert "Nina" in open_page(alice, "people/", hidden="").content.decode()


def test_wrong_photos_leave_the_person(press, alice, fill, add_person):
    photos = fill(3)
    person = add_person(*photos, name="Nina")
    html = press(alice, f"people/{person.pk}/refuse/", photos=[photos[1].pk]).content.decode()
    assert person.faces.count() == 2
    assert "Undo" in html


def test_a_face_becomes_the_cover(press, alice, fill, add_person):
    person = add_person(*fill(2), name="Nina")
    face = person.faces.last()
    press(alice, f"people/{person.pk}/cover/", faces=face.pk)
    person.refresh_from_db()
    assert person.cover == face


def test_this_is_me_opens_my_album_with_its_exact_size(press, open_page, vera, fill, add_person):
    person = add_person(*fill(3), name="V")
    assert "Which one is you?" in open_page(vera, "mine/").content.decode()
    html = press(vera, f"people/{person.pk}/claim/").content.decode()
    assert "Download 3 photos" in html
    html = press(vera, f"people/{person.pk}/claim/", release="1").content.decode()
    assert "Which one is you?" in html


def test_nobody_takes_the_face_of_somebody_else(press, bob, vera, fill, add_person):
    person = add_person(*fill(1), user=vera, name="Vera")
    assert (
        "Somebody else has said that this is them"
        in press(bob, f"people/{person.pk}/claim/").content.decode()
    )


def test_names_are_offered_with_a_face(open_page, alice, fill, add_person):
    add_person(*fill(1), name="Nina")
    add_person(*fill(1))
    people = open_page(alice, "people/names/").json()["people"]
    assert [person["name"] for person in people] == ["Nina"]
    assert people[0]["face"].endswith("/crop")


def test_people_of_another_room_are_not_there(client, charlie, alice, room, fill, add_person):
    from albums.services.rooms import create_room

    person = add_person(*fill(1), name="Nina")
    other = create_room(owner=charlie, name="Other")
    client.force_login(charlie)
    for page in ("", "faces/", "name/", "claim/", "hide/"):
        method = client.get if page in ("", "faces/") else client.post
        assert method(f"/rooms/{other.pk}/people/{person.pk}/{page}").status_code == 404


def test_somebody_whose_faces_have_all_gone_elsewhere_still_has_a_page(client, alice, room, add_person):
    person = add_person()
    client.force_login(alice)
    assert "0 photos" in client.get(f"/rooms/{room.pk}/people/{person.pk}/").content.decode()


def test_a_room_without_faces_promises_none(client, alice, room):
    client.force_login(alice)
    for mode, says in (("off", "No faces are looked for in this room"), ("consenting", "said yes")):
        room.face_mode = mode
        room.save()
        html = client.get(f"{room.get_absolute_url()}people/").content.decode()
        assert says in html
        assert "everybody on them appears" not in html
