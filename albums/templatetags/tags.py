"""Words on a photo, in the viewer."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from albums import tag_lists
from albums.models import Favorite, Photo, PhotoTag
from albums.querysets import Anyone
from albums.shown_boxes import shown_tag_boxes

register = template.Library()


@register.simple_tag
def tags_of(photo: Photo) -> list[PhotoTag]:
    """The words of a photo, those that are certain first."""
    return tag_lists.tags_of(photo)


@register.simple_tag
def is_favorite(photo: Photo, user: Anyone) -> bool:
    """Whether it is a favorite of this user's."""
    return Favorite.objects.filter(photo=photo, user=user.pk or 0).exists()


@register.filter
def boxes_on_photo(row: PhotoTag) -> str:
    """Where a tag's thing is on the photo as shown, for js/tag_boxes.js: "x y width height, ..."; a video moves on: nothing."""
    if row.photo.is_video:
        return ""
    return ", ".join(" ".join(map(str, box)) for box in shown_tag_boxes(row))


@register.filter
def certainty(score: float) -> str:
    """A score of a machine in words, for where a number says too much."""
    for least, words in ((0.9, _("almost certain")), (0.7, _("likely")), (0.5, _("probably"))):
        if score >= least:
            return words
    return _("perhaps")
