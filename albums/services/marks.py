"""What people say about single photos: stars and captions of the room, favorites of one's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError
from albums.models import Favorite, Photo, PhotoChange, Room
from albums.models.talk import NoticeKind
from albums.permissions import Action, require
from albums.services.names import clean_name
from albums.services.notifications import News, tell_each
from albums.services.photo_history import recorded

MOST_STARS = 5
LONGEST_CAPTION = 500
NO_PHOTOS = "Choose at least one photo of this room."


@transaction.atomic
def give_stars(*, user: User, room: Room, photo_ids: Collection[int], stars: int) -> PhotoChange | None:
    """Give photos 1 to 5 stars, or take theirs away (0). None if all of them have so many."""
    require(user, Action.EDIT_PHOTOS, room)
    if not 0 <= stars <= MOST_STARS:
        raise AlbumError(f"A photo can have 1 to {MOST_STARS} stars, or none.")
    having = _present(room, photo_ids)
    changed = [pk for pk, old in having.items() if old != stars]
    if not changed:
        return None
    with recorded(user=user, room=room, kind="stars", photos=changed) as draft:
        photos = "1 photo" if len(changed) == 1 else f"{len(changed):,} photos"
        given = f"{stars} star{'' if stars == 1 else 's'} for {photos}"
        draft.summary = given if stars else f"Stars taken from {photos}"
        for batch in id_batches(changed):
            Photo.objects.filter(pk__in=batch).update(stars=stars)
    return draft.made


@transaction.atomic
def write_caption(*, user: User, photo: Photo, caption: str) -> PhotoChange | None:
    """Write below a photo what it shows; empty takes it away. None if it says so already."""
    require(user, Action.EDIT_PHOTOS, photo.room)
    text = clean_name(caption, what=gettext("The caption"), max_length=LONGEST_CAPTION, may_be_empty=True)
    if photo.deleted_at is not None:
        raise AlbumError("This photo is in the trash. Restore it first.")
    if text == Photo.objects.values_list("caption", flat=True).get(pk=photo.pk):
        return None
    with recorded(user=user, room=photo.room, kind="caption", photos=[photo.pk]) as draft:
        draft.summary = f"{'Caption' if text else 'No caption'} for {photo.filename[:100]}"
        Photo.objects.filter(pk=photo.pk).update(caption=text)
    photo.caption = text
    return draft.made


@transaction.atomic
def like(*, user: User, room: Room, photo_ids: Collection[int], is_favorite: bool) -> list[int]:
    """Make photos one's own favorites, or no longer; answers those that this changed."""
    require(user, Action.VIEW, room)
    photos = set(_present(room, photo_ids))
    liked: set[int] = set()
    for batch in id_batches(photos):
        mine = Favorite.objects.filter(user=user, photo__in=batch)
        liked |= set(mine.values_list("photo", flat=True))
        if not is_favorite:
            mine.delete()
    if not is_favorite:
        return sorted(liked)
    fresh = sorted(photos - liked)
    Favorite.objects.bulk_create(
        [Favorite(user=user, photo_id=pk) for pk in fresh], ignore_conflicts=True, batch_size=500
    )
    if room.allows_comments:  # where they are off, a heart is for oneself alone
        _tell_uploaders(user, room, fresh)
    return fresh


def _tell_uploaders(user: User, room: Room, photo_ids: list[int]) -> None:
    """Each of them once, with their photos."""
    liked: dict[int, list[int]] = defaultdict(list)
    for batch in id_batches(photo_ids):
        rows = Photo.objects.filter(pk__in=batch, uploader__isnull=False).exclude(uploader=user)
        for uploader, pk in rows.order_by("pk").values_list("uploader", "pk"):
            liked[uploader].append(pk)
    news = {uploader: News(len(pks), user.pk, {"photos": pks}) for uploader, pks in liked.items()}
    if news:
        tell_each(room=room, kind=NoticeKind.LIKED, news=news)


def _present(room: Room, photo_ids: Collection[int]) -> dict[int, int]:
    """Those of these photos that can be seen, with their stars."""
    found: dict[int, int] = {}
    for batch in id_batches(set(photo_ids)):
        found.update(Photo.objects.filter(room=room, pk__in=batch).present().values_list("pk", "stars"))
    if not found:
        raise AlbumError(NO_PHOTOS)
    return found
