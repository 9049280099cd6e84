"""Words on photos, stars, captions and favorites: what buttons of the viewer and of a selection do."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums.errors import AlbumError
from albums.models import Tag
from albums.notices import say
from albums.permissions import Action
from albums.search import number
from albums.services import marks
from albums.services import tags as services
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, say_photo_change


def tag_of(place: Place, value: str) -> Tag:
    return get_object_or_404(Tag.objects.known_in(place.room.pk), pk=number(value) or 0)


@in_room(Action.EDIT_PHOTOS)
@deed
def photo_tags(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """Put a word on a photo, agree to one, or remove it."""
    room, user = place.room, place.user
    photo = get_object_or_404(room.photos.present(), pk=photo_id)
    if "name" in request.POST:
        done = services.put_on(user=user, room=room, photo_ids=[photo.pk], name=request.POST["name"])
    else:
        is_right = "accept" in request.POST
        tag = tag_of(place, request.POST.get("accept" if is_right else "remove", ""))
        done = services.decide(user=user, room=room, tag=tag, photo_ids=[photo.pk], is_right=is_right)
    say_photo_change(request, place, done.change)
    return go_back(request, "albums:photo", room.pk, photo.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def photo_stars(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    photo = get_object_or_404(place.room.photos.present(), pk=photo_id)
    marks.give_stars(user=place.user, room=place.room, photo_ids=[photo.pk], stars=stars_of(request))
    return go_back(request, "albums:photo", place.room.pk, photo.pk)  # the stars themselves say it


@in_room(Action.EDIT_PHOTOS)
@deed
def photo_caption(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    photo = get_object_or_404(place.room.photos.present().select_related("room"), pk=photo_id)
    change = marks.write_caption(user=place.user, photo=photo, caption=request.POST.get("caption", ""))
    say_photo_change(request, place, change)
    return go_back(request, "albums:photo", place.room.pk, photo.pk)


@in_room()
@deed
def photo_favorite(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    photo = get_object_or_404(place.room.photos.present(), pk=photo_id)
    is_favorite = request.POST.get("favorite") != "0"
    marks.like(user=place.user, room=place.room, photo_ids=[photo.pk], is_favorite=is_favorite)
    return go_back(request, "albums:photo", place.room.pk, photo.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def photos_tags(request: HttpRequest, place: Place) -> HttpResponse:
    """Tag the chosen photos, or take a tag off them."""
    chosen, name = chosen_photos(request), request.POST.get("tag_name", "")
    if "remove" in request.POST:
        done = services.remove_by_name(user=place.user, room=place.room, photo_ids=chosen, name=name)
        otherwise = _("None of these photos has the tag “%(tag)s”.") % {"tag": done.tag.word}
    else:
        done = services.put_on(user=place.user, room=place.room, photo_ids=chosen, name=name)
        otherwise = _("All of these photos have the tag “%(tag)s” already.") % {"tag": done.tag.word}
    say_photo_change(request, place, done.change, otherwise)
    return go_back(request, "albums:room", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def photos_stars(request: HttpRequest, place: Place) -> HttpResponse:
    stars = stars_of(request)
    change = marks.give_stars(user=place.user, room=place.room, photo_ids=chosen_photos(request), stars=stars)
    say_photo_change(request, place, change, _("Nothing changed: they have as many stars already."))
    return go_back(request, "albums:room", place.room.pk)


@in_room()
@deed
def photos_favorites(request: HttpRequest, place: Place) -> HttpResponse:
    """Make the chosen photos favorites of one's own, or no longer; the Undo does the opposite to those that changed."""
    is_favorite = request.POST.get("favorite", request.GET.get("favorite")) != "0"
    changed = marks.like(
        user=place.user, room=place.room, photo_ids=chosen_photos(request), is_favorite=is_favorite
    )
    if is_favorite:
        text = ngettext(
            "%(count)s photo added to your favorites.",
            "%(count)s photos added to your favorites.",
            len(changed),
        )
    else:
        text = ngettext(
            "%(count)s photo taken from your favorites.",
            "%(count)s photos taken from your favorites.",
            len(changed),
        )
    undo_url = reverse("albums:photos_favorites", args=[place.room.pk]) + f"?favorite={int(not is_favorite)}"
    say(
        request,
        text % {"count": intcomma(len(changed))},
        undo_url=undo_url if changed else "",
        photos=changed,
    )
    return go_back(request, "albums:room", place.room.pk)


def stars_of(request: HttpRequest) -> int:
    stars = number(request.POST.get("stars", ""))
    if stars is None:
        raise AlbumError(_("A photo can have 1 to 5 stars, or none."))
    return stars
