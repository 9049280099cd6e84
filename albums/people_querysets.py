"""Every read of people, faces and what is asked about them that is more than one filter."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from albums.querysets import Anyone, InRoomQuerySet

if TYPE_CHECKING:
    from albums.models import Room


def _of_own(user: Anyone | None, person: str = "") -> Q:
    """A condition: the user's own person, or that of a child of theirs."""
    key = (user.pk if user is not None else None) or 0
    return Q(**{f"{person}user": key}) | Q(**{f"{person}child__guardian": key})


class PersonQuerySet(InRoomQuerySet):
    """Who said "don't show me" is left out of everything, unless it is asked for who is looking and that is themselves."""

    def visible_to(self, user: Anyone) -> Self:
        return super().visible_to(user).seen_by(user)

    def seen_by(self, user: Anyone | None) -> Self:
        """Without those who don't want to be shown; everybody sees themselves and their children."""
        return self.filter(Q(is_concealed=False) | _of_own(user))

    def of_user(self, user: Anyone | None) -> Self:
        """The user's own person and those of their children."""
        return self.filter(_of_own(user))

    def current(self, user: Anyone | None = None) -> Self:
        """Neither merged into another one nor without any photo, unless a human said something about it."""
        there = Q(photo_count__gt=0) | ~Q(name="") | Q(user__isnull=False) | Q(child__isnull=False)
        return self.filter(merged_into=None).filter(there).seen_by(user)

    def shown(self, user: Anyone | None = None) -> Self:
        return self.current(user).filter(is_hidden=False)

    def named(self, user: Anyone | None = None) -> Self:
        return self.filter(merged_into=None).exclude(name="").seen_by(user)

    def consenting(self) -> Self:
        """Those of whom somebody said "this is me", or "this is my child", and yes to having the face looked for."""
        from albums.models import Consent

        given = Consent.objects.filter(withdrawn_at=None)
        own = given.filter(room=OuterRef("room"), user=OuterRef("user"), child=None)
        return self.filter(Exists(own) | Exists(given.filter(child=OuterRef("child"))))

    def for_strip(self) -> Self:
        """Named first, then by number of photos."""
        return self.select_related("cover", "user").order_by(
            models.Case(models.When(name="", then=1), default=0), "-photo_count", "id"
        )


class ChangeQuerySet(InRoomQuerySet):
    def told_to(self, room: Room, user: Anyone | None) -> Self:
        """Those of a room that name nobody who doesn't want to be shown to this user."""
        from albums.models import Person

        found = self.filter(room=room)
        secret = Person.objects.filter(Q(is_concealed=True) | Q(merged_into__is_concealed=True), room=room)
        own = set(Person.objects.filter(room=room).of_user(user).values_list("pk", flat=True))
        for pk, name, merged_into in secret.values_list("pk", "name", "merged_into"):
            if not {pk, merged_into} & own:
                found = found.exclude(after__people__has_key=str(pk))  # also under an earlier name
                found = found.exclude(summary__icontains=name) if name else found
        return found


class FaceQuerySet(InRoomQuerySet):
    def visible_to(self, user: Anyone) -> Self:
        return super().visible_to(user).seen_by(user)

    def seen_by(self, user: Anyone | None) -> Self:
        """Without those of people who don't want to be shown; everybody sees their own."""
        shown = Q(person=None) | Q(person__is_concealed=False)
        return self.filter(shown | _of_own(user, "person__"), withdrawal="")

    def present(self) -> Self:
        """On photos that are not in the trash, and nobody said that they are no faces."""
        return self.filter(photo__deleted_at=None, is_dismissed=False)

    def in_albums(self) -> Self:
        """Those of `present` whose photos are in albums: what people's counts and pages show."""
        return self.present().filter(photo__left_out="")

    def present_in(self, room_id: uuid.UUID) -> Self:
        """Those of `present` in one room, all of which are wanted.

        What lies in the trash is looked up by itself: after a large import PostgreSQL, which knows nothing of the new rows
        yet, takes 30 s for a join with the photos.
        """
        from albums.models import Photo

        trash = Photo.objects.filter(room=room_id).in_trash()
        return self.filter(room=room_id, is_dismissed=False).exclude(photo__in=trash.values("pk"))

    def album_sizes(self) -> dict[int, tuple[int, int]]:
        """The photos and the bytes that a zip of each person would hold now; who is twice on a photo has it once."""
        again = self.model.objects.filter(
            photo=OuterRef("photo"), person=OuterRef("person"), pk__lt=OuterRef("pk")
        )
        once = self.in_albums().filter(~Exists(again), person__isnull=False).order_by().values_list("person")
        rows = once.annotate(photos=Count("pk"), size_bytes=Sum("photo__size_bytes"))
        return {person: (photos, size_bytes) for person, photos, size_bytes in rows}


class ProposalQuerySet(InRoomQuerySet):
    def open(self) -> Self:
        """Of faces that can be seen and that nobody has decided about since, for people who can be seen."""
        decided = Q(face__assignment__in=("named", "confirmed"), face__person__isnull=False)
        return self.filter(
            face__photo__deleted_at=None,
            face__is_dismissed=False,
            person__merged_into=None,
            person__is_hidden=False,
            person__is_concealed=False,
        ).filter(~decided | Q(face__assignment="named", face__person=F("person")))

    def alone_on_photo(self) -> Self:
        """Leaves out those on whose photo the person has a face already, as people said: nobody is there twice."""
        from albums.models import Face

        theirs = Face.objects.filter(
            photo=OuterRef("face__photo"), person=OuterRef("person"), is_dismissed=False
        )
        others = theirs.exclude(assignment="machine").exclude(pk=OuterRef("face"))
        return self.filter(~Exists(others))

    def with_faces(self) -> Self:
        return self.select_related("face__photo__shown_edit", "face__person", "person__cover", "second")


class QuestionQuerySet(InRoomQuerySet):
    def open(self) -> Self:
        """Whose people are still there and shown, not both somebody's own, and whose faces can be seen."""
        return (
            self.filter(person__merged_into=None, person__is_hidden=False, person__is_concealed=False)
            .exclude(other__is_concealed=True)
            .filter(
                Q(other=None) | Q(other__merged_into=None, other__is_hidden=False, other__photo_count__gt=0)
            )
            .filter(Q(face=None) | Q(face__photo__deleted_at=None, face__is_dismissed=False))
            .exclude(
                Q(person__user__isnull=False) | Q(person__child__isnull=False),
                Q(other__user__isnull=False) | Q(other__child__isnull=False),
            )
        )

    def with_people(self) -> Self:
        return self.select_related("person__cover", "other__cover", "face__photo")
