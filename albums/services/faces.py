"""Boxes of faces: one that the machine missed is drawn, one that is no face is taken away."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError
from albums.models import Face, Person, PersonChange, Photo, Room
from albums.models.people import Assignment, ChangeKind
from albums.permissions import Action, require
from albums.services.deciding import confirm_within, forget_guesses
from albums.services.history import Draft, recorded
from albums.services.names import clean_name
from albums.services.people import in_turn, require_nameable
from processing import tasks
from processing.contracts import Region

SAME_FACE = 0.5  # intersection over union
SMALLEST_PX = 8
SMALLEST_SHARE = 0.005  # of the photo's shorter side
LONGEST = 3  # times the other side
MOST_FACES = 200  # on one photo


@transaction.atomic
def draw(
    *,
    user: User,
    photo: Photo,
    x: int,
    y: int,
    width: int,
    height: int,
    person: Person | None = None,
    name: str = "",
) -> tuple[Face, PersonChange]:
    """Mark a face that was missed, in pixels of the photo as displayed; of this person, of this name, or of anybody."""
    room = photo.room
    require(user, Action.EDIT_PEOPLE, room)
    name = clean_name(name, what=_("The name"), max_length=60, may_be_empty=True)
    in_turn(room, *([person] if person else []))
    if person is not None and person.room_id != room.pk:
        raise AlbumError(_("This person is not in this room."))
    if person is None and name:
        person = room.people.named(user).filter(name__iexact=name).first()
    if person is not None or name:
        require_nameable(room, person)
    box = _inside(photo, Region(x, y, width, height))
    hidden = _dismissed_there(photo, box)
    people = [person.pk] if person else []
    faces = [hidden.pk] if hidden else []
    with recorded(user=user, room=room, kind=ChangeKind.DRAW, people=people, faces=faces) as draft:
        face = _bring_back(hidden) if hidden else _new_face(photo, box)
        draft.faces.add(face.pk)
        draft.summary = _summary(photo, _give(face, room, person, name, draft))
    if not face.descriptor:
        tasks.request_description(room_id=room.pk, photo_id=photo.pk)
    face.refresh_from_db()
    return face, draft.made


@transaction.atomic
def dismiss(*, user: User, room: Room, face_ids: Collection[int]) -> PersonChange:
    """These are no faces: their boxes go, and do not come back when the photo is looked at again."""
    require(user, Action.EDIT_PEOPLE, room)
    in_turn(room)
    homes = dict(room.faces.present().seen_by(user).filter(pk__in=face_ids).values_list("pk", "person"))
    if not homes:
        raise AlbumError(_("Choose at least one face of this room."))
    people = {home for home in homes.values() if home}
    with recorded(user=user, room=room, kind=ChangeKind.DISMISS, people=people, faces=homes) as draft:
        many = len(homes)
        draft.summary = f"{many:,} boxes are no faces" if many > 1 else "A box is no face"
        faces = Face.objects.filter(pk__in=homes)
        faces.update(is_dismissed=True, person=None, assignment=Assignment.MACHINE, is_exemplar=False)
        forget_guesses(homes)
    return draft.made


def _inside(photo: Photo, box: Region) -> Region:
    """The part of the box that is on the photo."""
    if photo.deleted_at or not (photo.width and photo.height):
        raise AlbumError(_("Faces can be marked on photos that are ready and not in the trash."))
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(photo.width, box.x + box.width), min(photo.height, box.y + box.height)
    smallest = max(SMALLEST_PX, SMALLEST_SHARE * min(photo.width, photo.height))
    sides = sorted((right - left, bottom - top))
    if sides[0] < smallest:
        raise AlbumError(_("This box is too small. Draw it around the whole face, from forehead to chin."))
    if sides[1] > LONGEST * sides[0]:
        raise AlbumError(
            _("This box is too long for a face. Draw it from forehead to chin and from ear to ear.")
        )
    return Region(left, top, right - left, bottom - top)


def _dismissed_there(photo: Photo, box: Region) -> Face | None:
    """The face that was taken away from this place before, if there is one and no other."""
    faces = list(photo.faces.all())
    there = [
        face for face in faces if Region(face.x, face.y, face.width, face.height).overlap(box) >= SAME_FACE
    ]
    if any(face.withdrawal for face in there):
        raise AlbumError(_("Who this is does not want to be found, so this face can't be marked."))
    if any(not face.is_dismissed for face in there):
        raise AlbumError(_("This face is already marked."))
    if not there and len(faces) >= MOST_FACES:
        raise AlbumError(_("A photo can have at most %(most_faces)s faces.") % {"most_faces": MOST_FACES})
    return there[0] if there else None


def _new_face(photo: Photo, box: Region) -> Face:
    """A face without descriptor and crop: a worker adds them."""
    return Face.objects.create(
        photo=photo,
        room_id=photo.room_id,
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        score=0,
        quality="C",
        descriptor=b"",
        is_drawn=True,
    )


def _bring_back(face: Face) -> Face:
    Face.objects.filter(pk=face.pk).update(is_dismissed=False, is_sorted=False)
    return face


def _give(face: Face, room: Room, person: Person | None, name: str, draft: Draft) -> Person | None:
    if person is None and name:
        person = Person.objects.create(room=room, name=name)
    if person is not None:
        draft.people.add(person.pk)
        confirm_within(person, [face.pk])
    return person


def _summary(photo: Photo, person: Person | None) -> str:
    whose = f" of {person.name}" if person and person.name else ""
    return f"A face{whose} was marked on {photo.filename[:100]}"
