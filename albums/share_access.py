"""Who may look through a link: the password, remembered in the session, and the log of visits."""

from __future__ import annotations

import hmac
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from albums.errors import WrongPassword
from albums.limits import TooManyGuesses, note_wrong_guess, require_guesses_left
from albums.models import ShareLink, ShareVisit
from albums.models.sharing import VisitKind

SESSION_KEY = "share_links"
MOST_REMEMBERED = 50  # links in one session
ONE_VISIT = timedelta(minutes=30)  # whoever comes back within is the same visit
WRONG_OF_LINK, WINDOW = 200, timedelta(hours=1)  # wrong passwords of everybody together


def seal_of(link: ShareLink) -> str:
    """What a session keeps to show that its visitor knew the password: worthless for other links and other passwords."""
    return salted_hmac(
        "albums.share_access", f"{link.pk}|{link.token}|{link.password}", algorithm="sha256"
    ).hexdigest()


def is_let_in(request: HttpRequest, link: ShareLink) -> bool:
    if not link.has_password:
        return True
    kept = request.session.get(SESSION_KEY, {}).get(str(link.pk), "")
    return hmac.compare_digest(str(kept), seal_of(link))


def let_in(request: HttpRequest, link: ShareLink, password: str) -> None:
    """Remember a visitor who knows the password; WrongPassword or TooManyGuesses, both with a sentence."""
    require_guesses_left(request)
    wrong = link.visits.filter(kind=VisitKind.REFUSED, at__gt=timezone.now() - WINDOW)
    if wrong.count() >= WRONG_OF_LINK:
        raise TooManyGuesses(_("Too many wrong passwords were typed here. Wait an hour, then try again."))
    if not link.check_password(password):
        note_wrong_guess(request)
        ShareVisit.objects.create(link=link, kind=VisitKind.REFUSED, visitor=visitor_of(request))
        raise WrongPassword(_("That is not the password. Who sent you the link knows it."))
    kept = request.session.get(SESSION_KEY, {})
    kept.pop(str(link.pk), None)
    kept = dict(list(kept.items())[-(MOST_REMEMBERED - 1) :])
    request.session[SESSION_KEY] = kept | {str(link.pk): seal_of(link)}


def visitor_of(request: HttpRequest) -> str:
    """Tells the visitors of one day apart, and nothing about who they are."""
    who = f"{get_adapter().get_client_ip(request)}|{request.headers.get('User-Agent', '')}"
    return salted_hmac(
        "albums.share_visits", f"{timezone.now():%Y-%m-%d}|{who}", algorithm="sha256"
    ).hexdigest()[:16]


def note_visit(request: HttpRequest, link: ShareLink, kind: VisitKind, photo_count: int = 0) -> None:
    """Write a line of the log. What one visitor does within half an hour is one line; who made the link leaves none."""
    if link.created_by_id is not None and link.created_by_id == request.user.pk:
        return
    visitor = visitor_of(request)
    recent = ShareVisit.objects.filter(
        link=link, kind=kind, visitor=visitor, at__gt=timezone.now() - ONE_VISIT
    )
    last = recent.values_list("pk", flat=True).first()
    if last is None:
        ShareVisit.objects.create(link=link, kind=kind, visitor=visitor, photo_count=photo_count)
    elif kind == VisitKind.PHOTO:
        ShareVisit.objects.filter(pk=last).update(photo_count=F("photo_count") + photo_count)
