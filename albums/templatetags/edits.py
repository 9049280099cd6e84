from __future__ import annotations

from django import template

from albums.edit_lists import proposed_turns
from albums.models import Room

register = template.Library()


@register.simple_tag
def turns_in(room: Room) -> int:
    """How many photos of a room probably lie on their side; one query over an index of their own."""
    return proposed_turns(room).order_by().count()
