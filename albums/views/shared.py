"""What people see who have a share link and are not in the room. Every view below /s/ passes the one gate, `through_link`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from albums.api.links import absolute
from albums.errors import AlbumError
from albums.models import Face, Photo, ShareLink
from albums.models.sharing import VisitKind
from albums.querysets import PhotoQuerySet
from albums.search import number
from albums.services import share_zips
from albums.share_access import is_let_in, let_in, note_visit, visitor_of
from albums.shared import LinkClosed, LinkUnknown, Size, find_link, photos_of, size_of
from albums.shared_files import is_stripped, shared_photo_response
from albums.veils import is_veiled_for
from albums.views.listings import after, before
from albums.zip_downloads import download_response

PAGE_SIZE = 100
SHOWN_PEOPLE = 40
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",  # the address of a link is its key: no other site learns it
}


@dataclass
class Visit:
    """A link through which somebody looks, after the gate."""

    link: ShareLink

    @property
    def photos(self) -> PhotoQuerySet:
        return photos_of(self.link).in_order()

    @cached_property
    def size(self) -> Size:
        return size_of(photos_of(self.link))

    def url(self, name: str, *args: object) -> str:
        return reverse(f"albums:{name}", args=[self.link.token, *args])

    def number_of(self, photo: Photo) -> int:
        """The place of a photo in the link, from 1."""
        return before(self.photos, (photo.sort_at, photo.pk)).order_by().count() + 1


View = Callable[..., HttpResponseBase]


def through_link(view: View) -> View:
    """The gate: an open link, and its password where it has one. Whoever does not pass learns nothing about the room."""

    @wraps(view)
    def pass_first(request: HttpRequest, share_token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            link = find_link(share_token)
        except (LinkUnknown, LinkClosed) as error:
            response: HttpResponseBase = render(request, "shared/closed.html", status=error.status)
        else:
            if is_let_in(request, link):
                with timezone.override(link.room.time_zone):
                    response = refused_in_words(view)(request, Visit(link), **kwargs)
            else:
                response = ask_password(request, link, status=200 if view.__name__ == "shared" else 403)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return pass_first


def refused_in_words(view: View) -> View:
    """What can't be done is said on a page of the link, and not on one of the site."""

    def view_or_sentence(request: HttpRequest, visit: Visit, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, visit, **kwargs)
        except AlbumError as error:
            reason, status = str(error), error.status
        except PermissionDenied as error:
            reason, status = str(error), 403
        except Http404:
            reason, status = _("There is no such photo in this link. Perhaps it was taken out."), 404
        return render(
            request,
            "shared/refused.html",
            {"visit": visit, "link": visit.link, "reason": reason},
            status=status,
        )

    return view_or_sentence


def ask_password(
    request: HttpRequest, link: ShareLink, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page with one field. It says nothing of what is behind it."""
    return render(request, "shared/password.html", {"token": link.token, "problem": problem}, status=status)


@require_POST
def shared_password(request: HttpRequest, share_token: str) -> HttpResponse:
    """A password is typed: the way in, or a sentence."""
    try:
        link = find_link(share_token)
    except (LinkUnknown, LinkClosed) as error:
        response = render(request, "shared/closed.html", status=error.status)
    else:
        try:
            let_in(request, link, request.POST.get("password", ""))
        except AlbumError as error:
            response = ask_password(request, link, problem=str(error), status=error.status)
        else:
            response = redirect(link)
    for name, value in HEADERS.items():
        response[name] = value
    return response


@require_safe
@through_link
def shared(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The photos of a link, a page at a time; a page is cut at a photo, whose key tells nothing of when it was taken."""
    photos = visit.photos
    start, is_onward = anchor(request, photos)
    rows = photos.with_files()
    if start and is_onward:
        rows = after(rows, start)
    elif start:
        rows = after(rows, (start[0], start[1] - 1))  # from this one on
    found = list(rows[: PAGE_SIZE + 1])
    has_more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    first = visit.number_of(found[0]) if start and found else 1
    is_part = "part" in request.GET
    if not is_part:
        note_visit(request, visit.link, VisitKind.VISIT)
    context = page_context(request, visit) | {
        "photos": list(enumerate(found, first)),
        "next_query": f"?after={found[-1].pk}" if has_more else "",
        "is_first": first == 1,
        "cover_url": preview_of(request, visit, found) if first == 1 else "",
    }
    return render(request, "shared/_tiles.html" if is_part else "shared/album.html", context)


def anchor(request: HttpRequest, photos: PhotoQuerySet) -> tuple[tuple[Any, int] | None, bool]:
    """The photo at which a page begins (`from`) or after which it does (`after`), and which of both."""
    is_onward = "after" in request.GET
    key = number(request.GET.get("after") or request.GET.get("from") or "")
    place = photos.filter(pk=key).values_list("sort_at", "pk").first() if key else None
    return place, is_onward


def page_context(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit,
        "link": visit.link,
        "size": visit.size,
        "sharer": visit.link.created_by,
        "is_member": request.user.is_authenticated
        and visit.link.room.memberships.filter(user=request.user.pk).exists(),
    }


def preview_of(request: HttpRequest, visit: Visit, photos: list[Photo]) -> str:
    """The picture that messengers show beside the link; none where there is a password."""
    first = next((photo for photo in photos if not photo.veil), None)
    if visit.link.has_password or first is None:
        return ""
    return absolute(request, visit.url("shared_media", first.pk, "1280"))


@require_safe
@through_link
def shared_photo(request: HttpRequest, visit: Visit, photo_id: int) -> HttpResponse:
    """One photo, large, with the way to the one before and after it."""
    photos = visit.photos
    photo = get_object_or_404(photos.with_files().select_related("place", "event"), pk=photo_id)
    here = (photo.sort_at, photo.pk)
    stripped = is_stripped(visit.link, photo)
    note_visit(request, visit.link, VisitKind.VISIT)
    context = page_context(request, visit) | {
        "photo": photo,
        "number": visit.number_of(photo),
        "previous": before(photos, here).with_files().first(),
        "next": after(photos, here).with_files().first(),
        "is_told": visit.link.shows_metadata,
        "is_kept_back": photo.is_video and is_veiled_for(photo, None),
        "is_place_told": not stripped and photo.place is not None,
        "people": names_on(photo) if visit.link.shows_metadata else [],
    }
    return render(request, "shared/photo.html", context)


def names_on(photo: Photo) -> list[str]:
    """Who is on it by name; nobody who is hidden or does not want to be shown."""
    faces = Face.objects.filter(
        photo=photo.pk,
        is_dismissed=False,
        person__merged_into=None,
        person__is_hidden=False,
        person__is_concealed=False,
    ).exclude(person__name="")
    return list(dict.fromkeys(faces.order_by("x", "id").values_list("person__name", flat=True)))[
        :SHOWN_PEOPLE
    ]


@require_safe
@through_link
def shared_media(request: HttpRequest, visit: Visit, photo_id: int, size: str) -> HttpResponseBase:
    photo = get_object_or_404(visit.photos.select_related("room"), pk=photo_id)
    is_download = "download" in request.GET
    needs_name = (is_download or size == "original") and is_stripped(visit.link, photo)
    response = shared_photo_response(
        request,
        visit.link,
        photo,
        size,
        number=visit.number_of(photo) if needs_name else 0,
        is_download=is_download,
    )
    if is_download and is_beginning(request, response):
        note_visit(request, visit.link, VisitKind.PHOTO, 1)
    return response


def is_beginning(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this is a download and not its continuation, nor a look whether it has changed."""
    is_start = request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
    return request.method == "GET" and response.status_code in (200, 206) and is_start


@require_http_methods(["POST"])
@through_link
def shared_zip_new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All photos of the link as one file; what has to be prepared first is waited for on a page."""
    download = share_zips.zip_of(link=visit.link, size=visit.size)
    if download.is_ready:
        return redirect(visit.url("shared_zip_file", download.pk, download.filename))
    return redirect(visit.url("shared_zip", download.pk))


@require_safe
@through_link
def shared_zip(request: HttpRequest, visit: Visit, zip_id: UUID) -> HttpResponse:
    """How far a zip is; it starts by itself when it is ready."""
    download = share_zips.find_zip(visit.link, zip_id)
    if download is None or not visit.link.allows_downloads:
        raise Http404("There is no such zip.")
    file_url = visit.url("shared_zip_file", download.pk, download.filename)
    context = page_context(request, visit) | {"download": download, "file_url": file_url}
    return render(request, "shared/zip.html", context)


@require_safe
@through_link
def shared_zip_file(request: HttpRequest, visit: Visit, zip_id: UUID, name: str = "") -> HttpResponseBase:
    """The zip itself; `name` in the address is only for people."""
    download = share_zips.find_zip(visit.link, zip_id)
    if download is None or not visit.link.allows_downloads:
        raise Http404("There is no such zip.")
    share_zips.require_current(visit.link, download)
    receiver = f"{visit.link.pk}-{visitor_of(request)}"
    response = download_response(request, download, receiver=receiver)
    if is_beginning(request, response):
        note_visit(request, visit.link, VisitKind.ZIP, download.photo_count)
    return response
