"""Whether somebody sees a copy with blurred faces, and what is said where there can be none."""

from __future__ import annotations

from django import template

from albums import veils
from albums.models import Photo
from albums.querysets import Anyone

register = template.Library()


@register.filter
def is_veiled_for(photo: Photo, user: Anyone | None) -> bool:
    """Whether `user` (None: somebody outside the room) gets the copy in place of the photo."""
    return veils.is_veiled_for(photo, user)


@register.filter
def plays_for(photo: Photo, user: Anyone | None) -> bool:
    """Whether it is a video that `user` may play."""
    return photo.is_video and not veils.is_veiled_for(photo, user)


@register.simple_tag
def no_video_sentence() -> str:
    return veils.no_video_sentence()
