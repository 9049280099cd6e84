"""What withdrawing a consent deletes: everything that the site knew about where somebody's face is.

The boxes stay, marked and without whose they are: else the next look at a photo would describe the same face again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from albums.batches import id_batches
from albums.commas import with_commas
from albums.forgetting import NOTHING_KNOWN, delete_crops_after_commit
from albums.models import (
    Child,
    Face,
    FaceMemory,
    FaceSearch,
    Person,
    Proposal,
    Question,
    Refusal,
    Room,
)
from albums.models.people import Assignment
from albums.services.history import settle
from albums.traces import forget_album_of, forget_people
from processing import tasks

WHOLE_GROUP = 0.5  # of a group's faces: with so many found for somebody the group is theirs


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was deleted.

    Attributes:
        faces: descriptions of faces.
        crops: cut-out faces.
        photos: on which somebody had been found.
        was_named: whether the person had a name.
        had_search: whether there was a description of a selfie, or of a tapped face.
        child_name: whose withdrawal it is, where it is a child's.
    """

    faces: int = 0
    crops: int = 0
    photos: int = 0
    was_named: bool = False
    had_search: bool = False
    child_name: str = ""

    @property
    def summary(self) -> str:
        """A sentence for who withdrew."""
        parts = [
            ngettext("%(count)s face description", "%(count)s face descriptions", self.faces),
            ngettext("%(count)s cut-out face", "%(count)s cut-out faces", self.crops),
            ngettext("your name on %(count)s photo", "your name on %(count)s photos", self.photos),
        ]
        if self.child_name:
            parts[2] = ngettext(
                "%(name)s’s name on %(count)s photo", "%(name)s’s name on %(count)s photos", self.photos
            )
        counts = (self.faces, self.crops, self.photos if self.was_named else 0)
        said = [
            part % {"count": f"{count:,}", "name": self.child_name}
            for part, count in zip(parts, counts, strict=True)
            if count
        ]
        if self.had_search:
            said.append(
                _("the description of %(name)s’s picture") % {"name": self.child_name}
                if self.child_name
                else _("your selfie’s description")
            )
        if not said:
            return _("Nothing had been found or kept, so there was nothing to delete.")
        return _("Deleted: %(things)s.") % {"things": with_commas(said)}


def erase(*, user: User, room: Room, child: Child | None, mark: str) -> Withdrawal:
    """Delete everything about one person's face; the caller has locked the room and opened a transaction."""
    own = Q(child=child) if child else Q(user=user)
    people = list(Person.objects.filter(own, room=room))
    search = FaceSearch.objects.filter(room=room, user=user, child=child).first()
    if search is not None:
        people += _groups_of(room, search, user.display_name)
        found = set(search.sure) - set(search.declined)
    else:
        found = set()
    if not people and search is None:
        forget_album_of(room, user, child)  # of a search that was forgotten before
        return Withdrawal(child_name=child.name if child else "")
    had_search = search is not None and bool(search.descriptor or search.selfie)
    keys = [person.pk for person in people]
    keys += Person.objects.filter(merged_into__in=keys).values_list("pk", flat=True)
    faces = _faces_of(room, keys, found)
    counts = _count(faces)
    touched = _strip(faces, mark, is_veiled=any(person.is_veiled for person in people))
    forget_people(room, people=keys, faces=[pk for pk, *_rest in faces], user=user, child=child)
    _mark_memories(room, keys, mark, is_veiled=any(person.is_veiled for person in people))
    FaceSearch.objects.filter(room=room, user=user, child=child).delete()
    was_named = bool(Person.objects.filter(pk__in=keys).exclude(name="").exists())
    Person.objects.filter(pk__in=keys).delete()
    settle(room, touched - set(keys))
    _drop_empty(touched - set(keys))
    if counts["photos"]:
        tasks.retag_people({photo for _pk, photo, *_rest in faces})
        tasks.request_veiling(room.pk)
    return Withdrawal(
        **counts,
        was_named=was_named,
        had_search=had_search,
        child_name=child.name if child else "",
    )


FaceRow = tuple[int, int, int | None, str, bool]  # key, photo, person, crop, whether it is described


def _groups_of(room: Room, search: FaceSearch, name: str) -> list[Person]:
    """Groups of nobody's that were found for this user nearly whole, and have no other name."""
    found = set(search.sure) - set(search.declined)
    faces = Face.objects.filter(room=room, person__user=None, person__child=None, person__isnull=False)
    mine: dict[int, int] = {}
    for batch in id_batches(found):
        for person, n in faces.filter(pk__in=batch).order_by().values_list("person").annotate(n=Count("pk")):
            mine[person] = mine.get(person, 0) + n
    sizes = dict(
        Face.objects.filter(person__in=mine).order_by().values_list("person").annotate(n=Count("pk"))
    )
    whole = [pk for pk, n in mine.items() if n >= WHOLE_GROUP * sizes[pk]]
    return list(Person.objects.filter(Q(name="") | Q(name__iexact=name), pk__in=whole))


def _faces_of(room: Room, people: Collection[int], found: Collection[int]) -> list[FaceRow]:
    """Their faces, and those that were found for them for certain and are nobody else's."""
    is_described = ExpressionWrapper(~Q(descriptor=b""), output_field=BooleanField())
    faces = Face.objects.filter(room=room).order_by().annotate(is_described=is_described)
    nobodys = faces.filter(Q(person=None) | Q(person__name="", person__user=None, person__child=None))
    rows: dict[int, FaceRow] = {}
    for some in (
        faces.filter(person__in=people),
        *(nobodys.filter(pk__in=batch, is_dismissed=False) for batch in id_batches(found)),
    ):
        rows |= {row[0]: row for row in some.values_list("pk", "photo", "person", "crop", "is_described")}
    return list(rows.values())


def _count(faces: Sequence[FaceRow]) -> dict[str, int]:
    return {
        "faces": sum(row[4] for row in faces),
        "crops": sum(bool(row[3]) for row in faces),
        "photos": len({row[1] for row in faces}),
    }


def _strip(faces: Sequence[FaceRow], mark: str, *, is_veiled: bool) -> set[int]:
    """Leave nothing of these faces but their boxes; answers who had them. Their crops go after the commit."""
    delete_crops_after_commit([row[3] for row in faces if row[3]])
    for batch in id_batches(row[0] for row in faces):
        Face.objects.filter(pk__in=batch).update(**NOTHING_KNOWN, withdrawal=mark, is_veiled=is_veiled)
        Refusal.objects.filter(face__in=batch).delete()
        Proposal.objects.filter(face__in=batch).delete()
        Question.objects.filter(face__in=batch).delete()
        Person.objects.filter(cover__in=batch).update(cover=None, is_cover_chosen=False)
    return {row[2] for row in faces if row[2]}


def _mark_memories(room: Room, people: Collection[int], mark: str, *, is_veiled: bool) -> None:
    """Also on photos that were deleted: should the same photo come back, its box is not described either."""
    FaceMemory.objects.filter(room=room, person__in=people).update(
        person=None,
        assignment=Assignment.MACHINE,
        is_dismissed=True,
        withdrawal=mark,
        is_veiled=is_veiled,
        refused=[],
    )


def _drop_empty(people: Collection[int]) -> None:
    """Groups without a name of which nothing is left."""
    empty = Person.objects.filter(pk__in=people, name="", user=None, child=None, merged_into=None)
    empty.filter(faces__isnull=True).delete()
