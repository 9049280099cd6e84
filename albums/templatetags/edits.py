from __future__ import annotations

from typing import Any

from django import template

from albums.edit_lists import proposed_turns
from albums.edits_under_way import EditsUnderWay
from albums.edits_under_way import edits_under_way as under_way
from albums.models import Room

register = template.Library()


@register.simple_tag
def turns_in(room: Room) -> int:
    """How many photos of a room probably lie on their side; one query over an index of their own."""
    return proposed_turns(room).order_by().count()


@register.simple_tag(takes_context=True)
def edits_under_way(context: dict[str, Any], room: Room) -> EditsUnderWay:
    """How far the edits of a room are, for the line above its grids."""
    return under_way(room, context["user"])
