"""Comments, the slideshow and the wall as pages and over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from albums.models import Comment


def test_the_plain_form_says_it_and_comes_back(press, alice, room, fill):
    photo = fill(1)[0]
    html = press(
        alice, f"photos/{photo.pk}/comments/", text="<i>Ciao</i> http://example.org"
    ).content.decode()
    assert "&lt;i&gt;Ciao&lt;/i&gt; http://example.org" in html, "neither markup nor a link"
    refused = press(alice, f"photos/{photo.pk}/comments/", text="x" * 1001)
    assert refused.status_code == 400
    assert "at most 1000 characters" in refused.content.decode()
    assert "x" * 1001 in refused.content.decode(), "what was typed is not lost"


def test_who_left_the_site_has_no_name(open_page, alice, room, fill):
    photo = fill(1)[0]
    Comment.objects.create(room=room, photo=photo, author=None, text="Bye")
    assert "Somebody who has left" in open_page(alice, f"photos/{photo.pk}/comments/").content.decode()


def test_where_comments_are_off_the_viewer_has_none_and_the_heart_counts_nobody(
    open_page, alice, bob, room, fill
):
    photo = fill(1)[0]
    Comment.objects.create(room=room, photo=photo, author=bob, text="Lovely")
    photo.favorites.create(user=bob)
    assert "Bob likes this" in open_page(alice, f"photos/{photo.pk}/").content.decode()
    room.allows_comments = False
    room.save()
    html = open_page(alice, f"photos/{photo.pk}/").content.decode()
    assert "Lovely" not in html
    assert "Bob likes this" not in html
    assert open_page(alice, f"photos/{photo.pk}/comments/").status_code == 403


@pytest.mark.parametrize("page", ["photos/{}/", "photos/{}/comments/", "slideshow/", "live/"])
def test_pages_ask_as_often_for_much_as_for_little(client, alice, bob, room, fill, page):
    photo = fill(2)[0]
    client.force_login(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/rooms/{room.pk}/{page.format(photo.pk)}").status_code == 200
        return len(captured)

    photo.favorites.create(user=bob)
    Comment.objects.create(room=room, photo=photo, author=bob, text="One")
    few = queries()
    now = timezone.now()
    Comment.objects.bulk_create(
        Comment(room=room, photo=photo, author=bob, text=str(n), created_at=now) for n in range(120)
    )
    fill(60)
    assert queries() <= few + 1  # where not all comments are on the page, they are counted


def test_a_slideshow_goes_on_by_hand_through_a_filtered_list(open_page, alice, room, fill, add_person):
    photos = fill(4)
    person = add_person(photos[0], photos[3], name="Nina")
    html = open_page(alice, "slideshow/", person=person.pk).content.decode()
    assert f'data-slide="{photos[0].pk}"' in html
    assert f"/slideshow/?person={person.pk}&amp;photo={photos[3].pk}" in html
    assert open_page(alice, "slideshow/", photo="99999999999999999999").status_code == 200


def test_slides_come_in_order_without_those_that_are_not_ready(client, alice, room, fill):
    photos = fill(3)
    fill(1, state="pending")
    client.force_login(alice)
    found = client.get(f"/api/v1/rooms/{room.pk}/slides/?page_size=2").json()
    rest = client.get(found["next"]).json()
    assert [slide["id"] for slide in found["results"] + rest["results"]] == [photo.pk for photo in photos]
    assert rest["next"] is None


def test_a_wall_that_heard_everything_hears_nothing(client, alice, room, fill):
    photo = fill(1)[0]
    client.force_login(alice)
    address = f"/api/v1/rooms/{room.pk}/live/?held={photo.pk},x,"
    first = client.get(address)
    assert [slide["id"] for slide in first.json()["newest"]] == [photo.pk]
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    fill(1)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_wall_blurs_also_who_opened_it(client, alice, room, add_photo, add_face, add_person):
    photo = add_photo()
    type(photo).objects.update(state="ready")
    add_person(photo, name="Alice", user=alice, is_concealed=True, is_veiled=True)
    client.force_login(alice)
    original = f"/rooms/{room.pk}/photos/{photo.pk}/original"
    assert client.get(original).status_code == 200
    assert client.get(f"{original}?wall=1").status_code == 404, (
        "no veiled copy was made yet, and nothing else is sent"
    )
