"""Groups of faces under construction: linking, one face a photo, attaching the weaker faces.

Used by `clusterers/people.py`, which says what the groups are called. Imports numpy: import it inside a function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from processing.attaching import find_places
from processing.contracts import KnownFace
from processing.descriptors import BLOCK, distances, leaders, mean_distances
from processing.large_rooms import Clusters, link_cells
from processing.linkage import CROWD_USUAL, average_linkage, crowding_of

SAME_PHOTO_PENALTY = 5.0
SURE_STEPS = (0.46, 0.52)  # mean distances up to which is linked before the crowd is looked at again
MAX_BATCH = 5000  # faces that are linked in one matrix, of 100 MB
MAX_EXEMPLARS = 64  # of one group, compared with a face
MAX_THINNED = 512
COPY_RADIUS = 0.2  # genuine pairs of LFW are at 0.4 on average, one shot encoded twice below 0.1


def is_anchor(face: KnownFace) -> bool:
    """Say whether a human decided whose face this is, and the face shows how that person looks."""
    return face.is_fixed and face.person is not None and face.quality != "C"


def is_fixed_apart(face: KnownFace) -> bool:
    """Say whether a human decided whose face this is though it shows nothing: the back of a head, a blur."""
    return face.is_fixed and face.person is not None and face.quality == "C"


class Grouping:
    """Groups of faces while they are made. A face is its index in the canonical order."""

    def __init__(self, faces: list[KnownFace]) -> None:
        self.faces = faces
        self.descriptors = np.array([face.descriptor for face in faces], np.float32).reshape(len(faces), -1)
        self.group_of: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}

    def link(self, seeds: list[int], limit: float, stricter: float = 0.0) -> None:
        """Group the faces that may found a person.

        Args:
            seeds: the faces.
            limit: mean distance beyond which nothing is joined.
            stricter: how much to take from the limits that follow the groups.
        """
        anchored: defaultdict[int, list[int]] = defaultdict(list)
        for index in seeds:
            if is_anchor(self.faces[index]):
                anchored[self.faces[index].person or 0].append(index)
        free = [index for index in seeds if not is_anchor(self.faces[index])]
        nodes = [anchored[person] for person in sorted(anchored, key=lambda person: anchored[person])]
        if len(seeds) > MAX_BATCH:
            nodes = link_many(self, [*nodes, *([index] for index in free)], limit, stricter)
        else:
            nodes = self._merged([*nodes, *self._copies(free)], limit, stricter)
        for number, members in enumerate(sorted(sorted(node) for node in nodes)):
            self._add(number, members)

    def split_photos(self) -> None:
        """Keep one face per photo in each group, the one nearest to the others; the rest become groups of their own."""
        loose: list[int] = []
        for members in self.members.values():
            loose += self._surplus(members)
        for index in loose:
            self.members[self.group_of.pop(index)].remove(index)
        rest = self.attach(loose)
        for number, index in enumerate(rest, start=max(self.members, default=-1) + 1):
            self._add(number, [index])

    def attach(self, loose: list[int], stricter: float = 0.0) -> list[int]:
        """Let faces join the group that they resemble, best first, at most one a photo.

        Returns:
            Those that resemble none, or two equally.
        """
        groups = {
            number: self.descriptors[self._exemplars(members)] for number, members in self.members.items()
        }
        taken = {(group, self.faces[index].photo) for index, group in self.group_of.items()}
        faces = [self.faces[index] for index in loose]
        joined: set[int] = set()
        for place in find_places(faces, groups, taken, self._refused_groups(faces), stricter=stricter):
            index = loose[place.at]
            if (place.group, faces[place.at].photo) not in taken:
                joined.add(index)
                taken.add((place.group, faces[place.at].photo))
                self._add(place.group, [index])
        return [index for index in loose if index not in joined]

    def found_together(self, weak: list[int], limit: float, stricter: float) -> None:
        """Group weak faces that resemble each other and are on two photos at least; the others stay alone."""
        for members in self._merged([[index] for index in weak], limit, stricter):
            if len({self.faces[index].photo for index in members}) > 1:
                surplus = self._surplus(members)
                number = max(self.members, default=-1) + 1
                self._add(number, sorted(set(members) - set(surplus)))

    def _refused_groups(self, faces: list[KnownFace]) -> dict[int, set[int]]:
        """List the groups that hold a face of a person whom a human refused, by the place of the face in the list."""
        wanted = {person for face in faces for person in face.refused}
        groups_of: defaultdict[int | None, set[int]] = defaultdict(set)
        for index, group in self.group_of.items():
            if self.faces[index].person in wanted:
                groups_of[self.faces[index].person].add(group)
        return {
            at: set().union(*(groups_of[person] for person in face.refused))
            for at, face in enumerate(faces)
            if face.refused
        }

    def _merged(self, nodes: list[list[int]], limit: float, stricter: float) -> list[list[int]]:
        """Link nodes (lists of faces that belong together already): first what is sure, then what is near for its crowd."""
        for step in (*SURE_STEPS, limit):
            nodes = self._linked(nodes, min(step, limit), stricter, is_first=step == SURE_STEPS[0])
        return nodes

    def _linked(
        self, nodes: list[list[int]], limit: float, stricter: float, *, is_first: bool
    ) -> list[list[int]]:
        if len(nodes) < 2:
            return nodes
        most = max(1, min(MAX_EXEMPLARS, MAX_BATCH // len(nodes)))
        shown = [self._exemplars(node, most) for node in nodes]
        matrix, inner = self._node_distances(shown)
        np.fill_diagonal(matrix, np.inf)
        crowding = np.full(len(nodes), CROWD_USUAL) if is_first else _crowding(matrix)
        for first, second in self._vetoes(nodes):
            matrix[first, second] = matrix[second, first] = np.inf
        sizes = np.array([len(one) for one in shown])
        labels = average_linkage(
            matrix, limit, sizes=sizes, inner=inner, crowding=crowding, stricter=stricter
        )
        merged: defaultdict[int, list[int]] = defaultdict(list)
        for label, node in zip(labels, nodes, strict=True):
            merged[int(label)] += node
        return [merged[label] for label in sorted(merged)]

    def _node_distances(self, nodes: list[list[int]]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Compute mean distances between nodes, with the penalty for faces of one photo, and sums within nodes."""
        flat = [index for node in nodes for index in node]
        matrix = distances(self.descriptors[flat], self.descriptors[flat])
        np.fill_diagonal(matrix, 0)
        sizes = np.array([len(node) for node in nodes])
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        inner = np.array(
            [matrix[at : at + size, at : at + size].sum() / 2 for at, size in zip(starts, sizes, strict=True)]
        )
        by_photo: defaultdict[int, list[int]] = defaultdict(list)
        for at, index in enumerate(flat):
            by_photo[self.faces[index].photo].append(at)
        for shared in by_photo.values():
            if len(shared) > 1:
                matrix[np.ix_(shared, shared)] += SAME_PHOTO_PENALTY
        if len(flat) == len(nodes):
            return matrix, inner
        matrix = np.add.reduceat(np.add.reduceat(matrix, starts, axis=0), starts, axis=1)
        matrix /= sizes[:, None] * sizes
        return np.ascontiguousarray(matrix, np.float32), inner

    def _vetoes(self, nodes: list[list[int]]) -> Iterable[tuple[int, int]]:
        """List the pairs of nodes that must never be one person: two fixed persons, a refusal."""
        fixed = [at for at, node in enumerate(nodes) if any(is_anchor(self.faces[index]) for index in node)]
        yield from ((first, second) for at, first in enumerate(fixed) for second in fixed[at + 1 :])
        nodes_of: defaultdict[int | None, list[int]] = defaultdict(list)
        for at, node in enumerate(nodes):
            for person in {self.faces[index].person for index in node}:
                nodes_of[person].append(at)
        for at, node in enumerate(nodes):
            for person in sorted({person for index in node for person in self.faces[index].refused}):
                yield from ((at, other) for other in nodes_of.get(person, ()) if other != at)

    def _copies(self, batch: list[int]) -> list[list[int]]:
        """Put faces together that are nearly the same, so that a shot saved five times is no stronger evidence than one."""
        lead = leaders(self.descriptors[batch], COPY_RADIUS)
        nodes: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for at, index in enumerate(batch):
            alone = index if self.faces[index].refused else -1
            nodes[int(lead[at]), alone].append(index)
        return list(nodes.values())

    def _means(self, faces: list[int], groups: list[list[int]]) -> NDArray[np.float32]:
        shown = [self._exemplars(group) for group in groups]
        flat = [index for group in shown for index in group]
        labels = np.repeat(np.arange(len(shown)), [len(group) for group in shown])
        return mean_distances(self.descriptors[faces], self.descriptors[flat], labels, len(shown))

    def _exemplars(self, members: list[int], most: int = MAX_EXEMPLARS) -> list[int]:
        """Choose evenly among the members that look different, so that cost and weight do not grow with copies."""
        if len(members) > 1 and most > 1:
            thinned = members[:: -(-len(members) // MAX_THINNED)]
            lead = leaders(self.descriptors[thinned], COPY_RADIUS)
            members = [index for at, index in enumerate(thinned) if lead[at] == at]
        return members[:: -(-len(members) // most)]

    def _surplus(self, members: list[int]) -> list[int]:
        """List the faces that share their photo with another face of the group that fits better or is fixed."""
        by_photo: defaultdict[int, list[int]] = defaultdict(list)
        for index in members:
            by_photo[self.faces[index].photo].append(index)
        surplus: list[int] = []
        for shared in by_photo.values():
            free = [index for index in shared if not is_anchor(self.faces[index])]
            if len(shared) == 1 or not free:
                continue
            others = [index for index in members if index not in shared] or shared
            means = self._means(free, [others])[:, 0]
            best = [] if len(free) < len(shared) else [free[int(means.argmin())]]
            surplus += [index for index in free if index not in best]
        return sorted(surplus)

    def _add(self, number: int, members: list[int]) -> None:
        self.members.setdefault(number, []).extend(members)
        self.group_of.update(dict.fromkeys(members, number))


def _crowding(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    made = [crowding_of(matrix[start : start + BLOCK]) for start in range(0, len(matrix), BLOCK)]
    return np.concatenate(made)


class _Ties:
    """What speaks against joining clusters of a large room: shared photos, two fixed persons, a refusal."""

    def __init__(self, grouping: Grouping, indexes: list[int]) -> None:
        faces = [grouping.faces[index] for index in indexes]
        self.photos = [{face.photo} for face in faces]
        self.sizes = [1] * len(faces)
        self.fixed = [face.person if is_anchor(face) else None for face in faces]
        self.refused = [set(face.refused) for face in faces]
        self.persons = [{face.person} for face in faces]

    def penalty(self, first: int, second: int) -> float:
        """Say what to add to the mean distance of two clusters."""
        fixed = self.fixed[first], self.fixed[second]
        if None not in fixed and fixed[0] != fixed[1]:
            return np.inf
        if self.refused[first] & self.persons[second] or self.refused[second] & self.persons[first]:
            return np.inf
        small, large = sorted((self.photos[first], self.photos[second]), key=len)
        shared = len(small & large)
        return SAME_PHOTO_PENALTY * shared / (self.sizes[first] * self.sizes[second]) if shared else 0.0

    def join(self, kept: int, gone: int) -> None:
        """Note that the second cluster was joined to the first."""
        self.photos[kept] |= self.photos[gone]
        self.sizes[kept] += self.sizes[gone]
        self.fixed[kept] = self.fixed[gone] if self.fixed[kept] is None else self.fixed[kept]
        self.refused[kept] |= self.refused[gone]
        self.persons[kept] |= self.persons[gone]
        self.photos[gone], self.refused[gone], self.persons[gone] = set(), set(), set()


def link_many(grouping: Grouping, nodes: list[list[int]], limit: float, stricter: float) -> list[list[int]]:
    """Link the faces of a large room without a matrix of it.

    Args:
        grouping: holds the faces.
        nodes: lists of faces that belong together already.
        limit: mean distance beyond which nothing is joined.
        stricter: how much to take from the limits that follow the groups.

    Returns:
        Lists of faces.
    """
    flat = [index for node in nodes for index in node]
    ties = _Ties(grouping, flat)
    clusters = Clusters(grouping.descriptors[flat], ties.penalty, ties.join)
    start = 0
    for node in nodes:
        for at in range(start + 1, start + len(node)):
            clusters.join(start, at)
        start += len(node)
    link_cells(clusters, stricter)
    for step in (*SURE_STEPS, limit):
        if step != SURE_STEPS[0]:
            clusters.look_around()
        clusters.link(min(step, limit), stricter)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index, root in zip(flat, clusters.roots().tolist(), strict=True):
        groups[root].append(index)
    return list(groups.values())
