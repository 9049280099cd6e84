"""The slideshow of a share link: for a screen without an account, behind the same gate as everything below /s/."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albums.models import Photo, ShareLink
from albums.services.photos import trash_photos
from albums.services.share_links import create_link, revoke_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(room, alice):
    def make(**values: object) -> ShareLink:
        return create_link(user=alice, room=room, **({"title": "Lake"} | values))

    return make


@pytest.fixture
def photos(add_photo) -> list[Photo]:
    made = [add_photo() for _ in range(3)]
    for number, photo in enumerate(made):
        Photo.objects.filter(pk=photo.pk).update(
            state="ready", caption="At Rome", camera="Nikon", sort_at=timezone.now() + timedelta(hours=number)
        )
    return made


def at(link: ShareLink, page: str) -> str:
    return f"{link.get_absolute_url()}{page}"


def test_a_television_plays_the_room_without_an_account(client, share, photos):
    link = share()
    assert at(link, "slideshow/") in client.get(link.get_absolute_url()).content.decode()
    page = client.get(at(link, "slideshow/")).content.decode()
    assert f'data-slide="{photos[0].pk}"' in page
    assert f'data-newest="{photos[2].pk}"' in page
    slides = client.get(at(link, f"slides/?after={photos[0].pk}")).json()
    assert [slide["id"] for slide in slides["results"]] == [photos[1].pk, photos[2].pk]
    assert slides["next"] is None
    assert all("/rooms/" not in str(slide) for slide in slides["results"])


def test_what_comes_while_it_plays_is_heard_and_what_was_trashed_is_not(client, share, photos, alice, room):
    link = share()
    trash_photos(user=alice, room=room, photo_ids=[photos[1].pk])
    newer = client.get(at(link, f"slides/?since={photos[0].pk}")).json()["results"]
    assert [slide["id"] for slide in newer] == [photos[2].pk]


def test_no_word_of_metadata_unless_the_link_tells_it(client, share, photos):
    silent, told = share(), share(shows_metadata=True)
    for page in ("slideshow/", "slides/"):
        answer = client.get(at(silent, page)).content
        assert not [word for word in (b"Rome", b"Nikon", b"IMG_") if word in answer]
    assert client.get(at(told, "slides/")).json()["results"][0]["caption"] == "At Rome"


@pytest.mark.parametrize("page", ["slideshow/", "slides/", "slides/?since=0"])
def test_the_password_is_asked_first(client, share, photos, page):
    link = share(password="let me in")
    answer = client.get(at(link, page))
    assert answer.status_code == 403
    assert b"/photos/" not in answer.content
    client.post(at(link, "password/"), {"password": "let me in"})
    assert client.get(at(link, page)).status_code == 200


@pytest.mark.parametrize("page", ["slideshow/", "slides/?since=0"])
def test_a_link_that_is_over_or_withdrawn_plays_nothing(client, share, photos, alice, page):
    over, gone = share(), share()
    ShareLink.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_link(user=alice, link=gone)
    assert client.get(at(over, page)).status_code == 410
    assert client.get(at(gone, page)).status_code == 410


def test_a_video_of_somebody_who_is_to_be_blurred_does_not_play(client, share, photos, monkeypatch):
    monkeypatch.setattr("albums.views.shared_slides.is_veiled_for", lambda _photo, user: user is None)
    Photo.objects.filter(pk=photos[0].pk).update(veil=7, kind="video")
    slide = client.get(at(share(), "slides/")).json()["results"][0]
    assert slide["video"] == ""
    assert slide["note"]


def test_videos_play_only_where_downloads_are_allowed(client, share, photos):
    Photo.objects.filter(pk=photos[0].pk).update(kind="video")
    open_link, closed = share(), share(allows_downloads=False)
    assert client.get(at(open_link, "slides/")).json()["results"][0]["video"]
    assert not client.get(at(closed, "slides/")).json()["results"][0]["video"]


def test_many_photos_come_in_parts_with_few_queries(
    client, share, photos, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("albums.views.shared_slides.AT_ONCE", 2)
    link = share()
    with django_assert_max_num_queries(6):
        first = client.get(at(link, "slides/")).json()
    assert [slide["id"] for slide in first["results"]] == [photos[0].pk, photos[1].pk]
    rest = client.get(first["next"]).json()
    assert [slide["id"] for slide in rest["results"]] == [photos[2].pk]


def test_without_scripts_one_goes_on_by_hand_and_an_empty_link_says_so(client, share, photos, alice, room):
    link = share()
    page = client.get(at(link, f"slideshow/?photo={photos[1].pk}")).content.decode()
    assert f"?photo={photos[0].pk}" in page
    assert f"?photo={photos[2].pk}" in page
    trash_photos(user=alice, room=room, photo_ids=[photo.pk for photo in photos])
    assert "There is nothing to show yet." in client.get(at(link, "slideshow/")).content.decode()
