from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.counts import recount_people
from albums.errors import AlbumError, Conflict
from albums.models import Person, Photo, PhotoGroup
from albums.services import duplicates, left_out
from albums.services.photo_history import undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_group(room, add_photo):
    """A group of copies, the first of them proposed."""

    def add(count: int = 3) -> tuple[PhotoGroup, list[Photo]]:
        photos = [add_photo() for _ in range(count)]
        keys = [photo.pk for photo in photos]
        group = PhotoGroup.objects.create(
            room=room, kind="duplicates", proposed=photos[0], data={"members": keys}
        )
        Photo.objects.filter(pk__in=keys).update(duplicates=group, state="ready")
        return group, photos

    return add


def states(photos: list[Photo]) -> list[str]:
    found = dict(Photo.objects.values_list("pk", "left_out"))
    return [found[photo.pk] for photo in photos]


def test_the_kept_one_stays_and_the_others_leave_the_albums(alice, room, add_group):
    group, photos = add_group()
    change = duplicates.keep(user=alice, group=group, photo_id=photos[1].pk)
    assert states(photos) == ["duplicate", "", "duplicate"]
    assert change.summary == "One of 3 duplicates kept, 2 photos set aside"
    assert Photo.objects.filter(room=room).in_albums().count() == 1
    assert all(Photo.objects.values_list("is_left_out_fixed", flat=True))
    assert not duplicates.open_groups(room).exists()


def test_another_click_keeps_another_one(alice, add_group):
    group, photos = add_group()
    duplicates.keep(user=alice, group=group, photo_id=photos[1].pk)
    duplicates.keep(user=alice, group=group, photo_id=photos[2].pk)
    assert states(photos) == ["duplicate", "duplicate", ""]
    group.refresh_from_db()
    assert group.chosen_id == photos[2].pk
    assert duplicates.keep(user=alice, group=group, photo_id=photos[2].pk) is None


def test_undo_asks_again(alice, room, add_group):
    group, photos = add_group()
    undo(user=alice, change=duplicates.keep(user=alice, group=group, photo_id=photos[0].pk))
    assert states(photos) == ["", "", ""]
    assert duplicates.open_groups(room).exists()


def test_people_are_counted_anew(alice, room, add_group, add_face):
    group, photos = add_group()
    anna = Person.objects.create(room=room, name="Anna")
    for photo in photos:
        add_face(photo, anna)
    recount_people([anna.pk])
    change = duplicates.keep(user=alice, group=group, photo_id=photos[0].pk)
    assert Person.objects.get(pk=anna.pk).photo_count == 1
    undo(user=alice, change=change)
    assert Person.objects.get(pk=anna.pk).photo_count == 3


def test_keeping_all_brings_back_what_was_set_aside(alice, room, add_group):
    group, photos = add_group()
    duplicates.keep(user=alice, group=group, photo_id=photos[0].pk)
    duplicates.keep_all(user=alice, group=group)
    assert states(photos) == ["", "", ""]
    assert not duplicates.open_groups(room).exists()
    assert duplicates.keep_all(user=alice, group=group) is None


def test_all_proposed_at_once_with_one_undo(alice, room, add_group):
    (_, first), (_, second) = add_group(), add_group(2)
    assert duplicates.copies_in(room) == 3
    kept = duplicates.keep_proposed(user=alice, room=room)
    assert (kept.groups, kept.photos, kept.left) == (2, 3, 0)
    assert states(first + second) == ["", "duplicate", "duplicate", "", "duplicate"]
    assert PhotoGroup.objects.filter(chosen=None).count() == 0
    undo(user=alice, change=kept.change)
    assert states(first + second) == [""] * 5
    assert duplicates.open_groups(room).count() == 2


def test_all_at_once_is_bounded(alice, room, add_group, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_AT_ONCE", 1)
    add_group(), add_group()
    assert duplicates.keep_proposed(user=alice, room=room).left == 1


def test_all_at_once_takes_as_many_queries_for_many_groups(
    alice, room, add_group, django_assert_max_num_queries
):
    for _ in range(8):
        add_group(2)
    with django_assert_max_num_queries(45):
        duplicates.keep_proposed(user=alice, room=room)


def test_a_photo_of_another_group_is_not_kept(alice, add_group, add_photo):
    group, _ = add_group()
    with pytest.raises(Conflict):
        duplicates.keep(user=alice, group=group, photo_id=add_photo().pk)


def test_nothing_to_decide_is_said(alice, room):
    with pytest.raises(AlbumError, match="no duplicates"):
        duplicates.keep_proposed(user=alice, room=room)


def test_who_may_only_look_decides_nothing(vera, charlie, room, add_group):
    group, photos = add_group()
    for user, error in ((vera, PermissionDenied), (charlie, Http404)):
        with pytest.raises(error):
            duplicates.keep(user=user, group=group, photo_id=photos[0].pk)
        with pytest.raises(error):
            duplicates.keep_all(user=user, group=group)
        with pytest.raises(error):
            duplicates.keep_proposed(user=user, room=room)
        with pytest.raises(error):
            left_out.set_aside(user=user, room=room, photo_ids=[photos[0].pk])
        with pytest.raises(error):
            left_out.bring_back(user=user, room=room, photo_ids=[photos[0].pk])


def test_set_aside_and_back(alice, room, add_photo):
    photos = [add_photo(), add_photo()]
    change = left_out.set_aside(user=alice, room=room, photo_ids=[photo.pk for photo in photos])
    assert states(photos) == ["aside", "aside"]
    assert change.summary == "2 photos set aside"
    assert left_out.set_aside(user=alice, room=room, photo_ids=[photos[0].pk]) is None
    left_out.bring_back(user=alice, room=room, photo_ids=[photos[0].pk])
    assert states(photos) == ["", "aside"]
    assert left_out.bring_back(user=alice, room=room, photo_ids=[photos[0].pk]) is None


def test_blurred_photo_that_is_brought_back_is_left_to_people(alice, room, add_photo):
    photo = add_photo()
    Photo.objects.filter(pk=photo.pk).update(left_out="blurred")
    left_out.bring_back(user=alice, room=room, photo_ids=[photo.pk])
    photo.refresh_from_db()
    assert (photo.left_out, photo.is_left_out_fixed) == ("", True)


def test_photos_of_another_room_are_refused(alice, room):
    with pytest.raises(AlbumError, match="Choose at least one photo"):
        left_out.set_aside(user=alice, room=room, photo_ids=[999_999])
