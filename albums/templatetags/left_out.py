from __future__ import annotations

from typing import NamedTuple

from django import template
from django.db.models import Count, Q

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
            f"{self.blurred:,} blurred photo{'' if self.blurred == 1 else 's'}" if self.blurred else "",
            f"{self.duplicates:,} duplicate{'' if self.duplicates == 1 else 's'}" if self.duplicates else "",
            f"{self.aside:,} other photo{'' if self.aside == 1 else 's'}" if self.aside else "",
        ]
        named = [part for part in parts if part]
        return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)

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
