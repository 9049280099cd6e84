"""What a grid asks for: the outline of a list, and what its tiles show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums import outlines
from albums.models import Photo
from albums.services.photos import trash_photos

START = datetime(2026, 6, 20, 18, 30, tzinfo=UTC)


@pytest.fixture
def outline(client, room):
    def ask(user, query=""):
        client.force_login(user)
        return client.get(f"/api/v1/rooms/{room.pk}/photos/outline/{query}")

    return ask


def at(photo: Photo, moment: datetime, **columns: object) -> None:
    Photo.objects.filter(pk=photo.pk).update(sort_at=moment, taken_at=moment, **columns)


def test_an_outline_tells_days_shapes_and_hours_on_the_clock_of_the_place(
    outline, room, alice, vera, add_photo
):
    first, second, third, gone = (add_photo() for _ in range(4))
    at(second, START, width=4000, height=3000)
    at(first, START + timedelta(hours=1), width=3000, height=4000)
    at(third, START + timedelta(hours=2), width=9000, height=100, taken_offset_minutes=330)
    trash_photos(user=alice, room=room, photo_ids=[gone.pk])
    answer = outline(vera).json()
    assert (answer["total"], answer["next"]) == (3, None)
    assert answer["days"] == [
        {
            "day": "2026-06-20",
            "title": "Sat, 20 June 2026",
            "photos": [second.pk, first.pk],
            "shapes": [27, 15],
            "hours": [[18, 1], [19, 1]],
        },
        {
            "day": "2026-06-21",
            "title": "Sun, 21 June 2026",
            "photos": [third.pk],
            "shapes": [64],
            "hours": [[2, 1]],
        },
    ]


def test_pieces_of_an_outline_follow_each_other_and_leave_nothing_out(outline, alice, add_photo, monkeypatch):
    photos = [add_photo() for _ in range(5)]
    Photo.objects.update(sort_at=START)  # all at once: the id decides
    monkeypatch.setattr(outlines.outline_of, "__defaults__", (None, 2))
    found, query = [], ""
    for _ in range(3):
        answer = outline(alice, query).json()
        found += [pk for day in answer["days"] for pk in day["photos"]]
        query = f"?after={answer['next']}"
    assert found == [photo.pk for photo in photos]
    assert query == "?after=None"
    assert outline(alice).json()["total"] == 5


def test_an_outline_has_the_filters_of_pages_and_refuses_a_cursor_that_is_none(outline, alice, add_photo):
    add_photo()
    starred = add_photo()
    Photo.objects.filter(pk=starred.pk).update(stars=5)
    assert outline(alice, "?stars=4").json()["days"][0]["photos"] == [starred.pk]
    assert outline(alice, "?after=yesterday").status_code == 400


def test_tiles_say_what_is_shown_and_only_of_this_room(client, room, bob, charlie, add_photo):
    from albums.services.rooms import create_room

    photo = add_photo(name="cake.jpg")
    elsewhere = add_photo(charlie, to=create_room(owner=charlie, name="Other"))
    Photo.objects.filter(pk=photo.pk).update(placeholder="UklGRg==", color="#102030", state="ready")
    photo.renditions.create(side_px=320, width=320, height=240, size_bytes=9, file="x")
    client.force_login(bob)
    address = f"/api/v1/rooms/{room.pk}/photos/tiles/"
    answer = client.get(f"{address}?photos={photo.pk},{elsewhere.pk}").json()
    (tile,) = answer["tiles"]
    assert (tile["id"], tile["placeholder"], tile["color"]) == (photo.pk, "UklGRg==", "#102030")
    assert tile["srcset"].startswith(f"/rooms/{room.pk}/photos/{photo.pk}/320")
    assert "by Alice" in tile["alt"]
    for wrong in ("", "?photos=", "?photos=1,x", "?photos=" + ",".join(["1"] * 201)):
        assert client.get(f"{address}{wrong}").status_code == 400
    client.force_login(charlie)
    assert client.get(f"{address}?photos={photo.pk}").status_code == 404


def test_queries_do_not_grow_with_the_list(client, room, vera, add_photo, django_assert_max_num_queries):
    photos = {add_photo().pk for _ in range(12)}
    client.force_login(vera)
    with django_assert_max_num_queries(5):
        client.get(f"/api/v1/rooms/{room.pk}/photos/outline/")
    keys = ",".join(map(str, photos))
    with django_assert_max_num_queries(6):
        assert len(client.get(f"/api/v1/rooms/{room.pk}/photos/tiles/?photos={keys}").json()["tiles"]) == len(
            photos
        )


@pytest.mark.parametrize(
    ("size", "shape"),
    [((4000, 3000), 27), ((3000, 4000), 15), ((0, 0), 20), ((9000, 100), 64), ((1, 9000), 10)],
)
def test_shapes_are_told_in_twentieths(size, shape):
    assert outlines.shape_of(*size) == shape
