"""The one place that a tag knew becomes the first of many, and back."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from albums.models import PhotoTag, Tag

migration = importlib.import_module("albums.migrations.0008_boxes_of_tags")


@pytest.mark.django_db
def test_one_place_becomes_a_list_of_one_and_the_first_of_a_list_one_place(room, add_photo):
    dog = Tag.objects.create(key="dog", name="dog", kind="category")
    with_place, without = (
        PhotoTag.objects.create(photo=add_photo(), room=room, tag=dog, boxes=boxes)
        for boxes in ([1, 2, 3, 4], None)
    )
    migration.wrap(apps, None)
    assert set(PhotoTag.objects.values_list("pk", "boxes__0__2")) == {(with_place.pk, 3), (without.pk, None)}
    PhotoTag.objects.filter(pk=with_place.pk).update(boxes=[[5, 6, 7, 8], [1, 2, 3, 4]])
    migration.unwrap(apps, None)
    assert PhotoTag.objects.get(pk=with_place.pk).boxes == [5, 6, 7, 8]
    assert PhotoTag.objects.get(pk=without.pk).boxes is None
