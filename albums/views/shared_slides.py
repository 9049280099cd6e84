"""A slideshow through a share link, for a television: no account, and nothing that the link's own pages don't show."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from albums.models import Photo, ShareLink
from albums.models.sharing import VisitKind
from albums.search import number
from albums.share_access import note_visit
from albums.templatetags.photos import renditions_of
from albums.templatetags.shared import shared_url
from albums.veils import is_veiled_for, no_video_sentence
from albums.views.listings import after, before
from albums.views.shared import Visit, page_context, through_link

AT_ONCE = 50
NEWEST_AT_ONCE = 20


@require_safe
@through_link
def shared_slideshow(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The photos of a link one after the other, from one of them on; without scripts by hand."""
    photos = visit.photos.with_files()
    wanted = number(request.GET.get("photo", ""))
    photo = (photos.filter(pk=wanted).first() if wanted is not None else None) or photos.first()
    note_visit(request, visit.link, VisitKind.VISIT)
    here = (photo.sort_at, photo.pk) if photo else None
    slides = visit.url("shared_slides")
    context = page_context(request, visit) | {
        "photo": photo,
        "number": visit.number_of(photo) if photo else 0,
        "slide": slide_of(visit.link, photo) if photo else {},
        "first_url": slides,
        "next_url": f"{slides}?after={photo.pk}" if photo else "",
        "newest": visit.photos.order_by().aggregate(newest=Max("pk"))["newest"] or 0,
        "back_url": visit.link.get_absolute_url(),
        "previous": address_of(visit, before(photos, here).first() if here else None),
        "following": address_of(visit, after(photos, here).first() if here else None),
    }
    return render(request, "shared/slideshow.html", context)


@require_safe
@through_link
def shared_slides(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the slideshow asks while it plays: what follows a photo (`after`), or what has come since (`since`)."""
    since = number(request.GET.get("since", ""))
    if since is not None:
        newest = visit.photos.with_files().filter(pk__gt=since).order_by("-pk")[:NEWEST_AT_ONCE]
        return JsonResponse({"results": [slide_of(visit.link, photo) for photo in newest], "next": None})
    key = number(request.GET.get("after", "")) or 0
    place = visit.photos.filter(pk=key).values_list("sort_at", "pk").first()
    photos = visit.photos.with_files()
    found = list((after(photos, place) if place else photos)[: AT_ONCE + 1])
    more = f"{visit.url('shared_slides')}?after={found[AT_ONCE - 1].pk}" if len(found) > AT_ONCE else None
    return JsonResponse({"results": [slide_of(visit.link, photo) for photo in found[:AT_ONCE]], "next": more})


def slide_of(link: ShareLink, photo: Photo) -> dict[str, Any]:
    """As much of a photo as js/slideshow.js shows; where the link tells no metadata, no word of it."""
    renditions = renditions_of(photo)
    is_kept_back = photo.is_video and is_veiled_for(photo, None)
    plays = photo.is_video and link.allows_downloads and not is_kept_back
    return {
        "id": photo.pk,
        "src": shared_url(link, photo, renditions[-1].side_px) if renditions else "",
        "video": shared_url(link, photo, "original") if plays else "",
        "note": no_video_sentence() if is_kept_back else "",
        "alt": _("Video") if photo.is_video else _("Photo"),
        "caption": photo.caption if link.shows_metadata else "",
        "page": "",
    }


def address_of(visit: Visit, photo: Photo | None) -> str:
    """The slideshow at another photo, for whoever has no scripts."""
    return f"{visit.url('shared_slideshow')}?photo={photo.pk}" if photo else ""
