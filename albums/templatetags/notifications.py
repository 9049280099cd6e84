"""The bell in the header, and what is new in a room."""

from __future__ import annotations

from typing import Any

from django import template

from albums.models import Room
from albums.notification_lists import unread_count

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notifications(context: Any) -> int:
    """How many this user has not read: one small query, and none for who is not signed in."""
    user = context.get("user")
    return unread_count(user) if user is not None and user.is_authenticated else 0


@register.simple_tag(takes_context=True)
def new_since_visit(context: Any, room: Room) -> int:
    """How many photos of others have come since this user's last visit."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return 0
    return room.photos.in_albums().new_for(user, room).count()
