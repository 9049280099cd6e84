from __future__ import annotations

from typing import NamedTuple

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, Q
from django.utils.translation import ngettext

from albums.models import Room
from albums.models.photos import LeftOut

register = template.Library()


class Apart(NamedTuple):
    """How many photos of a room are in no album, by reason."""

    blurred: int
    duplicates: int
    aside: int

    @property
    def words(self) -> str:
        """As a part of a sentence; empty if there are none."""
        parts = [
            (self.blurred, ngettext("%(count)s blurred photo", "%(count)s blurred photos", self.blurred)),
            (self.duplicates, ngettext("%(count)s duplicate", "%(count)s duplicates", self.duplicates)),
            (self.aside, ngettext("%(count)s other photo", "%(count)s other photos", self.aside)),
        ]
        return " · ".join(words % {"count": intcomma(count)} for count, words in parts if count)

    @property
    def total(self) -> int:
        return self.blurred + self.duplicates + self.aside


@register.simple_tag
def left_out_of(room: Room) -> Apart:
    """One query, over the rows that are left out alone (an index of their own)."""
    counts = room.photos.left_out().aggregate(
        blurred=Count("pk", filter=Q(left_out=LeftOut.BLURRED)),
        duplicates=Count("pk", filter=Q(left_out=LeftOut.DUPLICATE)),
        aside=Count("pk", filter=Q(left_out=LeftOut.ASIDE)),
    )
    return Apart(**counts)
