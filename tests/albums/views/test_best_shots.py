"""The pages of best shots and of similar photos."""

import numpy as np
import pytest

from albums import similarity
from albums.models import Feature, Photo, PhotoGroup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    similarity.reset()


@pytest.fixture
def moment(room, fill):
    """Makes a group of so many photos, the first is the best."""

    def make(count=3, **columns):
        photos = fill(count)
        data = {"reasons": {str(photos[0].pk): ["the sharpest faces"], str(photos[1].pk): ["eyes closed"]}}
        group = PhotoGroup.objects.create(
            room=room, kind="look_alikes", proposed=photos[0], data=data, **columns
        )
        for rank, photo in enumerate(photos, start=1):
            Photo.objects.filter(pk=photo.pk).update(look_alikes=group, look_alike_rank=rank)
        return group, photos

    return make


def page_of(client, user, room, rest=""):
    client.force_login(user)
    return client.get(f"/rooms/{room.pk}/best/{rest}")


def test_a_moment_shows_its_best_photo_and_why(client, alice, room, moment):
    group, photos = moment()
    text = page_of(client, alice, room).content.decode()
    assert "The sharpest faces" in text
    assert "Eyes closed" in text
    assert f"/best/{group.pk}/choose/" in text
    assert text.index(f"/photos/{photos[0].pk}/") < text.index(f"/photos/{photos[1].pk}/")


def test_a_viewer_sees_moments_but_no_buttons(client, vera, room, moment):
    group, _ = moment()
    text = page_of(client, vera, room).content.decode()
    assert "The sharpest faces" in text
    assert f"/best/{group.pk}/" not in text


def test_a_decided_moment_leaves_the_list_and_is_among_all(client, alice, room, moment):
    group, photos = moment()
    client.force_login(alice)
    answer = client.post(f"/rooms/{room.pk}/best/{group.pk}/choose/", {"photos": photos[2].pk}, follow=True)
    text = answer.content.decode()
    assert "Every moment has its best shot" in text
    assert "photo-changes/" in text  # Undo
    assert "Chosen by Alice" in page_of(client, alice, room, "?all").content.decode()
    assert Photo.objects.get(pk=photos[2].pk).look_alike_rank == 1


def test_keeping_all_decides_too(client, alice, room, moment):
    group, photos = moment()
    client.force_login(alice)
    client.post(f"/rooms/{room.pk}/best/{group.pk}/keep/")
    group.refresh_from_db()
    assert group.is_settled
    assert room.photos.in_albums().count() == len(photos)


def test_keeping_one_sets_the_others_aside(client, alice, room, moment):
    group, photos = moment()
    client.force_login(alice)
    client.post(f"/rooms/{room.pk}/best/{group.pk}/keep/", {"photos": photos[0].pk})
    assert list(room.photos.in_albums()) == [photos[0]]


def test_taking_photos_out_asks_which(client, alice, room, moment):
    group, photos = moment()
    client.force_login(alice)
    answer = client.post(f"/rooms/{room.pk}/best/{group.pk}/apart/", follow=True)
    assert "Choose the photos that do not belong" in answer.content.decode()
    client.post(f"/rooms/{room.pk}/best/{group.pk}/apart/", {"photos": photos[1].pk})
    assert Photo.objects.get(pk=photos[1].pk).look_alikes is None


def test_a_photo_that_left_the_group_meanwhile_is_said(client, alice, room, moment):
    group, _ = moment()
    client.force_login(alice)
    answer = client.post(f"/rooms/{room.pk}/best/{group.pk}/choose/", {"photos": 999_999}, follow=True)
    assert "not in the group any more" in answer.content.decode()


def test_the_page_takes_as_many_queries_for_many_moments_as_for_one(
    client, alice, room, moment, django_assert_max_num_queries
):
    for _ in range(6):
        moment()
    client.force_login(alice)
    with django_assert_max_num_queries(16):
        client.get(f"/rooms/{room.pk}/best/")


def test_the_viewer_shows_the_same_moment(client, alice, room, moment):
    group, photos = moment()
    client.force_login(alice)
    text = client.get(f"/rooms/{room.pk}/photos/{photos[1].pk}/").content.decode()
    assert "The same moment" in text
    assert f"/best/{group.pk}/choose/" in text
    assert f"/photos/{photos[1].pk}/similar/" in text


def see(photo, values):
    """Keep features as the analyzer does."""
    from processing.image_network import code

    unit = np.asarray(values, np.float32) / np.linalg.norm(values)
    Feature.objects.create(photo=photo, name="embedding", data=unit.astype("<f2").tobytes())
    Feature.objects.create(photo=photo, name="code", data=code(unit).tobytes())


def test_similar_photos_come_the_most_alike_first(client, alice, room, fill):
    asked, near, nearer, other, gone = photos = fill(5)
    rows = np.abs(np.random.RandomState(3).standard_normal((2, 64)))
    for photo, share in zip(photos, (0, 0.4, 0.1, 20, 0), strict=True):
        see(photo, rows[0] + share * rows[1] * (-1) ** np.arange(64) if share < 20 else -rows[0])
    Photo.objects.filter(pk=gone.pk).update(left_out="aside")
    found = [pk for pk, _ in similarity.similar_photos(room, asked, 10)]
    assert found == [nearer.pk, near.pk]
    client.force_login(alice)
    text = client.get(f"/rooms/{room.pk}/photos/{asked.pk}/similar/").content.decode()
    assert text.index(f"/photos/{nearer.pk}/") < text.index(f"/photos/{near.pk}/")
    assert f"/photos/{other.pk}/" not in text


def test_codes_are_kept_and_new_ones_join_them(room, fill, django_assert_num_queries):
    first, second = fill(2)
    see(first, np.ones(64))
    assert similarity.similar_photos(room, first, 10) == []
    see(second, np.ones(64))
    ((found, cosine),) = similarity.similar_photos(room, first, 10)
    assert (found, cosine) == (second.pk, pytest.approx(1, abs=1e-3))
    with django_assert_num_queries(3):  # what is new, what can be seen, the features of those
        similarity.similar_photos(room, first, 10)


def test_features_of_two_networks_are_not_compared(room, fill):
    first, second = fill(2)
    see(first, np.ones(64))
    see(second, np.ones(128))
    assert similarity.similar_photos(room, first, 10) == []


def test_a_photo_that_waits_to_be_looked_at_says_so(client, alice, room, fill):
    (photo,) = fill(1)
    client.force_login(alice)
    text = client.get(f"/rooms/{room.pk}/photos/{photo.pk}/similar/").content.decode()
    assert "Not looked at yet" in text
