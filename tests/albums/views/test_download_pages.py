"""Choosing how a zip comes, watching it being prepared, fetching it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from albums.models import Download, Person, Photo, Room
from albums.services.downloads import request_download
from albums.zip_options import ZipOptions
from processing.exporting.choices import Layout


@pytest.fixture
def photos(add_photo: Callable[..., Photo]) -> list[Photo]:
    return [add_photo(), add_photo(), add_photo()]


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def at(room: Room, path: str = "") -> str:
    return f"/rooms/{room.pk}/downloads/{path}"


def test_one_tap_fetches_the_originals(bobs: Client, room: Room, photos: list[Photo]) -> None:
    response = bobs.post(at(room), {"album": "room"})
    download = Download.objects.get()
    assert response.headers["Location"] == f"/downloads/{download.pk}/"
    assert (download.options, download.state, download.file_count) == ({}, "ready", 3)


def test_the_options_say_how_many_and_how_large(bobs: Client, room: Room, photos: list[Photo]) -> None:
    page = bobs.get(at(room, "options/"), {"album": "room"}).content.decode()
    assert "Download 3 photos" in page
    assert "about" not in page.partition("data-download-end")[2].partition("</form>")[0]
    page = bobs.get(at(room, "options/"), {"album": "room", "metadata": "write"}).content.decode()
    assert "Download 3 photos · about" in page
    assert "The files are prepared first." in page


def test_what_can_not_be_is_said_and_the_button_is_off(bobs: Client, room: Room, photos: list[Photo]) -> None:
    values = {"album": "room", "metadata": "strip", "layout": "day"}
    page = bobs.get(at(room, "options/"), values).content.decode()
    assert "would tell what is taken out of the photos" in page
    assert "disabled" in page.partition("data-download-end")[2]
    bobs.post(at(room), values)
    assert not Download.objects.exists()


def test_ticked_photos_can_be_chosen_for_too(bobs: Client, room: Room, photos: list[Photo]) -> None:
    page = bobs.post(at(room, "options/"), {"photos": [photos[0].pk, photos[2].pk]}).content.decode()
    assert "Download 2 photos" in page
    bobs.post(at(room), {"photos": [photos[0].pk, photos[2].pk], "layout": "uploader"})
    assert [name.partition("/")[0] for _, name in Download.objects.get().entries] == ["Alice", "Alice"]


def test_nothing_ticked_is_said(bobs: Client, room: Room, photos: list[Photo]) -> None:
    assert "Choose some photos first." in bobs.post(at(room, "options/")).content.decode()


def test_what_was_looked_for_is_an_album(
    bobs: Client, room: Room, photos: list[Photo], add_face: Callable[..., Any]
) -> None:
    anna = Person.objects.create(room=room, name="Anna", photo_count=1)
    add_face(photos[1], anna)
    bobs.post(at(room), {"album": f"search?person={anna.pk}"})
    assert [pk for pk, _ in Download.objects.get().entries] == [photos[1].pk]


def test_it_is_shown_how_far_it_is(bobs: Client, room: Room, photos: list[Photo]) -> None:
    response = bobs.post(at(room), {"album": "room", "metadata": "write"})
    download = Download.objects.get()
    assert response.headers["Location"] == at(room, f"{download.pk}/")
    Download.objects.update(prepared=2)
    page = bobs.get(at(room, f"{download.pk}/")).content.decode()
    assert "2 of 3 photos" in page
    assert 'hx-trigger="every 1s"' in page
    Download.objects.update(state="failed", failure="There is no room on the disk.")
    page = bobs.get(at(room, f"{download.pk}/")).content.decode()
    assert "There is no room on the disk." in page
    assert "Try again" in page
    Download.objects.update(state="ready")
    page = bobs.get(at(room, f"{download.pk}/")).content.decode()
    assert f'data-download-url="/downloads/{download.pk}/"' in page
    assert "every 1s" not in page


def test_my_downloads_are_mine(bobs: Client, alice: User, room: Room, photos: list[Photo], bob: User) -> None:
    request_download(user=bob, room=room)
    hers = request_download(user=alice, room=room, photo_ids=[photos[0].pk])
    page = bobs.get(at(room)).content.decode()
    assert page.count("Take off the list") == 1
    for way in ("", "retry/", "delete/"):
        method = bobs.post if way else bobs.get
        assert method(at(room, f"{hers.pk}/{way}")).status_code == 404


def test_one_can_be_cancelled(bobs: Client, room: Room, photos: list[Photo], bob: User) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"size": "web"}))
    page = bobs.post(at(room, f"{download.pk}/delete/"), follow=True).content.decode()
    assert "The download was cancelled." in page
    assert not Download.objects.exists()
    assert Photo.objects.count() == 3


def test_one_that_failed_can_be_tried_again(bobs: Client, room: Room, photos: list[Photo], bob: User) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"size": "web"}))
    Download.objects.update(state="failed", failure="x")
    assert bobs.post(at(room, f"{download.pk}/retry/")).status_code == 302
    assert Download.objects.get().state == "preparing"


def test_the_pages_ask_the_database_a_fixed_number_of_times(
    bobs: Client, room: Room, photos: list[Photo], bob: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        request_download(user=bob, room=room)
    with django_assert_max_num_queries(12):
        bobs.get(at(room))
    with django_assert_max_num_queries(17):
        bobs.get(at(room, "options/"), {"album": "room", "layout": "person", "size": "web"})


@pytest.mark.parametrize("layout", list(Layout))
def test_a_plan_asks_the_database_a_fixed_number_of_times(
    room: Room, photos: list[Photo], bob: User, layout: Layout, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        request_download(user=bob, room=room, options=ZipOptions(layout=layout))
