"""Label ten, the rest is recognised: whose face it probably is, learned from the faces that humans labelled.

One logistic regression for the whole room answers "is this face that person?" from how alike the face and the labelled faces
are (`likeness`). Its examples are the labelled faces themselves: each against its own person without it (yes), against the
most alike other person (no), and once more as if its own person had never been labelled, as strangers come (no); then the
faces that cannot be a person, because it is on the photo already or because a human said no. docs/faces.md has the numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from processing.contracts import Guess, KnownFace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.likeness import Likeness

LEARN_FROM = 5  # labelled faces of a person before it is guessed; about ten are good
LEAST_PROBABILITY = 0.05  # below it there is no guess
# What LFW taught before the room did, by the features of `likeness`: scripts/measure_labelling.py --prior.
PRIOR_WEIGHTS, PRIOR_BIAS = (-34.7, -42.9, -19.0, 75.5), 7.14
PRIOR_EXAMPLES = 300.0  # that it stands for; a labelled face makes three of its own
CAUTION = 0.5  # taken from the logit: a room holds more strangers than the examples do
MAX_PRIOR_ROWS, MAX_DENIED_ROWS = 400, 2000
STIFFNESS = 10.0  # scikit-learn's C on features of unit variance
MAX_DOUBTFUL = 2000  # guesses that are compared with each other for `teaches`
ALIKE = 0.5  # faces nearer than this are resolved together by one answer
MANY_ALIKE = 10
NEAR_COPY = 0.25  # two faces nearer than this are not asked about in one batch


def propose(faces: Sequence[KnownFace]) -> dict[int, Guess]:
    """Guess whose the faces are that no human has labelled.

    Args:
        faces: all faces of one room, in any order.

    Returns:
        A guess by face id, only where its probability is at least LEAST_PROBABILITY. Only persons with LEARN_FROM labelled
        faces are guessed; faces that are fixed or of quality "C" are left out. A refused person, and a person who has a
        fixed face on the same photo, is never guessed.
    """
    import numpy as np

    ordered = _in_order(faces)
    taught = _taught(ordered)
    asked = [face for face in ordered if not face.is_fixed and face.quality != "C"]
    if not taught or not asked:
        return {}
    from processing.likeness import Likeness

    persons = sorted(taught)
    likeness = Likeness([_descriptors(taught[person]) for person in persons])
    descriptors = _descriptors(asked)
    barred = _barred(ordered, asked, persons)
    candidates, features = likeness.compare(descriptors, barred)
    rows, truth = _examples(likeness, descriptors, barred)
    chances = _chances(rows, truth, features)
    chances[candidates < 0] = 0
    names = np.array([*persons, None], dtype=object)[candidates]
    return _guesses(asked, descriptors, names, chances)


def label_order(faces: Sequence[KnownFace], guesses: Mapping[int, Guess], limit: int) -> list[int]:
    """Choose the faces to ask a human about next, in the order that teaches most.

    Args:
        faces: all faces of one room, in any order.
        guesses: what `propose` answered for them, or nothing.
        limit: how many ids at most.

    Returns:
        Ids of faces that are not fixed. First, in turn: a typical face of each group that was not taught yet, the largest
        group first, and the faces whose guess teaches most. Then the others. No two are nearly the same, and faces of
        quality "C" are left out.
    """
    import numpy as np

    free = [face for face in _in_order(faces) if not face.is_fixed and face.quality != "C"]
    labels = Counter(face.person for face in faces if face.is_fixed)
    typical = _typical([face for face in free if labels[face.person] < LEARN_FROM])
    guessed = [face for face in free if face.id in guesses]
    doubtful = sorted(guessed, key=lambda face: -guesses[face.id].teaches)
    others = sorted((face for face in free if face.id not in guesses), key=lambda face: face.quality)
    in_turn = [face for pair in zip_longest(typical, doubtful) for face in pair if face is not None]
    chosen: list[int] = []
    shown: list[NDArray[np.float32]] = []
    seen: set[int] = set()
    for face in _each([*in_turn, *others], seen):
        if len(chosen) >= limit:
            break
        if all(float(np.linalg.norm(face.descriptor - one)) >= NEAR_COPY for one in shown):
            chosen.append(face.id)
            shown.append(face.descriptor)
    return chosen


def _each(queue: list[KnownFace], seen: set[int]) -> Iterator[KnownFace]:
    for face in queue:
        if face.id not in seen:
            seen.add(face.id)
            yield face


def _in_order(faces: Sequence[KnownFace]) -> list[KnownFace]:
    """Sort by what the faces are; the id decides only between faces that are the same to the last bit."""
    return sorted(faces, key=lambda face: (face.descriptor.tobytes(), face.id))


def _descriptors(faces: Sequence[KnownFace]) -> NDArray[np.float32]:
    import numpy as np

    return np.array([face.descriptor for face in faces], np.float32)


def _taught(faces: list[KnownFace]) -> dict[int, list[KnownFace]]:
    labelled: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in faces:
        if face.is_fixed and face.person is not None and face.quality != "C":
            labelled[face.person].append(face)
    return {person: found for person, found in labelled.items() if len(found) >= LEARN_FROM}


def _barred(faces: list[KnownFace], asked: list[KnownFace], persons: list[int]) -> list[list[int]]:
    """List for each face the persons (by index) that it cannot be: on the photo already, or refused."""
    at = {person: index for index, person in enumerate(persons)}
    present: defaultdict[int, set[int]] = defaultdict(set)
    for face in faces:
        if face.is_fixed and face.person in at:
            present[face.photo].add(at[face.person])
    return [
        sorted(present.get(face.photo, set()) | {at[person] for person in face.refused if person in at})
        for face in asked
    ]


def _examples(
    likeness: Likeness, descriptors: NDArray[np.float32], barred: list[list[int]]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Collect the labelled faces' rows, and the faces that look like a person that they cannot be."""
    import numpy as np

    rows, truth = likeness.examples()
    denied = [at for at, persons in enumerate(barred) if persons]
    denied = denied[:: -(-len(denied) // MAX_DENIED_ROWS) or 1]
    if not denied:
        return rows, truth
    candidates, features = likeness.compare(descriptors[denied], [[]] * len(denied))
    is_denied = np.array(
        [[person in barred[at] for person in row] for at, row in zip(denied, candidates, strict=True)]
    )
    found = features[is_denied]
    return np.concatenate([rows, found]), np.concatenate([truth, np.zeros(len(found))])


def _chances(
    rows: NDArray[np.float32], truth: NDArray[np.float64], features: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Learn from the examples, with what was known before as a few more, and answer for all features.

    What was known before comes in as soft answers about faces of this very room, so that a room with few labels follows it
    and one with many forgets it. Faces that are far from everybody take part as such: they are strangers.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    asked = features.reshape(-1, features.shape[-1])
    known = np.concatenate([rows, asked[:: -(-len(asked) // MAX_PRIOR_ROWS)]])
    logits = known @ np.array(PRIOR_WEIGHTS) + PRIOR_BIAS
    before = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    share = PRIOR_EXAMPLES / len(known)
    scale = StandardScaler().fit(known)
    model = LogisticRegression(C=STIFFNESS, max_iter=500)
    model.fit(
        scale.transform(np.concatenate([rows, known, known])),
        np.concatenate([truth, np.ones(len(known)), np.zeros(len(known))]),
        sample_weight=np.concatenate([np.ones(len(rows)), before * share, (1 - before) * share]),
    )
    model.intercept_ -= CAUTION
    answers: NDArray[np.float64] = model.predict_proba(scale.transform(asked))[:, 1]
    return answers.reshape(features.shape[:2])


def _guesses(
    asked: list[KnownFace],
    descriptors: NDArray[np.float32],
    names: NDArray[np.object_],
    chances: NDArray[np.float64],
) -> dict[int, Guess]:
    import numpy as np

    order = np.argsort(-chances, axis=1, kind="stable")
    chances = np.take_along_axis(chances, order, axis=1)
    names = np.take_along_axis(names, order, axis=1)
    kept = np.flatnonzero(chances[:, 0] >= LEAST_PROBABILITY)
    teaches = _teaches(descriptors[kept], chances[kept, 0])
    found = {}
    for at, worth in zip(kept, teaches, strict=True):
        second = names[at, 1] if names.shape[1] > 1 else None
        found[asked[at].id] = Guess(names[at, 0], float(chances[at, 0]), second, float(worth))
    return found


def _teaches(descriptors: NDArray[np.float32], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh each doubt by the doubts of the faces that look alike: one answer settles them all.

    Source: uncertainty sampling with information density (Settles and Craven, 2008, EMNLP).
    """
    import numpy as np

    from processing.descriptors import distances

    doubt = 1 - np.abs(2 * chances - 1)
    worth = doubt / MANY_ALIKE
    most = np.argsort(-doubt, kind="stable")[:MAX_DOUBTFUL]
    alike = distances(descriptors[most], descriptors[most]) <= ALIKE
    np.fill_diagonal(alike, True)
    settled = np.minimum(alike @ doubt[most], MANY_ALIKE) / MANY_ALIKE
    worth[most] = np.sqrt(doubt[most] * settled)
    return np.asarray(worth, np.float64)


def _typical(faces: list[KnownFace]) -> list[KnownFace]:
    """List the face nearest to its group's mean, of the best quality there is, for each group, the largest first."""
    import numpy as np

    groups: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in faces:
        if face.person is not None:
            groups[face.person].append(face)
    chosen = []
    for members in groups.values():
        descriptors = _descriptors(members)
        apart = np.linalg.norm(descriptors - descriptors.mean(axis=0), axis=1)
        best = min(range(len(members)), key=lambda at: (members[at].quality, apart[at]))
        chosen.append((-len(members), members[best].descriptor.tobytes(), members[best].id, members[best]))
    return [face for _, _, _, face in sorted(chosen, key=lambda one: one[:3])]
