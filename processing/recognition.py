"""Label ten, the rest is recognised: whose face it probably is, learned from the faces that humans labelled.

One logistic regression for the whole room answers "is this face that person?" from how alike the face and the labelled faces
are. Its examples are the labelled faces themselves: each against its own person without it (yes), against the most alike
other person (no), and once more as if its own person had never been labelled, as strangers come (no). docs/faces.md has the
measurement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from processing.contracts import Guess, KnownFace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.likeness import Likeness

LEARN_FROM = 5  # labelled faces of a person before it is guessed; about ten are good
LEAST_PROBABILITY = 0.05  # below it there is no guess
NEAR_COPY = 0.25  # two faces nearer than this are not asked about together
# What measuring taught before the room did: weights of the features of `likeness`, and how many examples it stands for.
PRIOR_WEIGHTS, PRIOR_BIAS, PRIOR_EXAMPLES = (-16.0, -14.0, -8.0, -8.0), 16.2, 40.0


def propose(faces: Sequence[KnownFace]) -> dict[int, Guess]:
    """Guess whose the faces are that no human has labelled.

    Args:
        faces: all faces of one room, in any order.

    Returns:
        A guess by face id, only where its probability is at least LEAST_PROBABILITY. Only persons with LEARN_FROM labelled
        faces are guessed; faces that are fixed or of quality "C" are left out. A refused person, and a person who has a
        fixed face on the same photo, is never guessed.
    """
    ordered = sorted(faces, key=lambda face: (face.descriptor.tobytes(), face.id))
    taught = _taught(ordered)
    asked = [face for face in ordered if not face.is_fixed and face.quality != "C"]
    if not taught or not asked:
        return {}
    import numpy as np

    from processing.likeness import Likeness

    likeness = Likeness([np.array([face.descriptor for face in taught[person]]) for person in sorted(taught)])
    persons = sorted(taught)
    candidates, features = likeness.compare(
        np.array([face.descriptor for face in asked], np.float32), barred=_barred(ordered, asked, persons)
    )
    model = _learn(likeness, features)
    chances = model(features.reshape(-1, features.shape[-1])).reshape(features.shape[:2])
    chances[candidates < 0] = 0
    return _guesses(asked, persons, candidates, chances)


def label_order(faces: Sequence[KnownFace], guesses: Mapping[int, Guess], limit: int) -> list[int]:
    """Choose the faces to ask a human about next, in the order that teaches most.

    Args:
        faces: all faces of one room, in any order.
        guesses: what `propose` answered for them, or nothing.
        limit: how many ids at most.

    Returns:
        Ids of faces that are not fixed: faces that stand for a large nameless group and faces whose guess is most
        uncertain in turn; no two that are nearly the same.
    """
    import numpy as np

    free = sorted(
        (face for face in faces if not face.is_fixed and face.quality != "C"),
        key=lambda face: (face.descriptor.tobytes(), face.id),
    )
    named = {face.person for face in faces if face.is_fixed}
    by_id = {face.id: face for face in free}
    standing = _representatives([face for face in free if face.person not in named])
    doubtful = sorted(
        (face.id for face in free if face.id in guesses), key=lambda one: (-guesses[one].teaches, one)
    )
    queue: list[int] = []
    for at in range(max(len(standing), len(doubtful))):
        queue += standing[at : at + 1] + doubtful[at : at + 1]
    queue += [face.id for face in free if face.quality == "A"]
    queue += [face.id for face in free if face.quality == "B"]
    chosen: list[int] = []
    shown: list[NDArray[np.float32]] = []
    for one in dict.fromkeys(queue):
        if len(chosen) >= limit:
            break
        descriptor = by_id[one].descriptor
        if all(float(np.linalg.norm(descriptor - other)) >= NEAR_COPY for other in shown):
            chosen.append(one)
            shown.append(descriptor)
    return chosen


def _taught(faces: list[KnownFace]) -> dict[int, list[KnownFace]]:
    labelled: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in faces:
        if face.is_fixed and face.person is not None and face.quality != "C":
            labelled[face.person].append(face)
    return {person: found for person, found in labelled.items() if len(found) >= LEARN_FROM}


def _barred(faces: list[KnownFace], asked: list[KnownFace], persons: list[int]) -> list[list[int]]:
    """List for each face the persons (by index) that it cannot be."""
    at = {person: index for index, person in enumerate(persons)}
    present: defaultdict[int, set[int]] = defaultdict(set)
    for face in faces:
        if face.is_fixed and face.person in at:
            present[face.photo].add(at[face.person])
    return [
        sorted(present.get(face.photo, set()) | {at[person] for person in face.refused if person in at})
        for face in asked
    ]


def _learn(likeness: Likeness, asked: NDArray[np.float32]):  # type: ignore[no-untyped-def]
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows, truth = likeness.examples()
    known = asked.reshape(-1, asked.shape[-1])[:: max(1, asked.shape[0] * asked.shape[1] // 400)]
    known = np.concatenate([known, rows])
    before = 1 / (1 + np.exp(-np.clip(known @ np.array(PRIOR_WEIGHTS) + PRIOR_BIAS, -30, 30)))
    share = PRIOR_EXAMPLES / len(known)
    everything = np.concatenate([rows, known, known])
    answers = np.concatenate([truth, np.ones(len(known)), np.zeros(len(known))])
    weights = np.concatenate([np.ones(len(rows)), before * share, (1 - before) * share])
    model = LogisticRegression(C=100.0, max_iter=1000).fit(everything, answers, sample_weight=weights)
    return lambda features: model.predict_proba(features)[:, 1]


def _guesses(
    asked: list[KnownFace], persons: list[int], candidates: NDArray[np.intp], chances: NDArray[np.float64]
) -> dict[int, Guess]:
    import numpy as np

    found: dict[int, Guess] = {}
    order = np.argsort(-chances, axis=1, kind="stable")
    for at, face in enumerate(asked):
        best = order[at, 0]
        chance = float(chances[at, best])
        if chance < LEAST_PROBABILITY:
            continue
        second = None
        if len(order[at]) > 1 and candidates[at, order[at, 1]] >= 0:
            second = persons[candidates[at, order[at, 1]]]
        found[face.id] = Guess(persons[candidates[at, best]], chance, second, 1 - abs(2 * chance - 1))
    return found


def _representatives(faces: list[KnownFace]) -> list[int]:
    """List the face nearest to its group's mean, for each group, largest first."""
    import numpy as np

    groups: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in faces:
        if face.person is not None:
            groups[face.person].append(face)
    chosen = []
    for members in groups.values():
        descriptors = np.array([face.descriptor for face in members])
        apart = np.linalg.norm(descriptors - descriptors.mean(axis=0), axis=1)
        best = min(range(len(members)), key=lambda at: (members[at].quality, apart[at]))
        chosen.append((-len(members), members[best].descriptor.tobytes(), members[best].id))
    return [one for _, _, one in sorted(chosen)]
