"""The page of the editor for one photo. What it does it does through the API; without scripts it turns the photo."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from albums.errors import AlbumError
from albums.models import Photo
from albums.notices import say_problem
from albums.permissions import Action, seen_photos
from albums.services import edits
from albums.templatetags.photos import media_url
from albums.views.listings import Listing
from albums.views.places import Place, in_room, render_room
from processing import model_files
from processing.operation import GROUPS
from processing.recipes import BadRecipe, Recipe, parse
from processing.turning import turned

FIRST_SIZE = "base-1280"
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@require_http_methods(["GET", "HEAD", "POST"])
@in_room(Action.EDIT_PHOTOS)
def photo_edit(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """The editor, or the sentence why this photo can't be edited."""
    photo = get_object_or_404(seen_photos(place.user, place.room).select_related("room", "edit"), pk=photo_id)
    listing = Listing.of(request.GET)
    back_url = photo.get_absolute_url() + listing.query
    if request.method == "POST":
        return _turned(request, place, photo, back_url)
    where = {"room": place.room.pk, "photo": photo.pk}
    return render_room(
        request,
        place,
        "albums/photo_edit.html",
        photo=photo,
        back_url=back_url,
        refusal=edits.refusal(place.user, photo),
        first_url=media_url(photo, FIRST_SIZE),
        base=edits.number_of(photo.edit),
        edit_url=reverse("api:edit", kwargs=where),
        operations_url=reverse("api:operations"),
        presets_url=reverse("api:edit-presets-list", kwargs={"room": place.room.pk}),
        photos_url=reverse("api:photos-list", kwargs={"room": place.room.pk}),
        better=better_models() if may_fetch_models(request, place) else {},
    )


def may_fetch_models(request: HttpRequest, place: Place) -> bool:
    """Whether this reader can do something about a missing model: staff, or who sits at a machine that serves itself alone."""
    if place.user.is_staff or place.user.is_superuser:
        return True
    is_shared = bool(settings.PUBLIC_URL or settings.SECURE_PROXY_SSL_HEADER)
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return not is_shared and settings.HOST in THIS_MACHINE and host.strip("[]") in THIS_MACHINE


def better_models() -> dict[str, list[str]]:
    """What would be better with which model file, by group of operations; each group has a note under its panel."""
    by_label = {label: group for group, label in GROUPS.items()}
    notes: dict[str, list[str]] = {}
    for one in model_files.improvements():
        if one.feature in by_label:
            sentence = gettext("%(sentence)s Get it with: manage.py models fetch %(model)s")
            said = sentence % {"sentence": gettext(one.sentence), "model": one.model}
            notes.setdefault(by_label[one.feature], []).append(said)
    return notes


def _turned(request: HttpRequest, place: Place, photo: Photo, back_url: str) -> HttpResponse:
    """What a browser without scripts can do: another quarter turn, or the original."""
    base, wish = request.POST.get("base", ""), request.POST.get("turn", "")
    try:
        if not base.isdecimal() or wish not in ("1", "-1", "revert"):
            raise AlbumError(gettext("Choose what is to be done to the photo."))
        if wish == "revert":
            edits.revert(user=place.user, photo=photo, base=int(base[:9]))
        else:
            try:
                recipe = parse(photo.edit.recipe) if photo.edit else Recipe()
                made = turned(recipe, int(wish) % 4).as_json()
            except BadRecipe as error:  # of an operation that is not on this site any more
                raise edits.refused(error) from error
            edits.save_edit(user=place.user, photo=photo, recipe=made, base=int(base[:9]))
    except AlbumError as error:
        say_problem(request, str(error))
        return redirect("albums:photo_edit", place.room.pk, photo.pk)
    return redirect(back_url)
