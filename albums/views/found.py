"""What somebody's search in a room has found and nobody has answered yet, for the pages that show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from albums.models import Child, Face, FaceSearch, Person
from albums.models.questions import SearchState
from albums.search import number
from albums.views.places import Place

PEOPLE_TO_TAP = 120
SURE_SHOWN = 240  # faces to look through at a time; when these are said, the rest of a group comes along
MAYBE_SHOWN = 12  # nobody answers more than that at a time
BUSY_AFTER = timedelta(seconds=20)


@dataclass(frozen=True)
class Found:
    """What somebody's search in a room has come to, without the faces that were answered already."""

    search: FaceSearch | None
    me: Person | None  # or the child
    child: Child | None = None
    sure: list[Face] = field(default_factory=list)
    maybe: list[Face] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        return self.search is not None and self.search.state == SearchState.WAITING

    @property
    def is_slow(self) -> bool:
        return self.search is not None and timezone.now() - self.search.created_at > BUSY_AFTER

    @property
    def is_done(self) -> bool:
        return self.search is not None and self.search.state == SearchState.DONE

    @property
    def is_failed(self) -> bool:
        return self.search is not None and self.search.state == SearchState.FAILED

    @property
    def sure_photos(self) -> int:
        return len({face.photo_id for face in self.sure})

    @property
    def sure_now(self) -> list[Face]:
        return self.sure[:SURE_SHOWN]

    @property
    def sure_now_photos(self) -> int:
        return len({face.photo_id for face in self.sure_now})

    @property
    def maybe_now(self) -> list[Face]:
        return self.maybe[:MAYBE_SHOWN]


def child_asked(request: HttpRequest, place: Place) -> Child | None:
    """The child that a request is about: only a child of who asks; None where it is about themselves."""
    values = request.POST if "child" in request.POST else request.GET
    if not values.get("child"):
        return None
    return child_of(place, number(values["child"]) or 0)


def child_of(place: Place, child_id: int) -> Child:
    return get_object_or_404(Child, room=place.room, guardian=place.user, pk=child_id)


def album_of(place: Place, child: Child | None) -> str:
    """The address of somebody's album: one's own, or that of a child."""
    if child is None:
        return reverse("albums:mine", args=[place.room.pk])
    return reverse("albums:child", args=[place.room.pk, child.pk])


def found_by(place: Place, child: Child | None = None) -> Found:
    """The search of who asks, or theirs for a child, and the faces that it found and that wait for a yes or a no."""
    people = place.room.people.select_related("cover")
    me = people.filter(child=child).first() if child else people.filter(user=place.user).first()
    searches = FaceSearch.objects.filter(room=place.room, user=place.user, child=child)
    search = searches.defer("selfie", "descriptor").first()
    if search is None or search.state != SearchState.DONE:
        return Found(search, me, child)
    declined = set(search.declined)
    pks = [pk for pk in (*search.sure, *search.maybe) if pk not in declined]
    faces = place.room.faces.in_albums().filter(
        pk__in=pks, person__user=None, person__child=None
    )  # neither mine nor anybody else's by now
    by_pk = {face.pk: face for face in faces.select_related("photo").defer("descriptor")}
    sure = [by_pk[pk] for pk in search.sure if pk in by_pk]
    maybe = [by_pk[pk] for pk in search.maybe if pk in by_pk]
    return Found(search, me, child, sure, maybe)


def people_to_tap(request: HttpRequest, place: Place) -> Page[Person]:
    """The people with photos of whom nobody has said "this is me", a page of them."""
    people = place.room.people.shown().filter(user=None, child=None, photo_count__gt=0).for_strip()
    return Paginator(people, PEOPLE_TO_TAP).get_page(request.GET.get("page"))
