"""Groups of copies as rows: they grow with new photos, and what people decided about them stays."""

from __future__ import annotations

import io

import pytest

from albums.models import Feature, Photo, PhotoGroup
from albums.models.photos import LeftOut
from albums.services import duplicates as services
from albums.services.photo_history import undo
from albums.services.photos import trash_photos
from processing import feature_store, imaging
from processing.analyzers import phash
from processing.arranging import duplicates
from tests.processing.scenes import as_jpeg, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_shot(add_photo):
    """Puts a picture into the room as if it had been analyzed."""

    def add(image, quality: int = 90, **who) -> Photo:
        data = as_jpeg(image, quality)
        photo = add_photo(data=data, **who)
        found = phash.analyze(imaging.open_picture(io.BytesIO(data)))
        Feature.objects.bulk_create(
            Feature(photo=photo, name=name, data=feature_store.little_endian(array))
            for name, array in found.arrays.items()
        )
        Photo.objects.filter(pk=photo.pk).update(state="ready", width=image.width, height=image.height)
        photo.refresh_from_db()
        return photo

    return add


@pytest.fixture
def arrange(room):
    """Puts photos in order; all of the room if none are named."""

    def run(*photos: Photo) -> list[PhotoGroup]:
        keys = [photo.pk for photo in photos] or Photo.objects.filter(room=room).values_list("pk", flat=True)
        duplicates.arrange(room, frozenset(keys))
        return list(PhotoGroup.objects.filter(room=room).order_by("pk"))

    return run


def group_of(photo: Photo) -> int | None:
    return Photo.objects.values_list("duplicates", flat=True).get(pk=photo.pk)


def test_copies_of_two_uploaders_form_a_group(add_shot, arrange, alice, bob, room):
    image = scene(1)
    small, large = add_shot(image.resize((240, 180)), uploader=bob), add_shot(image)
    stranger = add_shot(scene(2))
    (group,) = arrange()
    assert {group_of(small), group_of(large), group_of(stranger)} == {group.pk, None}
    assert group.proposed_id == large.pk
    assert group.data["kinds"] == {str(large.pk): "best", str(small.pk): "smaller copy"}
    assert list(services.open_groups(room)) == [group]


def test_running_again_writes_nothing(add_shot, arrange, django_assert_max_num_queries):
    image = scene(1)
    add_shot(image), add_shot(image, 50)
    before = arrange()
    with django_assert_max_num_queries(20) as ran:
        after = arrange()
    assert [(group.pk, group.data) for group in after] == [(group.pk, group.data) for group in before]
    assert [
        query["sql"] for query in ran.captured_queries if query["sql"].startswith(("INSERT", "UPDATE"))
    ] == []


def test_new_copy_joins_the_group_of_the_old_ones(add_shot, arrange):
    image = scene(1)
    add_shot(image), add_shot(image, 50)
    (group,) = arrange()
    late = add_shot(image.resize((400, 300)), 40)
    assert [one.pk for one in arrange(late)] == [group.pk]
    assert group_of(late) == group.pk


def test_settled_group_stays_settled_until_somebody_joins(add_shot, arrange, alice, room):
    image = scene(1)
    first, second = add_shot(image), add_shot(image, 50)
    (group,) = arrange()
    services.keep(user=alice, group=group, photo_id=second.pk)
    (group,) = arrange()
    assert (group.is_settled, group.chosen_id) == (True, second.pk)
    late = add_shot(image, 40)
    (group,) = arrange(late)
    assert (group.is_settled, group.chosen_id) == (False, second.pk)
    asked = set(services.shown_photos(room).filter(duplicates=group).values_list("pk", flat=True))
    assert asked == {second.pk, late.pk}
    assert Photo.objects.get(pk=first.pk).left_out == LeftOut.DUPLICATE


def test_what_people_call_different_is_never_asked_again(add_shot, arrange, alice, room):
    image = scene(1)
    first, second = add_shot(image), add_shot(image, 50)
    (group,) = arrange()
    services.keep_all(user=alice, group=group)
    arrange()
    assert not services.open_groups(room).exists()
    late = add_shot(image, 40)
    arrange(late)
    (asked,) = services.open_groups(room)
    members = set(Photo.objects.filter(duplicates=asked).values_list("pk", flat=True))
    assert late.pk in members
    assert len(members & {first.pk, second.pk}) == 1
    arrange()
    assert [one.pk for one in services.open_groups(room)] == [asked.pk]


def test_undo_of_keeping_all_asks_again(add_shot, arrange, alice, room):
    image = scene(1)
    add_shot(image), add_shot(image, 50)
    (group,) = arrange()
    undo(user=alice, change=services.keep_all(user=alice, group=group))
    arrange()
    assert [one.pk for one in services.open_groups(room)] == [group.pk]


def test_group_of_one_goes_when_the_other_is_in_the_trash(add_shot, arrange, alice, room):
    image = scene(1)
    first, second = add_shot(image), add_shot(image, 50)
    arrange()
    trash_photos(user=alice, room=room, photo_ids=[second.pk])
    assert arrange(first) == []
    assert group_of(first) is None


def test_photo_that_changed_leaves_its_group(add_shot, arrange):
    image = scene(1)
    first, second, third = add_shot(image), add_shot(image, 50), add_shot(image, 40)
    (group,) = arrange()
    other = phash.analyze(imaging.open_picture(io.BytesIO(as_jpeg(scene(2)))))
    for name, array in other.arrays.items():
        Feature.objects.filter(photo=third, name=name).update(data=feature_store.little_endian(array))
    (group,) = arrange(third)
    assert [group_of(one) for one in (first, second, third)] == [group.pk, group.pk, None]
