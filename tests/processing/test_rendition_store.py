"""Photos of earlier versions get what they lack from the renditions that they have."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from albums.models import Photo
from processing import rendition_store
from tests.conftest import picture

pytestmark = pytest.mark.django_db


def give_rendition(photo: Photo, data: bytes) -> None:
    row = photo.renditions.model(photo=photo, side_px=1280, width=1280, height=960, size_bytes=len(data))
    row.file.save("x.jpg", ContentFile(data))


def test_old_photos_get_a_placeholder_and_the_new_size_once(add_photo):
    photo, broken, waiting = add_photo(), add_photo(), add_photo()
    Photo.objects.exclude(pk=waiting.pk).update(state="ready", width=4000, height=3000)
    give_rendition(photo, picture("teal", (1280, 960)))
    give_rendition(broken, b"this is no picture")
    assert rendition_store.complete_photos() == 1
    photo.refresh_from_db()
    assert photo.placeholder
    row = photo.renditions.get(side_px=640)
    with row.file.open() as file:
        assert Image.open(io.BytesIO(file.read())).size == (640, 480) == (row.width, row.height)
    assert list(rendition_store.incomplete_photos()) == [broken]
    assert rendition_store.complete_photos() == 0
