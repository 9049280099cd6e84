"""Groups of look-alikes as rows: what stays, what changes, what people decided."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from albums.models import Feature, Photo, PhotoGroup
from albums.services import best_shots as services
from albums.services.photo_history import undo
from processing import feature_store
from processing.arranging import look_alikes
from tests.conftest import picture

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 6, 20, 20, tzinfo=UTC)


def features(scene, number):
    values = np.zeros(64, np.float16)
    values[scene], values[32 + number] = 0.95, 0.31
    return values


@pytest.fixture
def take(add_photo):
    """Puts a photo of a scene into the room, as if it had been looked at."""

    def photo(scene=0, seconds=0.0, number=0, sharpness=0.8, **columns):
        size = (60 + Photo.objects.count(), 48)  # another file each time
        made = add_photo(data=picture(size=size))
        moment = EVENING + timedelta(seconds=seconds)
        values = {
            "state": "ready", "taken_at": moment, "sort_at": moment, "time_source": "camera", "camera": "A",
            "sharpness": sharpness, "exposure": "good", "width": 400, "height": 300, "arrange_requests": 0,
        }  # fmt: skip
        Photo.objects.filter(pk=made.pk).update(**(values | columns))
        data = feature_store.little_endian(features(scene, number))
        Feature.objects.create(photo=made, name="embedding", data=data)
        return made.pk

    return photo


def arrange(room, *new):
    look_alikes.arrange(room, frozenset(new))


def places(room):
    """Rank by photo and group by photo, of those that are in one."""
    rows = Photo.objects.filter(room=room, look_alikes__isnull=False)
    return {pk: (group, rank) for pk, group, rank in rows.values_list("pk", "look_alikes", "look_alike_rank")}


def test_a_burst_becomes_a_group_with_its_best_first(room, take):
    blurred, sharp = take(sharpness=0.3), take(seconds=1, number=1, sharpness=0.9)
    alone = take(scene=5, seconds=2)
    arrange(room, blurred, sharp, alone)
    group = PhotoGroup.objects.get(room=room)
    assert places(room) == {sharp: (group.pk, 1), blurred: (group.pk, 2)}
    assert (group.kind, group.proposed_id) == ("look_alikes", sharp)
    assert group.data["reasons"] == {str(sharp): ["the sharpest photo"], str(blurred): ["blurred"]}


def test_running_twice_changes_nothing(room, take):
    photos = [take(number=number, seconds=number) for number in range(3)]
    arrange(room, *photos)
    before = places(room)
    arrange(room, *photos)
    assert places(room) == before
    assert PhotoGroup.objects.count() == 1


def test_a_group_keeps_its_id_when_a_photo_joins_it(room, take):
    photos = [take(number=number, seconds=number) for number in range(2)]
    arrange(room, *photos)
    (group, _), *_ = places(room).values()
    late = take(number=4, seconds=4, sharpness=1.0)
    arrange(room, late)
    assert places(room)[late] == (group, 1)
    assert {key for key, _ in places(room).values()} == {group}


def test_a_large_room_is_looked_at_near_new_photos_only(room, take, monkeypatch):
    monkeypatch.setattr(look_alikes, "SMALL_ROOM", 0)
    far = [take(scene=1, number=number, seconds=9000 + number) for number in range(2)]
    near = [take(number=number, seconds=number) for number in range(2)]
    arrange(room, *near)
    assert set(places(room)) == set(near)
    arrange(room, *far)
    assert set(places(room)) == {*near, *far}
    late = take(number=5, seconds=30)
    seen = []
    monkeypatch.setattr(
        look_alikes, "alike", lambda room, piece: seen.append({row.pk for row in piece}) or []
    )
    look_alikes.arrange(room, frozenset([late]))
    assert seen == [{*near, late}]


def test_a_large_room_goes_through_in_pieces(room, take, monkeypatch):
    monkeypatch.setattr(look_alikes, "PIECE", 4)
    photos = [
        take(scene=scene, number=number, seconds=2000 * scene + number)
        for scene in range(4)
        for number in range(2)
    ]
    arrange(room, *photos)
    assert set(places(room)) == set(photos)
    assert PhotoGroup.objects.count() == 4


def test_what_is_left_out_leaves_its_group_and_the_next_is_the_best(room, take):
    best, second, third = take(sharpness=0.9), take(number=1, sharpness=0.7), take(number=2, sharpness=0.5)
    arrange(room, best, second, third)
    Photo.objects.filter(pk=best).update(left_out="aside")
    arrange(room, second, third)
    assert {pk: rank for pk, (_, rank) in places(room).items()} == {second: 1, third: 2}
    Photo.objects.filter(pk=second).update(deleted_at=EVENING)
    arrange(room, third)
    assert places(room) == {}
    assert not PhotoGroup.objects.exists()


def test_a_group_whose_photo_went_is_ranked_anew_though_nothing_asks_for_it(room, take, monkeypatch):
    monkeypatch.setattr(look_alikes, "SMALL_ROOM", 0)
    best, second, third = take(sharpness=0.9), take(number=1, sharpness=0.7), take(number=2, sharpness=0.5)
    arrange(room, best, second, third)
    Photo.objects.filter(pk=best).update(left_out="blurred")
    arrange(room)
    assert {pk: rank for pk, (_, rank) in places(room).items()} == {second: 1, third: 2}


def test_copies_of_one_shot_are_no_look_alikes_but_come_along(room, take):
    copies = PhotoGroup.objects.create(room=room, kind="duplicates")
    first, copy = take(duplicates=copies), take(duplicates=copies, width=200, height=150)
    arrange(room, first, copy)
    assert places(room) == {}
    other = take(number=3, seconds=2, sharpness=0.5)
    arrange(room, other)
    assert set(places(room)) == {first, copy, other}
    assert places(room)[first][1] == 1


def test_a_persons_choice_is_kept_while_the_photo_is_there(room, take, alice):
    sharp, chosen = take(sharpness=0.9), take(number=1, seconds=1, sharpness=0.5)
    arrange(room, sharp, chosen)
    group = PhotoGroup.objects.get()
    services.choose_best(user=alice, group=group, photo_id=chosen)
    assert places(room)[chosen] == (group.pk, 1)
    better = take(number=2, seconds=2, sharpness=1.0)
    arrange(room, sharp, chosen, better)
    assert {pk: rank for pk, (_, rank) in places(room).items()} == {chosen: 1, better: 2, sharp: 3}
    group.refresh_from_db()
    assert (group.chosen_id, group.proposed_id, group.is_settled) == (chosen, better, True)


def test_a_choice_outlives_a_visit_to_the_trash(room, take, alice):
    sharp, chosen = take(sharpness=0.9), take(number=1, seconds=1, sharpness=0.5)
    arrange(room, sharp, chosen)
    services.choose_best(user=alice, group=PhotoGroup.objects.get(), photo_id=chosen)
    Photo.objects.filter(pk=chosen).update(deleted_at=EVENING)
    arrange(room, sharp)
    assert places(room) == {}
    Photo.objects.filter(pk=chosen).update(deleted_at=None)
    arrange(room, chosen)
    assert places(room)[chosen][1] == 1


def test_choosing_can_be_undone(room, take, alice):
    sharp, other = take(sharpness=0.9), take(number=1, seconds=1, sharpness=0.5)
    arrange(room, sharp, other)
    change = services.choose_best(user=alice, group=PhotoGroup.objects.get(), photo_id=other)
    undo(user=alice, change=change)
    asking = set(Photo.objects.filter(room=room).to_arrange().values_list("pk", flat=True))
    assert asking == {sharp, other}
    arrange(room, *asking)
    assert places(room)[sharp][1] == 1
    assert PhotoGroup.objects.get().is_settled is False


def test_a_photo_that_was_taken_out_never_comes_back_by_machine(room, take, alice):
    photos = [take(number=number, seconds=number) for number in range(3)]
    arrange(room, *photos)
    group = PhotoGroup.objects.get()
    change = services.take_apart(user=alice, group=group, photo_ids=photos[:1], is_moment=False)
    arrange(room, *photos)
    assert set(places(room)) == set(photos[1:])
    undo(user=alice, change=change)
    arrange(room, *photos)
    assert set(places(room)) == set(photos)


def test_a_group_can_be_split_in_two(room, take, alice):
    photos = [take(number=number, seconds=number) for number in range(4)]
    arrange(room, *photos)
    group = PhotoGroup.objects.get()
    services.take_apart(user=alice, group=group, photo_ids=photos[:2], is_moment=True)
    arrange(room, *photos)
    after = places(room)
    assert {after[pk][0] for pk in photos[2:]} == {group.pk}
    assert len({after[pk][0] for pk in photos[:2]} - {group.pk}) == 1
    assert sorted(after[pk][1] for pk in photos[:2]) == [1, 2]


def test_two_photos_that_are_not_alike_are_both_alone(room, take, alice):
    photos = [take(number=number, seconds=number) for number in range(2)]
    arrange(room, *photos)
    services.take_apart(user=alice, group=PhotoGroup.objects.get(), photo_ids=photos[:1], is_moment=False)
    arrange(room, *photos)
    assert places(room) == {}


def test_keeping_one_sets_the_others_aside(room, take, alice):
    best, other = take(sharpness=0.9), take(number=1, seconds=1, sharpness=0.5)
    arrange(room, best, other)
    change = services.keep_only(user=alice, group=PhotoGroup.objects.get(), photo_id=best)
    assert change.summary.endswith("set 1 look-alike aside")
    assert set(Photo.objects.filter(room=room).in_albums().values_list("pk", flat=True)) == {best}
    undo(user=alice, change=change)
    arrange(room, best, other)
    assert set(places(room)) == {best, other}


def test_the_number_of_queries_does_not_grow_with_the_room(room, take, django_assert_max_num_queries):
    photos = [
        take(scene=scene, number=number, seconds=700 * scene + number)
        for scene in range(12)
        for number in range(2)
    ]
    with django_assert_max_num_queries(26):
        arrange(room, *photos)
    assert PhotoGroup.objects.count() == 12


def test_videos_take_no_part(room, take):
    arrange(room, take(kind="video"), take(number=1))
    assert places(room) == {}
