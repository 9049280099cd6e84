"""Members make, change and withdraw links; who made one and the owner see it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError
from albums.models import ShareLink
from albums.search import Search
from albums.services.share_links import change_link, create_link, revoke_link
from albums.shared import links_of, photos_of


@pytest.fixture
def bobs(room, bob):
    return create_link(user=bob, room=room, title="Bob's")


def page(room, *parts: object) -> str:
    return f"/rooms/{room.pk}/share-links/" + "".join(f"{part}/" for part in parts)


def test_ticked_photos_are_asked_about_and_then_shared(client, room, bob, add_photo):
    photos = [add_photo().pk for _ in range(2)]
    add_photo()
    client.force_login(bob)
    asked = client.post(page(room, "new"), {"photos": photos})
    assert f'name="photos" value="{photos[0]},{photos[1]}"' in asked.content.decode()
    assert not ShareLink.objects.exists()
    made = {"photos": photos, "create": "1", "title": "Two", "password": "let me in", "lifetime": "7"}
    answer = client.post(page(room, "new"), made, follow=True)
    link = ShareLink.objects.get()
    assert (link.kind, link.photos.count(), link.has_password) == ("selection", 2, True)
    assert (link.allows_downloads, link.shows_metadata) == (False, False)  # boxes that were not ticked
    assert link.get_absolute_url().encode() in answer.content


def test_a_search_becomes_an_album_with_its_filters(client, room, alice, add_photo):
    add_photo()
    client.force_login(alice)
    asked = client.get(page(room, "new") + "?kind=video")
    assert b"Videos" in asked.content
    client.post(page(room, "new"), {"query": "?kind=video", "create": "1", "title": "Films"})
    link = ShareLink.objects.get()
    assert (link.kind, link.query) == ("album", "kind=video")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "title"),
        ({"password": "short"}, "6 to 128"),
        ({"photo_ids": []}, "Choose some photos"),
        ({"search": Search(left_out="any")}, "no album"),
    ],
)
def test_what_can_not_be_shared_is_said(room, alice, values, sentence):
    with pytest.raises(AlbumError, match=sentence):
        create_link(user=alice, room=room, **({"title": "Lake"} | values))


def test_viewers_share_nothing_and_members_touch_their_own_links_only(room, alice, gina, vera, bobs):
    with pytest.raises(PermissionDenied):
        create_link(user=vera, room=room, title="Mine")
    for deed in (
        lambda: revoke_link(user=gina, link=bobs),
        lambda: change_link(user=gina, link=bobs, title="X"),
    ):
        with pytest.raises(Http404):
            deed()
    assert not links_of(gina, room).exists()
    revoke_link(user=alice, link=bobs)
    assert not bobs.is_usable


def test_a_withdrawn_link_is_brought_back_by_undo(client, room, bob, bobs):
    client.force_login(bob)
    answer = client.post(page(room, bobs.pk, "revoke"), follow=True)
    assert page(room, bobs.pk, "restore").encode() in answer.content
    bobs.refresh_from_db()
    assert not bobs.is_usable
    client.post(page(room, bobs.pk, "restore"))
    bobs.refresh_from_db()
    assert bobs.is_usable


def test_an_empty_password_field_leaves_the_password(client, room, bob, bobs):
    change_link(user=bob, link=bobs, password="let me in")
    client.force_login(bob)
    client.post(page(room, bobs.pk), {"title": "New", "allows_downloads": "1"})
    bobs.refresh_from_db()
    assert (bobs.title, bobs.check_password("let me in"), bobs.has_password) == ("New", True, True)
    client.post(page(room, bobs.pk), {"title": "New", "removes_password": "1"})
    bobs.refresh_from_db()
    assert not bobs.has_password


def test_blurred_and_left_out_photos_stay_out_of_albums(room, alice, add_photo):
    photo = add_photo()
    type(photo).objects.filter(pk=photo.pk).update(left_out="blurred", state="ready", quality="blurred")
    link = create_link(
        user=alice, room=room, title="All", search=Search(quality="blurred", with_blurred=True)
    )
    assert not photos_of(link).exists()


def test_the_list_of_many_links_takes_few_queries(client, room, alice, django_assert_max_num_queries):
    for number in range(30):
        create_link(user=alice, room=room, title=f"Link {number}")
    client.force_login(alice)
    with django_assert_max_num_queries(12):
        assert client.get(page(room)).content.count(b"share-row-title") == 30
