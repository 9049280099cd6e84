"""What somebody looks for among a room's photos: one set of filters for pages, downloads and the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict

from albums.days import EARLIEST, LATEST, DateRange, days_of
from albums.maps import Box, in_box, read_box, write_box
from albums.models import Person, Room
from albums.models.photos import Exposure, LeftOut, PhotoKind, Quality
from albums.querysets import Anyone, PhotoQuerySet

LARGEST_ID = 2**63 - 1
MOST_IDS = 50
MOST_CHOSEN = 100  # photos named one by one, as a notification does
LONGEST_TEXT = 100
ANY = "any"


def number(text: str) -> int | None:
    """A row's id from an address; None for what can't be one."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))
    return int(text) if is_number and int(text) <= LARGEST_ID else None


def read_ids(values: list[str]) -> tuple[int, ...]:
    found = (number(part.strip()) for value in values for part in value.split(","))
    return tuple(dict.fromkeys(pk for pk in found if pk is not None))[:MOST_IDS]


def read_chosen(values: list[str]) -> tuple[int, ...]:
    found = (number(part.strip()) for value in values for part in value.split(","))
    return tuple(dict.fromkeys(pk for pk in found if pk is not None))[:MOST_CHOSEN]


def read_id(values: list[str]) -> int | None:
    return number(values[-1])


def read_flag(values: list[str]) -> bool:
    return values[-1].lower() in ("1", "true")


def read_yes_no(values: list[str]) -> bool | None:
    return {"1": True, "true": True, "0": False, "false": False}.get(values[-1].lower())


def read_date(values: list[str]) -> date | None:
    try:
        found = date.fromisoformat(values[-1])
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def read_text(values: list[str]) -> str:
    return " ".join(values[-1].replace("\x00", " ").split())[:LONGEST_TEXT]


def read_country(values: list[str]) -> str:
    is_code = len(values[-1]) == 2 and values[-1].isascii() and values[-1].isalpha()
    return values[-1].upper() if is_code else ""


def read_map_box(values: list[str]) -> Box | None:
    return read_box(values[-1])


def choice(*allowed: str) -> Callable[[list[str]], str]:
    return lambda values: values[-1] if values[-1] in allowed else ""


def up_to(largest: int) -> Callable[[list[str]], int | None]:
    def read(values: list[str]) -> int | None:
        found = number(values[-1])
        return found if found is not None and 1 <= found <= largest else None

    return read


def write_ids(value: Iterable[int]) -> str:
    return ",".join(str(pk) for pk in value)


def write_flag(value: bool) -> str:
    return "1" if value else "0"


class Parameter(NamedTuple):
    """How a filter stands in an address; `read` answers the filter's default for a value that means nothing."""

    name: str
    read: Callable[[list[str]], Any]
    write: Callable[[Any], str] = str


# By field of Search, in the order of a canonical address.
PARAMETERS: dict[str, Parameter] = {
    "people": Parameter("person", read_ids, write_ids),
    "anyone": Parameter("person_any", read_ids, write_ids),
    "without": Parameter("not_person", read_ids, write_ids),
    "tags": Parameter("tag", read_ids, write_ids),
    "without_tags": Parameter("not_tag", read_ids, write_ids),
    "event": Parameter("event", read_id),
    "place": Parameter("place", read_id),
    "country": Parameter("country", read_country),
    "box": Parameter("box", read_map_box, write_box),
    "day": Parameter("day", read_date, date.isoformat),
    "since": Parameter("since", read_date, date.isoformat),
    "until": Parameter("until", read_date, date.isoformat),
    "month": Parameter("month", up_to(12)),
    "weekday": Parameter("weekday", up_to(7)),
    "uploader": Parameter("uploader", read_id),
    "device": Parameter("device", read_id),
    "camera": Parameter("camera", read_text),
    "kind": Parameter("kind", choice(*PhotoKind.values)),
    "is_mine": Parameter("mine", read_flag, write_flag),
    "child": Parameter("child", read_id),
    "is_favorite": Parameter("favorite", read_flag, write_flag),
    "is_new": Parameter("new", read_flag, write_flag),
    "chosen": Parameter("only", read_chosen, write_ids),
    "stars": Parameter("stars", up_to(5)),
    "quality": Parameter("quality", choice(*Quality.values)),
    "exposure": Parameter("exposure", choice(*Exposure.values)),
    "is_best": Parameter("best", read_flag, write_flag),
    "with_blurred": Parameter("blurred", read_flag, write_flag),
    "left_out": Parameter("left_out", choice(*LeftOut.values, ANY)),
    "has_place": Parameter("has_place", read_yes_no, write_flag),
    "has_people": Parameter("has_people", read_yes_no, write_flag),
    "text": Parameter("q", read_text),
}


@dataclass(frozen=True)
class Search:
    """Filters, all of which a photo has to pass. Without any: the photos that albums hold."""

    people: tuple[int, ...] = ()  # all of them are on it
    anyone: tuple[int, ...] = ()  # at least one of them
    without: tuple[int, ...] = ()  # none of them
    tags: tuple[int, ...] = ()
    without_tags: tuple[int, ...] = ()
    event: int | None = None
    place: int | None = None
    country: str = ""  # two letters
    box: Box | None = None  # a part of the map
    day: date | None = None  # on the clock of the place, like the two below
    since: date | None = None
    until: date | None = None  # this day too
    month: int | None = None  # 1 to 12, of whatever year
    weekday: int | None = None  # 1 is Monday
    uploader: int | None = None
    device: int | None = None
    camera: str = ""
    kind: str = ""
    is_mine: bool = False
    child: int | None = None  # whose album the searching parent looks after
    is_favorite: bool = False
    is_new: bool = False  # of others, since one's last visit
    chosen: tuple[int, ...] = ()  # these alone
    stars: int | None = None  # at least
    quality: str = ""
    exposure: str = ""
    is_best: bool = False
    with_blurred: bool = False
    left_out: str = ""  # those that are in no album, for this reason or for any
    has_place: bool | None = None
    has_people: bool | None = None
    text: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """The filters of an address; what means nothing in it is left out."""
        return cls(
            **{
                name: parameter.read(query.getlist(parameter.name))
                for name, parameter in PARAMETERS.items()
                if parameter.name in query
            }
        )

    @property
    def parts(self) -> dict[str, str]:
        """Parameters of the canonical address: only those that filter, always in the same order."""
        found = {}
        for name, parameter in PARAMETERS.items():
            value = getattr(self, name)
            if value not in (None, "", (), False) or (value is False and name.startswith("has_")):
                found[parameter.name] = parameter.write(value)
        return found

    @property
    def query(self) -> str:
        """The address's end that leads to the same photos again, with its question mark."""
        text = urlencode(self.parts, safe=",")
        return f"?{text}" if text else ""

    @property
    def is_everything(self) -> bool:
        return not self.parts

    def photos(self, room: Room, user: Anyone) -> PhotoQuerySet:
        """Those of a room that pass, in no order."""
        photos: PhotoQuerySet = room.photos.all()
        return self.narrow(self.standing(photos), room, user)

    def standing(self, photos: PhotoQuerySet) -> PhotoQuerySet:
        """Those that albums hold, or those that they don't where that is looked for."""
        if self.left_out:
            return photos.left_out("" if self.left_out == ANY else self.left_out)
        return photos.in_albums(with_blurred=self.with_blurred or self.quality == Quality.BLURRED)

    def narrow(self, photos: PhotoQuerySet, room: Room, user: Anyone) -> PhotoQuerySet:
        """Those of the photos that pass all other filters."""
        photos = self._by_people(photos, user)
        for tag in self.tags:
            photos = photos.of_tag(tag)
        if self.without_tags:
            photos = photos.without_tags(self.without_tags)
        if ranges := self.ranges(room):
            photos = photos.on_days(room, ranges)
        if self.is_favorite:
            photos = photos.favorites_of(user)
        if self.is_new:
            photos = photos.new_for(user, room)
        if self.chosen:
            photos = photos.filter(pk__in=self.chosen)
        if self.is_best:
            photos = photos.best_only()
        if self.has_place is not None:
            photos = photos.filter(place__isnull=not self.has_place)
        if self.box:
            photos = in_box(photos, self.box)
        photos = photos.filter(**self._columns())
        return photos.with_text(room, self.text) if self.text else photos

    def ranges(self, room: Room) -> list[DateRange]:
        return days_of(
            room, day=self.day, since=self.since, until=self.until, month=self.month, weekday=self.weekday
        )

    def _by_people(self, photos: PhotoQuerySet, user: Anyone) -> PhotoQuerySet:
        secret = self._secret_people(user)
        for person in self.people:
            photos = photos.none() if person in secret else photos.of_person(person)
        if self.anyone:
            photos = photos.of_anyone(set(self.anyone) - secret)
        if self.without:
            photos = photos.without_people(set(self.without) - secret)
        if self.has_people is not None:
            photos = photos.with_faces_seen() if self.has_people else photos.without_faces()
        if self.child is not None:
            photos = photos.of_child(user, self.child)
        return photos.of_user(user) if self.is_mine else photos

    def _secret_people(self, user: Anyone) -> set[int]:
        """Those of the people looked for who don't want to be shown to this user."""
        asked = {*self.people, *self.anyone, *self.without}
        if not asked:
            return set()
        concealed = Person.objects.filter(pk__in=asked, is_concealed=True)
        return set(concealed.values_list("pk", flat=True)) - set(
            concealed.of_user(user).values_list("pk", flat=True)
        )

    def _columns(self) -> Mapping[str, object]:
        """Filters that are a column with a value."""
        columns = {
            "event": self.event,
            "place": self.place,
            "place__country_code": self.country,
            "uploader": self.uploader,
            "device": self.device,
            "camera": self.camera,
            "kind": self.kind,
            "stars__gte": self.stars,
            "quality": self.quality,
            "exposure": self.exposure,
        }
        return {name: value for name, value in columns.items() if value not in (None, "")}


FIELDS = tuple(field.name for field in fields(Search))
