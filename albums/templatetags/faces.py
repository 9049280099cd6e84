"""A face large and a face marked on its photo, both as SVG: inline styles are forbidden, and no script is needed."""

from __future__ import annotations

import math
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from albums.models import Face, Rendition
from albums.shown_boxes import shown_box
from albums.templatetags.photos import face_image, media_url, renditions_of

register = template.Library()

MARGIN = 0.45  # of the face's longer side, around it
CROP_SIDE_PX = 160  # of the stored crop
WANTED_SIDE_PX = 400


class Region(NamedTuple):
    x: float
    y: float
    side: float


def region_of(face: Face) -> Region:
    """The square around a face on the photo as shown, moved into it where it would reach beyond its edge; none: cut away."""
    box = shown_box(face)
    if box is None:
        return Region(0, 0, 0)
    width, height = face.photo.shown_width or 0, face.photo.shown_height or 0
    side = min(max(box.width, box.height) * (1 + 2 * MARGIN), width, height)
    x = box.x + box.width / 2 - side / 2
    y = box.y + box.height / 2 - side / 2
    return Region(min(max(x, 0), width - side), min(max(y, 0), height - side), side)


def rendition_for(face: Face, side: float) -> Rendition | None:
    """The smallest rendition that shows the region sharply, else the largest; None where the stored crop is sharper."""
    longest = max(face.photo.shown_width or 0, face.photo.shown_height or 0)
    renditions = renditions_of(face.photo)
    if not longest or not renditions or side <= 0:
        return None
    sides_px = {
        rendition: side * max(rendition.width, rendition.height) / longest for rendition in renditions
    }
    sharp = (rendition for rendition in renditions if sides_px[rendition] >= WANTED_SIDE_PX)
    chosen = next(sharp, renditions[-1])
    return chosen if sides_px[chosen] > CROP_SIDE_PX else None


@register.simple_tag
def face_large(face: Face, label: str = "") -> SafeString:
    """A face as large as its photo gives it: cut out of a rendition by the browser, or the stored crop."""
    region = region_of(face)
    rendition = rendition_for(face, region.side)
    if rendition is None:
        return face_image(face, label, 320)
    return format_html(
        '<svg class="face face-large" viewBox="{} {} {} {}" role="img" aria-label="{}"><image href="{}" width="{}" height="{}"/></svg>',
        *(round(value) for value in (region.x, region.y, region.side, region.side)),
        label,
        media_url(face.photo, rendition.side_px),
        face.photo.shown_width,
        face.photo.shown_height,
    )


@register.filter
def box_on_photo(face: Face) -> str:
    """Where a face is on the photo as shown, for js/faces.js: "x y width height"; empty where it was cut away."""
    box = shown_box(face)
    return " ".join(map(str, box)) if box else ""


@register.simple_tag
def face_mark(face: Face) -> SafeString:
    """A frame around the face, to lie over a picture of its photo."""
    box = shown_box(face)
    if not face.photo.width or not face.photo.height or box is None:
        return SafeString("")
    return format_html(
        '<svg class="face-mark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="face-mark-edge" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        '<rect class="face-mark-line" x="{x}" y="{y}" width="{width}" height="{height}"/></svg>',
        face.photo.shown_width,
        face.photo.shown_height,
        **box._asdict(),
    )


@register.filter
def percent(probability: float) -> int:
    """Rounded down, so that what is shown as 80 lies above a line at 80."""
    return math.floor(probability * 100 + 1e-9)
