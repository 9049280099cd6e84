from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from albums.models import Membership, Person, Photo
from albums.models.rooms import Role
from albums.notices import say
from albums.permissions import Action
from albums.services import members as services
from albums.views.places import Place, deed, in_room, render_room


@in_room()
def members_page(request: HttpRequest, place: Place) -> HttpResponse:
    photos = Photo.objects.filter(room=place.room, uploader=OuterRef("user")).in_albums().order_by()
    photo_count = Coalesce(Subquery(photos.values("uploader").annotate(n=Count("pk")).values("n")), 0)
    members = place.room.memberships.select_related("user").annotate(photo_count=photo_count)
    people = Person.objects.filter(room=place.room, user__isnull=False).select_related("cover")
    faces = {person.user_id: person for person in people}
    rows = [(membership, faces.get(membership.user_id)) for membership in members]
    roles = [(Role.MEMBER, "Member"), (Role.VIEWER, "Viewer")]
    return render_room(request, place, "albums/members.html", "members", rows=rows, roles=roles)


def membership_of(place: Place, membership_id: int) -> Membership:
    memberships = Membership.objects.filter(room=place.room).select_related("user", "room")
    return get_object_or_404(memberships, pk=membership_id)


@in_room(Action.MANAGE_MEMBERS)
@deed
def member_role(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    membership = membership_of(place, membership_id)
    services.change_role(user=place.user, membership=membership, role=request.POST.get("role", ""))
    say(request, f"{membership.user} is a {membership.get_role_display().lower()} now.")
    return redirect("albums:members", place.room.pk)


@in_room(Action.MANAGE_MEMBERS)
@deed
def member_remove(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    membership = membership_of(place, membership_id)
    name = str(membership.user)
    services.remove_member(user=place.user, membership=membership)
    say(request, f"{name} is not in the room any more. The photos that they added stay.")
    return redirect("albums:members", place.room.pk)


@in_room(Action.MANAGE_MEMBERS)
@deed
def member_hand_over(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    membership = membership_of(place, membership_id)
    services.hand_over(user=place.user, membership=membership)
    say(request, f"{membership.user} owns this room now; you are a member.")
    return redirect("albums:members", place.room.pk)
