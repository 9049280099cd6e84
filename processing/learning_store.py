"""EDGE: what people labelled in a room to the recognizer, and its guesses back to rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from albums.batches import id_batches
from albums.faces_policy import is_by_consent
from albums.models import LabelOrder, Person, Proposal, Room
from processing import recognition
from processing.contracts import Guess
from processing.people_store import load_faces

ORDER_LENGTH = 200  # faces; a person labels fewer before it is made anew
DIGITS = 4  # of a probability: finer differences are not worth a write


def learn(room_id: uuid.UUID) -> bool:
    """Guess whose the undecided faces of a room are; False if somebody said more meanwhile, so that nothing was written."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return True
    unasked = Q(is_hidden=True) | Q(is_concealed=True)
    hidden = set(Person.objects.filter(unasked, room=room).values_list("pk", flat=True))
    faces = load_faces(room_id)
    guesses = without_hidden(recognition.propose(faces), hidden)
    shown = [face for face in faces if face.person not in hidden]
    if is_by_consent(room):  # nobody is asked who strangers are
        shown = [face for face in shown if face.person is not None]
    order = recognition.label_order(shown, guesses, ORDER_LENGTH)
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
        if locked is None:
            return True
        if locked.people_revision != room.people_revision:
            return False
        save_proposals(room, guesses)
        save_order(room, order)
    return True


def without_hidden(guesses: Mapping[int, Guess], hidden: set[int]) -> dict[int, Guess]:
    """Nobody is asked about hidden people; their labelled faces still teach who is somebody else."""
    return {
        face: replace(guess, second=None) if guess.second in hidden else guess
        for face, guess in guesses.items()
        if guess.person not in hidden
    }


def save_proposals(room: Room, guesses: Mapping[int, Guess]) -> None:
    """Make the room's proposals those of today; only what changed is written."""
    columns = ("face", "person", "second", "probability", "teaches")
    known = {row[0]: row[1:] for row in room.proposals.order_by().values_list(*columns)}
    there = set(room.faces.order_by().values_list("pk", flat=True)) if guesses else set()
    rows = [
        Proposal(
            room=room,
            face_id=face,
            person_id=guess.person,
            second_id=guess.second,
            probability=round(guess.probability, DIGITS),
            teaches=round(guess.teaches, DIGITS),
        )
        for face, guess in guesses.items()
        if face in there and known.get(face) != values_of(guess)
    ]
    Proposal.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["face"],
        update_fields=["person", "second", "probability", "teaches"],
    )
    for batch in id_batches(set(known) - set(guesses)):
        Proposal.objects.filter(room=room, face__in=batch).delete()


def values_of(guess: Guess) -> tuple[int, int | None, float, float]:
    return guess.person, guess.second, round(guess.probability, DIGITS), round(guess.teaches, DIGITS)


def save_order(room: Room, faces: Sequence[int]) -> None:
    LabelOrder.objects.update_or_create(room=room, defaults={"faces": list(faces), "made_at": timezone.now()})
