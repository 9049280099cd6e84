"""The words of a room, the photos of one of them, and what machines are not certain about."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from albums.models import PhotoTag, Tag
from albums.models.tags import TagKind
from albums.permissions import Action
from albums.said import in_words
from albums.search import number
from albums.services import tags as services
from albums.services.downloads import album_size
from albums.tag_lists import Word, count_to_review, to_review, with_covers, words_of
from albums.tag_words import word_of
from albums.views.answering import answer, is_script
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, deed, in_room, render_room, say_photo_change
from processing import model_files

OBJECTS_SHOWN = 24
WORDS_OFFERED = 500
REVIEWED_AT_ONCE = 60
PROPOSED_SHOWN = 5


@dataclass(frozen=True)
class ReviewPage:
    """Some of what nobody has decided about, and the address of what comes after it."""

    rows: list[PhotoTag]
    total: int
    next_query: str


@in_room()
def tags_page(request: HttpRequest, place: Place) -> HttpResponse:
    """All words of the room: its own, categories, objects."""
    words = words_of(place.room)
    by_kind = {kind: [word for word in words if word.tag.kind == kind] for kind in TagKind.values}
    objects = by_kind[TagKind.OBJECT]
    shown = objects if "all" in request.GET else objects[:OBJECTS_SHOWN]
    return render_room(
        request,
        place,
        "albums/tags.html",
        "tags",
        own=with_covers(place.room, by_kind[TagKind.OWN]),
        categories=with_covers(place.room, by_kind[TagKind.CATEGORY]),
        objects=with_covers(place.room, shown),
        more_objects=len(objects) - len(shown),
        open_count=count_to_review(place.room),
        better=better_models(place),
    )


def better_models(place: Place) -> list[str]:
    """What would find more on photos, and the command that gets it, for whoever may run it: those who keep the site."""
    if not place.user.is_staff:
        return []
    return [
        gettext("%(sentence)s Get it with: manage.py models fetch %(model)s")
        % {"sentence": gettext(one.sentence), "model": one.model}
        for one in model_files.improvements()
        if one.feature in model_files.TAGGING
    ]


@in_room()
def tag_page(request: HttpRequest, place: Place, tag_id: int) -> HttpResponse:
    """The photos of one word, and those for which it is proposed."""
    tag = tag_of(place, tag_id)
    listing = Listing(tags=(tag.pk,))
    page = grid_page(listing, place.room, place.user, request.GET)
    proposed = PhotoTag.objects.filter(room=place.room, tag=tag, state="proposed").open()
    likely = proposed.select_related("photo__room", "photo__uploader").prefetch_related("photo__renditions")
    return render_room(
        request,
        place,
        "albums/tag.html",
        "tags",
        tag=tag,
        page=page,
        size=album_size(listing.photos(place.room, place.user)),
        likely=likely.order_by("-score", "pk")[:PROPOSED_SHOWN],
        likely_count=proposed.order_by().count(),
        taught=PhotoTag.objects.filter(room=place.room, tag=tag, state="accepted").count(),
        is_own=tag.room_id == place.room.pk,
    )


def tag_of(place: Place, tag_id: int) -> Tag:
    return get_object_or_404(Tag.objects.known_in(place.room.pk), pk=tag_id)


@in_room(Action.EDIT_PHOTOS)
@deed
def tag_new(request: HttpRequest, place: Place) -> HttpResponse:
    """A word of the room's own; with nothing tagged yet its page says how to go on."""
    name, is_of_site = request.POST.get("name", ""), "site" in request.POST
    tag, _ = services.make(user=place.user, room=place.room, name=name, is_of_site=is_of_site)
    return redirect(tag.url_in(place.room.pk))


@in_room(Action.EDIT_PHOTOS)
@deed
def tag_name(request: HttpRequest, place: Place, tag_id: int) -> HttpResponse:
    tag = tag_of(place, tag_id)
    change = services.rename(user=place.user, room=place.room, tag=tag, name=request.POST.get("name", ""))
    say_photo_change(request, place, change)
    return redirect(tag.url_in(place.room.pk))


@in_room(Action.EDIT_PHOTOS)
@deed
def tag_delete(request: HttpRequest, place: Place, tag_id: int) -> HttpResponse:
    change = services.delete(user=place.user, room=place.room, tag=tag_of(place, tag_id))
    say_photo_change(request, place, change)
    return redirect("albums:tags", place.room.pk)


@in_room()
def tags_words(request: HttpRequest, place: Place) -> HttpResponse:
    """What a field offers while one types a word: the room's words, most used first, then all others."""
    used = words_of(place.room)[:WORDS_OFFERED]
    known = {word.tag.pk for word in used}
    rest = Tag.objects.known_in(place.room.pk).exclude(kind=TagKind.OBJECT).exclude(pk__in=known)
    words = [*used, *(Word(tag, 0) for tag in rest[: WORDS_OFFERED - len(used)])]
    return JsonResponse({"words": [{"name": word_of(word.tag), "photos": word.count} for word in words]})


@in_room(Action.EDIT_PHOTOS)
def tags_review(request: HttpRequest, place: Place) -> HttpResponse:
    """What machines are not certain about, the most doubtful first: of one word or of all."""
    tag = Tag.objects.known_in(place.room.pk).filter(pk=number(request.GET.get("tag", "")) or 0).first()
    page = review_page(place, tag, request.GET.get("after", ""))
    context: dict[str, object] = {"page": page, "reviewed": tag}
    if request.headers.get("HX-Request"):
        return render(request, "albums/_tag_cards.html", context | {"room": place.room})
    context["words"] = [] if tag else sorted_by_open(place)
    return render_room(request, place, "albums/tags_review.html", "tags", **context)


def sorted_by_open(place: Place) -> list[Word]:
    """The words with most to decide, as a choice."""
    words = [word for word in words_of(place.room) if word.open_count]
    return sorted(words, key=lambda word: (-word.open_count, word.tag.key))[:12]


def review_page(place: Place, tag: Tag | None, after: str) -> ReviewPage:
    rows = to_review(place.room, tag)
    total = count_to_review(place.room, tag)
    if place_after := _cursor(after):
        doubt, pk = place_after
        rows = rows.filter(Q(doubt__gt=doubt) | Q(doubt=doubt, pk__gt=pk))
    keys = list(rows.values_list("pk", flat=True)[: REVIEWED_AT_ONCE + 1])  # sorting whole rows takes longer
    files = to_review(place.room, tag).select_related("tag", "photo__room", "photo__uploader")
    found = list(files.filter(pk__in=keys).prefetch_related("photo__renditions"))
    next_query = ""
    if len(found) > REVIEWED_AT_ONCE:
        found.pop()
        last = found[-1]
        chosen = f"tag={tag.pk}&" if tag else ""
        doubt = last.doubt  # type: ignore[attr-defined]  # to_review adds it
        next_query = f"?{chosen}after={doubt!r}_{last.pk}"
    return ReviewPage(found, total, next_query)


def _cursor(text: str) -> tuple[float, int] | None:
    doubt, _, pk = text.partition("_")
    try:
        return (float(doubt), int(pk)) if number(pk) and isfinite(float(doubt)) else None
    except ValueError:
        return None


@in_room(Action.EDIT_PHOTOS)
@answer
def tags_answer(request: HttpRequest, place: Place) -> HttpResponse:
    """Right or wrong, for one or for many. Without a script "all" means all that the page shows."""
    right, wrong = ids_of(request, "right"), ids_of(request, "wrong")
    if "all" in request.POST:
        listed = ids_of(request, "rows")
        right, wrong = (listed, []) if request.POST["all"] == "right" else ([], listed)
    change = services.answer(user=place.user, room=place.room, right=right, wrong=wrong)
    if is_script(request):
        said = f"{in_words(change.summary)}." if change else ""
        return JsonResponse({"photo_changes": [change.pk] if change else [], "said": said})
    say_photo_change(request, place, change, gettext("Somebody has decided about these meanwhile."))
    tag = number(request.POST.get("tag", ""))
    return redirect(reverse("albums:tags_review", args=[place.room.pk]) + (f"?tag={tag}" if tag else ""))


def ids_of(request: HttpRequest, name: str) -> list[int]:
    return [pk for value in request.POST.getlist(name) if (pk := number(value))]
