"""Which photos have a face on them that is to be blurred, and for whom: asked of the faces themselves, each time.

A photo's veil is a number made of the boxes to be blurred and of the edit that is shown, 0 where there are no boxes. A veiled copy carries the veil that it was
made with and is sent only while that is still the photo's: whatever happens to faces meanwhile, nobody gets an old copy.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from albums.batches import id_batches
from albums.models import Face, Person, Photo, Room
from albums.querysets import Anyone

VEILED = Q(person__is_veiled=True, is_dismissed=False) | Q(is_veiled=True)  # a condition on faces
MOST = 2**31 - 1


class Box(NamedTuple):
    """Pixels of the photo as displayed."""

    x: int
    y: int
    width: int
    height: int


@dataclass(slots=True)
class Veil:
    """What is to be blurred on one photo.

    Attributes:
        boxes: in the order of their faces.
        owners: by box, who sees it all the same: the user, or the guardian of a child; None for nobody.
        edit: of the photo, that everybody sees; None: the original.
    """

    boxes: list[Box] = field(default_factory=list)
    owners: list[int | None] = field(default_factory=list)
    edit: int | None = None

    @property
    def number(self) -> int:
        """The photo's veil: another one as soon as a box comes, goes or moves, or another edit is shown."""
        if not self.boxes:
            return 0
        made_of = repr(sorted(self.boxes)) + (f" edited {self.edit}" if self.edit else "")
        return zlib.crc32(made_of.encode()) % MOST + 1

    def is_for(self, user: Anyone | None) -> bool:
        """Whether this user gets the veiled copy: somebody else is to be blurred."""
        key = user.pk if user is not None else None
        return any(owner is None or owner != key for owner in self.owners)

    def boxes_for(self, user: Anyone | None) -> list[Box]:
        """The boxes that this user is not to see behind."""
        key = user.pk if user is not None else None
        shown = zip(self.boxes, self.owners, strict=True)
        return [box for box, owner in shown if owner is None or owner != key]


NOTHING = Veil()


def _read(*faces: QuerySet[Face]) -> dict[int, Veil]:
    found: dict[int, Veil] = defaultdict(Veil)
    who = ("is_veiled", "person__user", "person__child__guardian")
    columns = ("photo", "photo__shown_edit", "x", "y", "width", "height", *who)
    for rows in faces:
        for photo, edit, *box, is_everybodys, user, guardian in rows.order_by().values_list(*columns):
            found[photo].edit = edit
            found[photo].boxes.append(Box(*box))
            found[photo].owners.append(None if is_everybodys else user or guardian)
    return dict(found)


def veil_of(photo: Photo) -> Veil:
    """What is to be blurred on one photo; one query."""
    return _read(Face.objects.filter(VEILED, photo=photo.pk)).get(photo.pk, NOTHING)


def veils_of(photo_ids: Collection[int]) -> dict[int, Veil]:
    """As `veil_of`, of many photos; those without anything to be blurred are left out."""
    found: dict[int, Veil] = {}
    for batch in id_batches(photo_ids):
        found |= _read(Face.objects.filter(VEILED, photo__in=batch))
    return found


def veils_in(room_id: UUID) -> dict[int, Veil]:
    """Of all photos of a room: three queries, however many photos there are."""
    people = list(Person.objects.filter(room=room_id, is_veiled=True).values_list("pk", flat=True))
    theirs = Face.objects.filter(person__in=people, is_dismissed=False, is_veiled=False)
    return _read(theirs, _everybodys(room_id))


def _everybodys(room_id: UUID) -> QuerySet[Face]:
    """Faces that stay blurred though nobody is named any more."""
    return Face.objects.filter(room=room_id, is_veiled=True)


def veiled_ids(room: Room, user: Anyone | None) -> set[int]:
    """The photos of a room of which this user gets the veiled copy."""
    return {pk for pk, veil in veils_in(room.pk).items() if veil.is_for(user)}


def is_veiled_for(photo: Photo, user: Anyone | None) -> bool:
    """Whether this user (None: somebody outside the room) is to see a veiled copy and never the photo itself."""
    return veil_of(photo).is_for(user)


def no_video_sentence() -> str:
    """Said to whoever gets only the picture of a video, as a video itself is not blurred."""
    return _("Somebody in this video asked not to be shown, so only its picture can be seen.")


def has_veils(room_id: UUID) -> bool:
    """Whether there is anything to blur in a room, or a copy or a number of a veil that was lifted."""
    return (
        Person.objects.filter(room=room_id, is_veiled=True).exists()
        or Photo.objects.filter(room=room_id).exclude(veil=0).exists()
        or _everybodys(room_id).exists()
    )


def refresh(photo_ids: Iterable[int]) -> None:
    """Write the veils of these photos to their rows, so that addresses change and nobody's browser shows an old picture."""
    for batch in id_batches(photo_ids):
        now = veils_of(batch)
        for photo in Photo.objects.filter(pk__in=batch).only("pk", "veil"):
            number = now.get(photo.pk, NOTHING).number
            if photo.veil != number:
                Photo.objects.filter(pk=photo.pk).update(veil=number)


def out_of_date(room_id: UUID) -> set[int]:
    """Photos of a room whose number is not that of their faces."""
    now = veils_in(room_id)
    written = dict(Photo.objects.filter(room=room_id).exclude(veil=0).values_list("pk", "veil"))
    return {pk for pk in {*now, *written} if now.get(pk, NOTHING).number != written.get(pk, 0)}


def with_veiled_face() -> Exists:
    """A condition on photos: somebody on it is to be blurred."""
    return Exists(Face.objects.filter(VEILED, photo=OuterRef("pk")))
