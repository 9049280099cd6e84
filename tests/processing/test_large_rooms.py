"""Average linkage in rounds, without a matrix."""

import numpy as np
import pytest

from processing import large_rooms
from processing.descriptors import distances
from processing.large_rooms import Clusters, link_cells
from processing.linkage import CROWD_USUAL, average_linkage
from tests.processing.invented import descriptors

INF = float("inf")


def nothing(first: int, second: int) -> float:
    return 0.0


def clusters_of(points: np.ndarray, penalty=nothing) -> tuple[Clusters, list[tuple[int, int]]]:
    """Clusters of points, and the list of joins that they will make."""
    joins: list[tuple[int, int]] = []
    return Clusters(points, penalty, lambda kept, gone: joins.append((kept, gone))), joins


def people_of(*counts: int) -> np.ndarray:
    return np.concatenate([descriptors(person, count) for person, count in enumerate(counts)])


def same_groups(first, second) -> bool:
    pairs = set(zip(list(first), list(second), strict=True))
    return len(pairs) == len(set(first)) == len(set(second))


def test_it_finds_the_same_people_as_the_matrix_does():
    points = people_of(6, 5, 4, 3, 2, 1, 1)
    clusters, _ = clusters_of(points)
    clusters.link(0.54, 0.0)
    matrix = average_linkage(distances(points, points), 0.54, crowding=np.full(len(points), CROWD_USUAL))
    assert same_groups(clusters.roots().tolist(), matrix.tolist())
    assert same_groups(clusters.roots().tolist(), np.repeat(np.arange(7), (6, 5, 4, 3, 2, 1, 1)).tolist())


def test_the_blocks_do_not_change_the_result(monkeypatch):
    whole, _ = clusters_of(people_of(9, 8, 7))
    whole.link(0.54, 0.0)
    monkeypatch.setattr(large_rooms, "BLOCK_VALUES", 50)
    monkeypatch.setattr(large_rooms, "PAIR_BLOCK", 3)
    blocks, _ = clusters_of(people_of(9, 8, 7))
    blocks.link(0.54, 0.0)
    assert blocks.roots().tolist() == whole.roots().tolist()


def test_a_veto_keeps_two_apart_whoever_joins_them():
    def penalty(first: int, second: int) -> float:
        return INF if sides[first] | sides[second] == {0, 5} else 0.0

    sides = {at: {at} & {0, 5} for at in range(6)}
    clusters = Clusters(people_of(6), penalty, lambda kept, gone: sides[kept].update(sides[gone]))
    clusters.link(0.54, 0.0)
    assert clusters.roots()[0] != clusters.roots()[5]
    assert len(clusters.alive()) == 2


def test_every_join_is_told():
    clusters, joins = clusters_of(people_of(5))
    clusters.link(0.54, 0.0)
    assert len(joins) == 4
    assert {gone for _, gone in joins} | set(clusters.alive().tolist()) == set(range(5))


def test_tightness_is_the_mean_distance_within():
    clusters, _ = clusters_of(np.array([[0.0, 0], [3, 4], [9, 9]], np.float32))
    clusters.join(0, 1)
    assert clusters.tightness(np.array([0, 2])).tolist() == pytest.approx([5, 0], abs=1e-4)


def test_crowding_is_measured_against_the_others():
    points = np.linspace(0, 1.1, 12, dtype=np.float32)[:, None]
    clusters, _ = clusters_of(points)
    clusters.look_around()
    assert clusters.crowding[0] == pytest.approx(np.mean([0.3, 0.4, 0.5, 0.6, 0.7, 0.8]), abs=1e-3)


def test_cells_join_only_what_is_surely_one_person(monkeypatch):
    monkeypatch.setattr(large_rooms, "MAX_DIRECT", 1)
    monkeypatch.setattr(large_rooms, "CELL_SIZE", 7)
    clusters, _ = clusters_of(people_of(6, 5, 4, 3))
    link_cells(clusters, 0.0)
    person = np.repeat(np.arange(4), (6, 5, 4, 3))
    assert len(clusters.alive()) < 18
    assert (person[clusters.roots()] == person).all()
    clusters.link(0.54, 0.0)
    assert same_groups(clusters.roots().tolist(), person.tolist())


def test_nothing_near_leaves_everybody_alone():
    clusters, joins = clusters_of(np.eye(4, dtype=np.float32))
    clusters.link(0.5, 0.0)
    assert joins == []
