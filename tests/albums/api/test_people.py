from __future__ import annotations

import pytest

from albums.models import Face, Person, Room
from tests.albums.api.conftest import error_of

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def test_people_are_listed_named_ones_first_and_hidden_ones_on_request(api, vera, url, make_person):
    many, named, hidden = make_person(3), make_person(name="Anna"), make_person(is_hidden=True)
    rows = api(vera).get(url("people/")).json()["results"]
    assert [row["id"] for row in rows] == [named.pk, many.pk]
    assert rows[1]["photo_count"] == 3
    assert rows[1]["label"] == f"Person {many.pk}"
    assert rows[0]["cover"]["crop"] == f"/rooms/{named.room_id}/faces/{named.cover_id}/crop"
    assert hidden.pk in [row["id"] for row in api(vera).get(url("people/?hidden=true")).json()["results"]]
    assert len(api(vera).get(url("people/?q=ann")).json()["results"]) == 1
    error_of(api(vera).get(url("people/?hidden=perhaps")), 400)


def test_a_person_is_named_hidden_and_undone(api, bob, url, make_person):
    person = make_person()
    answer = api(bob).patch(url(f"people/{person.pk}/"), {"name": "Anna", "is_hidden": True})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["person"]["name"], answer.json()["person"]["is_hidden"]) == ("Anna", True)
    assert len(answer.json()["changes"]) == 2
    assert api(bob).get(url(f"people/{person.pk}/")).json()["name"] == "Anna"

    for change in reversed(answer.json()["changes"]):
        undone = api(bob).post(url(f"changes/{change['id']}/undo/"))
        assert undone.json()["undone_at"], undone.content
    error_of(api(bob).post(url(f"changes/{change['id']}/undo/")), 409)
    person.refresh_from_db()
    assert (person.name, person.is_hidden) == ("", False)


def test_a_name_that_is_taken_offers_to_merge(api, bob, url, make_person):
    anna, other = make_person(2, name="Anna"), make_person()
    error = error_of(api(bob).patch(url(f"people/{other.pk}/"), {"name": "anna"}), 409)
    assert (error["code"], error["person"]) == ("name_taken", {"id": anna.pk, "name": "Anna"})
    merged = api(bob).patch(url(f"people/{other.pk}/"), {"name": "anna", "merge": True}).json()
    assert (merged["person"]["id"], merged["person"]["photo_count"]) == (anna.pk, 3)
    error_of(api(bob).get(url(f"people/{other.pk}/")), 404)


def test_one_refused_part_of_a_change_undoes_the_others(api, bob, url, make_person):
    make_person(name="Anna")
    other = make_person()
    error_of(api(bob).patch(url(f"people/{other.pk}/"), {"name": "Anna", "is_hidden": True}), 409)
    other.refresh_from_db()
    assert not other.is_hidden


def test_people_are_merged(api, bob, url, make_person):
    into, one, two = make_person(2), make_person(), make_person()
    answer = api(bob).post(url(f"people/{into.pk}/merge/"), {"people": [one.pk, two.pk]})
    assert answer.json()["person"]["photo_count"] == 4
    again = api(bob).post(url(f"people/{into.pk}/merge/"), {"people": [one.pk]})
    assert "people" in error_of(again, 400)["fields"]
    error_of(api(bob).post(url(f"people/{into.pk}/merge/"), {"people": [into.pk]}), 400)


def test_faces_are_refused_and_assigned(api, bob, url, make_person):
    person = make_person(3, name="Anna")
    first, second, third = person.faces.values_list("pk", flat=True)
    answer = api(bob).post(url(f"people/{person.pk}/refuse/"), {"faces": [first]})
    assert answer.json()["person"]["photo_count"] == 2
    assert [row["id"] for row in api(bob).get(url("faces/?unassigned=true")).json()["results"]] == [first]

    answer = api(bob).post(url("faces/assign/"), {"faces": [first, second], "name": "Berta"})
    assert (answer.json()["person"]["name"], answer.json()["person"]["photo_count"]) == ("Berta", 2)
    answer = api(bob).post(url("faces/assign/"), {"faces": [first], "person": person.pk})
    assert (answer.json()["person"]["id"], answer.json()["person"]["photo_count"]) == (person.pk, 2)
    assert {f["id"] for f in api(bob).get(url(f"faces/?person={person.pk}")).json()["results"]} == {
        first,
        third,
    }
    error_of(api(bob).post(url("faces/assign/"), {"faces": [first], "person": 10**15}), 400)
    error_of(api(bob).post(url("faces/assign/"), {"faces": [10**15]}), 400)
    error_of(api(bob).post(url(f"people/{person.pk}/refuse/"), {"faces": [10**15]}), 400)


def test_the_cover_is_a_face_of_the_person(api, bob, url, make_person):
    person, other = make_person(2), make_person()
    face = person.faces.last()
    answer = api(bob).patch(url(f"people/{person.pk}/"), {"cover": face.pk}).json()
    assert answer["person"]["cover"]["face"] == face.pk
    error_of(api(bob).patch(url(f"people/{person.pk}/"), {"cover": other.faces.get().pk}), 400)


def test_a_viewer_says_this_is_me_and_takes_it_back(api, bob, vera, url, make_person):
    person = make_person()
    claimed = api(vera).post(url(f"people/{person.pk}/claim/")).json()["person"]
    assert (claimed["is_you"], claimed["name"]) == (True, "Vera")
    error_of(api(bob).post(url(f"people/{person.pk}/claim/")), 409)
    error_of(api(bob).delete(url(f"people/{person.pk}/claim/")), 400)
    assert api(vera).delete(url(f"people/{person.pk}/claim/")).json()["person"]["is_you"] is False


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("people/{person}/merge/", {"people": [1]}),
        ("people/{person}/refuse/", {"faces": [1]}),
        ("faces/assign/", {"faces": [1]}),
    ],
)
def test_a_viewer_changes_nobody(api, vera, charlie, url, make_person, address, values):
    address = url(address.format(person=make_person().pk))
    error_of(api(vera).post(address, values), 403)
    error_of(api(charlie).post(address, values), 404)
    error_of(api().post(address, values), 401)


def test_people_of_another_room_are_not_touched(api, alice, url, make_person, add_photo, add_face):
    elsewhere = Room.objects.create(name="Other")
    stranger = Person.objects.create(room=elsewhere, name="Zoe")
    photo = add_photo()
    type(photo).objects.filter(pk=photo.pk).update(room=elsewhere)
    photo.refresh_from_db()
    face = add_face(photo, stranger)
    mine = make_person()

    error_of(api(alice).get(url(f"people/{stranger.pk}/")), 404)
    error_of(api(alice).patch(url(f"people/{stranger.pk}/"), {"name": "Me"}), 404)
    error_of(api(alice).post(url(f"people/{mine.pk}/merge/"), {"people": [stranger.pk]}), 400)
    error_of(api(alice).post(url("faces/assign/"), {"faces": [face.pk], "person": mine.pk}), 400)
    error_of(api(alice).get(url(f"faces/{face.pk}/")), 404)
    assert Face.objects.get(pk=face.pk).person == stranger


def test_an_account_that_is_gone_leaves_its_changes(api, alice, bob, url, make_person):
    api(bob).patch(url(f"people/{make_person().pk}/"), {"name": "Anna"})
    bob.delete()
    [change] = api(alice).get(url("changes/")).json()["results"]
    assert change["actor"] is None
