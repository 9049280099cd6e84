"""The way in: an invitation's page, and the page where its code is typed. Only a POST uses an invitation."""

from __future__ import annotations

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.services import sign_in_guest
from albums import faces_policy
from albums.errors import AlbumError, WrongPassword
from albums.forms import CodeForm, JoinForm
from albums.limits import TooManyGuesses, note_wrong_guess, require_guesses_left, typed_invitation
from albums.models import Invitation, Membership, Photo, Room
from albums.models.rooms import Role
from albums.services.members import join_room
from albums.serving import photo_response
from albums.views.places import posted

WRONG_PASSWORD = _("That is not the password of this room. Your host knows it.")
NO_PASSWORD = _("Type the room’s password. Your host knows it.")
COVER_PX = 600  # at least


def join_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["code"].rsplit("/j/", 1)[-1].strip("/")
            invitation = typed_invitation(request, text)
        except AlbumError as error:
            form.add_error("code", str(error))
        else:
            return redirect(invitation)
    return render(request, "albums/join_code.html", {"form": form})


def join(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation = typed_invitation(request, token)
    except AlbumError as error:
        return render(request, "albums/join_failed.html", {"reason": str(error)}, status=error.status)
    room, user = invitation.room, request.user
    if request.method != "POST" and user.is_authenticated and is_member(user, invitation):
        return redirect(room)
    form = JoinForm(posted(request), is_known=user.is_authenticated, has_password=room.has_password)
    if request.method == "POST" and form.is_valid():
        response = enter_room(request, invitation, form)
        if response:
            return response
    return render(
        request, "albums/join.html", {"form": form, "invitation": invitation} | greeting(invitation)
    )


def is_member(user: User, invitation: Invitation) -> bool:
    return Membership.objects.filter(user=user, room=invitation.room).exists()


def enter_room(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse | None:
    """Join, as who is signed in or as a new guest; None where the form has to say what is wrong."""
    password = form.cleaned_data.get("password", "")
    try:
        require_guesses_left(request)
    except TooManyGuesses as error:
        form.add_error(None, str(error))
        return None
    if not invitation.room.check_password(password):
        if password:
            note_wrong_guess(request)
        form.add_error("password", WRONG_PASSWORD if password else NO_PASSWORD)
        return None
    user = request.user
    try:
        if not user.is_authenticated:
            user = sign_in_guest(request, form.cleaned_data["display_name"])
        join_room(user=user, invitation=invitation, password=password)
    except WrongPassword as error:
        form.add_error("password", str(error))
        return None
    except AlbumError as error:
        form.add_error(None, str(error))
        return None
    return redirect(invitation.room)


def greeting(invitation: Invitation) -> dict[str, object]:
    """What somebody may know before they join: the room's name, who hosts it, how much is in it, what it does with faces."""
    room = invitation.room
    owner = Membership.objects.filter(room=room, role=Role.OWNER).select_related("user").first()
    cover = cover_of(room)
    url = reverse("albums:join_cover", args=[invitation.token]) if cover else ""
    url += f"?v={cover.look}" if cover and cover.look else ""
    shown = {"room": room, "host": owner.user if owner else None, "mode": faces_policy.describe(room)}
    return shown | counts_of(room) | {"cover": cover, "cover_url": url}


def counts_of(room: Room) -> dict[str, int]:
    """How many photos the albums hold, and how many people gave them."""
    photos = Photo.objects.filter(room=room).in_albums().order_by()
    return photos.aggregate(photo_count=Count("pk"), giver_count=Count("uploader", distinct=True))


def cover_of(room: Room) -> Photo | None:
    """The photo that the host chose to stand for the room; none where a password guards it."""
    if room.has_password or room.cover_id is None:
        return None
    return Photo.objects.filter(pk=room.cover_id, state="ready").present().first()


@require_safe
def join_cover(request: HttpRequest, token: str) -> HttpResponseBase:
    """The bytes of that photo, for who holds a link that still works."""
    try:
        invitation = typed_invitation(request, token)
    except AlbumError as error:
        raise Http404(str(error)) from error
    cover = cover_of(invitation.room)
    sides = (
        list(cover.renditions.filter(side_px__gte=COVER_PX).values_list("side_px", flat=True))
        if cover
        else []
    )
    if cover is None or not sides:
        raise Http404("This room shows no picture before one is in it.")
    return photo_response(request, cover, str(min(sides)))
