"""Find the photos of one person from a single descriptor: of a selfie, or of a face that was tapped.

One comparison of two faces errs much more often than a comparison with many faces of one person. So the groups that the room
already has are compared as a whole: a group that is near brings all its faces, also those that look different that day.
Thresholds and their measurement: docs/faces.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from processing.contracts import KnownFace, Matches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUP_SURE, GROUP_MAYBE = 0.50, 0.58  # mean distance to the faces of a group
SINGLE_SURE, SINGLE_MAYBE = 0.42, 0.55  # distance to one face
CLEARLY_NEARER = 0.04  # than the next group
DECLINED_SHARE = 1 / 3  # a group of which the person declined so many faces is somebody else's


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
    usable = sorted(
        (face for face in faces if face.quality != "C"), key=lambda face: (face.descriptor.tobytes(), face.id)
    )
    if not usable:
        return Matches((), ())
    return _Search(descriptor, usable, declined).matches()


class _Search:
    """The faces of one room with their distances to the descriptor. A face is its index."""

    def __init__(
        self, descriptor: NDArray[np.float32], faces: list[KnownFace], declined: frozenset[int]
    ) -> None:
        import numpy as np

        self.faces = faces
        apart = np.array([face.descriptor for face in faces], np.float32) - np.asarray(descriptor, np.float32)
        self.distances: NDArray[np.float32] = np.sqrt(np.einsum("nd,nd->n", apart, apart))
        self.declined = np.array([face.id in declined for face in faces])
        keys = [face.person if face.person is not None else ("alone", at) for at, face in enumerate(faces)]
        numbers: dict[object, int] = {}
        self.groups = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.intp)
        self.sizes = np.bincount(self.groups)
        self.means = np.bincount(self.groups, self.distances) / self.sizes
        self.refusals = np.bincount(self.groups, self.declined) / self.sizes

    def matches(self) -> Matches:
        """Decide group by group, then face by face."""
        import numpy as np

        is_group = (self.sizes > 1) & (self.refusals < DECLINED_SHARE)
        order = [int(one) for one in np.argsort(self.means, kind="stable") if is_group[one]]
        near = [one for one in order if self.means[one] <= GROUP_MAYBE]
        is_clear = len(near) > 0 and self.means[near[0]] <= GROUP_SURE
        if is_clear and len(near) > 1:
            is_clear = bool(self.means[near[1]] - self.means[near[0]] >= CLEARLY_NEARER)
        sure = (self.groups == near[0]) if is_clear else np.zeros(len(self.faces), bool)
        sure |= (self.distances <= SINGLE_SURE) & ~is_group[self.groups]
        maybe = self.distances <= SINGLE_MAYBE
        for one in near:
            members = np.flatnonzero(self.groups == one)
            maybe[members[self.distances[members].argmin()]] = True
        return self._answer(sure & ~self.declined, maybe & ~self.declined)

    def _answer(self, sure: NDArray[np.bool_], maybe: NDArray[np.bool_]) -> Matches:
        import numpy as np

        certain: list[int] = []
        rest: list[int] = []
        photos: set[int] = set()
        for at in np.argsort(self.distances, kind="stable"):
            face = self.faces[at]
            if sure[at] and face.photo not in photos:
                photos.add(face.photo)
                certain.append(face.id)
            elif sure[at] or maybe[at]:
                rest.append(face.id)
        return Matches(tuple(certain), tuple(rest))
