"""Taking one's data along, and deleting one's account."""

import json

import pytest
from allauth.usersessions.models import UserSession
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from albums.models import Device, Event, Membership, Person, Photo, PhotoGroup
from albums.services import rooms as room_services
from processing.arranging.room import arrange
from tests.accounts.conftest import PASSWORD, sign_in, user_of


@pytest.fixture
def bob_client(bob) -> Client:
    client = Client()
    sign_in(client, bob)
    return client


def delete(client, **data):
    return client.post("/account/delete/", data)


def test_export_is_a_file_with_everything_about_the_user(bob_client, bob, room, add_photo, add_face):
    photo = add_photo(bob, name="party.jpg")
    add_face(photo, Person.objects.create(room=room, name="Bob", user=bob))

    response = bob_client.get("/account/export/")

    assert response["Content-Disposition"] == 'attachment; filename="photoroom-my-data.json"'
    data = json.loads(response.content)
    assert data["account"]["name"] == "Bob"
    assert data["account"]["email"] == "bob@example.org"
    assert len(data["sessions"]) == 1
    assert data["rooms"] == [
        {
            "room": str(room.pk),
            "room__name": "Alice's party",
            "role": "member",
            "joined_at": data["rooms"][0]["joined_at"],
            "sends_mail": True,
            "seen_at": data["rooms"][0]["seen_at"],
            "new_since": data["rooms"][0]["new_since"],
        }
    ]
    assert data["photos"][0]["filename"] == "party.jpg"
    assert data["photos"][0]["sha256"] == photo.sha256
    assert data["faces_claimed"][0]["photo__filename"] == "party.jpg"
    assert len(data["faces_claimed"][0]["descriptor"]) == 684  # 512 bytes in base64


def test_export_holds_nothing_of_others_and_no_secret(bob_client, bob, alice, room, add_photo):
    add_photo(alice, name="secret.jpg")

    text = bob_client.get("/account/export/").content.decode()

    assert "secret.jpg" not in text
    assert "alice@example.org" not in text
    assert bob.password not in text


def test_export_takes_the_same_queries_for_many_photos(bob_client, bob, room, add_photo, add_face):
    person = Person.objects.create(room=room, name="Bob", user=bob)

    def export():
        with CaptureQueriesContext(connection) as queries:
            bob_client.get("/account/export/")
        return len(queries)

    add_face(add_photo(bob), person)
    export()  # what is looked up once, as the site's settings
    for_one = export()
    for _ in range(12):
        add_face(add_photo(bob), person)
    assert export() == for_one


def test_guest_takes_data_along_too(guest_client):
    assert json.loads(guest_client.get("/account/export/").content)["account"]["is_guest"] is True


def test_account_is_deleted_with_its_password(bob_client, bob, room):
    response = delete(bob_client, password=PASSWORD)

    assert response["Location"] == "/"
    assert user_of(bob_client) is None
    assert not User.objects.filter(pk=bob.pk).exists()
    assert not Membership.objects.filter(room=room, user=bob.pk).exists()
    assert not UserSession.objects.exists()


def test_other_browsers_are_signed_out_at_once(bob_client, bob):
    phone = Client()
    sign_in(phone, bob)

    delete(bob_client, password=PASSWORD)

    assert phone.get("/account/").status_code == 302


def test_wrong_password_deletes_nothing(bob_client, bob):
    page = delete(bob_client, password="wrong")

    assert "Nothing was deleted." in page.content.decode()
    assert User.objects.filter(pk=bob.pk).exists()


def test_guessing_the_password_is_limited(bob_client):
    answers = [delete(bob_client, password="wrong").status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


def test_guest_is_deleted_by_typing_the_name(guest_client, gina):
    delete(guest_client, name="Maria")
    assert User.objects.filter(pk=gina.pk).exists()

    delete(guest_client, name=" gina ")
    assert not User.objects.filter(pk=gina.pk).exists()


def test_photos_stay_in_the_room_without_an_uploader(bob_client, bob, add_photo):
    photo = add_photo(bob)

    delete(bob_client, password=PASSWORD)

    photo.refresh_from_db()
    assert photo.uploader is None
    assert default_storage.exists(photo.original.name)


def test_photos_go_too_when_that_is_ticked(
    bob_client, bob, alice, room, add_photo, add_face, django_capture_on_commit_callbacks
):
    hers, his = add_photo(alice), add_photo(bob)
    person = Person.objects.create(room=room, name="Vera", photo_count=2)
    add_face(hers, person)
    add_face(his, person, seed=1)

    with django_capture_on_commit_callbacks(execute=True):
        delete(bob_client, password=PASSWORD, with_photos="on")

    person.refresh_from_db()
    assert list(Photo.objects.all()) == [hers]
    assert person.photo_count == 1
    assert not default_storage.exists(his.original.name)
    assert default_storage.exists(hers.original.name)


def test_events_and_groups_notice_that_photos_went_with_the_account(bob_client, bob, alice, room, add_photo):
    mine, other = add_photo(bob), add_photo(alice)
    event = Event.objects.create(room=room, starts_at=mine.sort_at, ends_at=mine.sort_at, photo_count=2)
    group = PhotoGroup.objects.create(room=room, kind="duplicates", proposed=mine)
    Photo.objects.filter(room=room).update(event=event, duplicates=group, arrange_requests=0, state="ready")

    bob_client.post("/account/delete/", {"password": PASSWORD, "with_photos": "on"})

    event.refresh_from_db()
    assert event.photo_count == 1
    assert list(room.photos.to_arrange()) == [other]


def test_a_shifted_clock_stays_shifted_without_its_account(bob_client, bob, room, add_photo):
    photo = add_photo(bob)
    camera = Device.objects.create(room=room, camera="Canon", uploader=bob, shift_seconds=3600)
    Photo.objects.filter(pk=photo.pk).update(
        device=camera, camera="Canon", time_source="camera", taken_at=photo.sort_at, state="ready"
    )

    bob_client.post("/account/delete/", {"password": PASSWORD})

    arrange(room.pk)
    photo.refresh_from_db()
    assert (photo.time_source, photo.taken_at) == ("person", photo.sort_at)


def test_claims_end_with_the_account(bob_client, bob, room):
    person = Person.objects.create(room=room, name="Bob", user=bob)

    delete(bob_client, password=PASSWORD)

    assert not Person.objects.filter(pk=person.pk).exists()


def test_owner_of_a_room_with_others_hands_it_over_first(alice_client, alice, room, bob):
    page = delete(alice_client, password=PASSWORD).content.decode()

    assert "You own “Alice&#x27;s party”, and others are in it." in page
    assert f"/rooms/{room.pk}/members/" in page
    assert User.objects.filter(pk=alice.pk).exists()


def test_owner_of_an_empty_room_deletes_it_first(alice_client, alice, room):
    page = alice_client.get("/account/delete/").content.decode()

    assert "nobody else is in it. Delete it first." in page
    room_services.delete_room(user=alice, room=room)
    delete(alice_client, password=PASSWORD)
    assert not User.objects.filter(pk=alice.pk).exists()


def test_deletion_needs_a_csrf_token(bob):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)

    assert delete(strict, password=PASSWORD).status_code == 403
    assert User.objects.filter(pk=bob.pk).exists()


def test_a_guests_name_is_shown_as_typed(client, db):
    guest = User.objects.create_guest(display_name="<b>Gina</b>")
    client.force_login(guest)
    page = client.get("/account/delete/").content.decode()
    assert "Type &lt;b&gt;Gina&lt;/b&gt; to confirm." in page
    assert "<b>Gina" not in page
