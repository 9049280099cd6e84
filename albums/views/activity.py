"""What happened in a room, for who was away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from albums.activity import Happening, happenings_of, keys_of, read_keys
from albums.activity_texts import Sentence, sentence
from albums.views.places import Place, in_room, render_room

LINES_ON_PAGE = 30


@dataclass
class Day:
    name: str
    lines: list[tuple[Happening, Sentence]] = field(default_factory=list)


@in_room()
def activity_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Who added, said and liked what, the latest first."""
    keys = list(keys_of(place.room))  # put together once, and not once more to count them
    page = Paginator(keys, LINES_ON_PAGE).get_page(request.GET.get("page"))
    lines = happenings_of(place.room, read_keys(page.object_list), place.user)
    days = days_of(lines, place)
    return render_room(request, place, "albums/activity.html", "activity", page=page, days=days)


def days_of(lines: Sequence[Happening], place: Place) -> list[Day]:
    """On the clock of the party."""
    zone = ZoneInfo(place.room.time_zone)
    today = timezone.now().astimezone(zone).date()
    days: dict[date, Day] = {}
    for line in lines:
        on = line.at.astimezone(zone).date()
        day = days.setdefault(on, Day(day_name(on, today)))
        day.lines.append((line, sentence(line, place.user)))
    return list(days.values())


def day_name(day: date, today: date) -> str:
    match (today - day).days:
        case 0:
            return _("Today")
        case 1:
            return _("Yesterday")
    return date_format(day, "DATE_FORMAT")
