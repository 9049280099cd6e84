"""A shot whose kept photo is deleted comes back by its best copy."""

from __future__ import annotations

import pytest

from albums.models import Photo, PhotoGroup
from albums.services import duplicates, photos


@pytest.fixture
def copies(room, add_photo):
    """Three copies of one shot, the second one larger than the third."""
    made = [add_photo(name=f"{number}.jpg") for number in range(3)]
    group = PhotoGroup.objects.create(room=room, kind="duplicates", proposed=made[0])
    for photo, width in zip(made, (400, 300, 200), strict=True):
        Photo.objects.filter(pk=photo.pk).update(duplicates=group, state="ready", width=width, height=100)
    return group, [photo.pk for photo in made]


def in_albums(room) -> set[int]:
    return set(Photo.objects.filter(room=room).in_albums().values_list("pk", flat=True))


def test_the_largest_copy_stands_in_for_a_kept_photo_that_is_deleted(room, alice, copies):
    group, (kept, large, _) = copies
    duplicates.keep(user=alice, group=group, photo_id=kept)
    assert in_albums(room) == {kept}
    photos.trash_photos(user=alice, room=room, photo_ids=[kept])
    assert in_albums(room) == {large}
    group.refresh_from_db()
    assert group.is_settled is False


def test_nothing_comes_back_while_another_one_is_there(room, alice, copies):
    _, (kept, large, small) = copies
    Photo.objects.filter(pk=small).update(left_out="duplicate")
    photos.trash_photos(user=alice, room=room, photo_ids=[kept])
    assert in_albums(room) == {large}


def test_what_somebody_set_aside_by_hand_stays_away(room, alice, copies):
    _, (kept, large, small) = copies
    Photo.objects.filter(pk__in=(large, small)).update(left_out="aside", is_left_out_fixed=True)
    photos.trash_photos(user=alice, room=room, photo_ids=[kept])
    assert in_albums(room) == set()
