"""While a blurred copy is made, and of videos that are not blurred: others see a drawing or a sentence, never a broken picture."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from albums.models import Person, Photo
from albums.services import concealment, people, share_links
from processing import veil_store
from tests.albums.test_never_plain import bytes_of, is_plain, photo  # noqa: F401

pytestmark = pytest.mark.usefixtures("everybody_said_yes")
AS_IMAGE = {"Sec-Fetch-Dest": "image", "Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}
SENTENCE = "Somebody in this video asked not to be shown, so only its picture can be seen."


def get(user, path: str, **headers: str):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(path, headers=headers)


@pytest.fixture
def veiled(room, vera, photo):  # noqa: F811
    concealment.conceal(user=vera, room=room, veil=True)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def video(room, bob, vera, add_photo, add_face) -> Photo:
    """A video of Vera, who asked to be blurred."""
    video = add_photo(bob, name="dance.mp4")
    Photo.objects.filter(pk=video.pk).update(
        state="ready", kind="video", format="MP4", content_type="video/mp4", width=1200, height=900, seconds=4
    )
    video.renditions.create(side_px=640, width=640, height=480, size_bytes=1, file="x.jpg")
    person = Person.objects.create(room=room)
    add_face(video, person, x=10, y=10, width=200, height=200)
    people.claim_person(user=vera, person=person)
    concealment.conceal(user=vera, room=room, veil=True)
    video.refresh_from_db()
    return video


def test_who_puts_it_into_a_page_gets_a_drawing_until_the_copy_is_there(room, bob, vera, veiled):
    path = reverse("albums:media", args=[room.pk, veiled.pk, 640]) + f"?v={veiled.veil}"
    answer = get(bob, path, **AS_IMAGE)
    assert (answer.status_code, answer["Content-Type"]) == (404, "image/svg+xml")
    assert answer["Cache-Control"] == "no-store"
    assert b'width="1200" height="900"' in answer.content  # in the photo's shape
    assert b"<image" not in answer.content  # and nothing of it
    assert get(bob, path).headers["Content-Type"].startswith("text/html")  # a file or a page: words
    assert not get(bob, f"{path}&wall=1", **AS_IMAGE).headers["Content-Type"].startswith("image/")
    assert not get(bob, f"{path}&download=1", **AS_IMAGE).headers["Content-Type"].startswith("image/")
    assert is_plain(bytes_of(get(vera, path, **AS_IMAGE)))  # she sees herself
    veil_store.veil(room.pk)
    answer = get(bob, path, **AS_IMAGE)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert not is_plain(bytes_of(answer))


def test_a_link_answers_with_the_drawing_and_browsers_do_not_keep_it(room, alice, veiled):
    link = share_links.create_link(user=alice, room=room, title="Party")
    path = f"/s/{link.token}/photos/{veiled.pk}/640?v={veiled.veil}"
    answer = get(None, path, **AS_IMAGE)
    assert (answer.status_code, answer["Content-Type"]) == (404, "image/svg+xml")
    assert answer["Cache-Control"] == "no-store"


def test_in_place_of_a_face_beside_somebody_blurred_there_is_a_drawing(room, bob, veiled):
    face = veiled.faces.get(person=None)
    answer = get(bob, reverse("albums:face_crop", args=[room.pk, face.pk]), **AS_IMAGE)
    assert (answer.status_code, answer["Content-Type"]) == (404, "image/svg+xml")


def test_a_video_that_others_may_not_see_is_its_picture_and_a_sentence(room, bob, vera, video):
    page = get(bob, video.get_absolute_url()).content.decode()
    assert SENTENCE in page
    assert "<video" not in page
    assert "data-viewer-download" not in page
    page = get(vera, video.get_absolute_url()).content.decode()
    assert SENTENCE not in page
    assert "<video" in page


def test_a_link_shows_the_picture_of_such_a_video(room, alice, video):
    link = share_links.create_link(user=alice, room=room, title="Party")
    page = get(None, f"/s/{link.token}/photos/{video.pk}/").content.decode()
    assert SENTENCE in page
    assert "<video" not in page
    assert "data-shared-download" not in page


def test_a_slideshow_shows_the_picture_of_such_a_video(room, bob, vera, video):
    path = reverse("api:slides-list", kwargs={"room": room.pk})
    (slide,) = get(bob, path).json()["results"]
    assert (slide["video"], slide["note"]) == ("", SENTENCE)
    (slide,) = get(vera, path).json()["results"]
    assert slide["video"].endswith(f"/original?v={video.veil}")
    assert slide["note"] == ""
    assert SENTENCE in get(bob, reverse("albums:slideshow", args=[room.pk])).content.decode()
