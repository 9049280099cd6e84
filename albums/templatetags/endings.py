"""What the pages of a room say when its end is near."""

from __future__ import annotations

from typing import Any

from django import template

from albums.endings import express_end
from albums.models import Room

register = template.Library()


@register.inclusion_tag("albums/_ending_line.html", takes_context=True)
def last_days_line(context: Any) -> dict[str, Any]:
    """A line above every page of a room whose last week has begun, and of an express room; else nothing."""
    room: Room = context["room"]
    is_express = room.is_express and not room.is_ending
    return {
        "room": room,
        "can": context.get("can", set()),
        "csrf_token": context.get("csrf_token", ""),
        "express_end": express_end(room) if is_express else None,
        "has_photos": is_express and room.photos.in_albums().exists(),
    }
