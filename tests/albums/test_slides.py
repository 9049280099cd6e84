from __future__ import annotations

import pytest

from albums.models import Photo
from albums.slides import feed_of, mix_of
from tests.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(add_photo):
    found = [add_photo(data=picture((40 * n, 90, 90))) for n in range(6)]
    Photo.objects.update(state="ready")
    return found


def test_a_wall_hears_of_the_latest_and_of_what_has_gone(room, photos):
    pending, trashed, blurred, video, old, new = photos
    Photo.objects.filter(pk=pending.pk).update(state="pending")
    Photo.objects.filter(pk=trashed.pk).update(deleted_at="2026-06-20T00:00Z")
    Photo.objects.filter(pk=blurred.pk).update(left_out="blurred")
    Photo.objects.filter(pk=video.pk).update(kind="video")
    feed = feed_of(room.photos.all(), [trashed.pk, old.pk, blurred.pk, 987654321])
    assert [photo.pk for photo in feed.newest] == [new.pk, old.pk]
    assert feed.gone == [trashed.pk, blurred.pk, 987654321]


def test_a_mix_has_each_photo_once_and_of_look_alikes_the_best(room, photos):
    assert {photo.pk for photo in mix_of(room.photos.all())} == {photo.pk for photo in photos}
    Photo.objects.filter(pk=photos[0].pk).update(look_alike_rank=2)
    assert photos[0] not in mix_of(room.photos.all(), is_best=True)


def test_a_wall_asks_as_often_for_many_photos(room, photos, django_assert_num_queries):
    for held in ([photos[0].pk], [photo.pk for photo in photos]):
        with django_assert_num_queries(3):  # those that stay, the newest, their renditions
            feed_of(room.photos.all(), held)
