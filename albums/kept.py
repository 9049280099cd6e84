"""What a room keeps about one person, in numbers, for the page that says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from accounts.models import User
from albums.models import Child, Consent, Face, FaceSearch, Person, Room, TakedownRequest


@dataclass(frozen=True)
class Kept:
    """Everything that is about somebody in a room. For a child only what is about its face."""

    person: Person | None  # who somebody said that they are
    search: FaceSearch | None  # what they are looked for with
    consent: Consent | None
    faces: int  # under their name
    crops: int  # of those with a cut-out picture
    photos: int
    confirmed: int  # faces that a person confirmed

    @property
    def is_anything(self) -> bool:
        return self.person is not None or self.search is not None


@dataclass(frozen=True)
class Given:
    """What somebody put into a room themselves."""

    uploads: int
    size_bytes: int
    comments: int
    favorites: int
    requests: int


def kept_of(user: User, room: Room, child: Child | None = None) -> Kept:
    person = room.people.filter(child=child).first() if child else room.people.filter(user=user).first()
    search = (
        FaceSearch.objects.filter(room=room, user=user, child=child).defer("selfie", "descriptor").first()
    )
    consents = Consent.objects.filter(room=room, user=user, child=child)
    faces = Face.objects.filter(person=person) if person else Face.objects.none()
    counts = faces.order_by().aggregate(
        faces=Count("pk"),
        crops=Count("pk", filter=~Q(crop="")),
        photos=Count("photo", distinct=True),
        confirmed=Count("pk", filter=Q(assignment="confirmed")),
    )
    return Kept(person, search, consents.first(), **{name: counts[name] or 0 for name in counts})


def given_by(user: User, room: Room) -> Given:
    uploads = (
        room.photos.present()
        .filter(uploader=user)
        .order_by()
        .aggregate(n=Count("pk"), size=Sum("size_bytes"))
    )
    return Given(
        uploads["n"],
        uploads["size"] or 0,
        room.comments.filter(author=user, deleted_at=None).count(),
        user.favorites.filter(photo__room=room).count(),
        TakedownRequest.objects.filter(room=room, user=user).count(),
    )
