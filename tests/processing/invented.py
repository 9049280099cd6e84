"""Faces of invented people, spread like those of real ones in dlib's space."""

from dataclasses import replace

import numpy as np

from processing.contracts import KnownFace

# Strangers are about 0.99 apart, two photos of one person about 0.41.
LOOKS, SPREAD = 0.062, 0.026


def descriptors(person: int, count: int) -> np.ndarray:
    """Descriptors of one invented person, the same in every call."""
    center = np.random.default_rng(person).normal(size=128) * LOOKS
    return (center + np.random.default_rng(1000 + person).normal(size=(count, 128)) * SPREAD).astype(
        np.float32
    )


def room(*counts: int, quality: str = "A") -> list[KnownFace]:
    """A room in which person 0 is on the first photos, person 1 too, and so on: photo n holds the n-th face of each."""
    faces: list[KnownFace] = []
    for person, count in enumerate(counts):
        faces += [
            KnownFace(len(faces) + at, at, descriptor, quality)
            for at, descriptor in enumerate(descriptors(person, count))
        ]
    return faces


def sorted_room(*counts: int, quality: str = "A") -> list[KnownFace]:
    """The same room with everybody known: the faces of the first person belong to person 70, of the next to 71."""
    persons = [70 + person for person, count in enumerate(counts) for _ in range(count)]
    return [
        replace(face, person=person)
        for face, person in zip(room(*counts, quality=quality), persons, strict=True)
    ]
