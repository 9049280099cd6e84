from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from albums.models import Photo, Receipt, Room
from albums.views.places import user_of
from albums.visits import with_new_counts

ROOMS_ON_PAGE = 48
MANY_ROOMS = 12  # from so many on there is a box to look for one
LONGEST_QUERY = 80


@login_required
def room_list(request: HttpRequest) -> HttpResponse:
    """The rooms that somebody is in, those where something came last first."""
    user = user_of(request)
    found = Room.objects.visible_to(user)
    total = found.count()
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]
    if query:
        found = found.filter(name__icontains=query)
    arrivals = Photo.objects.filter(room=OuterRef("pk")).order_by().values("room")
    latest = Coalesce(Subquery(arrivals.annotate(at=Max("uploaded_at")).values("at")), F("created_at"))
    page = Paginator(
        found.annotate(latest=latest).order_by("-latest", "-created_at"), ROOMS_ON_PAGE
    ).get_page(request.GET.get("page"))
    first = Photo.objects.filter(room=OuterRef("pk"), state="ready").in_albums().in_order().values("pk")[:1]
    shown = Room.objects.filter(pk__in=[room.pk for room in page.object_list])
    rooms = with_new_counts(shown.with_counts().with_role_of(user), user).annotate(
        first_photo=Subquery(first)
    )
    by_key = {room.pk: room for room in rooms}
    cards = [by_key[room.pk] for room in page.object_list if room.pk in by_key]
    wanted = {room.cover_id or room.first_photo for room in cards}
    covers = {photo.pk: photo for photo in Photo.objects.filter(pk__in=wanted).present().with_files()}
    context = {
        "cards": [(room, covers.get(room.cover_id) or covers.get(room.first_photo)) for room in cards],
        "page": page,
        "total": total,
        "query": query,
        "has_search": total > MANY_ROOMS,
        "has_receipts": Receipt.objects.filter(readers=user, ended_at__isnull=False).exists(),
        "shared": request.GET.get("shared", ""),
    }
    return render(request, "albums/rooms.html", context)
