from __future__ import annotations

import io

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from albums.api.links import absolute
from albums.errors import AlbumError
from albums.forms import InvitationForm
from albums.notices import say
from albums.permissions import Action
from albums.services import invitations as services
from albums.views.places import Place, deed, in_room, posted, render_room


def qr_code(link: str) -> SafeString:
    """The link as a drawing: one SVG path, black on white also in dark mode, so that every camera reads it."""
    out = io.BytesIO()
    segno.make(link, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=2,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 (drawn by segno, holds no text)


@in_room(Action.INVITE)
def invitations_page(request: HttpRequest, place: Place) -> HttpResponse:
    form = InvitationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.create_invitation(user=place.user, room=place.room, **form.values())
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The invitation is ready: share its link, its code or its QR code."))
            return redirect("albums:invitations", place.room.pk)
    invitations = list(place.room.invitations.select_related("created_by"))
    usable = [invitation for invitation in invitations if invitation.is_usable]
    wanted = request.GET.get("show", "")
    shown = next(
        (invitation for invitation in usable if str(invitation.pk) == wanted), usable[0] if usable else None
    )
    link = absolute(request, shown.get_absolute_url()) if shown else ""
    return render_room(
        request,
        place,
        "albums/invitations.html",
        "invitations",
        form=form,
        usable=usable,
        over=[invitation for invitation in invitations if not invitation.is_usable],
        shown=shown,
        link=link,
        qr=qr_code(link) if link else "",
        is_local_only=is_local_only(request),
        code_url=absolute(request, reverse("albums:join_code")),
    )


def is_local_only(request: HttpRequest) -> bool:
    """Whether the address of this page means another computer on every other computer."""
    return not settings.PUBLIC_URL and request.get_host().split(":")[0] in ("localhost", "127.0.0.1", "[")


@in_room(Action.INVITE)
@deed
def invitation_revoke(request: HttpRequest, place: Place, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(place.room.invitations.select_related("room"), pk=invitation_id)
    services.revoke_invitation(user=place.user, invitation=invitation)
    say(request, _("The invitation is withdrawn: nobody can join with it any more. Who has joined stays."))
    return redirect("albums:invitations", place.room.pk)
