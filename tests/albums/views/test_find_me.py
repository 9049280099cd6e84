from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from albums.models import Download, FaceSearch, Person, PersonChange
from tests.conftest import picture

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


@pytest.fixture
def search(room, bob):
    """Bob's search, as a worker leaves it; the keywords say what it found."""

    def make(state: str = "done", user=bob, **columns: object) -> FaceSearch:
        return FaceSearch.objects.create(room=room, user=user, state=state, **columns)

    return make


def ticked(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'name="faces" value="(\d+)" data-photo="\d+" checked', html)]


def maybe(html: str) -> list[int]:
    section = html.partition("data-maybe>")[2].partition("</section>")[0]
    return [int(pk) for pk in re.findall(r'name="faces" value="(\d+)"', section)]


def test_a_selfie_starts_a_search_and_the_page_waits(press, bob, room):
    html = press(bob, "find-me/start/", selfie=ContentFile(picture(), "me.jpg")).content.decode()
    assert "Looking for you" in html
    assert f'hx-get="/rooms/{room.pk}/find-me/results/?album=1&amp;slow=0"' in html
    assert FaceSearch.objects.get().state == "waiting"


def test_without_a_script_a_link_shows_what_was_found(open_page, bob, search):
    search("waiting")
    assert "See what was found" in open_page(bob, "find-me/").content.decode()


def test_a_tapped_face_starts_a_search(press, vera, fill, add_face):
    face = add_face(fill(1)[0])
    assert "Looking for you" in press(vera, "find-me/start/", face=face.pk).content.decode()
    assert FaceSearch.objects.get().user == vera


def test_no_picture_is_a_sentence(press, bob):
    assert "Take a selfie or choose a picture first." in press(bob, "find-me/start/").content.decode()


def test_while_it_waits_there_is_nothing_new_to_show(client, bob, room, search):
    search("waiting")
    client.force_login(bob)
    assert client.get(f"/rooms/{room.pk}/find-me/results/?slow=0").status_code == 204


def test_a_long_wait_is_explained_once(client, bob, room, search):
    search("waiting", created_at=timezone.now() - timedelta(seconds=30))
    client.force_login(bob)
    response = client.get(f"/rooms/{room.pk}/find-me/results/?slow=0")
    assert "The site is busy with photos, you come right after." in response.content.decode()
    assert client.get(f"/rooms/{room.pk}/find-me/results/?slow=1").status_code == 204


def test_a_failure_says_why_and_offers_to_try_again(open_page, bob, search):
    search("failed", failure="No face was found on this picture.")
    html = open_page(bob, "find-me/").content.decode()
    assert "No face was found on this picture." in html
    assert "Try again" in html


def test_what_is_sure_is_ticked_and_counted_in_photos(open_page, bob, fill, add_face, search):
    photos = fill(2)
    faces = [add_face(photos[0]), add_face(photos[0], x=50), add_face(photos[1])]
    search(sure=[face.pk for face in faces])
    html = open_page(bob, "find-me/").content.decode()
    assert ticked(html) == [face.pk for face in faces]
    assert ": 2 photos</span>" in html


def test_maybe_shows_twelve_at_a_time(open_page, bob, fill, add_face, search):
    faces = [add_face(photo) for photo in fill(14)]
    search(maybe=[face.pk for face in faces])
    html = open_page(bob, "find-me/").content.decode()
    assert maybe(html) == [face.pk for face in faces[:12]]


def test_those_are_me_opens_my_album_and_can_be_undone(press, bob, fill, add_face, search):
    faces = [add_face(photo) for photo in fill(3)]
    search(sure=[face.pk for face in faces])
    pks = [face.pk for face in faces]
    html = press(bob, "find-me/accept/", faces=pks, shown=pks).content.decode()
    assert "Download 3 photos" in html
    assert "Undo" in html
    press(bob, f"changes/{PersonChange.objects.get().pk}/undo/")
    assert not Person.objects.filter(user=bob, faces__isnull=False).exists()


def test_what_is_not_ticked_any_more_is_not_asked_again(press, open_page, bob, fill, add_face, search):
    right, wrong = (add_face(photo) for photo in fill(2))
    search(sure=[right.pk, wrong.pk])
    press(bob, "find-me/accept/", faces=[right.pk], shown=[right.pk, wrong.pk])
    assert list(Person.objects.get(user=bob).faces.all()) == [right]
    assert ticked(open_page(bob, "find-me/").content.decode()) == []


def test_who_is_not_ticked_does_not_come_along_with_a_group(press, bob, fill, add_person, search):
    group = add_person(*fill(3))
    wrong, *right = group.faces.all()
    search(sure=[face.pk for face in group.faces.all()])
    shown = [wrong.pk, *(face.pk for face in right)]
    press(bob, "find-me/accept/", faces=shown[1:], shown=shown)
    assert list(Person.objects.get(user=bob).faces.order_by("pk")) == right
    assert list(wrong.refusals.values_list("person", flat=True)) == [group.pk]
    press(bob, f"changes/{PersonChange.objects.get().pk}/undo/")
    assert group.faces.count() == 3
    assert not wrong.refusals.exists()


def test_none_of_them_is_an_answer_too(press, bob, fill, add_face, search):
    face = add_face(fill(1)[0])
    search(sure=[face.pk])
    html = press(bob, "find-me/accept/", shown=[face.pk]).content.decode()
    assert "they won’t be shown to you again" in html
    assert ticked(html) == []


def test_maybe_is_answered_one_by_one(press, open_page, bob, room, fill, add_face, search):
    first, second, third = (add_face(photo) for photo in fill(3))
    search(maybe=[first.pk, second.pk, third.pk])
    here = f"/rooms/{room.pk}/find-me/"
    assert maybe(press(bob, "find-me/decline/", faces=first.pk).content.decode()) == [second.pk, third.pk]
    assert maybe(press(bob, "find-me/accept/", faces=second.pk, next=here).content.decode()) == [third.pk]
    assert list(Person.objects.get(user=bob).faces.all()) == [second]


def test_only_faces_that_can_be_seen_are_shown(open_page, bob, alice, fill, add_face, add_person, search):
    photos = fill(4)
    mine = add_person(photos[0], user=bob, name="Bob").faces.get()
    gone, no_face = add_face(photos[1]), add_face(photos[2], is_dismissed=True)
    kept = add_face(photos[3])
    type(photos[1]).objects.filter(pk=photos[1].pk).update(deleted_at=timezone.now())
    search(sure=[mine.pk, gone.pk, no_face.pk, kept.pk])
    assert ticked(open_page(bob, "find-me/").content.decode()) == [kept.pk]


def test_faces_of_which_somebody_else_said_meanwhile_that_they_are_them_are_not_offered(
    open_page, bob, alice, fill, add_face, add_person, search
):
    photos = fill(3)
    theirs = [
        add_person(photo, user=user).faces.get() for photo, user in ((photos[0], alice), (photos[1], None))
    ]
    kept = add_face(photos[2])
    search(sure=[theirs[0].pk, kept.pk], maybe=[theirs[1].pk])
    html = open_page(bob, "find-me/").content.decode()
    assert (ticked(html), maybe(html)) == ([kept.pk], [theirs[1].pk])


def test_nobody_sees_what_was_found_of_somebody_else(open_page, alice, fill, add_face, search):
    face = add_face(fill(1)[0])
    search(sure=[face.pk])
    assert ticked(open_page(alice, "find-me/").content.decode()) == []


def test_nothing_found_is_said_kindly_with_what_to_do(open_page, bob, fill, add_person, search):
    add_person(*fill(1), name="Nina")
    search()
    html = open_page(bob, "find-me/").content.decode()
    assert "No photo of you yet." in html
    assert "Try another picture" in html
    assert "Which one is you?" in html


def test_my_album_asks_about_what_may_be_me(open_page, bob, fill, add_face, add_person, search):
    photos = fill(3)
    add_person(photos[0], user=bob, name="Bob")
    faces = [add_face(photo) for photo in photos[1:]]
    search(maybe=[face.pk for face in faces])
    html = open_page(bob, "mine/").content.decode()
    assert maybe(html) == [face.pk for face in faces]
    assert "Download 1 photo " in html
    assert "Look again" in html


def test_what_is_sure_is_in_my_album_and_in_its_zip_before_i_say_anything(
    open_page, press, bob, alice, fill, add_face, add_person, search
):
    photos = fill(5)
    add_person(photos[0], user=bob, name="Bob")
    add_person(photos[1], user=alice, name="Alice")
    declined, claimed = add_face(photos[2]), Person.objects.get(user=alice).faces.get()
    sure = [add_face(photo).pk for photo in photos[3:]]
    search(sure=[*sure, declined.pk, claimed.pk], declined=[declined.pk])
    assert "Download 3 photos" in open_page(bob, "mine/").content.decode()
    press(bob, "downloads/", album="mine")
    assert Download.objects.get().photo_count == 3


def test_what_i_took_is_a_choice_beside_my_album(open_page, press, bob, fill, add_person):
    fill(3, uploader=bob)
    add_person(*fill(2), user=bob, name="Bob")
    html = open_page(bob, "mine/").content.decode()
    assert "Download 2 photos" in html
    assert "Download 5 photos" in html
    press(bob, "downloads/", album="mine-and-taken")
    assert Download.objects.get().photo_count == 5


def test_all_that_is_sure_is_saved_with_one_press(press, bob, fill, add_face, search):
    faces = [add_face(photo) for photo in fill(3)]
    search(sure=[face.pk for face in faces])
    press(bob, "find-me/accept/", all=1)
    assert Person.objects.get(user=bob).faces.count() == 3


def test_waiting_ends_on_my_album(client, bob, room, search):
    search("waiting")
    client.force_login(bob)
    assert "Looking for you" in client.get(f"/rooms/{room.pk}/find-me/results/?album=1").content.decode()
    FaceSearch.objects.update(state="done")
    html = client.get(f"/rooms/{room.pk}/find-me/results/?album=1&slow=0").content.decode()
    assert f'data-find-arrived="/rooms/{room.pk}/mine/"' in html


def test_faces_of_another_room_start_nothing(client, charlie, fill, add_face):
    from albums.services.rooms import create_room

    face = add_face(fill(1)[0])
    other = create_room(owner=charlie, name="Other")
    client.force_login(charlie)
    assert client.post(f"/rooms/{other.pk}/find-me/start/", {"face": face.pk}).status_code == 404


def test_many_faces_ask_the_database_as_often_as_few(client, bob, room, fill, add_face, search):
    found = search(sure=[add_face(fill(1)[0], crop="nowhere.jpg").pk])
    client.force_login(bob)
    with CaptureQueriesContext(connection) as few:
        client.get(f"/rooms/{room.pk}/find-me/")
    found.sure = [add_face(photo, crop="nowhere.jpg").pk for photo in fill(30)]
    found.save()
    with CaptureQueriesContext(connection) as many:
        assert len(ticked(client.get(f"/rooms/{room.pk}/find-me/").content.decode())) == 30
    assert len(many) <= len(few)
