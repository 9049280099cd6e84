"""Which of look-alikes is the best, and what is said about it."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from processing import best_shots
from processing.contracts import FaceShot, KnownPhoto

PLAIN = KnownPhoto(
    id=1, taken_at=datetime(2026, 6, 20, tzinfo=UTC), width=4000, height=3000, sharpness=0.8, exposure="good"
)
FACE = FaceShot(side_px=300, sharpness=1.9, pose=0, score=1.0, eyes=0.9, smile=0.5)


def shot(key, *faces, **changes):
    return replace(PLAIN, id=key, faces=faces, **changes)


def order(*photos):
    return [ranked.id for ranked in best_shots.rank(photos)]


def reasons(*photos):
    return {ranked.id: ranked.reasons for ranked in best_shots.rank(photos)}


def test_the_sharp_one_is_before_the_blurred_one():
    photos = shot(1, sharpness=0.3), shot(2, sharpness=0.8)
    assert order(*photos) == [2, 1]
    assert reasons(*photos) == {2: ("the sharpest photo",), 1: ("blurred",)}


def test_open_eyes_are_before_a_smile():
    closed = replace(FACE, eyes=0.1, smile=1.0)
    photos = shot(1, closed), shot(2, replace(FACE, smile=0.3))
    assert order(*photos) == [2, 1]
    assert reasons(*photos)[2] == ("the eyes are open",)
    assert reasons(*photos)[1] == ("eyes closed",)


def test_one_pair_of_closed_eyes_spoils_a_group_photo():
    group = [FACE, FACE, FACE]
    photos = shot(1, FACE, FACE, replace(FACE, eyes=0.05)), shot(2, *group)
    assert order(*photos) == [2, 1]
    assert reasons(*photos)[2] == ("everybody’s eyes are open",)
    assert reasons(*photos)[1] == ("somebody’s eyes are closed",)


def test_sharper_faces_count_more_than_a_sharper_background():
    faces = shot(1, FACE, sharpness=0.7)
    background = shot(2, replace(FACE, sharpness=1.4), sharpness=0.8)
    assert order(background, faces) == [1, 2]


def test_a_photo_on_which_a_face_is_lost_is_behind():
    photos = shot(1, FACE), shot(2, FACE, FACE)
    assert order(*photos) == [2, 1]
    assert "everybody is to be seen" in reasons(*photos)[2]
    assert reasons(*photos)[1] == ("somebody is not to be seen",)


def test_passers_by_in_the_background_do_not_count():
    passer_by = replace(FACE, side_px=60, eyes=0.0, sharpness=1.1)
    assert order(shot(1, FACE), shot(2, FACE, passer_by)) == [1, 2]


def test_good_light_is_before_bad_light():
    photos = shot(1, exposure="dark"), shot(2), shot(3, exposure="bright")
    assert order(*photos)[0] == 2
    assert reasons(*photos) == {2: ("the best light",), 1: ("too dark",), 3: ("too bright",)}


def test_light_is_seen_in_the_gray_picture_where_no_class_tells_it():
    tones = np.arange(9216) % 220 + 15
    good, dim = tones.astype(np.uint8), (tones // 8).astype(np.uint8)
    photos = shot(1, arrays={"gray": dim}), shot(2, arrays={"gray": good})
    assert order(*photos) == [2, 1]


def test_a_favorite_is_always_first():
    photos = shot(1, sharpness=0.1, is_favorite=True), shot(2, sharpness=0.9)
    assert order(*photos) == [1, 2]
    assert reasons(*photos)[1] == ("somebody’s favorite",)


def test_of_equal_photos_the_larger_one_is_first_then_the_earlier_id():
    assert order(shot(1, width=1000, height=750), shot(2)) == [2, 1]
    assert order(shot(2), shot(1)) == [1, 2]
    assert reasons(shot(2), shot(1)) == {1: (best_shots.NOTHING_SPEAKS,), 2: ()}


def test_the_order_of_the_photos_does_not_matter():
    photos = [shot(1, FACE), shot(2, replace(FACE, eyes=0.2)), shot(3), shot(4, sharpness=0.2)]
    assert best_shots.rank(photos) == best_shots.rank(photos[::-1])


def test_what_cannot_be_told_is_no_blame():
    unknown = replace(FACE, eyes=None, smile=None)
    photos = shot(1, unknown), shot(2, FACE)
    assert order(*photos) == [2, 1]
    assert reasons(*photos)[1] == ()


def test_nothing_and_one_photo():
    assert best_shots.rank([]) == []
    assert best_shots.rank([shot(1)])[0].reasons == ()
