"""EDGE: what the clusterer doubts, as questions to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import Q

from albums.models import Person, Question, Room
from processing.contracts import Doubt

About = tuple[frozenset[int], int | None]  # of which people, and of which face


def save_questions(
    room: Room, doubts: Sequence[Doubt], made: Mapping[int, int], refused: Mapping[int, frozenset[int]]
) -> None:
    """Make the room's open questions those of today; what is asked again keeps how often nobody was sure.

    Args:
        made: keys of people by the negative numbers that the doubts may have.
        refused: by face, of whom somebody said "not this person": that is answered.
    """
    there = set(room.faces.filter(pk__in=[doubt.face for doubt in doubts]).values_list("pk", flat=True))
    unasked = Q(is_hidden=True) | Q(is_concealed=True)
    hidden = set(Person.objects.filter(unasked, room=room).values_list("pk", flat=True))
    wanted: dict[About, Doubt] = {}
    for doubt in (with_keys(doubt, made) for doubt in doubts):
        is_open = doubt.face is None or (
            doubt.face in there and doubt.person not in refused.get(doubt.face, ())
        )
        if is_open and not hidden & {doubt.person, doubt.other}:
            wanted.setdefault(about(doubt.person, doubt.other, doubt.face), doubt)
    open_now = {about(row.person_id, row.other_id, row.face_id): row for row in room.questions.all()}
    room.questions.filter(pk__in=[row.pk for key, row in open_now.items() if key not in wanted]).delete()
    changed = [row for key, row in open_now.items() if key in wanted and has_changed(row, wanted[key])]
    Question.objects.bulk_update(changed, ["person", "other", "distance", "gain"], batch_size=200)
    new = [
        Question(
            room=room,
            person_id=doubt.person,
            other_id=doubt.other,
            face_id=doubt.face,
            distance=doubt.distance,
            gain=doubt.gain,
        )
        for key, doubt in wanted.items()
        if key not in open_now
    ]
    Question.objects.bulk_create(new, batch_size=200)


def with_keys(doubt: Doubt, made: Mapping[int, int]) -> Doubt:
    other = made.get(doubt.other, doubt.other) if doubt.other is not None else None
    return replace(doubt, person=made.get(doubt.person, doubt.person), other=other)


def about(person: int, other: int | None, face: int | None) -> About:
    """What a question is about: of two people, whichever is the larger today."""
    return frozenset({person} if other is None else {person, other}), face


def has_changed(row: Question, doubt: Doubt) -> bool:
    """Take over what a doubt says now; True if the row has to be written."""
    now = (doubt.person, doubt.other, doubt.distance, doubt.gain)
    if (row.person_id, row.other_id, row.distance, row.gain) == now:
        return False
    row.person_id, row.other_id, row.distance, row.gain = now
    return True
