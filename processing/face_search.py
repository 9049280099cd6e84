"""Find the photos of one person from a single descriptor: of a selfie, or of a face that was tapped.

Two faces compared alone are mistaken much more often than a face and a group. So the groups that the room already has are
compared as a whole: one that is near brings all its faces, also those that look different that day. Thresholds and their
measurement: docs/faces.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from processing.contracts import KnownFace, Matches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUP_SURE, GROUP_MAYBE = 0.52, 0.58  # mean distance to the faces of a group
NEAREST_SURE = 0.47  # to its nearest face: without it half as many strangers more get a sure answer
SINGLE_SURE, SINGLE_MAYBE = 0.42, 0.55  # distance to one face that is in no group
CLEARLY_NEARER = 0.04  # than the next group
DECLINED_SHARE = 1 / 3  # a group of which the person declined so many faces is somebody else's
# The faces of some people lie closer together than those of others: so much of the difference counts.
TIGHTNESS_SHARE, USUAL_TIGHTNESS, USUAL_PAIRS = 0.8, 0.41, 10
LOOSEST_ABOVE = 0.15  # no group is looser than the usual by more
MAX_MEMBERS = 64  # of a group, for its tightness


def search(
    descriptor: NDArray[np.float32], faces: Sequence[KnownFace], declined: frozenset[int] = frozenset()
) -> Matches:
    """Find the faces of a room that show the person of a descriptor.

    Args:
        descriptor: float32 of shape (128,).
        faces: faces of one room, in any order; `person` is the group that each was sorted into.
        declined: ids of faces of which the searching person said "not me"; never in the answer.

    Returns:
        Ids, most alike first. `sure` holds at most one face of each photo. Faces of quality "C" are in neither.
    """
    usable = [face for face in faces if face.quality != "C"]
    if not usable:
        return Matches((), ())
    return _Search(descriptor, usable, declined).matches()


class _Search:
    """The faces of one room with their distances to the descriptor. A face is its index, a group too."""

    def __init__(
        self, descriptor: NDArray[np.float32], faces: list[KnownFace], declined: frozenset[int]
    ) -> None:
        import numpy as np

        self.faces = faces
        self.descriptors = np.array([face.descriptor for face in faces], np.float32)
        apart = self.descriptors - np.asarray(descriptor, np.float32)
        self.distances: NDArray[np.float32] = np.sqrt(np.einsum("nd,nd->n", apart, apart))
        self.is_declined = np.array([face.id in declined for face in faces])
        numbers: dict[object, int] = {}
        keys = [face.person if face.person is not None else ("alone", at) for at, face in enumerate(faces)]
        self.group_of = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.intp)
        self.sizes = np.bincount(self.group_of)
        self.means = np.bincount(self.group_of, self.distances) / self.sizes
        self.is_group = (self.sizes > 1) & (
            np.bincount(self.group_of, self.is_declined) < DECLINED_SHARE * self.sizes
        )

    def matches(self) -> Matches:
        """Decide group by group, then face by face."""
        import numpy as np

        near = self._near_groups()
        is_sure = (self.distances <= SINGLE_SURE) & ~self.is_group[self.group_of]
        is_maybe = self.distances <= SINGLE_MAYBE
        if near and self._is_sure(near):
            is_sure |= self.group_of == near[0][1]
        for _, group in near:
            members = np.flatnonzero(self.group_of == group)
            is_maybe[members[self.distances[members].argmin()]] = True
        return self._answer(is_sure & ~self.is_declined, is_maybe & ~self.is_declined)

    def _is_sure(self, near: list[tuple[float, int]]) -> bool:
        distance, group = near[0]
        is_clear = len(near) == 1 or near[1][0] - distance >= CLEARLY_NEARER
        nearest = self.distances[self.group_of == group].min()
        return is_clear and distance <= GROUP_SURE and bool(nearest <= NEAREST_SURE)

    def _near_groups(self) -> list[tuple[float, int]]:
        """List (distance, group), nearest first, the distance corrected by how tight the group is."""
        import numpy as np

        reach = GROUP_MAYBE + TIGHTNESS_SHARE * LOOSEST_ABOVE
        near = []
        for group in np.flatnonzero(self.is_group & (self.means <= reach)):
            distance = float(self.means[group]) - TIGHTNESS_SHARE * (self._tightness(group) - USUAL_TIGHTNESS)
            if distance <= GROUP_MAYBE:
                near.append((distance, int(group)))
        return sorted(near)

    def _tightness(self, group: np.intp) -> float:
        import numpy as np

        from processing.descriptors import distances

        members = np.flatnonzero(self.group_of == group)
        members = members[:: -(-len(members) // MAX_MEMBERS)]
        inner = distances(self.descriptors[members], self.descriptors[members])
        count = len(members)
        total = (inner.sum() - np.trace(inner)) / 2 + USUAL_TIGHTNESS * USUAL_PAIRS
        return float(total / (count * (count - 1) / 2 + USUAL_PAIRS))

    def _answer(self, is_sure: NDArray[np.bool_], is_maybe: NDArray[np.bool_]) -> Matches:
        found = [at for at in range(len(self.faces)) if is_sure[at] or is_maybe[at]]
        found.sort(
            key=lambda at: (self.distances[at], self.faces[at].descriptor.tobytes(), self.faces[at].id)
        )
        sure: list[int] = []
        maybe: list[int] = []
        photos: set[int] = set()
        for at in found:
            face = self.faces[at]
            if is_sure[at] and face.photo not in photos:
                photos.add(face.photo)
                sure.append(face.id)
            else:
                maybe.append(face.id)
        return Matches(tuple(sure), tuple(maybe))
