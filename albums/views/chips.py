"""The chips of a search box: what is looked for in words, each with the way to the same search without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel.lists import format_list
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from albums.models import Device, Event, Face, Person, Room, Tag
from albums.models import Place as RoomPlace
from albums.models.photos import Exposure, LeftOut, Quality
from albums.search import ANY
from albums.views.listings import Listing

QUALITIES = {
    Quality.SHARP: gettext_lazy("Sharp"),
    Quality.SOFT: gettext_lazy("A little soft"),
    Quality.BLURRED: gettext_lazy("Blurred"),
}
EXPOSURES = {
    Exposure.GOOD: gettext_lazy("Well exposed"),
    Exposure.DARK: gettext_lazy("Too dark"),
    Exposure.BRIGHT: gettext_lazy("Too bright"),
}
LEFT_OUT = {
    LeftOut.DUPLICATE: gettext_lazy("Duplicates, set apart"),
    LeftOut.BLURRED: gettext_lazy("Blurred, set apart"),
    LeftOut.ASIDE: gettext_lazy("Set aside by hand"),
    ANY: gettext_lazy("In no album"),
}


@dataclass(frozen=True)
class Chip:
    label: str
    icon: str
    without: str  # the address's end of the same search without it, "?" for none
    face: Face | None = None


@dataclass(frozen=True)
class Names:
    """The rows that a search names, read in one query a kind."""

    people: dict[int, Person]
    tags: dict[int, Tag]
    event: Event | None
    place: RoomPlace | None
    device: Device | None
    uploader: User | None
    country: str

    @classmethod
    def of(cls, listing: Listing, room: Room) -> Names:
        people = {*listing.people, *listing.anyone, *listing.without}
        tags = {*listing.tags, *listing.without_tags}
        found = (
            room.people.filter(pk__in=people, is_concealed=False).select_related("cover") if people else ()
        )
        words = Tag.objects.known_in(room.pk).filter(pk__in=tags) if tags else ()
        countries = room.places.filter(country_code=listing.country).exclude(country="")
        return cls(
            people={person.pk: person for person in found},
            tags={tag.pk: tag for tag in words},
            event=room.events.filter(pk=listing.event).first() if listing.event else None,
            place=room.places.filter(pk=listing.place).first() if listing.place else None,
            device=room.devices.filter(pk=listing.device).first() if listing.device else None,
            uploader=User.objects.filter(memberships__room=room, pk=listing.uploader).first()
            if listing.uploader
            else None,
            country=(listing.country and countries.values_list("country", flat=True).first()) or "",
        )


def chips_of(listing: Listing, room: Room) -> list[Chip]:
    """Every filter that is on."""
    names = Names.of(listing, room)
    return [
        *_people(listing, names),
        *_dates(listing),
        *_places(listing, names),
        *_tags(listing, names),
        *_rest(listing, names),
    ]


def chip(listing: Listing, label: str, icon: str, face: Face | None = None, **changes: Any) -> Chip:
    return Chip(label, icon, replace(listing, **changes).query or "?", face)


def _people(listing: Listing, names: Names) -> Iterator[Chip]:
    for key in listing.people:
        person = names.people.get(key)
        yield chip(
            listing,
            person.label if person else _("Nobody"),
            "person",
            person.cover if person else None,
            people=less(listing.people, key),
        )
    if listing.anyone:
        labels = [names.people[key].label for key in listing.anyone if key in names.people]
        yield chip(listing, either(labels) or _("Nobody"), "people", anyone=())
    for key in listing.without:
        label = (
            _("Without %(what)s") % {"what": names.people[key].label}
            if key in names.people
            else _("Without nobody")
        )
        yield chip(listing, label, "person", without=less(listing.without, key))
    if listing.is_mine:
        yield chip(listing, _("Photos of you"), "face", is_mine=False)
    if listing.child is not None:
        yield chip(listing, _("Photos of your child"), "face", child=None)
    if listing.has_people is not None:
        yield chip(
            listing, _("With people") if listing.has_people else _("Nobody on it"), "people", has_people=None
        )


def _dates(listing: Listing) -> Iterator[Chip]:
    if listing.day:
        yield chip(listing, spoken(listing.day), "calendar", day=None)
    if listing.since or listing.until:
        yield chip(listing, spoken_range(listing.since, listing.until), "calendar", since=None, until=None)
    if listing.month:
        yield chip(listing, str(MONTHS[listing.month]), "calendar", month=None)
    if listing.weekday:
        yield chip(
            listing,
            _("Every %(weekday)s") % {"weekday": WEEKDAYS[listing.weekday - 1]},
            "calendar",
            weekday=None,
        )


def _places(listing: Listing, names: Names) -> Iterator[Chip]:
    if listing.event:
        yield chip(listing, str(names.event or _("An event which is gone")), "calendar", event=None)
    if listing.place:
        yield chip(listing, str(names.place or _("A place which is gone")), "place", place=None)
    if listing.country:
        yield chip(listing, names.country or listing.country, "place", country="")
    if listing.box:
        yield chip(listing, _("On this part of the map"), "place", box=None)
    if listing.has_place is not None:
        label = _("With a place") if listing.has_place else _("Without a place")
        yield chip(listing, label, "place", has_place=None)


def _tags(listing: Listing, names: Names) -> Iterator[Chip]:
    for key in listing.tags:
        yield chip(
            listing,
            capital(names.tags.get(key, _("a tag which is gone"))),
            "tag",
            tags=less(listing.tags, key),
        )
    for key in listing.without_tags:
        label = _("Without %(what)s") % {"what": names.tags.get(key, _("a tag which is gone"))}
        yield chip(listing, label, "tag", without_tags=less(listing.without_tags, key))


def _rest(listing: Listing, names: Names) -> Iterator[Chip]:
    if listing.uploader:
        yield chip(
            listing,
            _("Added by %(name)s") % {"name": names.uploader or _("somebody who has left")},
            "upload",
            uploader=None,
        )
    if listing.device or listing.camera:
        label = str(names.device or listing.camera or _("A camera which is gone"))
        yield chip(listing, label, "camera", device=None, camera="")
    if listing.kind:
        yield chip(listing, _("Videos") if listing.kind == "video" else _("Photos only"), "video", kind="")
    if listing.is_new:
        yield chip(listing, _("New since your last visit"), "clock", is_new=False)
    if listing.chosen:
        label = ngettext("%(count)s chosen photo", "%(count)s chosen photos", len(listing.chosen))
        yield chip(listing, label % {"count": len(listing.chosen)}, "select", chosen=())
    if listing.is_favorite:
        yield chip(listing, _("Your favorites"), "heart", is_favorite=False)
    if listing.stars:
        label = (
            _("5 stars")
            if listing.stars == 5
            else ngettext("%(count)s star or more", "%(count)s stars or more", listing.stars)
            % {"count": listing.stars}
        )
        yield chip(listing, label, "star", stars=None)
    if listing.is_best:
        yield chip(listing, _("Best shots only"), "best", is_best=False)
    if listing.quality:
        yield chip(listing, str(QUALITIES[Quality(listing.quality)]), "eye", quality="")
    if listing.exposure:
        yield chip(listing, str(EXPOSURES[Exposure(listing.exposure)]), "eye", exposure="")
    if listing.left_out:
        yield chip(listing, str(LEFT_OUT[listing.left_out]), "folder", left_out="")
    if listing.with_blurred:
        yield chip(listing, _("With blurred ones"), "eye-off", with_blurred=False)
    if listing.text:
        yield chip(listing, _("“%(text)s”") % {"text": listing.text}, "search", text="")


def either(names: Sequence[str]) -> str:
    """Names with "or" between them, as the reader's language lists them."""
    return format_list(names, style="or", locale=(get_language() or "en").replace("-", "_"))


def less(keys: Sequence[int], key: int) -> tuple[int, ...]:
    return tuple(other for other in keys if other != key)


def capital(word: object) -> str:
    text = str(word)
    return text[:1].upper() + text[1:]


def spoken(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def spoken_range(since: date | None, until: date | None) -> str:
    """A whole month or year is called so."""
    if since and until:
        is_whole = since.day == 1 and (until.toordinal() + 1 == _next_month(until).toordinal())
        if is_whole and (since.year, since.month) == (until.year, until.month):
            return date_format(since, "YEAR_MONTH_FORMAT")
        if is_whole and (since.month, until.month) == (1, 12):
            return (
                str(since.year)
                if since.year == until.year
                else _("%(start)s to %(end)s") % {"start": since.year, "end": until.year}
            )
        return _("%(start)s to %(end)s") % {"start": date_format(since), "end": date_format(until)}
    if since:
        return _("From %(day)s") % {"day": date_format(since)}
    return _("Until %(day)s") % {"day": date_format(until)} if until else ""


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
