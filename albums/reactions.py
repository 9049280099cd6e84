"""What is read below a photo: comments in pages, the latest first, and who likes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums.models import Comment, Favorite, Photo
from albums.querysets import Anyone
from albums.templatetags.words import isolated

PAGE_SIZE = 50
NAMES_SHOWN = 2  # in the sentence; all others are a number
MOST_NAMES = 100  # in the list behind it


@dataclass(frozen=True)
class CommentPage:
    comments: list[Comment]  # the oldest first, as they are read
    earlier: Comment | None  # there are more before this one
    total: int


@dataclass(frozen=True)
class Likes:
    """Who likes a photo, as somebody sees it."""

    count: int
    is_mine: bool
    names: list[str]  # of others, the latest first

    @property
    def more(self) -> int:
        """How many likes there are beyond the names."""
        return self.count - self.is_mine - len(self.names)

    @property
    def sentence(self) -> str:
        """ "Anna, Ben and 3 others like this"; empty where nobody does."""
        if not self.count:
            return ""
        named = [isolated(name) for name in self.names[: NAMES_SHOWN - self.is_mine]]
        others = self.count - self.is_mine - len(named)
        return _sentence_with_me(named, others) if self.is_mine else _sentence(named, others)


def comments_of(photo: Photo, before: tuple[datetime, int] | None = None) -> CommentPage:
    """The latest comments below a photo, or the page before one of them."""
    shown = Comment.objects.filter(photo=photo).shown()
    rows = shown.newest_first()
    found = list((rows.before(*before) if before else rows)[: PAGE_SIZE + 1])
    has_more, page = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    is_all = before is None and not has_more
    return CommentPage(
        comments=page[::-1],
        earlier=page[-1] if has_more else None,
        total=len(page) if is_all else shown.count(),
    )


def likes_of(photo: Photo, user: Anyone) -> Likes:
    favorites = Favorite.objects.filter(photo=photo)
    found = list(favorites.select_related("user").order_by("-created_at", "-id")[: MOST_NAMES + 1])
    names = [str(one.user) for one in found if one.user_id != user.pk][:MOST_NAMES]
    is_long = len(found) > MOST_NAMES
    is_mine = any(one.user_id == user.pk for one in found)
    if is_long and not is_mine:
        is_mine = favorites.filter(user=user.pk or 0).exists()
    return Likes(count=favorites.count() if is_long else len(found), is_mine=is_mine, names=names)


def _sentence_with_me(named: list[str], others: int) -> str:
    if not named:
        return _("You like this")
    if not others:
        return _("You and %(name)s like this") % {"name": named[0]}
    text = ngettext(
        "You, %(name)s and %(count)s other like this", "You, %(name)s and %(count)s others like this", others
    )
    return text % {"name": named[0], "count": others}


def _sentence(named: list[str], others: int) -> str:
    if len(named) == 1:
        return _("%(name)s likes this") % {"name": named[0]}
    if not others:
        return _("%(first)s and %(second)s like this") % {"first": named[0], "second": named[1]}
    text = ngettext(
        "%(first)s, %(second)s and %(count)s other like this",
        "%(first)s, %(second)s and %(count)s others like this",
        others,
    )
    return text % {"first": named[0], "second": named[1], "count": others}
