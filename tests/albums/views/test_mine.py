"""My album: chosen photos are taken out of it at once, and come back; it is shared like any other album."""

from __future__ import annotations

import pytest

from albums.models import Child, FaceSearch, Person, ShareLink
from albums.search import Search

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


@pytest.fixture
def album(room, vera, fill, add_person, add_face):
    """Four photos: two with Vera's own person, one that only her search has found, one of somebody else."""
    photos = fill(4)
    add_person(*photos[:2], name="Vera", user=vera)
    found = add_face(photos[2], seed=9)
    FaceSearch.objects.create(room=room, user=vera, state="done", sure=[found.pk])
    return photos


def seen(room, user) -> list[int]:
    return list(Search(is_mine=True).photos(room, user).order_by("pk").values_list("pk", flat=True))


def test_a_selection_leaves_my_album_and_undo_brings_it_back(client, press, vera, room, album):
    first, second, third, _ = (photo.pk for photo in album)
    assert seen(room, vera) == [first, second, third]
    page = press(vera, "mine/leave/", photos=f"{second},{third}").content.decode()
    assert "2 photos taken out of this album." in page
    assert seen(room, vera) == [first]
    form = page.split('<form method="post" action="')[1:]
    undo = next(one for one in form if "/mine/return/" in one)
    address = undo.partition('"')[0].replace("&amp;", "&")
    faces = undo.partition('name="photos" value="')[2].partition('"')[0]
    client.post(address, {"photos": faces})
    assert seen(room, vera) == [first, second, third]


def test_a_photo_without_my_face_is_refused_with_a_sentence(press, vera, room, album):
    page = press(vera, "mine/leave/", photos=album[3].pk).content.decode()
    assert "None of these photos is in this album" in page
    assert len(seen(room, vera)) == 3


def test_nobody_takes_back_what_somebody_else_said(client, press, bob, vera, room, album):
    press(vera, "mine/leave/", photos=album[0].pk)
    change = room.changes.get()
    client.force_login(bob)
    assert client.post(f"/rooms/{room.pk}/mine/return/?change={change.pk}").status_code == 404
    assert len(seen(room, vera)) == 2


def test_large_selections_cost_no_query_a_photo(
    client, vera, room, fill, add_person, django_assert_max_num_queries
):
    photos = fill(40)
    add_person(*photos, name="Vera", user=vera)
    client.force_login(vera)
    with django_assert_max_num_queries(60):
        client.post(f"/rooms/{room.pk}/mine/leave/", {"photos": ",".join(str(photo.pk) for photo in photos)})
    assert seen(room, vera) == []


def test_a_childs_album_is_left_the_same_way(press, open_page, bob, room, fill, add_person):
    child = Child.objects.create(room=room, guardian=bob, name="Kim")
    photos = fill(2)
    add_person(*photos, name="Kim", child=child)
    assert "Not Kim" in open_page(bob, f"children/{child.pk}/").content.decode()
    press(bob, "mine/leave/", photos=photos[0].pk, child=child.pk)
    assert Person.objects.get(child=child).photo_count == 1


def test_my_album_is_shared_with_a_link(client, open_page, press, bob, room, fill, add_person):
    photos = fill(3)
    add_person(*photos[:2], name="Bob", user=bob)
    page = open_page(bob, "mine/").content.decode()
    assert f"/rooms/{room.pk}/share-links/new/?mine=1" in page
    press(bob, "share-links/new/", query="mine=1", create="1", title="Bob")
    link = ShareLink.objects.get()
    client.logout()
    assert "2 photos" in client.get(link.get_absolute_url()).content.decode()


def test_a_viewer_shares_nothing_and_what_one_took_is_no_face(open_page, vera, room, album, fill):
    fill(1, uploader=vera)
    assert "share-links/new/?mine=1" not in open_page(vera, "mine/").content.decode()
    assert "data-selection-not-me" in open_page(vera, "mine/").content.decode()
    assert "data-selection-not-me" not in open_page(vera, "mine/", show="taken").content.decode()
