"""What somebody's search in a room has found and nobody has answered yet, for the pages that show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils import timezone

from albums.models import Face, FaceSearch, Person
from albums.models.questions import SearchState
from albums.views.places import Place

PEOPLE_TO_TAP = 120
MAYBE_SHOWN = 12  # nobody answers more than that at a time
BUSY_AFTER = timedelta(seconds=20)


@dataclass(frozen=True)
class Found:
    """What somebody's search in a room has come to, without the faces that were answered already."""

    search: FaceSearch | None
    me: Person | None
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
    def sure_photos(self) -> int:
        return len({face.photo_id for face in self.sure})

    @property
    def maybe_now(self) -> list[Face]:
        return self.maybe[:MAYBE_SHOWN]


def found_by(place: Place) -> Found:
    """The search of who asks, and the faces that it found and that wait for a yes or a no."""
    me = place.room.people.filter(user=place.user).select_related("cover").first()
    searches = FaceSearch.objects.filter(room=place.room, user=place.user)
    search = searches.defer("selfie", "descriptor").first()
    if search is None or search.state != SearchState.DONE:
        return Found(search, me)
    declined = set(search.declined)
    pks = [pk for pk in (*search.sure, *search.maybe) if pk not in declined]
    faces = place.room.faces.in_albums().filter(
        pk__in=pks, person__user=None
    )  # neither mine nor anybody else's by now
    by_pk = {face.pk: face for face in faces.select_related("photo").defer("descriptor")}
    sure = [by_pk[pk] for pk in search.sure if pk in by_pk]
    maybe = [by_pk[pk] for pk in search.maybe if pk in by_pk]
    return Found(search, me, sure, maybe)


def people_to_tap(request: HttpRequest, place: Place) -> Page[Person]:
    """The people with photos of whom nobody has said "this is me", a page of them."""
    people = place.room.people.shown().filter(user=None, photo_count__gt=0).for_strip()
    return Paginator(people, PEOPLE_TO_TAP).get_page(request.GET.get("page"))
