"""Links that show photos of a room to people who are not in it: made, changed, withdrawn, opened again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError
from albums.models import Photo, Room, ShareLink
from albums.models.sharing import ShareKind
from albums.permissions import Action, allows, require
from albums.search import Search
from albums.shared import LinkClosed

LONGEST_TITLE = 120
SHORTEST_PASSWORD, LONGEST_PASSWORD = 6, 128
LONGEST_QUERY = 2000
MOST_PHOTOS = 20_000
MOST_LINKS = 500  # that work at the same time, in one room
CHANGEABLE = frozenset({"title", "password", "expires_at", "allows_downloads", "shows_metadata"})


@transaction.atomic
def create_link(
    *,
    user: User,
    room: Room,
    title: str,
    search: Search | None = None,
    photo_ids: Collection[int] | None = None,
    password: str = "",
    expires_at: datetime | None = None,
    allows_downloads: bool = True,
    shows_metadata: bool = False,
) -> ShareLink:
    """Share a selection (`photo_ids`), an album (`search`), or the whole room (neither)."""
    require(user, Action.SHARE, room)
    if room.share_links.filter(revoked_at=None).count() >= MOST_LINKS:
        raise AlbumError(_("This room has very many links. Withdraw some that nobody needs any more."))
    link = ShareLink(
        room=room,
        created_by=user,
        allows_downloads=allows_downloads,
        shows_metadata=shows_metadata,
        title=_checked_title(title),
        expires_at=_checked_end(expires_at),
    )
    link.set_password(_checked_password(password))
    if photo_ids is not None:
        link.kind = ShareKind.SELECTION
        photos = _chosen(room, photo_ids)
    else:
        link.query = _checked_query(search or Search())
        link.kind = ShareKind.ALBUM if link.query else ShareKind.ROOM
        photos = []
    link.save(force_insert=True)
    for start in range(0, len(photos), 500):
        link.photos.add(*photos[start : start + 500])
    return link


@transaction.atomic
def change_link(*, user: User, link: ShareLink, **changes: Any) -> None:
    """Change what a link asks and shows; which photos it shows stays. A new password locks out who has the old one."""
    require_own(user, link)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"a link has no {sorted(unknown)}")
    if "title" in changes:
        link.title = _checked_title(changes["title"])
    if "expires_at" in changes:
        link.expires_at = _checked_end(changes["expires_at"])
    if "password" in changes:
        link.set_password(_checked_password(changes["password"]))
    for name in ("allows_downloads", "shows_metadata"):
        if name in changes:
            setattr(link, name, bool(changes[name]))
    link.save(update_fields=sorted(changes))
    if changes.keys() & {"allows_downloads", "shows_metadata"}:
        link.downloads.all().delete()  # their bytes follow the old rules


@transaction.atomic
def revoke_link(*, user: User, link: ShareLink) -> None:
    """From now on it shows nothing; its log stays, and it can be opened again."""
    require_own(user, link)
    if not link.revoked_at:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        link.downloads.all().delete()


@transaction.atomic
def restore_link(*, user: User, link: ShareLink) -> None:
    """Let a withdrawn link work again; not one to an album of somebody who has withdrawn."""
    require_own(user, link)
    if link.kind == ShareKind.ALBUM and not link.query:
        raise LinkClosed(_("This link does not work any more."))
    link.revoked_at = None
    link.save(update_fields=["revoked_at"])


def require_own(user: User, link: ShareLink) -> None:
    """Members change their own links, the owner of the room all; others learn nothing of them."""
    role = require(user, Action.SHARE, link.room)
    if link.created_by_id != user.pk and not allows(role, Action.CHANGE_ROOM, link.room):
        raise Http404("There is no such link, or somebody else made it.")


def _chosen(room: Room, photo_ids: Collection[int]) -> list[int]:
    found: list[int] = []
    for batch in id_batches(photo_ids):
        found += Photo.objects.filter(room=room, pk__in=batch).in_albums().values_list("pk", flat=True)
    if not found:
        raise AlbumError(_("Choose some photos first. What is in the trash or in no album can’t be shared."))
    if len(found) > MOST_PHOTOS:
        raise AlbumError(
            _("A link holds at most 20,000 chosen photos. Share an album or the whole room instead.")
        )
    return found


def _checked_query(search: Search) -> str:
    """The address's end of the search; what albums leave out is never shared."""
    query = replace(search, left_out="", with_blurred=False).query.removeprefix("?")
    if search.left_out:
        raise AlbumError(_("Photos that are in no album can’t be shared."))
    if len(query) > LONGEST_QUERY:
        raise AlbumError(_("This search is too long for a link. Use fewer filters."))
    return query


def _checked_title(text: str) -> str:
    title = " ".join(text.replace("\x00", " ").split())
    if not title:
        raise AlbumError(_("Give the link a title: visitors see it above the photos."))
    if len(title) > LONGEST_TITLE:
        raise AlbumError(_("The title can have at most 120 characters."))
    return title


def _checked_password(raw: str) -> str:
    if raw and not SHORTEST_PASSWORD <= len(raw) <= LONGEST_PASSWORD:
        raise AlbumError(_("Choose a password of 6 to 128 characters."))
    return raw


def _checked_end(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= timezone.now():
        raise AlbumError(_("Choose a time in the future for the link to expire."))
    return moment
