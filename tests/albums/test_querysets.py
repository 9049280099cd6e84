from __future__ import annotations

import pytest
from django.db import connection

from albums.counts import recount_people
from albums.models import Face, Person, Photo
from albums.services.downloads import album_photos, album_size


def test_the_sizes_of_albums_are_those_of_their_zips(room, alice, add_photo, add_face):
    anna, berta = Person.objects.create(room=room), Person.objects.create(room=room)
    shared, twice, trashed, alone = add_photo(), add_photo(), add_photo(), add_photo()
    for person, photo in (
        (anna, shared),
        (berta, shared),
        (anna, twice),
        (anna, twice),
        (anna, trashed),
        (berta, alone),
    ):
        add_face(photo, person)
    add_face(alone)
    Photo.objects.filter(pk=trashed.pk).update(deleted_at=alone.uploaded_at)
    recount_people([anna.pk, berta.pk])
    sizes = Face.objects.filter(room=room).album_sizes()
    assert sizes.keys() == {anna.pk, berta.pk}
    for person in (anna, berta):
        _, photos = album_photos(user=alice, room=room, album=f"person-{person.pk}")
        assert sizes[person.pk] == album_size(photos)
    assert sizes[anna.pk][0] == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sorts what is as small as this test")
@pytest.mark.parametrize("order", [("sort_at", "id"), ("-sort_at", "-id")])
def test_a_page_of_photos_is_read_in_order_and_not_sorted(room, order):
    plan = room.photos.present().order_by(*order)[:100].explain()
    assert "photo_present" in plan
    assert "TEMP B-TREE" not in plan
