from __future__ import annotations

import numpy as np
import pytest

from albums.models import Analysis, Feature, Photo, PhotoTag, Room, Tag
from albums.services import photo_history
from albums.services import tags as services
from processing import tag_learning_store
from tests.processing.test_tag_learning import photos as features

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_photos(room):
    """Photos with features and without files, of one kind."""

    def add(count, about, *, seed, to=None) -> list[int]:
        to = to or room
        start = Photo.objects.count()
        rows = [
            Photo(room=to, filename=f"{start + n}.jpg", sha256=f"{start + n:064x}", crc32=0, size_bytes=1,
                  format="JPEG", state="ready")
            for n in range(count)
        ]  # fmt: skip
        made = Photo.objects.bulk_create(rows)
        vectors = features(count, about, seed=seed).astype("<f2")
        Feature.objects.bulk_create(
            Feature(photo=photo, name="embedding", data=vector.tobytes())
            for photo, vector in zip(made, vectors, strict=True)
        )
        return [photo.pk for photo in made]

    return add


@pytest.fixture
def rex(room) -> Tag:
    return Tag.objects.create(room=room, key="our dog rex", name="our dog Rex", kind="own")


def proposed(tag, room) -> set[int]:
    rows = PhotoTag.objects.filter(room=room, tag=tag, state="proposed")
    return set(rows.values_list("photo", flat=True))


def test_ten_examples_propose_the_rest_and_accept_nothing(alice, room, rex, add_photos):
    add_photos(80, None, seed=1)
    showing = add_photos(20, 5, seed=2)
    services.decide(user=alice, room=room, tag=rex, photo_ids=showing[:10], is_right=True)
    tag_learning_store.learn(room.pk)
    found = proposed(rex, room)
    assert found >= set(showing[10:])
    assert len(found) <= 13
    assert PhotoTag.objects.filter(tag=rex, state="accepted").count() == 10
    assert not PhotoTag.objects.filter(tag=rex, state="machine").exists()


def test_too_few_examples_propose_nothing(alice, room, rex, add_photos):
    add_photos(80, None, seed=1)
    showing = add_photos(20, 5, seed=2)
    services.decide(user=alice, room=room, tag=rex, photo_ids=showing[:4], is_right=True)
    tag_learning_store.learn(room.pk)
    assert proposed(rex, room) == set()


def test_what_was_refused_is_not_proposed_again(alice, room, rex, add_photos):
    add_photos(80, None, seed=1)
    showing = add_photos(20, 5, seed=2)
    services.decide(user=alice, room=room, tag=rex, photo_ids=showing[:10], is_right=True)
    tag_learning_store.learn(room.pk)
    services.decide(user=alice, room=room, tag=rex, photo_ids=showing[10:12], is_right=False)
    tag_learning_store.learn(room.pk)
    assert not proposed(rex, room) & set(showing[10:12])
    assert PhotoTag.objects.filter(tag=rex, state="refused").count() == 2


def test_undoing_the_examples_takes_the_proposals_back(alice, room, rex, add_photos):
    add_photos(80, None, seed=1)
    showing = add_photos(20, 5, seed=2)
    done = services.decide(user=alice, room=room, tag=rex, photo_ids=showing[:10], is_right=True)
    tag_learning_store.learn(room.pk)
    photo_history.undo(user=alice, change=done.change)
    tag_learning_store.learn(room.pk)
    assert not PhotoTag.objects.filter(tag=rex).exists()


def test_a_second_run_writes_nothing(alice, room, rex, add_photos, django_assert_max_num_queries):
    add_photos(80, None, seed=1)
    showing = add_photos(20, 5, seed=2)
    services.decide(user=alice, room=room, tag=rex, photo_ids=showing[:10], is_right=True)
    tag_learning_store.learn(room.pk)
    before = list(PhotoTag.objects.order_by("pk").values())
    with django_assert_max_num_queries(10):
        tag_learning_store.learn(room.pk)
    assert list(PhotoTag.objects.order_by("pk").values()) == before


def test_a_rooms_word_learns_from_its_own_room_only(alice, room, rex, add_photos):
    other = Room.objects.create(name="Other")
    services.decide(user=alice, room=room, tag=rex, photo_ids=add_photos(10, 5, seed=3), is_right=True)
    elsewhere = add_photos(20, 5, seed=2, to=other)
    tag_learning_store.learn(other.pk)
    assert not PhotoTag.objects.filter(photo__in=elsewhere).exists()


def test_a_word_of_the_site_is_taught_by_all_rooms(alice, room, add_photos):
    other = Room.objects.create(name="Other")
    club = Tag.objects.create(room=None, key="our club", name="our club", kind="own")
    add_photos(80, None, seed=1)
    elsewhere = add_photos(10, 5, seed=2, to=other)
    here = add_photos(8, 5, seed=3)
    rows = [PhotoTag(photo_id=pk, room=other, tag=club, state="accepted") for pk in elsewhere]
    PhotoTag.objects.bulk_create(rows)
    tag_learning_store.learn(room.pk)
    assert proposed(club, room) >= set(here)


def test_a_category_is_scored_anew_by_what_people_say(alice, room, add_photos):
    beach = Tag.objects.create(key="beach", name="beach", kind="category")
    add_photos(80, None, seed=1)
    sand, snow = add_photos(20, 5, seed=2), add_photos(20, 6, seed=3)
    for pk in (*sand, *snow):  # to the network both look like beaches
        PhotoTag.objects.create(photo_id=pk, room=room, tag=beach, state="machine", score=0.7)
        Analysis.objects.create(photo_id=pk, analyzer="content", version=1, data={"tags": {"beach": 0.7}})
    services.decide(user=alice, room=room, tag=beach, photo_ids=sand[:10], is_right=True)
    services.decide(user=alice, room=room, tag=beach, photo_ids=snow[:10], is_right=False)
    for _ in range(2):  # the same again: it is blended with what the network saw, not with itself
        tag_learning_store.learn(room.pk)
    rows = PhotoTag.objects.filter(tag=beach)
    assert {row.state for row in rows.filter(photo__in=sand[10:])} == {"machine"}
    assert {row.state for row in rows.filter(photo__in=snow[10:])} == {"proposed"}


def test_features_of_another_network_are_left_alone(alice, room, rex, add_photos):
    add_photos(80, None, seed=1)
    showing = add_photos(20, 5, seed=2)
    Feature.objects.filter(photo=showing[19]).update(data=np.ones(2048, "<f2").tobytes())
    services.decide(user=alice, room=room, tag=rex, photo_ids=showing[:10], is_right=True)
    tag_learning_store.learn(room.pk)
    assert showing[19] not in proposed(rex, room)


def test_a_room_without_photos_or_features_is_no_error(room):
    tag_learning_store.learn(room.pk)
