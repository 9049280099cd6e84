from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from albums.models import Job, Room
from tests.conftest import picture


def photos_of(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-photo="(\d+)"', html)]


def next_of(html: str) -> str:
    found = re.search(r'href="(\?[^"]*after=[^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_every_photo_comes_once_over_all_pages(client, room, alice, fill):
    photos = fill(400)
    client.force_login(alice)
    html = client.get(f"/rooms/{room.pk}/").content.decode()
    seen = photos_of(html)
    while query := next_of(html):
        html = client.get(f"/rooms/{room.pk}/{query}").content.decode()
        seen += photos_of(html)
    assert seen == [photo.pk for photo in photos]


def test_photos_lie_under_their_local_day(open_page, alice, fill):
    fill(1, start=datetime(2026, 6, 20, 22, 30, tzinfo=UTC))
    photo = fill(1, start=datetime(2026, 6, 20, 22, 31, tzinfo=UTC))[0]
    photo.taken_offset_minutes = 120  # half past midnight there
    photo.save()
    html = open_page(alice).content.decode()
    assert re.findall(r'data-day="([^"]+)"', html) == ["2026-06-20", "2026-06-21"]


def test_photos_in_the_trash_are_not_shown(open_page, alice, fill):
    gone = fill(1, deleted_at=datetime(2026, 6, 21, tzinfo=UTC))[0]
    kept = fill(1)[0]
    assert photos_of(open_page(alice).content.decode()) == [kept.pk]
    assert gone.pk != kept.pk


def test_chips_say_why_only_some_photos_are_shown(open_page, alice, bob, fill):
    fill(2)
    theirs = fill(1)[0]
    theirs.uploader = bob
    theirs.save()
    html = open_page(alice, uploader=bob.pk).content.decode()
    assert photos_of(html) == [theirs.pk]
    assert "Added by Bob" in html
    assert "Clear the search" in html


def test_filters_do_not_tell_of_people_outside_the_room(open_page, alice, charlie):
    html = open_page(alice, uploader=charlie.pk).content.decode()
    assert "Charlie" not in html


def test_nonsense_in_the_address_shows_the_first_page(open_page, alice, fill):
    photos = fill(2)
    for query in (
        {"after": "x"},
        {"after": "9" * 40 + "-1"},
        {"person": "-3"},
        {"after": "5-²"},
        {"kind": "x"},
    ):
        response = open_page(alice, **query)
        assert response.status_code == 200, query
        assert len(photos_of(response.content.decode())) == len(photos)


def test_an_empty_room_says_what_to_do(open_page, alice, vera):
    assert "Drop files or a whole folder" in open_page(alice).content.decode()
    assert "As soon as somebody adds photos" in open_page(vera).content.decode()


def test_viewers_get_no_way_to_add_photos(open_page, vera, fill):
    fill(1)
    html = open_page(vera).content.decode()
    assert "data-upload-input" not in html
    assert "data-tray" not in html


def test_progress_is_asked_for_again_until_all_is_done(open_page, alice, fill):
    fill(2)
    waiting = fill(1, state="pending")[0]
    html = open_page(alice, "progress/").content.decode()
    assert "2 of 3 photos" in html
    assert 'hx-trigger="every' in html
    waiting.state = "ready"
    waiting.save()
    assert "hx-trigger" not in open_page(alice, "progress/").content.decode()


def test_progress_goes_on_until_the_faces_are_sorted(open_page, alice, room, fill):
    fill(1)
    job = Job.objects.create(room=room, kind="cluster")
    html = open_page(alice, "progress/").content.decode()
    assert "Putting faces together" in html
    assert "hx-trigger" in html
    job.state = "done"
    job.save()
    assert "hx-trigger" not in open_page(alice, "progress/").content.decode()


def test_progress_tells_of_problems(open_page, alice, fill):
    fill(1, state="failed", failure="The file is damaged.")
    assert "One photo has a problem." in open_page(alice, "progress/").content.decode()
    assert "The file is damaged." in open_page(alice, "failed/").content.decode()


def test_photos_can_be_added_without_a_script(press, alice, room):
    files = [SimpleUploadedFile("a.jpg", picture("red")), SimpleUploadedFile("b.jpg", picture("blue"))]
    html = press(alice, "upload/", files=files).content.decode()
    assert "2 photos added." in html
    assert room.photos.count() == 2


def test_what_is_no_photo_is_refused_in_words(press, alice, room):
    html = press(alice, "upload/", files=[SimpleUploadedFile("notes.txt", b"hello")]).content.decode()
    assert "notes.txt:" in html
    assert room.photos.count() == 0


def test_a_new_room_has_an_invitation_right_away(client, alice):
    client.force_login(alice)
    response = client.post(
        "/rooms/new/", {"name": "Lake", "upload_policy": "members", "time_zone": "Europe/Berlin"}
    )
    room = Room.objects.get(name="Lake")
    assert response.url == room.get_absolute_url()
    assert room.invitations.usable().count() == 1


def test_settings_keep_the_password_unless_told_otherwise(press, alice, room):
    room.set_password("s3cret")
    room.save()
    form = {"name": "New name", "upload_policy": "owner", "time_zone": "UTC"}
    assert "are saved" in press(alice, "settings/", **form).content.decode()
    room.refresh_from_db()
    assert (room.name, room.upload_policy, room.check_password("s3cret")) == ("New name", "owner", True)
    press(alice, "settings/", **form, removes_password="on")
    room.refresh_from_db()
    assert not room.has_password


def test_a_room_is_deleted_only_by_its_typed_name(press, alice, room):
    assert "That is not the name" in press(alice, "delete/", name="Party").content.decode()
    assert Room.objects.filter(pk=room.pk).exists()
    press(alice, "delete/", name="Alice's party")
    assert not Room.objects.filter(pk=room.pk).exists()


def test_a_photo_becomes_the_cover(press, alice, bob, room, fill):
    photo = fill(2)[1]
    assert press(bob, "cover/", photos=photo.pk).status_code == 403
    press(alice, "cover/", photos=photo.pk)
    room.refresh_from_db()
    assert room.cover == photo


def test_who_leaves_finds_the_room_gone(press, client, bob, room):
    press(bob, "leave/")
    assert client.get(f"/rooms/{room.pk}/").status_code == 404


def test_the_owner_can_not_leave(press, alice):
    assert press(alice, "leave/").status_code == 403


@pytest.mark.parametrize("text", ["9" * 5000, str(2**63), "-1", "²", "\x00"])
def test_an_id_that_no_row_can_have_is_nobody(press, alice, text):
    for page, field in (("people/merge/", "people"), ("photos/trash/", "photos"), ("downloads/", "photos")):
        assert press(alice, page, **{field: [text]}).status_code == 200
