"""The design system on one page: every component in every state, as the pages use it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from albums import palette

ICONS = Path(settings.BASE_DIR) / "static/img/icons.json"
PARTS = (
    "colors",
    "type",
    "icons",
    "buttons",
    "fields",
    "choices",
    "navigation",
    "messages",
    "photos",
    "people",
    "lists",
    "states",
)
TYPE_SIZES = ("s", "m", "l", "xl", "2xl", "3xl")
SPACES = range(1, 9)
RADII = ("s", "m", "l", "full")


@require_GET
def styleguide_page(request: HttpRequest) -> HttpResponse:
    """Shown to everybody: nothing of any room is on it."""
    light, dark = palette.palette("light"), palette.palette("dark")
    return render(
        request,
        "styleguide.html",
        {
            "parts": PARTS,
            "colors": [(name, light[name], dark[name]) for name in light],
            "pairs": palette.pairs(),
            "icons": icon_names(),
            "type_sizes": TYPE_SIZES,
            "spaces": SPACES,
            "radii": RADII,
        },
    )


@cache
def icon_names() -> list[str]:
    """The names that the tag `icon` takes."""
    return sorted(json.loads(ICONS.read_text()))
