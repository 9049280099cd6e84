"""Rooms to sort: the photos of a labelled folder as they are, and rooms drawn from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from processing.contracts import KnownFace
from processing.errors import UnreadableImage
from processing.measuring.methods import Look, Method, SeenFace, as_known
from processing.measuring.truths import LabelledFolder

READ_ERRORS = (UnreadableImage, OSError, SyntaxError, Image.DecompressionBombError)
STRANGERS = 0.3  # faces of people seen once, for each face of a friend
MIN_PHOTOS = 4  # of a friend
MAX_FACES = 8  # on an invented photo
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Truth:
    """One face whose person is known: the `face`-th of a room as a method sees it, None if the method missed it."""

    person: str
    photo: int
    face: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """A room as one method sees it: its faces (each id is its place), and the truths, the same ones for every method."""

    faces: tuple[KnownFace, ...]
    truths: tuple[Truth, ...]
    groups: Mapping[int, frozenset[str]]  # who is on each photo of several known people


class Looker:
    """Looks at photos with all methods, each photo once.

    Args:
        methods: what to measure.
        progress: told from time to time how far it is.

    Attributes:
        skipped: files that could not be read.
    """

    def __init__(self, methods: Sequence[Method], progress: Progress) -> None:
        self.methods, self.progress = methods, progress
        self.skipped: list[Path] = []
        self._looks: dict[Path, dict[str, Look] | None] = {}

    def look(self, paths: Sequence[Path], title: str) -> list[dict[str, Look] | None]:
        """Look at each file with each method.

        Args:
            paths: the files.
            title: what to call them while it goes on.

        Returns:
            Looks by the method's name, None for a file that one of them could not read.
        """
        made = []
        for at, path in enumerate(paths, start=1):
            if path not in self._looks:
                self._looks[path] = self._look(path)
            made.append(self._looks[path])
            if at % 50 == 0 or at == len(paths):
                self.progress(f"{title}: {at} of {len(paths)} photos looked at")
        return made

    def _look(self, path: Path) -> dict[str, Look] | None:
        try:
            return {method.name: method.look(path) for method in self.methods}
        except READ_ERRORS:
            self.skipped.append(path)
            return None


def nearest_to_middle(look: Look) -> int | None:
    """Find the main face of a photo: the one nearest to its middle.

    Returns:
        Its place among the faces, None if there is no face.
    """
    if not look.faces:
        return None

    def distance(at: int) -> float:
        region = look.faces[at].region
        x, y = region.x + region.width / 2, region.y + region.height / 2
        return abs(x - look.width / 2) + abs(y - look.height / 2)

    return min(range(len(look.faces)), key=distance)


def as_it_is(folder: LabelledFolder, looks: Sequence[Look]) -> Room:
    """Put all faces of a folder into one room.

    Args:
        folder: the photos that could be read.
        looks: what one method saw on each.

    Returns:
        The room. Photos with one name give a truth each; of photos with several only the set of people is known.
    """
    starts = np.cumsum([0, *(len(look.faces) for look in looks)])
    truths, groups = [], {}
    for photo, (one, look) in enumerate(zip(folder.photos, looks, strict=True)):
        if len(one.people) == 1:
            main = nearest_to_middle(look)
            truths.append(Truth(one.people[0], photo, None if main is None else int(starts[photo]) + main))
        elif one.people:
            groups[photo] = frozenset(one.people)
    return Room(tuple(as_known(looks)), tuple(truths), groups)


def draw(folder: LabelledFolder, count: int, seed: int) -> list[tuple[str, int, int]]:
    """Draw people and strangers out of a folder, and put them on invented photos of 1 to 8 different people.

    Args:
        folder: photos of one known person each; others are left alone.
        count: people with 4 photos or more to draw; all if there are less.
        seed: another one gives another room.

    Returns:
        In order of arrival: person, the photo of the folder that shows it, the invented photo. Empty if the folder has less
        than two such people.
    """
    chance = np.random.default_rng(100 * count + seed)
    photos_of: defaultdict[str, list[int]] = defaultdict(list)
    for at, photo in enumerate(folder.photos):
        if len(photo.people) == 1:
            photos_of[photo.people[0]].append(at)
    friends = sorted(person for person, photos in photos_of.items() if len(photos) >= MIN_PHOTOS)
    if len(friends) < 2:
        return []
    singles = sorted(person for person, photos in photos_of.items() if len(photos) == 1)
    drawn = [
        (str(person), at) for person in chance.permutation(friends)[:count] for at in photos_of[str(person)]
    ]
    mixed = [str(person) for person in chance.permutation(singles)]
    drawn += [(person, photos_of[person][0]) for person in mixed[: int(len(drawn) * STRANGERS)]]
    made: list[tuple[str, int, int]] = []
    invented, present, left = 0, set[str](), 0
    for index in chance.permutation(len(drawn)):
        person, at = drawn[index]
        if left == 0 or person in present:
            invented, present, left = invented + 1, set(), int(chance.integers(1, MAX_FACES + 1))
        present.add(person)
        left -= 1
        made.append((person, at, invented))
    return made


def as_drawn(drawn: Sequence[tuple[str, int, int]], looks: Sequence[Look]) -> Room:
    """Make a room of the main faces that a method saw on the drawn photos."""
    faces: list[KnownFace] = []
    truths = []
    for person, at, invented in drawn:
        main = nearest_to_middle(looks[at])
        truths.append(Truth(person, invented, None if main is None else len(faces)))
        if main is not None:
            faces.append(_known(len(faces), invented, looks[at].faces[main]))
    return Room(tuple(faces), tuple(truths), {})


def shuffled(room: Room, seed: int) -> tuple[list[KnownFace], list[int]]:
    """Mix the faces of a room and give faces and photos new keys, as if they had arrived in another order.

    Returns:
        The faces, and for each of them its place in the room.
    """
    chance = np.random.default_rng(seed)
    order = [int(at) for at in chance.permutation(len(room.faces))]
    keys: dict[int, int] = {}
    for at in order:
        keys.setdefault(room.faces[at].photo, len(keys))
    mixed = [
        replace(room.faces[at], id=place, photo=keys[room.faces[at].photo]) for place, at in enumerate(order)
    ]
    return mixed, order


def _known(at: int, photo: int, face: SeenFace) -> KnownFace:
    return KnownFace(at, photo, face.descriptor, face.quality)
