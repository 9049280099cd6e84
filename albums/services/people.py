"""What people say about people. The machine never overrules it, and each of these can be undone (history.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from albums.errors import AlbumError, Conflict, NameTaken
from albums.faces_policy import is_by_consent
from albums.models import Child, Face, Person, PersonChange, Room
from albums.models.people import Assignment, ChangeKind
from albums.permissions import Action, require
from albums.services.consents import require_consent
from albums.services.deciding import (
    confirm_within,
    face_ids_of,
    is_claimed,
    join_people,
    keep_faces,
    own_person,
    refuse_within,
    with_followers,
)
from albums.services.history import lock, recorded
from albums.services.names import clean_name

PERSON_FIELDS = (
    "name", "is_hidden", "user", "child", "is_concealed", "is_veiled", "cover", "is_cover_chosen", "merged_into",
)  # fmt: skip


@transaction.atomic
def name_person(*, user: User, person: Person, name: str, merge: bool = False) -> PersonChange | None:
    """Give a name, or take it away with "". The name of somebody else in the room offers to merge the two."""
    require(user, Action.CLAIM_PERSON if is_own(person, user) else Action.EDIT_PEOPLE, person.room)
    name = clean_name(name, what=gettext("The name"), max_length=60, may_be_empty=True)
    in_turn(person.room, person)
    if name == person.name:
        return None
    if name:
        require_nameable(person.room, person)
    namesake = _namesake(person, name)
    if namesake and not merge:
        raise NameTaken(
            gettext("There is already a %(name)s in this room. Is this the same person?")
            % {"name": namesake.name},
            namesake,
        )
    if namesake:
        return merge_people(user=user, into=namesake, others=[person])
    with recorded(
        user=user, room=person.room, kind=ChangeKind.NAME, people=[person.pk], faces=_machine_faces([person])
    ) as draft:
        renamed = f"{person.name} is now {name}" if person.name else f"New name: {name}"
        draft.summary = renamed if name else f"{person.name} has no name any more"
        Person.objects.filter(pk=person.pk).update(name=name)
        if name:
            keep_faces([person])
    person.refresh_from_db()
    return draft.change


def merge_people(*, user: User, into: Person, others: Sequence[Person]) -> PersonChange | None:
    """They are the same: all faces go to one of them. A name or a claim of the others is kept where it has none."""
    require(user, Action.EDIT_PEOPLE, into.room)
    return unite(user=user, into=into, others=others, kind=ChangeKind.MERGE)


@transaction.atomic
def unite(*, user: User, into: Person, others: Sequence[Person], kind: str) -> PersonChange:
    """Merge without asking who may: the callers have done that."""
    others = [person for person in others if person.pk != into.pk]
    in_turn(into.room, into, *others)
    for person in others:
        if person.room_id != into.room_id:
            raise AlbumError(gettext("Only people of the same room can be merged."))
    if not others:
        raise AlbumError(gettext("Choose at least two people to merge."))
    claims = {
        (person.user_id, person.child_id) for person in (into, *others) if person.user_id or person.child_id
    }
    if len(claims) > 1:
        raise Conflict(
            gettext(
                "Two different members said “this is me” of these people, so they can't be the same person."
            )
        )
    people, faces = with_followers([into, *others]), face_ids_of([into, *others])
    with recorded(user=user, room=into.room, kind=kind, people=people, faces=faces) as draft:
        draft.summary = f"{_listed([into, *others])} are the same person"
        join_people(into, others)
    into.refresh_from_db()
    return draft.made


@transaction.atomic
def refuse_faces(*, user: User, person: Person, face_ids: Collection[int]) -> PersonChange | None:
    """Not this person: the faces leave, are never put back there, and find another place."""
    require(user, Action.EDIT_PEOPLE, person.room)
    in_turn(person.room, person)
    pks = list(Face.objects.filter(person=person, pk__in=face_ids).values_list("pk", flat=True))
    if not pks:
        raise AlbumError(gettext("None of these faces belongs to this person."))
    with recorded(
        user=user, room=person.room, kind=ChangeKind.REFUSE, people=[person.pk], faces=pks
    ) as draft:
        draft.summary = f"{counted(pks, 'photo')} {are(pks)} not {person.name or 'this person'}"
        refuse_within(person, pks)
    return draft.change


@transaction.atomic
def confirm_faces(*, user: User, person: Person, face_ids: Collection[int]) -> PersonChange | None:
    """A human says of these faces: this person. They move there and stay; None if all of them are there for good."""
    require(user, Action.EDIT_PEOPLE, person.room)
    in_turn(person.room, person)
    require_nameable(person.room, person)
    if not Face.objects.present().filter(room=person.room_id, pk__in=face_ids).exists():
        raise AlbumError(gettext("Choose at least one face of this room."))
    return confirm(user=user, person=person, face_ids=face_ids)


def confirm(*, user: User, person: Person, face_ids: Collection[int]) -> PersonChange | None:
    """Confirm without asking who may; the room is locked, and the person is current."""
    faces = Face.objects.present().seen_by(user).filter(room=person.room_id, pk__in=face_ids)
    faces = faces.exclude(person=person, assignment=Assignment.CONFIRMED)
    homes = dict(faces.values_list("pk", "person"))
    if not homes:
        return None
    people = {person.pk, *(home for home in homes.values() if home)}
    with recorded(user=user, room=person.room, kind=ChangeKind.CONFIRM, people=people, faces=homes) as draft:
        draft.summary = f"{counted(homes, 'face')} {are(homes)} {person.name or 'the same person'}"
        confirm_within(person, homes)
    return draft.change


@transaction.atomic
def move_faces(
    *, user: User, room: Room, face_ids: Collection[int], to: Person | None, name: str = ""
) -> PersonChange | None:
    """These faces are this person, or (None) a new one; said by a human, so it stays."""
    require(user, Action.EDIT_PEOPLE, room)
    name = clean_name(name, what=gettext("The name"), max_length=60, may_be_empty=True)
    in_turn(room, *([to] if to else []))
    seen = room.faces.seen_by(user).filter(pk__in=face_ids, is_dismissed=False)
    faces = list(seen.values_list("pk", "person"))
    if not faces:
        raise AlbumError(gettext("Choose at least one face of this room."))
    pks = [pk for pk, _ in faces]
    if to is None and name:
        to = room.people.named(user).filter(name__iexact=name).first()
    require_nameable(room, to)
    if to is not None and to.room_id != room.pk:
        raise AlbumError(gettext("This person is not in this room."))
    people = {person for _, person in faces if person} | ({to.pk} if to else set())
    with recorded(user=user, room=room, kind=ChangeKind.MOVE, people=people, faces=pks) as draft:
        target = to or Person.objects.create(room=room, name=name)
        draft.people.add(target.pk)
        draft.summary = f"{counted(pks, 'face')} moved to {target.name or 'a new person'}"
        confirm_within(target, pks)
    return draft.change


@transaction.atomic
def hide_person(*, user: User, person: Person, is_hidden: bool) -> PersonChange | None:
    require(user, Action.EDIT_PEOPLE, person.room)
    in_turn(person.room, person)
    with recorded(
        user=user, room=person.room, kind=ChangeKind.HIDE, people=[person.pk], faces=_machine_faces([person])
    ) as draft:
        draft.summary = f"{person.name or 'A person'} is {'hidden' if is_hidden else 'shown again'}"
        Person.objects.filter(pk=person.pk).update(is_hidden=is_hidden)
        if is_hidden:
            keep_faces([person])
    person.refresh_from_db()
    return draft.change


@transaction.atomic
def choose_cover(*, user: User, person: Person, face: Face) -> None:
    require(user, Action.EDIT_PEOPLE, person.room)
    in_turn(person.room, person)
    if not Face.objects.present().filter(pk=face.pk, person=person).exists():
        raise AlbumError(gettext("The cover must be a face of this person."))
    person.cover, person.is_cover_chosen = face, True
    person.save(update_fields=["cover", "is_cover_chosen"])


@transaction.atomic
def claim_person(*, user: User, person: Person, child: Child | None = None) -> PersonChange | None:
    """This is me, or my child. Who says it of a second group says that both are the same person."""
    require(user, Action.CLAIM_PERSON, person.room)
    in_turn(person.room, person)
    require_consent(user, person.room, child)
    if child is None and person.user_id == user.pk:
        return None
    if child is not None and person.child_id == child.pk:
        return None
    if is_claimed(person):
        raise Conflict(
            gettext("Somebody else has said that this is them. Ask the host of the room to look at it.")
        )
    mine = own_person(user, person.room, child)
    if mine:
        return unite(user=user, into=mine, others=[person], kind=ChangeKind.CLAIM)
    with recorded(
        user=user, room=person.room, kind=ChangeKind.CLAIM, people=[person.pk], faces=_machine_faces([person])
    ) as draft:
        whom = f"this is my child {child.name}" if child else "this is me"
        draft.summary = f"{user} said{_of(person)}: {whom}"
        name = person.name or free_name(person, child.name if child else user.display_name)
        Person.objects.filter(pk=person.pk).update(user=None if child else user, child=child, name=name)
        keep_faces([person])
    person.refresh_from_db()
    return draft.change


@transaction.atomic
def release_person(*, user: User, person: Person) -> PersonChange | None:
    """This is not me, or not my child, after all."""
    require(user, Action.CLAIM_PERSON, person.room)
    in_turn(person.room, person)
    if not is_own(person, user):
        raise AlbumError(gettext("You have not said that this is you."))
    whom = f"this is not my child {person.child.name}" if person.child else "this is not me"
    with recorded(user=user, room=person.room, kind=ChangeKind.CLAIM, people=[person.pk]) as draft:
        draft.summary = f"{user} said{_of(person)}: {whom}"
        Person.objects.filter(pk=person.pk).update(user=None, child=None, is_concealed=False, is_veiled=False)
    person.refresh_from_db()
    return draft.change


def is_own(person: Person, user: User) -> bool:
    """Whether this person is the user, or a child of theirs, as they said."""
    if person.user_id is not None:
        return person.user_id == user.pk
    return person.child is not None and person.child.guardian_id == user.pk


def require_nameable(room: Room, person: Person | None) -> None:
    """Where only people who said yes are found, nobody is named by others before that."""
    if not is_by_consent(room):
        return
    if person is None or not Person.objects.filter(pk=person.pk).consenting().exists():
        raise Conflict(
            gettext(
                "In this room only people who said yes have names and albums. Ask them to find themselves."
            )
        )


def counted(things: Collection[object], noun: str) -> str:
    return f"{len(things):,} {noun}{'s' if len(things) != 1 else ''}"


def are(things: Collection[object]) -> str:
    return "are" if len(things) != 1 else "is"


def _listed(people: Sequence[Person]) -> str:
    """Their names, and how many more there are: a number means nothing to anybody."""
    names = [person.name for person in people if person.name]
    nameless = len(people) - len(names)
    if nameless:
        others = "other people" if names else "people"
        names.append(f"{nameless} {others}" if nameless > 1 else "somebody without a name")
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _of(person: Person) -> str:
    return f" of {person.name}" if person.name else ""


def _namesake(person: Person, name: str) -> Person | None:
    if not name:
        return None
    others = Person.objects.filter(
        room=person.room_id, merged_into=None, name__iexact=name, is_concealed=False
    )
    return others.exclude(pk=person.pk).first()


def free_name(person: Person, name: str) -> str:
    """The name, unless somebody else in the room has it."""
    return "" if _namesake(person, name) else name


def in_turn(room: Room, *people: Person) -> None:
    """Wait for whoever changes people in this room now, then look again at what they have left."""
    lock(room)
    for person in people:
        person.refresh_from_db(fields=PERSON_FIELDS)
        if person.merged_into_id:
            raise Conflict(
                gettext("This person has been merged into another one meanwhile. Reload the page.")
            )


def _machine_faces(people: Collection[Person]) -> list[int]:
    found = Face.objects.filter(person__in=people, assignment=Assignment.MACHINE)
    return list(found.values_list("pk", flat=True))
