from __future__ import annotations

import pytest

from albums.models import Photo
from albums.services import people as people_services
from albums.services import photo_history
from albums.services.people import Person

pytestmark = pytest.mark.django_db


def give_stars(user, photo, stars=3):
    with photo_history.recorded(user=user, room=photo.room, kind="stars", photos=[photo.pk]) as draft:
        draft.summary = f"{stars} stars for {photo.filename}"
        Photo.objects.filter(pk=photo.pk).update(stars=stars)
    return draft.made


def test_changes_of_people_and_of_photos_are_one_list_the_latest_first(client, room, alice, add_photo):
    photo = add_photo()
    person = Person.objects.create(room=room)
    people_services.name_person(user=alice, person=person, name="Anna")
    give_stars(alice, photo)
    client.force_login(alice)
    page = client.get(f"/rooms/{room.pk}/changes/").content.decode()
    assert 0 < page.index("3 stars for") < page.index("Anna")
    assert page.count("/undo/") == 2


def test_the_list_of_changes_is_cut_into_pages(client, room, alice, add_photo):
    photo = add_photo()
    for stars in (1, 2, 3, 4, 5) * 11:
        give_stars(alice, photo, stars)
    client.force_login(alice)
    second = client.get(f"/rooms/{room.pk}/changes/?page=2").content.decode()
    assert second.count("stars for") == 5


def test_a_change_of_photos_is_undone_from_the_page(client, room, alice, add_photo):
    photo = add_photo()
    change = give_stars(alice, photo)
    client.force_login(alice)
    answer = client.post(f"/rooms/{room.pk}/photo-changes/{change.pk}/undo/", follow=True)
    photo.refresh_from_db()
    assert photo.stars == 0
    assert "Undone: 3 stars for" in answer.content.decode()
    again = client.post(f"/rooms/{room.pk}/photo-changes/{change.pk}/undo/", follow=True)
    assert "This has been undone already." in again.content.decode()


def test_a_viewer_can_not_undo_what_others_did(client, room, alice, vera, add_photo):
    photo = add_photo()
    change = give_stars(alice, photo)
    client.force_login(vera)
    assert client.post(f"/rooms/{room.pk}/photo-changes/{change.pk}/undo/").status_code == 403
    photo.refresh_from_db()
    assert photo.stars == 3


def test_the_list_costs_the_same_whatever_its_length(
    client, room, alice, add_photo, django_assert_max_num_queries
):
    photo = add_photo()
    for stars in (1, 2, 3, 4, 5) * 4:
        give_stars(alice, photo, stars)
    client.force_login(alice)
    with django_assert_max_num_queries(12):
        client.get(f"/rooms/{room.pk}/changes/")
