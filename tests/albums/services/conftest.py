from __future__ import annotations

from collections.abc import Callable

import pytest

from albums.counts import recount_people
from albums.models import Face, Person


@pytest.fixture
def make_person(room, add_photo, add_face) -> Callable[..., Person]:
    """A person with one face on each of so many photos; `assignment` is that of the faces."""

    def make(photos: int = 2, assignment: str = "machine", **columns) -> Person:
        person = Person.objects.create(room=room, **columns)
        for _ in range(photos):
            add_face(add_photo(), person, assignment=assignment)
        recount_people([person.pk])
        person.refresh_from_db()
        return person

    return make


def faces_of(person: Person) -> set[int]:
    return set(Face.objects.filter(person=person).values_list("pk", flat=True))


def fresh(row):
    """The row as it is in the database by now."""
    return type(row).objects.get(pk=row.pk)
