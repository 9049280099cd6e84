"""Photos that are the same shot, side by side: one click keeps one and sets the others aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext as _

from albums.commas import with_commas
from albums.models import Photo, PhotoGroup
from albums.models.order import GroupKind
from albums.permissions import Action
from albums.said import in_words
from albums.services import duplicates as services
from albums.services import left_out
from albums.templatetags.words import filesizeformat
from albums.views.listings import number
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room, say_photo_change

GROUPS_ON_PAGE = 20
MOST_SHOWN = 24  # photos of one group; more copies of one shot than that nobody compares


@dataclass(frozen=True, slots=True)
class Fact:
    """One line below a photo; `differs` if not all of the group say the same."""

    text: str
    differs: bool


@dataclass(slots=True)
class Shot:
    """A photo of a group as the page shows it."""

    photo: Photo
    kind: str = ""
    is_proposed: bool = False
    reasons: str = ""
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Card:
    """A group: its photos, the proposed one first."""

    group: PhotoGroup
    shots: list[Shot]
    more: int


@in_room()
def duplicates_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The groups that nobody has decided about, the oldest first."""
    groups = services.open_groups(place.room).order_by("pk")
    page = Paginator(groups, GROUPS_ON_PAGE).get_page(request.GET.get("page"))
    return render_room(
        request,
        place,
        "albums/duplicates.html",
        "duplicates",
        page=page,
        cards=cards_of(place, list(page.object_list)),
        copies=services.copies_in(place.room) if page.paginator.count else 0,
        most_at_once=services.MOST_AT_ONCE,
        aside_count=place.room.photos.left_out("duplicate").count(),
        may_decide=Action.EDIT_PHOTOS in place.can,
        is_waiting=place.room.photos.present().filter(state="pending").exists(),
    )


def cards_of(place: Place, groups: Sequence[PhotoGroup]) -> list[Card]:
    """What is shown of groups, in a fixed number of queries."""
    photos: dict[int, list[Photo]] = defaultdict(list)
    rows = services.shown_photos(place.room).filter(duplicates__in=groups)
    for photo in rows.with_files().select_related("uploader", "room", "place").in_order():
        photos[photo.duplicates_id].append(photo)
    return [card_of(group, photos[group.pk]) for group in groups]


def card_of(group: PhotoGroup, photos: Sequence[Photo]) -> Card:
    order = {key: at for at, key in enumerate(group.data.get("members", []))}
    ordered = sorted(
        photos, key=lambda photo: (photo.pk != group.proposed_id, order.get(photo.pk, len(order)))
    )
    kinds = group.data.get("kinds", {})
    shots = [Shot(photo, worded(kinds.get(str(photo.pk), ""))) for photo in ordered[:MOST_SHOWN]]
    facts = [facts_of(shot.photo) for shot in shots]
    said = [{line[at] for line in facts} for at in range(len(facts[0]))]
    for shot, line in zip(shots, facts, strict=True):
        shot.facts = [Fact(text, len(said[at]) > 1) for at, text in enumerate(line)]
    shots[0].is_proposed = True
    shots[0].reasons = reasons_for(shots[0].photo, [shot.photo for shot in shots[1:]])
    return Card(group, shots, len(ordered) - len(shots))


def worded(kind: str) -> str:
    said = "" if kind == "best" else in_words(kind)
    return said[:1].upper() + said[1:]


def facts_of(photo: Photo) -> list[str]:
    """Size, weight, date, place, uploader and name; the same lines for every photo."""
    return [
        f"{intcomma(photo.width)} × {intcomma(photo.height)}",
        filesizeformat(photo.size_bytes),
        format_date(photo.local_time, "SHORT_DATETIME_FORMAT") if photo.is_time_known else _("No date"),
        str(photo.place or "") or (_("Has a place") if photo.latitude is not None else _("No place")),
        _("Added by %(name)s") % {"name": photo.uploader}
        if photo.uploader
        else _("Added by somebody who left"),
        photo.filename,
    ]


def reasons_for(best: Photo, others: Sequence[Photo]) -> str:
    """Why this one is proposed, in words."""
    pixels = [photo.width * photo.height for photo in others]
    mine = best.width * best.height
    words = []
    if any(mine > 1.05 * other for other in pixels):
        words.append(
            _("largest picture") if all(mine > 1.05 * other for other in pixels) else _("large picture")
        )
    has_date = bool(best.clock_at) and any(photo.clock_at is None for photo in others)
    has_place = best.latitude is not None and any(photo.latitude is None for photo in others)
    if has_date or has_place:
        words.append(
            _("has its date and place")
            if has_date and has_place
            else _("has its date")
            if has_date
            else _("has its place")
        )
    if not words or len(words) < 2:
        heaviest = all(best.size_bytes > 1.1 * photo.size_bytes for photo in others)
        words += [_("finest quality")] if heaviest else []
    words = words or [_("added first")]
    text = with_commas(words)
    return text[:1].upper() + text[1:]


def group_of(place: Place, group_id: int) -> PhotoGroup:
    groups = PhotoGroup.objects.filter(room=place.room, kind=GroupKind.DUPLICATES).select_related("room")
    return get_object_or_404(groups, pk=group_id)


@in_room(Action.EDIT_PHOTOS)
@deed
def duplicates_keep(request: HttpRequest, place: Place, group_id: int) -> HttpResponse:
    photo_id = number(request.POST.get("photo", "")) or 0
    change = services.keep(user=place.user, group=group_of(place, group_id), photo_id=photo_id)
    say_photo_change(request, place, change, _("This photo is kept already."))
    return go_back(request, "albums:duplicates", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def duplicates_keep_all(request: HttpRequest, place: Place, group_id: int) -> HttpResponse:
    change = services.keep_all(user=place.user, group=group_of(place, group_id))
    say_photo_change(request, place, change, _("All of these are kept already."))
    return go_back(request, "albums:duplicates", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def duplicates_keep_proposed(request: HttpRequest, place: Place) -> HttpResponse:
    kept = services.keep_proposed(user=place.user, room=place.room)
    say_photo_change(request, place, kept.change, "")
    return go_back(request, "albums:duplicates", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def photos_set_aside(request: HttpRequest, place: Place) -> HttpResponse:
    change = left_out.set_aside(user=place.user, room=place.room, photo_ids=chosen_photos(request))
    say_photo_change(request, place, change, _("These have been set aside already."))
    return go_back(request, "albums:room", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def photos_bring_back(request: HttpRequest, place: Place) -> HttpResponse:
    change = left_out.bring_back(user=place.user, room=place.room, photo_ids=chosen_photos(request))
    say_photo_change(request, place, change, _("These are in the albums already."))
    return go_back(request, "albums:left_out", place.room.pk)
