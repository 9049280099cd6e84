"""The page that shows an album out of its unpacked zip, without any network: one HTML file, opened from disk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(__file__).parent / "offline_page"


@dataclass(frozen=True, slots=True)
class OfflinePhoto:
    """One photo or video on the page.

    Attributes:
        path: of the file, relative to the page.
        thumbnail: of a small picture of it, or "".
        preview: of a larger picture, where browsers can't show the file itself, or "".
        width, height: as displayed, in pixels; 0 if unknown.
        is_video: whether it is played.
        color: "#rrggbb", shown until the thumbnail is there.
        taken_at: on the clock of the place, or None.
        people, tags, place, caption, credit, stars: what is known about it.
    """

    path: str
    thumbnail: str = ""
    preview: str = ""
    width: int = 0
    height: int = 0
    is_video: bool = False
    color: str = "#808080"
    taken_at: datetime | None = None
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    place: str = ""
    caption: str = ""
    credit: str = ""
    stars: int = 0


def page(title: str, photos: Sequence[OfflinePhoto]) -> bytes:
    """Write the page.

    Args:
        title: of the album.
        photos: in the order in which they are shown; those of one day stand together.

    Returns:
        HTML in UTF-8 with its styles and its script inside. Without the script it is a grid of links to the files.
    """
    # Every text is escaped; "<" can't occur in the data, so nothing in it ends the script element.
    data = json.dumps([_facts(photo) for photo in photos], ensure_ascii=True, separators=(",", ":"))
    values = {
        "title": escape(title),
        "count": _counted(photos),
        "grid": "".join(_days(photos)),
        "data": data.replace("<", "\\u003c").replace("&", "\\u0026"),
        "style": _file("page.css"),
        "script": _file("page.js"),
    }
    # In one pass: a title that looks like a place for something stays a title.
    html = re.sub(r"\[\[(\w+)\]\]", lambda match: values[match[1]], _file("page.html"))
    return html.encode()


def _days(photos: Sequence[OfflinePhoto]) -> Iterator[str]:
    undated = "<h2>Without a date</h2>" if any(photo.taken_at for photo in photos) else ""
    numbered = enumerate(photos)
    for day, group in groupby(
        numbered, key=lambda pair: pair[1].taken_at.date() if pair[1].taken_at else None
    ):
        title = f"<h2>{day:%A}, {day.day} {day:%B %Y}</h2>" if day else undated
        tiles = "".join(_tile(number, photo) for number, photo in group)
        yield f'<section class="day">{title}<div class="grid">{tiles}</div></section>'


def _tile(number: int, photo: OfflinePhoto) -> str:
    ratio = photo.width / photo.height if photo.width and photo.height else 1.0
    ratio = min(max(ratio, 0.4), 3.0)
    style = f"--ratio:{ratio:.3f};background:{escape(photo.color)}"
    name = escape(photo.caption or photo.path.rpartition("/")[2])
    inside = (
        f'<img src="{_link(photo.thumbnail)}" alt="{name}" loading="lazy" decoding="async">'
        if photo.thumbnail
        else f"<span>{name}</span>"
    )
    mark = '<span class="play" aria-hidden="true">▶</span>' if photo.is_video else ""
    return (
        f'<a class="tile" style="{style}" href="{_link(photo.path)}" data-photo="{number}">{inside}{mark}</a>'
    )


def _facts(photo: OfflinePhoto) -> dict[str, object]:
    """What the viewer needs; empty values are left out."""
    when = photo.taken_at
    facts = {
        "file": _link(photo.path),
        "name": photo.path.rpartition("/")[2],
        "preview": _link(photo.preview),
        "small": _link(photo.thumbnail),
        "video": photo.is_video,
        "when": f"{when:%A}, {when.day} {when:%B %Y, %H:%M}" if when else "",
        "place": photo.place,
        "people": list(photo.people),
        "tags": list(photo.tags),
        "caption": photo.caption,
        "credit": photo.credit,
        "stars": photo.stars,
    }
    return {name: value for name, value in facts.items() if value}


def _counted(photos: Sequence[OfflinePhoto]) -> str:
    videos = sum(photo.is_video for photo in photos)
    pictures = len(photos) - videos
    words = [f"{pictures:,} photo{'' if pictures == 1 else 's'}"] if pictures or not videos else []
    words += [f"{videos:,} video{'' if videos == 1 else 's'}"] if videos else []
    return " and ".join(words)


def _link(path: str) -> str:
    """A path as a relative address: "#", "?", "%" and blanks are no part of it otherwise, nor is "a:b" a scheme."""
    return escape(quote(path, safe="/")) if path else ""


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text()
