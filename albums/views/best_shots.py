"""Look-alikes: photos of one moment, with the one that stands for them; and photos that look like any one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from albums.models import Photo, PhotoChange, PhotoGroup
from albums.models.order import GroupKind
from albums.notices import say
from albums.permissions import Action
from albums.querysets import PhotoGroupQuerySet, PhotoQuerySet
from albums.said import in_words
from albums.services import best_shots as services
from albums.similarity import similar_photos
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room

GROUPS_ON_PAGE = 20
SIMILAR_SHOWN = 60
STRIP_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of a group, and what is said for or against it."""

    photo: Photo
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Moment:
    """A group of look-alikes as the page shows it: the best one, then the others."""

    group: PhotoGroup
    best: Shot
    others: list[Shot]

    @property
    def is_chosen(self) -> bool:
        return self.group.chosen_id == self.best.photo.pk

    @property
    def count(self) -> int:
        return 1 + len(self.others)


def groups_of(place: Place) -> PhotoGroupQuerySet:
    """In the order of time."""
    return PhotoGroup.objects.visible_to(place.user).filter(room=place.room).look_alikes()


def moments_of(groups: Sequence[PhotoGroup], photos: PhotoQuerySet) -> list[Moment]:
    """With their photos, in two queries whatever their number."""
    by_group: dict[int, list[Photo]] = defaultdict(list)
    for photo in photos.filter(look_alikes__in=groups).order_by("look_alike_rank", "sort_at", "pk"):
        if photo.look_alikes_id:
            by_group[photo.look_alikes_id].append(photo)
    found = []
    for group in groups:
        reasons = group.data.get("reasons", {})
        shots = [
            Shot(photo, [in_words(reason) for reason in reasons.get(str(photo.pk), [])])
            for photo in by_group[group.pk]
        ]
        if len(shots) > 1:
            found.append(Moment(group, shots[0], shots[1:]))
    return found


@in_room()
def best_shots_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Groups of look-alikes, each with its best photo and why: first those that nobody has decided about."""
    groups = groups_of(place)
    is_all = "all" in request.GET
    counts = {"open": groups.filter(is_settled=False).count(), "all": groups.count()}
    shown = groups if is_all else groups.filter(is_settled=False)
    page = Paginator(shown.in_order(), GROUPS_ON_PAGE).get_page(request.GET.get("page"))
    photos = place.room.photos.in_albums().with_files()
    return render_room(
        request,
        place,
        "albums/best_shots.html",
        "best_shots",
        page=page,
        moments=moments_of(list(page.object_list), photos),
        counts=counts,
        is_all=is_all,
        may_edit=Action.EDIT_PHOTOS in place.can,
    )


def group_of(place: Place, group_id: int) -> PhotoGroup:
    groups = PhotoGroup.objects.filter(room=place.room, kind=GroupKind.LOOK_ALIKES).select_related("room")
    return get_object_or_404(groups, pk=group_id)


def done(request: HttpRequest, place: Place, change: PhotoChange, text: str) -> HttpResponse:
    undo_url = reverse("albums:photo_change_undo", args=[place.room.pk, change.pk])
    say(request, text, undo_url=undo_url)
    return go_back(request, "albums:best_shots", place.room.pk)


def chosen_photo(request: HttpRequest) -> int:
    return next(iter(chosen_photos(request)), 0)


@in_room(Action.EDIT_PHOTOS)
@deed
def best_shot_choose(request: HttpRequest, place: Place, moment_id: int) -> HttpResponse:
    group = group_of(place, moment_id)
    change = services.choose_best(user=place.user, group=group, photo_id=chosen_photo(request))
    return done(request, place, change, gettext("This is the best shot now."))


@in_room(Action.EDIT_PHOTOS)
@deed
def best_shot_keep(request: HttpRequest, place: Place, moment_id: int) -> HttpResponse:
    """One photo, and set the others aside; without a photo, all of them."""
    group, photo = group_of(place, moment_id), chosen_photo(request)
    if not photo:
        return done(
            request, place, services.keep_all(user=place.user, group=group), gettext("All of them stay.")
        )
    change = services.keep_only(user=place.user, group=group, photo_id=photo)
    return done(request, place, change, f"{in_words(change.summary)}.")


@in_room(Action.EDIT_PHOTOS)
@deed
def best_shot_apart(request: HttpRequest, place: Place, moment_id: int) -> HttpResponse:
    change = services.take_apart(
        user=place.user,
        group=group_of(place, moment_id),
        photo_ids=chosen_photos(request),
        is_moment="moment" in request.POST,
    )
    return done(request, place, change, f"{in_words(change.summary)}.")


@in_room()
def similar_page(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """The photos of the room that look most like one of them."""
    photo = get_object_or_404(place.room.photos.present().with_files(), pk=photo_id)
    found = similar_photos(place.room, photo, SIMILAR_SHOWN)
    by_id = place.room.photos.with_files().in_bulk([pk for pk, _ in found])
    return render_room(
        request,
        place,
        "albums/similar.html",
        "similar",
        photo=photo,
        photos=[by_id[pk] for pk, _ in found if pk in by_id],
        is_seen=photo.features.filter(name="code").exists(),
    )
