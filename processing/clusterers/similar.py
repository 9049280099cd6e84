"""Photos of one moment: bursts, second tries, the same group photographed by two phones.

DBSCAN over features and time: two photos are neighbors if their features are as alike as the time between them asks for. The
longer it is, the more alike they must be; after ten minutes it is another moment whatever they look like. Photos whose time
nobody knows are compared by features alone, more strictly. What DBSCAN chains together (a slow pan) is cut by average linkage.
The thresholds and how they were measured: docs/organizing.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from processing.contracts import KnownPhoto, PhotoSet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
arrays = ("embedding",)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# How alike (cosine) two photos of one camera must be that were taken so many seconds apart; between these it is interpolated.
SECONDS = (0.0, 3.0, 30.0, 120.0, 600.0)
LEAST_ALIKE = (0.62, 0.66, 0.80, 0.88, 0.93)
OTHER_CAMERA = 0.06  # so much more for two cameras, whose clocks and places differ
LEAST_ALIKE_TIMELESS = 0.86
WINDOW_SECONDS = SECONDS[-1]
WINDOW_PHOTOS = (
    2000  # in a window of time there are hardly more, and if there are, the nearer ones are looked at
)
TIMELESS_PAIRS = 20_000_000  # more than these are compared among neighbors in the order of upload only
TIMELESS_WINDOW = 400
BLOCK = 512
MEAN_DISTANCE = (
    1.1  # average linkage cuts here; 1 is the distance of two neighbors that are just alike enough
)
FAR = 3.0  # no two photos are farther apart than this
NEVER, MOST_ASKED = 2.0, 0.97
MOST_LINKED = 1500  # photos that are linked at once


def cluster(photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
    """Put photos of one moment together.

    Args:
        photos: with the array "embedding"; those without one are alone. The same file twice counts as one photo.

    Returns:
        Sets of two different photos or more, each in order of time, the earliest set first.
    """
    by_content: dict[str | int, list[KnownPhoto]] = defaultdict(list)
    for photo in sorted(photos, key=lambda one: (one.taken_at, one.id)):
        by_content[photo.sha256 or photo.id].append(photo)
    by_length: dict[int, list[KnownPhoto]] = defaultdict(list)  # features of two networks can't be compared
    for first, *_ in by_content.values():
        embedding = first.arrays.get("embedding")
        if embedding is not None and len(embedding):
            by_length[len(embedding)].append(first)
    groups = (group for _, firsts in sorted(by_length.items()) for group in _groups(firsts))
    found = [[one for photo in group for one in by_content[photo.sha256 or photo.id]] for group in groups]
    found.sort(key=lambda group: (group[0].taken_at, group[0].id))
    return [PhotoSet(tuple(photo.id for photo in group)) for group in found]


def features(photos: Sequence[KnownPhoto]) -> NDArray[np.float32]:
    """Their embeddings, all of one network, as rows of length 1: float32 of shape (n, length)."""
    import numpy as np

    rows = np.stack([photo.arrays["embedding"] for photo in photos]).astype(np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def least_alike(seconds: NDArray[np.floating], is_one_camera: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How alike two photos must be to be of one moment.

    Args:
        seconds: between them, 0 or more; infinite if one of the times is unknown.
        is_one_camera: whether one camera took both.

    Returns:
        The least cosine, of the same shape; 2 where nothing makes them one moment.
    """
    import numpy as np

    asked = np.interp(seconds, SECONDS, LEAST_ALIKE) + np.where(is_one_camera, 0.0, OTHER_CAMERA)
    asked = np.where(seconds > WINDOW_SECONDS, NEVER, np.minimum(asked, MOST_ASKED))
    return np.asarray(np.where(np.isinf(seconds), LEAST_ALIKE_TIMELESS, asked), dtype=np.float32)


def _groups(photos: list[KnownPhoto]) -> list[list[KnownPhoto]]:
    """Photos of one network, in order of time: DBSCAN, then average linkage within each of its clusters."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from sklearn.cluster import DBSCAN

    if len(photos) < 2:
        return []
    scene = _Scene(photos)
    parts = [part for part in scene.neighbors() if len(part[0])]
    if not parts:
        return []
    rows, columns, distances = (np.concatenate(values) for values in zip(*parts, strict=True))
    # A distance of exactly 0 would be taken for "not there" in a sparse matrix.
    graph = coo_matrix((np.maximum(distances, 1e-6), (rows, columns)), shape=(len(photos),) * 2).tocsr()
    graph = graph.maximum(graph.T)
    labels = DBSCAN(eps=1.0, min_samples=2, metric="precomputed").fit_predict(graph)
    members: dict[int, list[int]] = defaultdict(list)
    for index, label in enumerate(labels.tolist()):
        if label >= 0:
            members[label].append(index)
    return [
        [photos[index] for index in group]
        for chained in members.values()
        for start in range(0, len(chained), MOST_LINKED)
        for group in scene.cut(chained[start : start + MOST_LINKED])
    ]


class _Scene:
    """Photos of one network in order of time, with the distances between them.

    A distance is how far the cosine is from 1, as a share of how far it may be for the time between the two: at most 1 for
    photos of one moment.
    """

    def __init__(self, photos: Sequence[KnownPhoto]) -> None:
        import numpy as np

        self.rows = features(photos)
        seconds = [(photo.taken_at - EPOCH).total_seconds() for photo in photos]
        self.seconds = np.array(seconds, np.float64)
        self.is_timed = np.array([photo.is_hour_known for photo in photos], bool)
        names = {name: number for number, name in enumerate(sorted({photo.camera for photo in photos}))}
        self.cameras = np.array([names[photo.camera] for photo in photos])
        if "" in names:  # who knows: they count as one camera only if the files say so
            unknown = self.cameras == names[""]
            self.cameras[unknown] = -1

    def distances(self, one: Any, other: Any) -> NDArray[np.float32]:
        """Between the photos of two lists of indexes: float32 of shape (len(one), len(other))."""
        import numpy as np

        apart = np.abs(self.seconds[one][:, None] - self.seconds[other][None, :])
        apart[~(self.is_timed[one][:, None] & self.is_timed[other][None, :])] = np.inf
        is_one_camera = self.cameras[one][:, None] == self.cameras[other][None, :]
        cosines = self.rows[one] @ self.rows[other].T
        asked = least_alike(apart, is_one_camera)
        return np.where(
            asked > 1, FAR, np.minimum((1 - cosines) / (1 - np.minimum(asked, 0.999)), FAR)
        ).astype(np.float32)

    def neighbors(self) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]]:
        """Pairs at a distance of 1 or less: rows, columns (of a later photo), distances."""
        import numpy as np

        timed, timeless = np.flatnonzero(self.is_timed), np.flatnonzero(~self.is_timed)
        for start in range(0, len(timed), BLOCK):
            block = timed[start : start + BLOCK]
            end = int(np.searchsorted(self.seconds[timed], self.seconds[block[-1]] + WINDOW_SECONDS, "right"))
            yield self._near(block, timed[start : min(end, start + BLOCK + WINDOW_PHOTOS)])
        everything = np.arange(len(self.rows))
        is_small = len(timeless) * len(everything) <= TIMELESS_PAIRS
        for start in range(0, len(timeless), BLOCK):
            block = timeless[start : start + BLOCK]
            first = max(0, block[0] - TIMELESS_WINDOW)
            near = everything if is_small else everything[first : block[-1] + 1 + TIMELESS_WINDOW]
            yield self._near(block, near)

    def _near(
        self, one: NDArray[np.intp], other: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
        import numpy as np

        distances = self.distances(one, other)
        distances[one[:, None] == other[None, :]] = FAR
        first, second = np.nonzero(distances <= 1)
        return one[first], other[second], distances[first, second]

    def cut(self, chained: list[int]) -> list[list[int]]:
        """Cut a chain into groups whose members are alike on average, each with two photos or more."""
        import numpy as np
        from scipy.cluster.hierarchy import fcluster, linkage
        from scipy.spatial.distance import squareform

        if len(chained) < 2:
            return []
        if len(chained) == 2:
            return [chained]
        indexes = np.array(chained)
        distances = self.distances(indexes, indexes).astype(np.float64)
        np.fill_diagonal(distances, 0)
        tree = linkage(squareform((distances + distances.T) / 2, checks=False), "average")
        labels = fcluster(tree, MEAN_DISTANCE, "distance")
        groups: dict[int, list[int]] = defaultdict(list)
        for index, label in zip(chained, labels.tolist(), strict=True):
            groups[label].append(index)
        return [group for group in groups.values() if len(group) > 1]
