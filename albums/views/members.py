from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

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
    people = (
        Person.objects.filter(room=place.room, user__isnull=False).seen_by(place.user).select_related("cover")
    )
    faces = {person.user_id: person for person in people}
    rows = [(membership, faces.get(membership.user_id)) for membership in members]
    roles = [(role, role.label) for role in (Role.MEMBER, Role.VIEWER)]
    return render_room(request, place, "albums/members.html", "members", rows=rows, roles=roles)


def membership_of(place: Place, membership_id: int) -> Membership:
    memberships = Membership.objects.filter(room=place.room).select_related("user", "room")
    return get_object_or_404(memberships, pk=membership_id)


@in_room(Action.MANAGE_MEMBERS)
@deed
def member_role(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    membership = membership_of(place, membership_id)
    services.change_role(user=place.user, membership=membership, role=request.POST.get("role", ""))
    say(
        request,
        _("%(user)s can add photos and name people now.") % {"user": membership.user}
        if membership.role == Role.MEMBER
        else _("%(user)s can look and download now.") % {"user": membership.user},
    )
    return redirect("albums:members", place.room.pk)


@in_room(Action.MANAGE_MEMBERS)
def member_remove(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    """Asks once whether it is meant; a dialog asks the same where scripts run."""
    if request.method == "POST":
        return remove(request, place, membership_id)
    return confirm(request, place, membership_id, "albums/member_remove.html")


@in_room(Action.MANAGE_MEMBERS)
def member_hand_over(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    """Asks once whether it is meant, as above."""
    if request.method == "POST":
        return hand_over(request, place, membership_id)
    return confirm(request, place, membership_id, "albums/member_hand_over.html")


def confirm(request: HttpRequest, place: Place, membership_id: int, template: str) -> HttpResponse:
    membership = membership_of(place, membership_id)
    return render_room(request, place, template, "members", membership=membership)


@deed
def remove(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    membership = membership_of(place, membership_id)
    name = str(membership.user)
    services.remove_member(user=place.user, membership=membership)
    say(request, _("%(name)s is not in the room any more. The photos that they added stay.") % {"name": name})
    return redirect("albums:members", place.room.pk)


@deed
def hand_over(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    membership = membership_of(place, membership_id)
    services.hand_over(user=place.user, membership=membership)
    say(request, _("%(user)s owns this room now; you are a member.") % {"user": membership.user})
    return redirect("albums:members", place.room.pk)
