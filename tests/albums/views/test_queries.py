"""However much is in a room, a page asks the database the same few times."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST = 20  # the viewer: tags, group, event, place, camera and the heart are read once each


@pytest.fixture
def count(client, room, alice):
    client.force_login(alice)

    def queries(page: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(f"/rooms/{room.pk}/{page}" if not page.startswith("/") else page)
        assert response.status_code == 200
        return len(captured)

    return queries


@pytest.mark.parametrize(
    "page", ["", "people/", "mine/", "members/", "trash/", "failed/", "changes/", "/rooms/"]
)
def test_pages_ask_as_often_for_many_as_for_few(count, page, fill, add_person, alice):
    photos = fill(3)
    add_person(photos[0], name="Nina")
    add_person(photos[1], name="Alice", user=alice)
    few = count(page)
    many = fill(160)
    for photo in many[:20]:
        add_person(photo)
    assert count(page) <= few + 1
    assert few < MOST


def test_the_viewer_asks_as_often_for_many_faces(count, fill, add_person):
    photos = fill(40)
    few = count(f"photos/{photos[20].pk}/")
    for _ in range(12):
        add_person(photos[20])
    assert count(f"photos/{photos[20].pk}/") <= few + 1
    assert few < MOST


def test_a_thousand_photos_open_as_a_page_with_a_way_to_the_rest(client, room, alice, fill, count):
    fill(1000)
    assert count("") < MOST
    html = client.get(f"/rooms/{room.pk}/").content.decode()
    assert html.count('<li class="tile ') == 100
    assert "1,000 photos" in html
