"""Messages after something was done, with a way to undo it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest


def say(
    request: HttpRequest, text: str, *, undo_url: str = "", photos: Iterable[int] = (), watch_url: str = ""
) -> None:
    """Show a sentence on the next page; with `undo_url` a button that posts there, with the photos' ids.

    `watch_url`: where something goes on that takes a while.
    """
    undo = json.dumps({"url": undo_url, "photos": list(photos), "watch": watch_url}) if undo_url else ""
    messages.success(request, text, extra_tags=undo)


def say_problem(request: HttpRequest, text: str) -> None:
    messages.error(request, text)
