from __future__ import annotations

import json
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message

register = template.Library()


@register.filter
def undo_of(message: Message) -> dict[str, Any] | None:
    """Where to post to undo what the message tells, and which photos; see albums/notices.py."""
    tags = message.extra_tags or ""
    return json.loads(tags) if tags.startswith("{") else None
