"""EDGE: what photos of earlier versions lack, made from the renditions that they have: no original is read again."""

from __future__ import annotations

import io
import logging

from django.db.models import Exists, OuterRef, Q, QuerySet

from albums.models import Photo, Rendition
from albums.models.photos import PhotoState
from processing.contracts import Picture
from processing.renditions import encode, make_copies, placeholder
from processing.store import save_renditions, write_rendition

logger = logging.getLogger(__name__)

NEW_SIDE_PX = 640
SOURCE_SIDE_PX = 1280
AT_ONCE = 5_000  # an hour's share: two minutes on one core


def incomplete_photos() -> QuerySet[Photo]:
    """Ready photos without a placeholder or without the rendition that came last, and with a larger one to make it from."""
    rows = Rendition.objects.filter(photo=OuterRef("pk"))
    lacks = Q(placeholder="") | ~Exists(rows.filter(side_px=NEW_SIDE_PX))
    photos: QuerySet[Photo] = Photo.objects.filter(lacks, Exists(rows.filter(side_px=SOURCE_SIDE_PX)))
    return photos.filter(state=PhotoState.READY, deleted_at=None)


def complete_photos(limit: int = AT_ONCE) -> int:
    """Complete so many photos; answers how many it did. A photo whose file is gone is left to the nightly check."""
    done = 0
    for photo in incomplete_photos().order_by("-pk")[:limit].iterator(chunk_size=500):
        try:
            done += complete(photo)
        except OSError:
            logger.warning("photo %s keeps no smaller copy: its rendition can't be read", photo.pk)
    return done


def complete(photo: Photo) -> bool:
    """Make what one photo lacks; False if it has gone meanwhile."""
    from PIL import Image

    source = photo.renditions.filter(side_px=SOURCE_SIDE_PX).first()
    if source is None:
        return False
    with source.file.open("rb") as file:
        image = Image.open(io.BytesIO(file.read())).convert("RGB")
    picture = Picture(None, image, photo.width, photo.height, "JPEG")
    copies = make_copies(picture, (NEW_SIDE_PX,))
    save_renditions(photo, [write_rendition(photo, made) for made in encode(copies)])
    return bool(Photo.objects.filter(pk=photo.pk).update(placeholder=placeholder(copies[NEW_SIDE_PX])))
