"""Average linkage: by hand, against scipy, and its vetoes."""

import numpy as np
import pytest

from processing.descriptors import distances, leaders, mean_distances, ranks
from processing.linkage import CROWD_USUAL, average_linkage


def line(*places: float) -> np.ndarray:
    """Distances between points on a line."""
    points = np.array(places, np.float32)
    return np.abs(points[:, None] - points)


def test_two_near_points_join_and_a_far_one_stays_alone():
    assert average_linkage(line(0, 1, 10), 2).tolist() == [0, 0, 1]


def test_the_mean_distance_counts_and_not_the_nearest_pair():
    # The pair (0, 1) is at 1.5 and 2.5 from 2.5: 2 on average, though 1.5 from its nearer point.
    assert average_linkage(line(0, 1, 2.5), 1.9).tolist() == [0, 0, 1]
    assert average_linkage(line(0, 1, 2.5), 2.1).tolist() == [0, 0, 0]


def test_weights_count_as_that_many_points():
    matrix = line(0, 1, 2.5)
    # Nine points at 1 pull the mean distance from 2.5 to (9 * 1.5 + 2.5) / 10 = 1.6.
    assert average_linkage(matrix.copy(), 1.9, sizes=np.array([1, 9, 1])).tolist() == [0, 0, 0]


def test_infinity_is_a_veto_that_joining_does_not_wash_out():
    matrix = line(0, 1, 2, 3)
    matrix[0, 3] = matrix[3, 0] = np.inf
    labels = average_linkage(matrix, 100)
    assert labels[0] != labels[3]
    assert len(set(labels)) == 2


@pytest.mark.parametrize("seed", range(8))
def test_without_vetoes_it_is_scipys_average_linkage(seed):
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    points = np.random.default_rng(seed).normal(size=(80, 4)).astype(np.float32)
    matrix = distances(points, points)
    upper = matrix[np.triu_indices(80, 1)]
    for threshold in (0.8, 1.5, 2.5):
        theirs = hierarchy.fcluster(hierarchy.linkage(upper, "average"), threshold, "distance")
        ours = average_linkage(matrix.copy(), threshold)
        assert len(set(zip(ours, theirs, strict=True))) == len(set(ours)) == len(set(theirs))


def test_two_tight_clusters_stay_apart_at_a_distance_where_loose_ones_join():
    def two_groups(within: float, between: float) -> np.ndarray:
        matrix = np.full((8, 8), between, np.float32)
        matrix[:4, :4] = matrix[4:, 4:] = within
        return matrix

    tight, loose = two_groups(0.34, 0.46), two_groups(0.42, 0.46)
    assert average_linkage(tight.copy(), 0.56).max() == 0
    assert average_linkage(tight.copy(), 0.56, crowding=np.full(8, CROWD_USUAL)).max() == 1
    assert average_linkage(loose.copy(), 0.56, crowding=np.full(8, CROWD_USUAL)).max() == 0


def test_nothing_gives_nothing():
    assert average_linkage(np.zeros((0, 0), np.float32), 1).tolist() == []


def test_distances_are_euclidean():
    made = distances(np.array([[0, 0], [3, 4]], np.float32), np.array([[0, 0], [0, 4]], np.float32))
    assert made.tolist() == [[0, 4], [5, 3]]


def test_mean_distances_are_means_over_each_group():
    members = np.array([[0], [2], [10]], np.float32)
    made = mean_distances(np.array([[0], [10]], np.float32), members, np.array([0, 0, 1]), 2)
    assert made.tolist() == [[1, 10], [9, 0]]


def test_leaders_take_what_is_near_them_first_come_first_served():
    points = np.array([[0], [0.1], [1], [0.15], [1.05]], np.float32)
    assert leaders(points, 0.12).tolist() == [0, 0, 2, 3, 2]


def test_ranks_count_within_runs():
    assert ranks(np.array([3, 3, 3, 5, 6, 6])).tolist() == [0, 1, 2, 0, 0, 1]
    assert ranks(np.zeros(0, int)).tolist() == []
