"""The way in: an invitation's page, and the page where its code is typed. Only a POST uses an invitation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.services import sign_in_guest
from albums.errors import AlbumError, WrongPassword
from albums.forms import CodeForm, JoinForm
from albums.limits import TooManyGuesses, note_wrong_guess, require_guesses_left, typed_invitation
from albums.models import Invitation, Membership, Photo
from albums.models.rooms import Role
from albums.services.members import join_room
from albums.views.places import posted

WRONG_PASSWORD = "That is not the password of this room. Your host knows it."  # noqa: S105 (a sentence)
NO_PASSWORD = "Type the room’s password. Your host knows it."  # noqa: S105


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
    """What somebody may know before they join: the room's name, who hosts it, and how much is in it."""
    room = invitation.room
    owner = Membership.objects.filter(room=room, role=Role.OWNER).select_related("user").first()
    return {
        "room": room,
        "host": owner.user if owner else None,
        "photo_count": Photo.objects.filter(room=room).in_albums().count(),
        "member_count": room.memberships.count(),
    }
