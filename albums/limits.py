"""How often somebody may guess a code or a password. Only wrong guesses count: a wedding shares one address."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from albums.errors import AlbumError, InvitationUnknown
from albums.models import Invitation
from albums.models.rooms import TOKEN_LENGTH
from albums.services.invitations import find_invitation

WRONG_GUESSES = 30
WINDOW_SECONDS = 600


class TooManyGuesses(AlbumError):
    code = "too_many_guesses"
    status = 429


def require_guesses_left(request: HttpRequest) -> None:
    if cache.get(_key(request), 0) >= WRONG_GUESSES:
        raise TooManyGuesses(
            _("That were too many wrong attempts from here. Wait ten minutes, then try again.")
        )


def note_wrong_guess(request: HttpRequest) -> None:
    key = _key(request)
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it expired between the two lines
        cache.set(key, 1, WINDOW_SECONDS)


def typed_invitation(request: HttpRequest, text: str) -> Invitation:
    """The usable invitation of what somebody typed or opened; codes that nobody has count as guesses.

    Links still open when the guesses are used up: nobody guesses a token, and one prankster shall not close the door.
    """
    if len(text.strip()) < TOKEN_LENGTH:
        require_guesses_left(request)
    try:
        return find_invitation(text)
    except InvitationUnknown:
        note_wrong_guess(request)
        raise


def _key(request: HttpRequest) -> str:
    return f"wrong-guesses:{get_adapter().get_client_ip(request)}"
