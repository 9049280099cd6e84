"""Photos as people see them who have a share link: every address goes through the link, and no word tells more than it may."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from albums.models import Photo, ShareLink
from albums.templatetags.photos import renditions_of, shape_of, sizes_for

register = template.Library()
LARGEST_IN_GRID_PX = 1280


@register.simple_tag
def shared_url(link: ShareLink, photo: Photo, size: int | str) -> str:
    """The address of a picture, through its link; another one when other faces are blurred on it or it was edited."""
    url = reverse("albums:shared_media", args=[link.token, photo.pk, size])
    return f"{url}?v={photo.look}" if photo.look else url


@register.simple_tag
def shared_image(link: ShareLink, photo: Photo, number: int, role: str = "grid") -> SafeString:
    """The picture of a photo in role "grid" or "viewer", described by its number alone."""
    renditions = renditions_of(photo)
    if role == "grid":
        renditions = [row for row in renditions if row.side_px <= LARGEST_IN_GRID_PX] or renditions[:1]
    words = (_("Video %(number)s") if photo.is_video else _("Photo %(number)s")) % {"number": number}
    if not renditions:  # a link around it needs words all the same
        return format_html('<span class="visually-hidden">{}</span>', words)
    srcset = ", ".join(f"{shared_url(link, photo, row.side_px)} {row.width}w" for row in renditions)
    middle = renditions[0] if role == "grid" else renditions[min(len(renditions), 3) - 1]
    width, height = shape_of(photo)
    return format_html(
        '<img class="photo" src="{}" srcset="{}" sizes="{}" alt="{}" width="{}" height="{}" loading="{}" decoding="async" draggable="false">',
        shared_url(link, photo, middle.side_px),
        srcset,
        "100vw" if role == "viewer" else sizes_for(photo, "grid"),
        words,
        width,
        height,
        "eager" if role == "viewer" else "lazy",
    )
