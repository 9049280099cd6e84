"""Taking a recorded change back: only what nobody has decided anew since returns. Records: see history.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.errors import Conflict
from albums.models import Child, Consent, Face, Membership, Person, PersonChange, Refusal
from albums.models.people import Assignment

PERSON_COLUMNS = (
    "name", "is_hidden", "user_id", "child_id", "is_concealed", "is_veiled", "cover_id", "is_cover_chosen", "merged_into_id",
)  # fmt: skip
DECIDED_ANEW = gettext_lazy(
    "Somebody has decided anew about all of this since, so there is nothing left to undo."
)
NAME_TAKEN = gettext_lazy("Somebody else in this room is called {name} by now, so the name stays as it is.")
NOT_YOURS = gettext_lazy("Only who said “this is not me” can take it back.")
DRAWN_AWAY = [None, Assignment.MACHINE.value, True]  # what becomes of a drawn face
BATCH = 500
# SQLite and PostgreSQL both name the columns of VALUES so.
GIVE_BACK = """
    UPDATE albums_face SET person_id = CAST(homes.column2 AS bigint) FROM (VALUES {rows}) AS homes
    WHERE albums_face.id = homes.column1
"""


@dataclass(slots=True)
class Outcome:
    """What an undo has come to.

    Attributes:
        touched: people to be counted again.
        held: people of whom something stays, because it was decided anew.
        is_done: whether anything went back.
        reasons: sentences on what could not go back, the most telling ones only.
    """

    touched: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    is_done: bool = False
    is_held: bool = False
    reasons: list[str] = field(default_factory=list)

    def hold(self, person: int | None, reason: str = "") -> None:
        self.is_held = True
        self.held |= {person} if person else set()
        self.reasons += [reason] if reason else []


def take_back(change: PersonChange, user: User) -> set[int]:
    """Undo what can be undone; answers the people to be counted again.

    Raises:
        Conflict: if something should go back and nothing can.
    """
    outcome = Outcome()
    merges = whereabouts(change)
    _undo_people(change, user, merges, outcome)
    _undo_faces(change, merges, outcome)
    _undo_refusals(change, outcome)
    if outcome.is_held and not outcome.is_done:
        raise Conflict(outcome.reasons[0] if outcome.reasons else DECIDED_ANEW)
    return outcome.touched


def whereabouts(change: PersonChange) -> dict[int | None, int]:
    """Who everybody of the room is by now: themselves, or those into whom they were merged."""
    people = Person.objects.filter(room=change.room_id).values_list("pk", "merged_into")
    return {pk: merged_into or pk for pk, merged_into in people}


def _undo_people(change: PersonChange, user: User, merges: dict[int | None, int], outcome: Outcome) -> None:
    before, after = change.before["people"], change.after["people"]
    people = list(Person.objects.filter(pk__in=after))
    people.sort(
        key=lambda person: before.get(str(person.pk), _blank())["user_id"] or 0
    )  # who lets go of a claim first
    taken = _names_of_others(change, people)
    # "This is not me" is taken back by nobody else; what a merge only moved goes back with it.
    claims = {None, user.pk, *(row["user_id"] for row in after.values())}
    returned = []
    for person in people:
        was, became = _blank() | before.get(str(person.pk), {}), _blank() | after[str(person.pk)]
        if was["child_id"] not in {None, became["child_id"]} and not _is_guardian(
            user, was["child_id"], after
        ):
            outcome.hold(person.pk, str(NOT_YOURS))
            was = was | {"child_id": None}
        for column in PERSON_COLUMNS:
            if column == "user_id" and was[column] not in claims | {became[column]}:
                outcome.hold(person.pk, str(NOT_YOURS))
                was = was | {"user_id": None}
            if was[column] == became[column]:
                continue
            is_free = _may_return(person, column, was[column])
            if column == "name" and was[column].casefold() in taken:
                outcome.hold(person.pk, NAME_TAKEN.format(name=was[column]))
            elif not is_free or not _is_as_left(person, column, became[column], merges):
                outcome.hold(person.pk)
            else:
                setattr(person, column, was[column])
                outcome.is_done = True
                if column == "merged_into_id" and was[column] is None:
                    returned.append(person)
        person.save(update_fields=[column.removesuffix("_id") for column in PERSON_COLUMNS])
    _drop_doubled_names(people, returned, taken)
    outcome.touched |= {person.pk for person in people}


def _blank() -> dict[str, Any]:
    """What a person was before it was made."""
    flags = dict.fromkeys(("is_hidden", "is_concealed", "is_veiled", "is_cover_chosen"), False)
    return dict.fromkeys(PERSON_COLUMNS) | {"name": ""} | flags


def _is_guardian(user: User, child: int, after: dict[str, Any]) -> bool:
    """Whether the user speaks for this child, or a merge only moved it."""
    is_moved = any(row.get("child_id") == child for row in after.values())
    return is_moved or Child.objects.filter(pk=child, guardian=user).exists()


def _names_of_others(change: PersonChange, people: Collection[Person]) -> set[str]:
    others = (
        Person.objects.named().filter(room=change.room_id).exclude(pk__in=[person.pk for person in people])
    )
    return {name.casefold() for name in others.values_list("name", flat=True)}


def _drop_doubled_names(people: Collection[Person], returned: Collection[Person], taken: set[str]) -> None:
    """Who comes back out of a merge and finds their name with somebody else comes back without one."""
    taken = taken | {
        person.name.casefold() for person in people if not person.merged_into_id and person not in returned
    }
    for person in returned:
        if person.name.casefold() in taken:
            person.name = ""
            person.save(update_fields=["name"])
        taken.add(person.name.casefold())


def _is_as_left(person: Person, column: str, became: Any, merges: dict[int | None, int]) -> bool:
    """Whether nobody has changed it since; who was merged on together with somebody is still merged with them."""
    now = getattr(person, column)
    return now == became or (column == "merged_into_id" and now is not None and now == merges.get(became))


def _may_return(person: Person, column: str, value: Any) -> bool:
    """Whether what the column pointed to is still there and still free."""
    if value is None:
        return True
    if column == "user_id":
        others = Person.objects.filter(room=person.room_id, user=value).exclude(pk=person.pk)
        is_here = Membership.objects.filter(room=person.room_id, user=value).exists()
        said_yes = Consent.objects.filter(room=person.room_id, user=value, child=None, withdrawn_at=None)
        return is_here and said_yes.exists() and not others.exists()
    if column == "child_id":
        others = Person.objects.filter(child=value).exclude(pk=person.pk)
        said_yes = Consent.objects.filter(child=value, withdrawn_at=None)
        return said_yes.exists() and not others.exists()
    if column == "cover_id":
        return Face.objects.filter(pk=value).exists()
    if column == "merged_into_id":
        return Person.objects.filter(pk=value).exclude(merged_into=person).exists()
    return True


def _undo_faces(change: PersonChange, merges: dict[int | None, int], outcome: Outcome) -> None:
    before, after = change.before["faces"], change.after["faces"]
    faces = Face.objects.filter(pk__in=_changed(before, after), withdrawal="").defer("descriptor")
    now = whereabouts(change)
    kept = outcome.held | _firm_anew(change)
    changed = []
    for face in faces:
        was, became = before.get(str(face.pk), DRAWN_AWAY), after[str(face.pk)]
        stays_put = was[0] == became[0] and was[0] is not None and was[2:] == became[2:]
        if not _is_face_as_left(face, became, merges) or (
            stays_put and (face.person_id != was[0] or was[0] in kept)
        ):
            outcome.hold(None)
            continue
        outcome.touched |= {pk for pk in (face.person_id, now.get(was[0])) if pk}
        face.person_id, face.assignment = now.get(was[0]), was[1]
        is_back = face.is_dismissed and was[2:] == [False]
        face.is_dismissed = was[2] if was[2:] else face.is_dismissed
        face.is_sorted = face.is_sorted and not is_back
        changed.append(face)
    outcome.is_done |= bool(changed)
    _write(changed)


def _write(faces: Sequence[Face]) -> None:
    """Many faces with few statements: bulk_update takes a minute for ten thousand of them."""
    states: dict[tuple[str, bool, bool], list[int]] = defaultdict(list)
    for face in faces:
        states[face.assignment, face.is_dismissed, face.is_sorted].append(face.pk)
    with connection.cursor() as cursor:
        for start in range(0, len(faces), BATCH):
            batch = faces[start : start + BATCH]
            statement = GIVE_BACK.format(rows=", ".join(["(%s, %s)"] * len(batch)))
            cursor.execute(statement, [value for face in batch for value in (face.pk, face.person_id)])
    for (assignment, is_dismissed, is_sorted), pks in states.items():
        Face.objects.filter(pk__in=pks).update(
            assignment=assignment, is_dismissed=is_dismissed, is_sorted=is_sorted
        )


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[int]:
    return [int(key) for key, state in after.items() if before.get(key) != state]


def _is_face_as_left(face: Face, became: list[Any], merges: dict[int | None, int]) -> bool:
    """Whether no human has decided about it since: where the machine has put it meanwhile does not count."""
    if face.assignment != became[1] or [face.is_dismissed][: len(became) - 2] != became[2:]:
        return False
    if became[1] == Assignment.MACHINE:
        return True
    return face.person_id is not None and face.person_id in (became[0], merges.get(became[0]))


def _firm_anew(change: PersonChange) -> set[int]:
    """People whom something else holds together by now than what is undone: a name, a claim, being hidden."""

    def is_firm(row: dict[str, Any]) -> bool:
        return bool(row["name"] or row["is_hidden"] or row["user_id"])

    before = change.before["people"]
    rows = Person.objects.filter(pk__in=change.after["people"]).values("pk", "name", "is_hidden", "user_id")
    return {row["pk"] for row in rows if is_firm(row) and not is_firm(before.get(str(row["pk"]), _blank()))}


def _undo_refusals(change: PersonChange, outcome: Outcome) -> None:
    before, after = _pairs(change.before["refusals"]), _pairs(change.after["refusals"])
    said, taken_away = after - before, before - after
    faces = {face for face, _ in said | taken_away}
    rows = Refusal.objects.filter(face__in=faces).values_list("pk", "face", "person")
    gone = [pk for pk, face, person in rows if (face, person) in said]
    Refusal.objects.filter(pk__in=gone).delete()
    there = set(Face.objects.filter(pk__in=faces).values_list("pk", flat=True))
    people = {person for _, person in taken_away}
    known = set(Person.objects.filter(pk__in=people).values_list("pk", flat=True))
    back = [(face, person) for face, person in sorted(taken_away) if face in there and person in known]
    Refusal.objects.bulk_create(
        [Refusal(face_id=face, person_id=person) for face, person in back],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    outcome.is_done |= bool(gone or back)
    if (said or taken_away) and not (gone or back):
        outcome.hold(None)


def _pairs(refusals: dict[str, list[int]]) -> set[tuple[int, int]]:
    return {(int(face), person) for face, people in refusals.items() for person in people}
