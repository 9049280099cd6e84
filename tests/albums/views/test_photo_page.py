from __future__ import annotations

import re

import pytest
from django.utils.html import escape

from albums.models import Photo


def link(html: str, where: str) -> str:
    found = re.search(rf'href="([^"]+)" data-viewer-{where}', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_neighbors_are_those_of_the_list_one_came_from(open_page, alice, fill, add_person, room):
    photos = fill(5)
    person = add_person(photos[0], photos[2], photos[4], name="Nina")
    html = open_page(alice, f"photos/{photos[2].pk}/", person=person.pk).content.decode()
    base = f"/rooms/{room.pk}/photos"
    assert link(html, "previous") == f"{base}/{photos[0].pk}/?person={person.pk}"
    assert link(html, "next") == f"{base}/{photos[4].pk}/?person={person.pk}"
    assert link(html, "close") == person.get_absolute_url()
    assert "2 of 3" in html


def test_the_first_and_the_last_photo_have_one_neighbor(open_page, alice, fill):
    photos = fill(2)
    first = open_page(alice, f"photos/{photos[0].pk}/").content.decode()
    last = open_page(alice, f"photos/{photos[1].pk}/").content.decode()
    assert link(first, "previous") == link(last, "next") == ""
    assert link(first, "next")
    assert link(last, "previous")


def test_photos_of_one_moment_are_passed_one_by_one(open_page, alice, fill):
    photos = fill(3)
    Photo.objects.update(sort_at=photos[0].sort_at)
    html = open_page(alice, f"photos/{photos[1].pk}/").content.decode()
    assert f"/{photos[0].pk}/" in link(html, "previous")
    assert f"/{photos[2].pk}/" in link(html, "next")


def test_the_time_is_that_of_the_cameras_clock(open_page, alice, fill):
    photo = fill(1)[0]
    assert "10:00" in open_page(alice, f"photos/{photo.pk}/").content.decode()
    photo.taken_offset_minutes = 150
    photo.save()
    assert '<span class="quiet">12:30</span>' in open_page(alice, f"photos/{photo.pk}/").content.decode()


def test_other_times_are_on_the_clock_of_the_room(open_page, alice, room, fill):
    room.time_zone = "Asia/Tokyo"
    room.save()
    fill(1, deleted_at="2026-06-20T20:00:00Z", deleted_by=alice)
    assert "21 Jun 2026, 05:00" in open_page(alice, "trash/").content.decode()


def test_a_video_has_a_player(open_page, alice, fill):
    video = fill(1, kind="video", content_type="video/mp4", seconds=65.0)[0]
    html = open_page(alice, f"photos/{video.pk}/").content.decode()
    assert "<video" in html
    assert "1:05" in html


def test_a_photo_with_a_problem_says_which(open_page, alice, fill):
    photo = fill(1, state="failed", failure="The file ends too early.")[0]
    photo.renditions.all().delete()
    assert "The file ends too early." in open_page(alice, f"photos/{photo.pk}/").content.decode()


def test_faces_are_listed_with_names_or_a_field(open_page, alice, vera, fill, add_person):
    photo = fill(1)[0]
    add_person(photo, name="Nina")
    add_person(photo)
    html = open_page(alice, f"photos/{photo.pk}/").content.decode()
    assert "Nina" in html
    assert html.count('placeholder="Who is this?"') == 1
    assert "data-names" not in open_page(vera, f"photos/{photo.pk}/").content.decode()


def test_deleting_offers_undo_and_undo_brings_back(press, client, alice, room, fill):
    photo = fill(1)[0]
    html = press(alice, "photos/trash/", photos=photo.pk).content.decode()
    assert "1 photo moved to the trash." in html
    assert f'action="/rooms/{room.pk}/photos/restore/"' in html
    assert photo.filename in client.get(f"/rooms/{room.pk}/trash/").content.decode()
    press(alice, "photos/restore/", photos=photo.pk)
    photo.refresh_from_db()
    assert photo.deleted_at is None


def test_members_delete_their_own_photos_only(press, bob, fill):
    theirs, mine = fill(2)
    mine.uploader = bob
    mine.save()
    assert press(bob, "photos/trash/", photos=theirs.pk).status_code == 403
    press(bob, "photos/trash/", photos=mine.pk)
    assert list(Photo.objects.present()) == [theirs]


def test_members_see_in_the_trash_what_they_may_bring_back(open_page, alice, bob, fill):
    photos = fill(2, deleted_at="2026-06-21T00:00:00Z", deleted_by=alice)
    photos[1].deleted_by = bob
    photos[1].save()
    html = open_page(bob, "trash/").content.decode()
    assert photos[1].filename in html
    assert photos[0].filename not in html


def test_naming_a_face_names_its_group(press, alice, fill, add_person):
    photos = fill(2)
    person = add_person(*photos)
    face = person.faces.first()
    html = press(alice, f"faces/{face.pk}/name/", name="Nina").content.decode()
    person.refresh_from_db()
    assert person.name == "Nina"
    assert "Undo" in html


def test_naming_a_face_of_somebody_else_moves_that_face_alone(press, alice, room, fill, add_person):
    photos = fill(2)
    nina = add_person(*photos, name="Nina")
    face = nina.faces.first()
    press(alice, f"faces/{face.pk}/name/", name="Omar")
    face.refresh_from_db()
    assert face.person.name == "Omar"
    assert nina.faces.count() == 1


def test_an_empty_name_is_asked_for_again(press, alice, fill, add_person):
    person = add_person(*fill(1))
    html = press(alice, f"faces/{person.faces.first().pk}/name/", name="  ").content.decode()
    assert "Type a name first." in html


def test_viewers_can_not_name(press, vera, fill, add_person):
    person = add_person(*fill(1))
    assert press(vera, f"faces/{person.faces.first().pk}/name/", name="Nina").status_code == 403


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_button_leads_nowhere_outside(client, alice, room, fill, address):
    client.force_login(alice)
    response = client.post(f"/rooms/{room.pk}/photos/trash/", {"photos": fill(1)[0].pk, "next": address})
    assert response.url == f"/rooms/{room.pk}/"


def test_names_of_files_are_escaped(open_page, alice, fill):
    photo = fill(1)[0]
    photo.filename = '"><script>alert(1)</script>.jpg'
    photo.save()
    html = open_page(alice, f"photos/{photo.pk}/").content.decode()
    assert "<script>alert" not in html
    assert escape(photo.filename) in html


def test_a_chosen_download_holds_the_chosen_photos(client, bob, room, add_photo):
    photos = [add_photo(), add_photo(), add_photo()]
    client.force_login(bob)
    response = client.post(f"/rooms/{room.pk}/downloads/", {"photos": [photos[0].pk, photos[2].pk]})
    download = room.downloads.get()
    assert response.url == download.get_absolute_url()
    assert download.photo_count == 2


def test_an_empty_download_is_refused_in_words(press, bob):
    assert "nothing to download" in press(bob, "downloads/", album="mine").content.decode()
