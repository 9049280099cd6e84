"""Photos for a screen: what a slideshow and the live wall show of each, which ones are new, which ones have gone."""

from __future__ import annotations

import base64
import random
from collections.abc import Collection
from dataclasses import dataclass

from albums.models import Photo
from albums.models.photos import PhotoKind, PhotoState
from albums.querysets import PhotoQuerySet

NEWEST = 40  # of the photos that came last a wall hears; whoever looks every few seconds misses none
MOST_HELD = 120  # that a wall may ask about at once
SAMPLES = 4  # at so many places of the room a mix begins ...
SAMPLE_SIZE = 10  # ... and takes so many photos there


@dataclass(frozen=True)
class Feed:
    """What a wall hears each time it asks."""

    newest: list[Photo]  # the latest first
    gone: list[int]  # of those that it holds, what it must not show any more


def shown(photos: PhotoQuerySet) -> PhotoQuerySet:
    """Those of a list that a wall shows: photos that are ready and in albums, no videos."""
    return photos.in_albums().filter(state=PhotoState.READY, kind=PhotoKind.PHOTO)


def feed_of(photos: PhotoQuerySet, held: Collection[int]) -> Feed:
    """Three queries however large the room is. `photos` may be those of a room or of anything that is shared."""
    rows = shown(photos)
    kept = set(rows.filter(pk__in=held).order_by().values_list("pk", flat=True)) if held else set()
    return Feed(
        newest=list(rows.with_files().order_by("-id")[:NEWEST]),
        gone=[pk for pk in held if pk not in kept],
    )


def mix_of(photos: PhotoQuerySet, *, is_best: bool = False) -> list[Photo]:
    """Some photos from anywhere in a list, in no order: of look-alikes the best one alone, if that is asked for."""
    rows = shown(photos)
    rows = (rows.best_only() if is_best else rows).in_order()
    total = rows.order_by().count()
    largest = max(0, total - SAMPLE_SIZE)
    places = [0] if total <= SAMPLE_SIZE else [random.randint(0, largest) for _ in range(SAMPLES)]  # noqa: S311
    keys: set[int] = set()
    for place in places:
        keys.update(rows.values_list("pk", flat=True)[place : place + SAMPLE_SIZE])
    found = list(rows.filter(pk__in=keys).with_files())
    random.shuffle(found)
    return found


def slide_cursor(photo: Photo) -> str:
    """The place after a photo, as the API's lists of photos write it (albums.api.pagination)."""
    text = f"n|{photo.sort_at.isoformat()}|{photo.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
