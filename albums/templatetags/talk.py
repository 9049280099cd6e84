"""What the viewer, a slideshow and a wall say and show."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums.models import Photo
from albums.templatetags.photos import alt_text, media_url, renditions_of

register = template.Library()

MINUTE, HOUR = 60, 3600


@register.filter
def ago(moment: datetime) -> str:
    """ "now", "5 min ago", "3 h ago"; older than a day: the day."""
    past = timezone.now() - moment
    if past < timedelta(minutes=1):
        return _("now")
    if past < timedelta(hours=1):
        minutes = int(past.total_seconds() // MINUTE)
        return ngettext("%(count)s min ago", "%(count)s min ago", minutes) % {"count": minutes}
    if past < timedelta(days=1):
        hours = int(past.total_seconds() // HOUR)
        return ngettext("%(count)s h ago", "%(count)s h ago", hours) % {"count": hours}
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


@register.filter
def as_download(url: str) -> str:
    """The address of a file, so that the browser saves it; it may have a query already."""
    return _with(url, "download=1")


@register.filter
def for_wall(url: str) -> str:
    """The address of a picture as everybody sees it, whoever asks (albums.views.media)."""
    return _with(url, "wall=1") if url else ""


@register.simple_tag
def wall_image(photo: Photo) -> SafeString:
    """A photo on the wall: its largest rendition, and the smallest one blurred behind it."""
    renditions = renditions_of(photo)
    if not renditions:
        return SafeString("")
    large, small = (for_wall(media_url(photo, renditions[at].side_px)) for at in (-1, 0))
    return format_html(
        '<img class="slide-photo" src="{}" alt="{}"><img class="wall-back" src="{}" alt="">',
        large,
        alt_text(photo),
        small,
    )


def _with(url: str, value: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{value}"


@register.filter
def words(text: str) -> list[str]:
    return text.split()
