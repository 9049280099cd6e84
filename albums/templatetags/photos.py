"""A photo and a face are shown through these tags and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from albums import edited_copies, outlines
from albums.commas import with_commas
from albums.models import Face, Person, Photo, Rendition

register = template.Library()

NARROWEST, WIDEST = outlines.NARROWEST / outlines.STEPS, outlines.WIDEST / outlines.STEPS
PLACEHOLDER = "data:image/webp;base64,"
SIDE_WHERE_UNKNOWN_PX = MIDDLE_PX = 1280


def media_url(photo: Photo, size: int | str) -> str:
    """Another address whenever other faces are to be blurred or it was edited: browsers keep pictures for long."""
    path = reverse("albums:media", args=[photo.room_id, photo.pk, size])
    return f"{path}?v={photo.look}" if photo.look else path


def shape_of(photo: Photo) -> tuple[int, int]:
    """Width and height of what is shown; a square where they are not known yet."""
    shape = photo.shown_width, photo.shown_height
    return shape if all(shape) else (SIDE_WHERE_UNKNOWN_PX,) * 2


@register.filter
def joined(keys: Sequence[int]) -> str:
    """Ids for one field of a form, which `chosen_photos` reads: a field for each is too many for a large selection."""
    return ",".join(str(key) for key in keys)


@register.filter
def ratio_class(photo: Photo) -> str:
    """The class of css/ratios.css that gives a tile its shape before any picture has come."""
    return f"ratio-{outlines.shape_of(photo.shown_width, photo.shown_height) * 5:03d}"


@register.filter
def alt_text(photo: Photo) -> str:
    """What a screen reader says: kind, who is on it where faces were read, when, and by whom."""
    words = gettext("Video") if photo.is_video else gettext("Photo")
    if "faces" in getattr(photo, "_prefetched_objects_cache", {}):
        names = list(dict.fromkeys(f.person.name for f in photo.faces.all() if f.person and f.person.name))
        words += f": {with_commas(names)}" if names else ""
    words = with_commas((words, format_date(photo.local_time, "DATETIME_FORMAT")))
    return (
        gettext("%(photo)s, by %(name)s") % {"photo": words, "name": photo.uploader}
        if photo.uploader
        else words
    )


def renditions_of(photo: Photo) -> list[Rendition]:
    """The sizes in which a photo is shown, smallest first; those of an edited one are known without asking."""
    if photo.shown_edit_id and photo.edited_width:
        return edited_copies.sizes_of(photo)
    return sorted(photo.renditions.all(), key=lambda rendition: rendition.side_px)


def srcset_of(photo: Photo, renditions: Sequence[Rendition]) -> str:
    """Every rendition with its width; of two that are equally wide the one that is called smaller."""
    sides = {rendition.width: rendition.side_px for rendition in reversed(renditions)}
    return ", ".join(f"{media_url(photo, side)} {width}w" for width, side in sorted(sides.items()))


def sizes_for(photo: Photo, role: str) -> str:
    """How wide it is shown. On phones a little less than true: 320 px are sharp there and come ten times as fast."""
    if role == "large":
        return "(min-width: 56rem) 40rem, 100vw"
    if role != "grid":
        return "100vw" if role == "viewer" else "(min-width: 48rem) 24rem, 50vw"
    width, height = shape_of(photo)
    ratio = min(max(width / height, NARROWEST), WIDEST)
    return f"(min-width: 48rem) {ratio * 12.5:.1f}rem, {ratio * 4.5:.1f}rem"


@register.simple_tag
def photo_image(photo: Photo, role: str = "grid", css_class: str = "") -> SafeString:
    """The picture of a photo: role "grid", "cover", "large" or "viewer". Empty while there is nothing to show."""
    renditions = renditions_of(photo)
    if not renditions:
        return SafeString("")
    srcset = srcset_of(photo, renditions)
    smallest = renditions[0].side_px
    middle = next((row.side_px for row in renditions if row.side_px >= MIDDLE_PX), renditions[-1].side_px)
    width, height = shape_of(photo)
    is_viewer = role == "viewer"
    css_class = css_class or "photo"
    if is_viewer and photo.is_see_through:
        css_class += " is-see-through"
    return format_html(
        '<img class="{}" src="{}" srcset="{}" sizes="{}" alt="{}" width="{}" height="{}" loading="{}" decoding="async" draggable="false">',
        css_class,
        media_url(photo, middle if role in ("viewer", "large") else smallest),
        srcset,
        sizes_for(photo, role),
        alt_text(photo),
        width,
        height,
        "eager" if is_viewer else "lazy",
    )


@register.simple_tag
def photo_color(photo: Photo) -> SafeString:
    """A plane in the photo's main color, until the photo itself is there. SVG, as inline styles are forbidden."""
    return format_html(
        '<svg class="photo-color" aria-hidden="true"><rect width="100%" height="100%" fill="{}"/></svg>',
        photo.color,
    )


@register.simple_tag
def photo_placeholder(photo: Photo) -> SafeString:
    """What a tile shows until its photo has come: a tiny picture of it, where there is none its main color."""
    if (
        not photo.shown_placeholder or photo.veil
    ):  # the tiny picture shows the face that is blurred in the large one
        return photo_color(photo)
    return format_html(
        '<img class="photo-color photo-blur" src="{}{}" alt="" draggable="false">',
        PLACEHOLDER,
        photo.shown_placeholder,
    )


@register.inclusion_tag("albums/_tile.html")
def photo_tile(photo: Photo, query: str = "") -> dict[str, Any]:
    """A photo in a grid: picture, link to the viewer, tick for selecting."""
    return {"photo": photo, "query": query}


@register.simple_tag
def face_image(face: Face | None, label: str = "", size_px: int = 96) -> SafeString:
    """A face, cut out; a quiet drawing where there is none."""
    if face is None or not face.crop:
        return SafeString('<span class="face face-none"></span>')
    url = reverse("albums:face_crop", args=[face.room_id, face.pk])
    return format_html(
        '<img class="face" src="{}" alt="{}" width="{}" height="{}" loading="lazy" decoding="async">',
        url,
        label,
        size_px,
        size_px,
    )


@register.filter
def day_title(day: date) -> str:
    return outlines.title_of(day)


@register.filter
def grid_zoom(cookie: str) -> str:
    """How high the rows are, 1 to 5, as this device remembers it."""
    return cookie if cookie in ("1", "2", "3", "4", "5") else "3"


@register.filter
def media(photo: Photo, size: int | str) -> str:
    return media_url(photo, size)


@register.filter
def is_me(person: Person, user: Any) -> bool:
    return person.user_id is not None and person.user_id == user.pk


@register.filter
def duration(seconds: float | None) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


@register.filter
def time_left(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < 50:
        return gettext("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {
            "count": minutes
        }
    hours = round(minutes / 60)
    return ngettext("about %(count)s hour left", "about %(count)s hours left", hours) % {"count": hours}
