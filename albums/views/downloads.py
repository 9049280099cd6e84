from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from albums.api.token_access import accept_token
from albums.errors import AlbumError
from albums.models import Download
from albums.models.downloads import DownloadState
from albums.notices import say
from albums.permissions import Action, require
from albums.services import downloads as services
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room
from albums.zip_downloads import download_response
from albums.zip_options import ZipOptions
from processing.exporting.choices import TELLING, Edits, Layout, Metadata, Size

SHOWN = 30
FIELDS = ("layout", "only_best", "with_blurred", "size", "metadata", "has_index", "edits")
LAYOUTS = {
    Layout.FLAT: gettext_lazy("No folders"),
    Layout.PERSON: gettext_lazy("A folder for each person"),
    Layout.DAY: gettext_lazy("A folder for each day"),
    Layout.EVENT: gettext_lazy("A folder for each event"),
    Layout.PLACE: gettext_lazy("A folder for each place"),
    Layout.TAG: gettext_lazy("A folder for each tag"),
    Layout.UPLOADER: gettext_lazy("A folder for everybody who added photos"),
}
SIZES = {
    Size.ORIGINAL: (gettext_lazy("Full size"), gettext_lazy("Every photo and video as large as it is.")),
    Size.WEB: (
        gettext_lazy("Small copies"),
        gettext_lazy("Photos as JPEG of at most 2,048 pixels, quick to send. Videos stay as they are."),
    ),
}
EDITS = {
    Edits.EDITED: (
        gettext_lazy("As everybody sees them"),
        gettext_lazy("Edited photos with what was changed, all others as they were added."),
    ),
    Edits.ORIGINALS: (gettext_lazy("Originals"), gettext_lazy("Every photo as it was added, without what was changed.")),
    Edits.BOTH: (gettext_lazy("Both"), gettext_lazy("Beside each edited photo its original: IMG_1.jpg and IMG_1 (original).jpg.")),
}  # fmt: skip
METADATA = {
    Metadata.AS_IS: (gettext_lazy("As they are"), gettext_lazy("The files are not touched.")),
    Metadata.WRITE: (
        gettext_lazy("With what this room knows"),
        gettext_lazy("Names of people, tags, captions, stars and places go into the copies, so that other photo programs find them."),
    ),
    Metadata.SIDECAR: (gettext_lazy("With a file beside each"), gettext_lazy("The same, but the photos are not touched: IMG_1.jpg and IMG_1.jpg.xmp.")),
    Metadata.STRIP: (
        gettext_lazy("Without place and time"),
        gettext_lazy("Nothing in the files tells when, where or with what they were taken. The names are new, too."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Which photos somebody wants to download: an album, or those that were ticked."""

    album: str
    photos: list[int]

    @classmethod
    def of(cls, request: HttpRequest) -> Wish:
        values = request.POST if request.method == "POST" else request.GET
        photos = chosen_photos(request)
        return cls(values.get("album", "") if not photos else "", photos)

    @property
    def parts(self) -> dict[str, Any]:
        """The same as the services take it."""
        return {"album": self.album or None, "photo_ids": None if self.album else self.photos}


@in_room(Action.DOWNLOAD)
@require_http_methods(["GET", "HEAD", "POST"])
def download_new(request: HttpRequest, place: Place) -> HttpResponse:
    """What somebody asked for lately; a POST fixes what a zip holds, then sends the browser to fetch it, the page stays."""
    if request.method == "POST":
        return create(request, place)
    mine = Download.objects.filter(room=place.room, user=place.user).defer("entries")
    return render_room(request, place, "albums/downloads.html", downloads=mine[:SHOWN])


@deed
def create(request: HttpRequest, place: Place) -> HttpResponse:
    options = ZipOptions.of({name: request.POST.get(name) for name in FIELDS})
    download = services.request_download(
        user=place.user, room=place.room, **Wish.of(request).parts, options=options
    )
    return redirect(download if download.is_ready else page_url(download))


@in_room(Action.DOWNLOAD)
@require_http_methods(["GET", "HEAD", "POST"])
def download_options(request: HttpRequest, place: Place) -> HttpResponse:
    """What can be chosen about a zip, with its size. A POST is the same question about ticked photos; nothing is changed."""
    values = request.POST if request.method == "POST" else request.GET
    wish, problem = Wish.of(request), ""
    options = ZipOptions()
    try:
        if not wish.album and not wish.photos:
            raise AlbumError(_("Choose some photos first."))
        usual = services.estimate(user=place.user, room=place.room, **wish.parts)
    except AlbumError as error:
        usual, problem = services.Estimate(0, 0, 0, is_exact=True), str(error)
    size = usual
    if not problem:
        try:
            options = ZipOptions.of({name: values.get(name) for name in FIELDS})
            size = services.estimate(user=place.user, room=place.room, **wish.parts, options=options)
        except AlbumError as error:
            problem = str(error)
    return render_room(
        request,
        place,
        "albums/download_options.html",
        wish=wish,
        usual=usual,
        size=size,
        options=options,
        problem=problem,
        is_brief="brief" in values and not is_chosen(values),
        choices=choices(values),
        back_url=request.META.get("HTTP_REFERER", ""),
    )


def is_chosen(values: QueryDict) -> bool:
    return any(values.get(name) for name in FIELDS)


def choices(values: QueryDict) -> dict[str, Any]:
    """Everything that the form offers, with what is chosen now."""
    layout = values.get("layout") or Layout.FLAT
    size = values.get("size") or Size.ORIGINAL
    metadata = values.get("metadata") or Metadata.AS_IS
    edits = values.get("edits") or Edits.EDITED
    return {
        "layouts": [(key, text, key == layout, key in TELLING) for key, text in LAYOUTS.items()],
        "sizes": [(key, *texts, key == size) for key, texts in SIZES.items()],
        "metadata": [(key, *texts, key == metadata) for key, texts in METADATA.items()],
        "edits": [(key, *texts, key == edits) for key, texts in EDITS.items()],
        "only_best": bool(values.get("only_best")),
        "with_blurred": bool(values.get("with_blurred")),
        "has_index": bool(values.get("has_index")),
    }


def page_url(download: Download) -> str:
    return reverse("albums:download_page", args=[download.room_id, download.pk])


def mine_or_404(place: Place, download_id: UUID) -> Download:
    mine = Download.objects.filter(room=place.room, user=place.user).select_related("room").defer("entries")
    return get_object_or_404(mine, pk=download_id)


@in_room(Action.DOWNLOAD)
@require_safe
def download_page(request: HttpRequest, place: Place, download_id: UUID) -> HttpResponse:
    """How far a zip is; it starts by itself when it is ready."""
    download = mine_or_404(place, download_id)
    return render_room(request, place, "albums/download_page.html", download=download)


@in_room(Action.DOWNLOAD)
@deed
def download_retry(request: HttpRequest, place: Place, download_id: UUID) -> HttpResponse:
    download = services.retry_download(user=place.user, download=mine_or_404(place, download_id))
    return redirect(page_url(download))


@in_room(Action.DOWNLOAD)
@deed
def download_delete(request: HttpRequest, place: Place, download_id: UUID) -> HttpResponse:
    """Cancel it or take it off the list; no photo is touched."""
    download = mine_or_404(place, download_id)
    was_preparing = download.state == DownloadState.PREPARING
    services.delete_download(user=place.user, download=download)
    say(
        request,
        _("The download was cancelled.") if was_preparing else _("The download was taken off your list."),
    )
    return (
        redirect("albums:download_new", place.room.pk)
        if was_preparing
        else go_back(request, "albums:download_new", place.room.pk)
    )


@require_safe
@accept_token
def download_zip(request: HttpRequest, download_id: UUID, name: str = "") -> HttpResponseBase:
    """The zip itself; `name` in the address is only for people. It is there for nobody but who asked for it."""
    mine = Download.objects.select_related("room").filter(user=request.user.pk)
    download = get_object_or_404(mine, pk=download_id)
    require(request.user, Action.DOWNLOAD, download.room)
    try:
        return download_response(request, download)
    except AlbumError as error:
        context = {"reason": str(error), "room": download.room}
        return render(request, "albums/download_refused.html", context, status=error.status)
