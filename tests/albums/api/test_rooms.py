from __future__ import annotations

import json

import pytest

from albums.models import Membership, Photo, Room
from tests.albums.api.conftest import error_of


def test_a_room_is_made_changed_and_deleted(api, alice):
    client = api(alice)
    made = client.post("/api/v1/rooms/", {"name": "Summer", "date": "2026-06-20", "time_zone": "Europe/Rome"})
    assert made.status_code == 201, made.content
    assert made.json()["role"] == "owner"
    assert made.json()["member_count"] == 1
    address = f"/api/v1/rooms/{made.json()['id']}/"

    changed = client.patch(address, {"name": "Winter", "password": "snow", "date": None})
    assert (changed.json()["name"], changed.json()["has_password"]) == ("Winter", True)
    assert changed.json()["time_zone"] == "Europe/Rome"

    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_the_list_holds_only_ones_own_rooms(api, room, bob, charlie):
    assert [row["id"] for row in api(bob).get("/api/v1/rooms/").json()["results"]] == [str(room.pk)]
    assert api(charlie).get("/api/v1/rooms/").json()["count"] == 0


def test_a_password_is_never_answered(api, alice, room):
    room.set_password("secret")
    room.save()
    assert "secret" not in api(alice).get(f"/api/v1/rooms/{room.pk}/").content.decode()
    assert "password" not in api(alice).get(f"/api/v1/rooms/{room.pk}/").json()


def test_a_cover_must_be_a_photo_of_the_room(api, alice, room, add_photo):
    first, photo = add_photo(), add_photo()
    Photo.objects.update(state="ready")
    address = f"/api/v1/rooms/{room.pk}/"
    assert api(alice).patch(address, {"cover": photo.pk}).json()["cover"]["photo"] == photo.pk
    assert "cover" in error_of(api(alice).patch(address, {"cover": 10**18}), 400)["fields"]
    assert api(alice).patch(address, {"cover": None}).json()["cover"]["photo"] == first.pk
    Photo.objects.update(state="pending")
    assert api(alice).get(address).json()["cover"] is None


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"name": "\ud800"},
        {"name": "Party", "time_zone": "Mars/Olympus"},
        {"name": "Party", "time_zone": "../../etc/passwd"},
        {"name": "Party", "upload_policy": "nobody"},
        {"name": "Party", "upload_policy": "\ud800"},
        {"name": "Party", "date": "tomorrow"},
        {"name": ["Party"]},
        {},
    ],
)
def test_what_makes_no_room_is_answered_with_400(api, alice, values):
    body = json.dumps(values)  # escapes what UTF-8 has no bytes for
    error_of(api(alice).post("/api/v1/rooms/", body, content_type="application/json"), 400)
    assert not Room.objects.exists()


def test_a_member_may_not_change_the_room(api, bob, vera, room):
    address = f"/api/v1/rooms/{room.pk}/"
    for user in (bob, vera):
        assert error_of(api(user).patch(address, {"name": "Mine"}), 403)["code"] == "permission_denied"
        error_of(api(user).delete(address), 403)


def test_progress_counts_photos(api, vera, url, add_photo):
    add_photo()
    expected = {
        "total": 1,
        "in_albums": 1,
        "ready": 0,
        "pending": 1,
        "failed": 0,
        "seconds_left": None,
        "again": 0,
        "is_sorting": False,
    }
    assert api(vera).get(url("progress/")).json() == expected


def test_a_member_leaves_and_the_owner_can_not(api, alice, bob, room, url):
    assert api(bob).post(url("leave/")).status_code == 204
    assert not Membership.objects.filter(user=bob).exists()
    error_of(api(alice).post(url("leave/")), 403)


def test_members_are_seen_by_everybody_and_managed_by_the_owner(api, alice, bob, vera, room, url):
    rows = api(vera).get(url("members/")).json()["results"]
    assert [(row["user"]["name"], row["role"], row["is_you"]) for row in rows] == [
        ("Alice", "owner", False),
        ("Bob", "member", False),
        ("Vera", "viewer", True),
    ]
    assert "example.org" not in str(rows)
    ids = {row["user"]["name"]: row["id"] for row in rows}

    assert api(alice).patch(url(f"members/{ids['Vera']}/"), {"role": "member"}).json()["role"] == "member"
    error_of(api(alice).patch(url(f"members/{ids['Vera']}/"), {"role": "owner"}), 400)
    error_of(api(bob).patch(url(f"members/{ids['Vera']}/"), {"role": "viewer"}), 403)
    assert api(alice).delete(url(f"members/{ids['Vera']}/")).status_code == 204
    error_of(api(alice).delete(url(f"members/{ids['Alice']}/")), 400)
    assert api(alice).post(url(f"members/{ids['Bob']}/hand-over/")).json()["role"] == "owner"
    assert Membership.objects.get(room=room, user=alice).role == "member"


def test_a_member_of_another_room_is_not_found(api, alice, room, url, charlie):
    other = Room.objects.create(name="Other")
    stranger = Membership.objects.create(room=other, user=charlie, role="member")
    error_of(api(alice).patch(url(f"members/{stranger.pk}/"), {"role": "viewer"}), 404)
    error_of(api(alice).delete(url(f"members/{stranger.pk}/")), 404)
