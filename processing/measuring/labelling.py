"""How well faces are recognised after some of each person were labelled, and how fast labels teach.

Rooms are drawn from faces of known people: 40 people, 30 % strangers. `scripts/measure_labelling.py` prints the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processing import recognition
from processing.contracts import Guess, KnownFace
from processing.descriptors import distances

PEOPLE, STRANGERS, MIN_PHOTOS, MAX_FACES = 40, 0.3, 4, 8
LABELS, LINES = (3, 5, 7, 10), (0.5, 0.8, 0.95)
BINS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.000001)
BATCH = 20
Answer = Mapping[int, tuple[int, float]]  # person and probability by face id


@dataclass(frozen=True, slots=True)
class Sample:
    """A face whose person is known."""

    person: str
    descriptor: NDArray[np.float32]
    quality: str = "A"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A room in which some faces are labelled: the true person by face id, below 0 for people nobody labelled."""

    faces: list[KnownFace]
    truth: dict[int, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The guesses of some rooms: probability and whether it was right, and how many faces there were to recognise."""

    probabilities: NDArray[np.float64]
    rights: NDArray[np.bool_]
    wanted: int

    def at(self, line: float) -> tuple[float, float]:
        """Compute precision and recall of the guesses at or above a probability."""
        over = self.probabilities >= line
        return float(self.rights[over].mean()) if over.any() else 1.0, float(
            self.rights[over].sum() / max(1, self.wanted)
        )

    @property
    def brier(self) -> float:
        """Mean squared difference of probability and truth (Brier, 1950)."""
        return float(((self.probabilities - self.rights) ** 2).mean()) if len(self.rights) else 0.0

    def reliability(self) -> list[tuple[float, float, int]]:
        """List the bins of probability that hold something: mean probability, share that is right, number."""
        found = []
        for low, high in pairwise(BINS):
            inside = (self.probabilities >= low) & (self.probabilities < high)
            if inside.any():
                found.append(
                    (
                        float(self.probabilities[inside].mean()),
                        float(self.rights[inside].mean()),
                        int(inside.sum()),
                    )
                )
        return found


def half_of(samples: Sequence[Sample], half: int) -> list[Sample]:
    """Choose the samples of one half of the people, always the same one."""
    return [one for one in samples if blake2b(one.person.encode()).digest()[0] % 2 == half]


def draw_lesson(samples: Sequence[Sample], labels: int, seed: int, people: int = PEOPLE) -> Lesson:
    """Draw a room: people of whom `labels` faces are labelled each, people who have too few faces for it, and strangers.

    Args:
        samples: faces of people with 4 or more, and of people with one.
        labels: faces that a human labelled, of each person that has more.
        seed: another one gives another room.
        people: persons with 4 faces or more, at most.

    Returns:
        Photos hold 1 to 8 different people. No face is sorted yet: `person` is None unless it is labelled.
    """
    chance = np.random.default_rng(1000 * labels + seed)
    of: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(samples):
        of[one.person].append(at)
    many = [
        str(one) for one in chance.permutation(sorted(name for name in of if len(of[name]) >= MIN_PHOTOS))
    ]
    many.sort(key=lambda name: len(of[name]) <= labels)
    many = many[:people]
    drawn = [at for name in many for at in of[name]]
    singles = chance.permutation(sorted(name for name in of if len(of[name]) == 1))
    drawn += [of[str(name)][0] for name in singles[: int(len(drawn) * STRANGERS)]]
    numbers = {name: at for at, name in enumerate(many) if len(of[name]) > labels}
    labelled: set[int] = set()
    for name in numbers:
        labelled |= {int(at) for at in chance.permutation(of[name])[:labels]}
    faces = []
    for at, photo in on_photos(samples, drawn, chance):
        one = samples[at]
        person = numbers[one.person] if at in labelled else None
        faces.append(KnownFace(at, photo, one.descriptor, one.quality, person, at in labelled))
    return Lesson(faces, {face.id: numbers.get(samples[face.id].person, -1) for face in faces})


def on_photos(
    samples: Sequence[Sample], drawn: Sequence[int], chance: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Put drawn faces on photos of 1 to MAX_FACES different people: each face's place in `samples`, and its photo."""
    photo, present, left = 0, set[str](), 0
    for at in map(int, chance.permutation(drawn)):
        person = samples[at].person
        if left == 0 or person in present:
            photo, present, left = photo + 1, set(), int(chance.integers(1, MAX_FACES + 1))
        present.add(person)
        left -= 1
        yield at, photo


def guess_ours(faces: Sequence[KnownFace]) -> Answer:
    """Guess with `recognition`."""
    return {face: (guess.person, guess.probability) for face, guess in recognition.propose(faces).items()}


def guess_nearest(faces: Sequence[KnownFace]) -> Answer:
    """Guess the nearest labelled face's person; 1 less the distance stands for the probability, so 0.5 is distance 0.5."""
    labelled = [face for face in faces if face.is_fixed]
    asked = [face for face in faces if not face.is_fixed and face.quality != "C"]
    apart = distances(_array(asked), _array(labelled))
    best = apart.argmin(axis=1)
    return {
        face.id: (labelled[at].person or 0, float(1 - row[at]))
        for face, at, row in zip(asked, best, apart, strict=True)
    }


def guess_perceptron(faces: Sequence[KnownFace]) -> Answer:
    """Guess as LibrePhotos does: a neural network over the descriptors, its largest output counts.

    Source: LibrePhotos, api/face_classify.py: MLPClassifier(solver="adam", max_iter=1000), probability at least 0.5.
    """
    from sklearn.neural_network import MLPClassifier

    labelled = [face for face in faces if face.is_fixed]
    asked = [face for face in faces if not face.is_fixed and face.quality != "C"]
    model = MLPClassifier(solver="adam", max_iter=1000, random_state=0)
    model.fit(_array(labelled), [face.person for face in labelled])
    outputs = model.predict_proba(_array(asked))
    return {
        face.id: (int(model.classes_[row.argmax()]), float(row.max()))
        for face, row in zip(asked, outputs, strict=True)
    }


METHODS: Mapping[str, Callable[[Sequence[KnownFace]], Answer]] = {
    "ours": guess_ours,
    "nearest": guess_nearest,
    "perceptron": guess_perceptron,
}


def measure_labelling(
    samples: Sequence[Sample], method: str = "ours", *, labels: int = 10, rooms: int = 8, people: int = PEOPLE
) -> Outcome:
    """Let a method guess in some rooms.

    Args:
        samples: see `draw_lesson`.
        method: a key of METHODS.
        labels: labelled faces a person.
        rooms: how many rooms.
        people: of each room.

    Returns:
        All guesses together.
    """
    probabilities: list[float] = []
    rights: list[bool] = []
    wanted = 0
    for seed in range(rooms):
        lesson = draw_lesson(samples, labels, seed, people)
        wanted += sum(lesson.truth[face.id] >= 0 and not face.is_fixed for face in lesson.faces)
        for face, (person, probability) in METHODS[method](lesson.faces).items():
            probabilities.append(probability)
            rights.append(lesson.truth[face] == person)
    return Outcome(np.array(probabilities), np.array(rights, bool), wanted)


def teach(
    samples: Sequence[Sample], order: str, *, seed: int, batches: int, people: int = PEOPLE
) -> list[float]:
    """Label a room batch by batch, as a patient human would, and see how much is right after each.

    Args:
        samples: see `draw_lesson`.
        order: "ours", "unsure" (lowest probability first, then chance) or "chance".
        seed: of the room and of chance.
        batches: of 20 faces.
        people: of the room.

    Returns:
        After each batch, the share of the faces of people with more than LEARN_FROM faces that are labelled or guessed
        rightly with 0.5 or more.
    """
    from processing import registry

    lesson = draw_lesson(samples, recognition.LEARN_FROM, seed, people)
    names = {name: at for at, name in enumerate(sorted({one.person for one in samples}))}
    truth = {face.id: names[samples[face.id].person] for face in lesson.faces}
    wanted = {face for face, person in lesson.truth.items() if person >= 0}
    faces = [replace(face, person=None, is_fixed=False) for face in lesson.faces]
    chance, shares = np.random.default_rng(seed), []
    for _ in range(batches):
        groups = registry.people_clusterer().cluster(faces)
        faces = [face if face.is_fixed else replace(face, person=groups[face.id]) for face in faces]
        chosen = set(_chosen(order, faces, recognition.propose(faces), chance))
        faces = [
            replace(face, person=truth[face.id], is_fixed=True) if face.id in chosen else face
            for face in faces
        ]
        guesses = recognition.propose(faces)
        right = {face.id for face in faces if face.is_fixed}
        right |= {
            face
            for face, guess in guesses.items()
            if guess.probability >= LINES[0] and guess.person == truth[face]
        }
        shares.append(len(right & wanted) / len(wanted))
    return shares


def _chosen(
    order: str, faces: list[KnownFace], guesses: Mapping[int, Guess], chance: np.random.Generator
) -> list[int]:
    if order == "ours":
        return recognition.label_order(faces, guesses, BATCH)
    free = [face.id for face in faces if not face.is_fixed and face.quality != "C"]
    mixed = [int(one) for one in chance.permutation(free)]
    if order == "unsure":
        mixed.sort(key=lambda one: guesses[one].probability if one in guesses else 1.0)
    return mixed[:BATCH]


def read_samples(folder: Path, cache: Path | None = None) -> list[Sample]:
    """Find the main face of each photo of a labelled folder.

    Args:
        folder: with labels.csv, see `truths`.
        cache: a file of numpy to keep the descriptors in.

    Returns:
        One sample a photo that has a face.
    """
    if cache and cache.exists():
        with np.load(cache) as kept:
            return [
                Sample(*one)
                for one in zip(
                    kept["people"].tolist(), kept["descriptors"], kept["quality"].tolist(), strict=True
                )
            ]
    from processing.measuring.methods import Ours
    from processing.measuring.rooms import nearest_to_middle
    from processing.measuring.truths import read_labelled

    method, samples = Ours(), []
    for photo in (photo for part in read_labelled(folder) for photo in part.photos if len(photo.people) == 1):
        look = method.look(photo.path)
        main = nearest_to_middle(look)
        if main is not None:
            face = look.faces[main]
            samples.append(Sample(photo.people[0], face.descriptor, face.quality))
    if cache:
        np.savez(
            cache,
            people=[one.person for one in samples],
            descriptors=[one.descriptor for one in samples],
            quality=[one.quality for one in samples],
        )
    return samples


def fit_prior(samples: Sequence[Sample], rooms: int = 8) -> tuple[NDArray[np.float64], float]:
    """Fit what LFW teaches before a room does: the constants PRIOR_WEIGHTS and PRIOR_BIAS of `recognition`."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    from processing.likeness import Likeness

    rows, truth = [], []
    for labels in LABELS[1:]:
        for seed in range(rooms):
            lesson = draw_lesson(samples, labels, seed)
            asked = [face for face in lesson.faces if not face.is_fixed and face.quality != "C"]
            persons = sorted({face.person for face in lesson.faces if face.person is not None})
            looks = [_array([face for face in lesson.faces if face.person == person]) for person in persons]
            candidates, features = Likeness(looks).compare(_array(asked), [[]] * len(asked))
            rows.append(features[:, :2].reshape(-1, features.shape[2]))
            known = np.array([lesson.truth[face.id] for face in asked])
            truth.append((np.array(persons)[candidates[:, :2]] == known[:, None]).ravel())
    together = np.concatenate(rows)
    scale = StandardScaler().fit(together)
    model = LogisticRegression(max_iter=2000).fit(scale.transform(together), np.concatenate(truth))
    weights = model.coef_[0] / scale.scale_
    return weights, float(model.intercept_[0] - weights @ scale.mean_)


def _array(faces: Sequence[KnownFace]) -> NDArray[np.float32]:
    return np.array([face.descriptor for face in faces], np.float32)
