"""What the site tells its users: the page, one notification opened, and which rooms send mail."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import mail
from albums import mail_switch
from albums.models import Membership, Notification
from albums.notices import say
from albums.notification_lists import address_of, by_room, lines_of, unread_count
from albums.permissions import Action
from albums.services import notifications as services
from albums.views.places import Place, deed, enter, go_back, in_room, user_of

LINES_ON_PAGE = 40


@login_required
def notifications_page(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first; on each page those of one room stand together."""
    user = user_of(request)
    rows = Notification.objects.of(user).filter(count__gt=0).select_related("room")
    page = Paginator(rows, LINES_ON_PAGE).get_page(request.GET.get("page"))
    groups = by_room(lines_of(list(page.object_list), user))
    context = {"page": page, "groups": groups, "unread": unread_count(user)}
    return render(request, "albums/notifications.html", context)


@never_cache
@login_required
def notification_open(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Marks it read and leads to what it tells of. Asking again does nothing more, so that this may be a link."""
    user = user_of(request)
    rows = Notification.objects.of(user).select_related("room")
    notice = get_object_or_404(rows, pk=notification_id)
    services.mark_read(user=user, notification=notice)
    return redirect(address_of(notice))


@require_POST
@login_required
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Everything, or everything of one room."""
    user = user_of(request)
    room = None
    if request.POST.get("room"):
        try:
            room = enter(user, uuid.UUID(request.POST["room"]), Action.VIEW).room
        except ValueError as error:
            raise Http404(_("There is no such room, or you are not in it.")) from error
    count = services.mark_all_read(user=user, room=room)
    if count:
        text = ngettext(
            "%(count)s notification is marked read.", "%(count)s notifications are marked read.", count
        )
        say(request, text % {"count": count})
    return redirect("albums:notifications")


@login_required
def mail_page(request: HttpRequest) -> HttpResponse:
    """Which rooms write to this user."""
    user = user_of(request)
    memberships = Membership.objects.filter(user=user).select_related("room").order_by("-joined_at")
    page = Paginator(memberships, 100).get_page(request.GET.get("page"))
    addresses = mail.addresses_of([user.pk])
    context = {"page": page, "address": addresses[0] if addresses else ""}
    return render(request, "albums/notification_mail.html", context)


@in_room()
@deed
def room_mail(request: HttpRequest, place: Place) -> HttpResponse:
    is_on = request.POST.get("on") == "1"
    services.switch_mail(user=place.user, room=place.room, is_on=is_on)
    text = _("You get mail about “%(room)s”.") if is_on else _("You get no more mail about “%(room)s”.")
    say(request, text % {"room": place.room})
    return go_back(request, "albums:notification_mail")


@csrf_exempt  # a mail program posts here by itself; the signed link is what it may do
@never_cache
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """A mail's own link: looking changes nothing, for programs look at links too; the button does."""
    memberships = mail_switch.read(token)
    if memberships is None:
        return render(request, "albums/mail_off.html", {"is_stale": True}, status=404)
    if request.method == "POST":
        is_on = request.POST.get("on") == "1"
        changed = services.switch_mail_of(membership_ids=memberships, is_on=is_on)
        context = {"memberships": changed, "is_done": True, "is_on": is_on}
    else:
        rows = Membership.objects.filter(pk__in=memberships).select_related("room")
        context = {"memberships": list(rows), "is_done": False}
    return render(request, "albums/mail_off.html", context)
