"""What people decide while a run over the room is thinking: between what a step reads and what it writes they win."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from albums.models import Event, Feature, Job, Photo, PhotoGroup, Place, Room
from albums.models.photos import LeftOut
from albums.services import best_shots, duplicates, events, left_out, places
from albums.services.photos import trash_photos
from processing import feature_store, jobs, tasks
from processing.arranging import duplicates as duplicates_step
from processing.arranging import events as events_step
from processing.arranging import left_out as left_out_step
from processing.arranging import look_alikes as look_alikes_step
from processing.arranging import places as places_step
from processing.arranging import room as room_step
from processing.arranging import shot_ranks
from processing.clusterers import events as events_clusterer
from processing.contracts import PhotoSet

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 6, 20, 20, tzinfo=UTC)
ROME, TOKYO = (41.8902, 12.4922), (35.6586, 139.7454)


@pytest.fixture
def take(add_photo):
    """Puts a photo into the room as if it had been looked at; all show the same."""

    def take_one(**columns: object) -> Photo:
        photo = add_photo()
        moment = EVENING + timedelta(seconds=2 * Photo.objects.count())
        values = {
            "state": "ready", "taken_at": moment, "sort_at": moment, "time_source": "camera", "camera": "A",
            "clock_at": moment, "clock_offset_minutes": 0, "sharpness": 0.8, "width": 400, "height": 300,
        }  # fmt: skip
        Photo.objects.filter(pk=photo.pk).update(**(values | columns))
        data = feature_store.little_endian(np.ones(64, np.float16))
        Feature.objects.create(photo=photo, name="embedding", data=data)
        photo.refresh_from_db()
        return photo

    return take_one


@pytest.fixture
def meanwhile(monkeypatch):
    """Lets something happen when a function is called for the first time, in the middle of a step."""

    def happen(module: object, name: str, what: Callable[[], object]) -> None:
        original, left = getattr(module, name), [what]

        def called(*args, **kwargs):
            found = original(*args, **kwargs)
            if left:
                left.pop()()
            return found

        monkeypatch.setattr(module, name, called)

    return happen


@pytest.fixture
def one_shot(room, monkeypatch):
    """Has all photos of the room taken for copies of one shot, unless somebody says otherwise."""

    def all_copies(photos, apart=()):
        ids = tuple(photo.id for photo in photos)
        return [] if any(len(set(ids) & set(one)) > 1 for one in apart) else [PhotoSet(ids)]

    def whole_room(_room, new):
        return [set(Photo.objects.filter(room=room).present().values_list("pk", flat=True))]

    monkeypatch.setattr(duplicates_step.clusterer, "cluster_apart", all_copies)
    monkeypatch.setattr(duplicates_step, "neighborhoods", whole_room)


def keys(*photos: Photo) -> frozenset[int]:
    return frozenset(photo.pk for photo in photos)


def test_keeping_all_wins_over_a_run_that_has_read_the_group_before(room, alice, take, one_shot, meanwhile):
    new = keys(take(), take())
    duplicates_step.arrange(room, new)
    group = PhotoGroup.objects.get(room=room)
    meanwhile(
        duplicates_step.clusterer, "cluster_apart", lambda: duplicates.keep_all(user=alice, group=group)
    )
    duplicates_step.arrange(room, new)
    assert not duplicates.open_groups(room).exists()
    assert set(Photo.objects.filter(room=room).values_list("duplicates", flat=True)) == {group.pk}


def test_keeping_one_copy_wins(room, alice, take, one_shot, meanwhile):
    first, second = take(), take()
    duplicates_step.arrange(room, keys(first, second))
    group = PhotoGroup.objects.get(room=room)
    meanwhile(
        duplicates_step.clusterer,
        "cluster_apart",
        lambda: duplicates.keep(user=alice, group=group, photo_id=second.pk),
    )
    duplicates_step.arrange(room, keys(first, second))
    group.refresh_from_db()
    first.refresh_from_db()
    assert (group.chosen_id, group.is_settled, first.left_out) == (second.pk, True, LeftOut.DUPLICATE)


def test_chosen_best_shot_wins(room, alice, take, meanwhile):
    photos = [take(sharpness=0.9), take(), take()]
    look_alikes_step.arrange(room, keys(*photos))
    group = PhotoGroup.objects.get(room=room)
    last = photos[-1]
    meanwhile(shot_ranks, "rank", lambda: best_shots.choose_best(user=alice, group=group, photo_id=last.pk))
    look_alikes_step.arrange(room, keys(*photos))
    last.refresh_from_db()
    group.refresh_from_db()
    assert (group.chosen_id, last.look_alike_rank) == (last.pk, 1)
    assert Photo.objects.filter(look_alikes=group, look_alike_rank=1).count() == 1


def test_photo_taken_out_of_its_group_stays_out(room, alice, take, meanwhile):
    photos = [take(), take(), take()]
    look_alikes_step.arrange(room, keys(*photos))
    group = PhotoGroup.objects.get(room=room)
    meanwhile(
        shot_ranks,
        "rank",
        lambda: best_shots.take_apart(user=alice, group=group, photo_ids=[photos[2].pk], is_moment=False),
    )
    look_alikes_step.arrange(room, keys(*photos))
    photos[2].refresh_from_db()
    assert (photos[2].look_alikes_id, photos[2].look_alike_rank) == (None, None)


def test_chosen_place_wins(room, alice, take, meanwhile):
    photo = take(latitude=ROME[0], longitude=ROME[1])
    choice = places.PlaceChoice(latitude=TOKYO[0], longitude=TOKYO[1])
    meanwhile(
        places_step,
        "places_of",
        lambda: places.set_place(user=alice, room=room, photo_ids=[photo.pk], choice=choice),
    )
    places_step.arrange(room, keys(photo))
    photo.refresh_from_db()
    assert photo.place_source == "person"
    assert photo.place.country_code == "JP"


def test_photos_follow_a_place_that_is_merged_while_they_are_placed(room, alice, take, meanwhile):
    first = take(latitude=ROME[0], longitude=ROME[1])
    places_step.arrange(room, keys(first))
    first.refresh_from_db()
    own = Place.objects.create(room=room, city="Grandma's", is_own=True)
    second, unplaced = take(latitude=ROME[0], longitude=ROME[1]), take()
    meanwhile(
        places_step,
        "places_of",
        lambda: places.merge_places(user=alice, into=own, others=[first.place]),
    )
    places_step.arrange(room, keys(second, unplaced))
    rows = Photo.objects.filter(room=room).values_list("place", flat=True)
    assert set(rows) == {own.pk}


def test_photos_follow_a_place_that_is_merged_while_others_are_inferred(room, alice, take, meanwhile):
    first, unplaced = take(latitude=ROME[0], longitude=ROME[1]), take()
    own = Place.objects.create(room=room, city="Grandma's", is_own=True)
    meanwhile(
        places_step,
        "_load",
        lambda: places.merge_places(
            user=alice, into=own, others=[Place.objects.exclude(pk=own.pk).get(room=room)]
        ),
    )
    places_step.arrange(room, keys(first, unplaced))
    assert set(Photo.objects.filter(room=room).values_list("place", flat=True)) == {own.pk}


def test_name_of_an_event_wins(room, alice, take, meanwhile):
    photos = [take(), take()]
    events_step.arrange(room, keys(*photos))
    event = Event.objects.get(room=room)
    meanwhile(
        events_clusterer,
        "cluster",
        lambda: events.rename_event(user=alice, event=event, name="Cake"),
    )
    events_step.arrange(room, keys(*photos))
    event.refresh_from_db()
    assert (event.name, event.is_named) == ("Cake", True)


def test_photo_brought_back_stays_although_it_is_blurred(room, alice, take, meanwhile):
    photo = take(quality="blurred", left_out=LeftOut.BLURRED)
    meanwhile(
        left_out_step,
        "judge",
        lambda: left_out.bring_back(user=alice, room=room, photo_ids=[photo.pk]),
    )
    left_out_step.arrange(room, keys(photo))
    photo.refresh_from_db()
    assert photo.left_out == ""


def test_run_survives_photos_that_go_to_the_trash_or_for_good(room, alice, take, one_shot, meanwhile):
    photos = [take(latitude=ROME[0], longitude=ROME[1]) for _ in range(4)]

    def go() -> None:
        trash_photos(user=alice, room=room, photo_ids=[photos[0].pk])
        Photo.objects.filter(pk=photos[1].pk).delete()

    meanwhile(places_step, "_load", go)
    assert room_step.arrange(room.pk)
    meanwhile(events_clusterer, "cluster", lambda: Photo.objects.filter(pk=photos[2].pk).delete())
    Photo.objects.filter(room=room).disarrange()
    assert room_step.arrange(room.pk)
    assert Event.objects.get(room=room).photo_count <= 2


on_two_connections = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_photos_arrive_while_a_run_holds_the_room(room, alice, take):
    """An upload adds a row that points to the room, and must not wait for a run over 50,000 photos."""
    failures = []

    def upload() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            Place.objects.create(room=room, city="Pier")
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        events_step.arrange(room, keys(take()))
        thread = threading.Thread(target=upload)
        thread.start()
        thread.join(10)
    assert failures == []


@pytest.mark.parametrize("step", [places_step, events_step, shot_ranks])
def test_run_over_a_room_that_is_deleted_meanwhile_ends_and_is_not_tried_again(
    room, take, meanwhile, monkeypatch, step, quiet_queue
):
    take(latitude=ROME[0], longitude=ROME[1]), take()
    name = {places_step: "_load", events_step: "load", shot_ranks: "rank"}[step]
    job = Job.objects.get_or_create(kind="arrange", room=room)[0]
    meanwhile(step, name, lambda: Room.objects.get(pk=room.pk).delete())
    tasks.arrange_room(job.pk)
    assert not Job.objects.filter(kind="arrange").exists()
    rung = len(quiet_queue)
    tasks.arrange_room(job.pk)
    assert len(quiet_queue) == rung
    assert not jobs.sweep()
