"""The links that members make: a new one, the list, one with its QR code and its log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from albums.api.links import absolute
from albums.commas import with_commas
from albums.errors import AlbumError
from albums.models import ShareLink
from albums.models.sharing import ShareKind
from albums.notices import say
from albums.permissions import Action
from albums.querysets import PhotoQuerySet
from albums.services import share_links as services
from albums.share_forms import ShareLinkForm
from albums.shared import links_of, photos_of, size_of
from albums.views.chips import chips_of
from albums.views.invitations import is_local_only, qr_code
from albums.views.listings import Listing
from albums.views.places import Place, chosen_photos, deed, in_room, render_room

PHOTOS_SHOWN = 12
VISITS_SHOWN = 200
LINKS_SHOWN = 200


@in_room(Action.SHARE)
@require_http_methods(["GET", "HEAD", "POST"])
def share_new(request: HttpRequest, place: Place) -> HttpResponse:
    """What a new link shows and asks. A POST of a selection comes here first; with `create` the link is made."""
    values = request.POST if request.method == "POST" else request.GET
    keys = chosen_photos(request)
    is_chosen = bool(keys) or "selection" in values
    listing = Listing.of(QueryDict(values.get("query", "").lstrip("?")) if "query" in values else request.GET)
    form = ShareLinkForm(
        request.POST if "create" in values else None,
        initial={"title": title_for(place, listing, is_chosen=is_chosen)},
    )
    if "create" in values and request.method == "POST" and form.is_valid():
        try:
            link = services.create_link(
                user=place.user,
                room=place.room,
                search=listing,
                photo_ids=keys if is_chosen else None,
                **form.values(),
            )
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The link is ready: copy it, send it, or show its QR code."))
            return redirect("albums:share_link", place.room.pk, link.pk)
    photos = shown_by(place, listing, keys if is_chosen else None)
    return render_room(
        request,
        place,
        "albums/share_new.html",
        "share_links",
        form=form,
        listing=listing,
        is_chosen=is_chosen,
        keys=list(photos.order_by().values_list("pk", flat=True)) if is_chosen else [],
        chips=[] if is_chosen else chips_of(listing, place.room),
        photos=photos.in_order().with_files()[:PHOTOS_SHOWN],
        size=size_of(photos),
    )


def shown_by(place: Place, listing: Listing, keys: list[int] | None) -> PhotoQuerySet:
    """What a link of this would show now."""
    if keys is not None:
        chosen: PhotoQuerySet = place.room.photos.in_albums().filter(pk__in=keys)
        return chosen
    kind = ShareKind.ROOM if listing.is_everything else ShareKind.ALBUM
    query = listing.query.removeprefix("?")
    return photos_of(ShareLink(room=place.room, created_by=place.user, kind=kind, query=query))


def title_for(place: Place, listing: Listing, *, is_chosen: bool) -> str:
    if is_chosen or listing.is_everything:
        return place.room.name
    return (
        with_commas(chip.label for chip in chips_of(listing, place.room))[: services.LONGEST_TITLE]
        or place.room.name
    )


@in_room(Action.SHARE)
def share_links(request: HttpRequest, place: Place) -> HttpResponse:
    """Links that work, and those that don't any more."""
    links = list(links_of(place.user, place.room)[:LINKS_SHOWN])
    return render_room(
        request,
        place,
        "albums/share_links.html",
        "share_links",
        usable=[link for link in links if link.is_usable],
        over=[link for link in links if not link.is_usable],
        sees_all=Action.CHANGE_ROOM in place.can,
    )


@in_room(Action.SHARE)
@require_http_methods(["GET", "HEAD", "POST"])
def share_link(request: HttpRequest, place: Place, share_id: int) -> HttpResponse:
    """One link: to copy, to scan, to change; and who has used it. A POST changes it."""
    link = own_link(place, share_id)
    form = ShareLinkForm(
        request.POST if request.method == "POST" else None, initial=ShareLinkForm.of(link), link=link
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_link(user=place.user, link=link, **form.changes())
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The link is changed. Its address is the same."))
            return redirect("albums:share_link", place.room.pk, link.pk)
    address = absolute(request, link.get_absolute_url())
    return render_room(
        request,
        place,
        "albums/share_link.html",
        "share_links",
        form=form,
        link=link,
        address=address,
        qr=qr_code(address) if link.is_usable else "",
        is_local_only=is_local_only(request),
        size=size_of(photos_of(link)),
        visits=link.visits.all()[:VISITS_SHOWN],
        visit_total=link.visits.count(),
        is_form_open=bool(form.errors),
        **described(link, place),
    )


def described(link: ShareLink, place: Place) -> dict[str, Any]:
    """What a link shows, in the words of the search."""
    if link.kind != ShareKind.ALBUM:
        return {"chips": []}
    return {"chips": chips_of(Listing.of(QueryDict(link.query)), place.room)}


@in_room(Action.SHARE)
@deed
def share_revoke(request: HttpRequest, place: Place, share_id: int) -> HttpResponse:
    link = own_link(place, share_id)
    services.revoke_link(user=place.user, link=link)
    undo_url = reverse("albums:share_restore", args=[place.room.pk, link.pk])
    say(request, _("The link is withdrawn: it shows nothing any more."), undo_url=undo_url)
    return redirect("albums:share_links", place.room.pk)


@in_room(Action.SHARE)
@deed
def share_restore(request: HttpRequest, place: Place, share_id: int) -> HttpResponse:
    link = own_link(place, share_id)
    services.restore_link(user=place.user, link=link)
    is_over = link.expires_at is not None and link.expires_at <= timezone.now()
    say(
        request,
        _("The link is no longer withdrawn, but it has expired. Give it a new end.")
        if is_over
        else _("The link works again."),
    )
    return redirect("albums:share_link", place.room.pk, link.pk)


def own_link(place: Place, share_id: int) -> ShareLink:
    return get_object_or_404(links_of(place.user, place.room), pk=share_id)
