from __future__ import annotations

import pytest

from processing.contracts import Region
from processing.matching import is_same, match_faces


def test_overlap_is_intersection_over_union():
    a = Region(0, 0, 10, 10)
    assert a.overlap(a) == 1
    assert a.overlap(Region(5, 0, 10, 10)) == pytest.approx(50 / 150)
    assert a.overlap(Region(10, 0, 10, 10)) == 0


def test_each_known_face_is_matched_once_and_best_first():
    known = [Region(0, 0, 10, 10), Region(4, 0, 10, 10)]
    assert match_faces(known, [Region(4, 0, 10, 10), Region(0, 0, 10, 10)]) == {0: 1, 1: 0}
    assert match_faces(known, [Region(100, 0, 10, 10)]) == {}
    assert match_faces([], known) == {}


def test_a_box_of_another_detector_that_is_twice_as_large_is_the_same_face():
    tight, wide = Region(30, 30, 40, 40), Region(12, 10, 78, 78)
    assert tight.overlap(wide) < 0.35
    assert is_same(tight, wide)
    assert match_faces([tight], [wide]) == {0: 0}


def test_a_small_face_in_the_corner_of_a_large_box_is_another_one():
    assert not is_same(Region(0, 0, 100, 100), Region(60, 60, 55, 55))
    assert not is_same(Region(0, 0, 100, 100), Region(40, 40, 20, 20))


def test_two_faces_cheek_to_cheek_keep_their_places_although_both_boxes_grew():
    known = [Region(0, 0, 40, 40), Region(40, 0, 40, 40)]
    found = [Region(34, -6, 52, 52), Region(-6, -6, 52, 52)]
    assert match_faces(known, found) == {0: 1, 1: 0}


def test_one_best_pair_does_not_take_the_place_of_two_good_ones():
    known = [Region(0, 0, 40, 40), Region(14, 0, 40, 40)]
    found = [Region(6, 0, 40, 40), Region(20, 0, 40, 40)]
    assert match_faces(known, found) == {0: 0, 1: 1}
