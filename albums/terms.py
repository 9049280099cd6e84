"""The words that a room's search understands: its people, places, events, tags, cameras, and words for what photos are like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from albums.days import DateRange, span_of
from albums.faces_policy import finds_faces
from albums.models import Face, PhotoTag, Room, Tag
from albums.models.tags import TagKind
from albums.search import Search
from albums.search_words import fold, words_now
from albums.spoken_dates import MONTHS, WEEKDAYS, days_in, read_date

MOST_ROWS = 2000  # of each kind
MOST_DAYS, MOST_MONTHS, MOST_YEARS = 62, 60, 30


@dataclass(frozen=True, slots=True)
class Term:
    """Something that can be looked for, and the filters that it stands for."""

    kind: str  # person, event, place, tag, date, camera, uploader, quality
    label: str
    changes: Mapping[str, Any]  # fields of Search; to lists they are added
    icon: str
    phrases: tuple[str, ...] = ()  # folded; what is typed for it
    detail: str = ""
    face: Face | None = None
    weight: int = 0  # of two that fit equally well the heavier one comes first

    def added_to(self, search: Search) -> Search:
        values: dict[str, Any] = {}
        for name, value in self.changes.items():
            old = getattr(search, name)
            values[name] = tuple(dict.fromkeys((*old, *value))) if isinstance(value, tuple) else value
        return replace(search, **values)


def of_words(label: str, icon: str, *phrases: str, **changes: Any) -> Term:
    return Term("quality", label, changes, icon, (fold(label), *phrases))


TODAY = (gettext_noop("Today"), gettext_noop("Yesterday"))
STARS = {
    5: gettext_noop("5 stars"),
    4: gettext_noop("4 stars or more"),
    3: gettext_noop("3 stars or more"),
    2: gettext_noop("2 stars or more"),
    1: gettext_noop("1 star or more"),
}
# Words for what photos are like, whatever the room.
FIXED = (
    of_words(gettext_noop("Best shots"), "best", "best", "only best", "best ones", is_best=True),
    of_words(gettext_noop("Favorites"), "heart", "favourites", "favorite", "favourite", "my favorites", is_favorite=True),
    of_words(gettext_noop("Photos of me"), "face", "me", "of me", "mine", "myself", "with me", is_mine=True),
    of_words(gettext_noop("Sharp"), "eye", "sharp photos", quality="sharp"),
    of_words(gettext_noop("A little soft"), "eye", "soft", quality="soft"),
    of_words(gettext_noop("Blurred"), "eye-off", "blurry", "unsharp", quality="blurred"),
    of_words(gettext_noop("Too dark"), "eye", "dark", "underexposed", exposure="dark"),
    of_words(gettext_noop("Too bright"), "eye", "overexposed", exposure="bright"),
    of_words(gettext_noop("Well exposed"), "eye", exposure="good"),
    of_words(gettext_noop("Videos"), "video", "video", "films", "clips", kind="video"),
    of_words(gettext_noop("Photos without videos"), "photos", "no videos", "photos only", "only photos", kind="photo"),
    of_words(gettext_noop("With people"), "people", "people on it", has_people=True),
    of_words(gettext_noop("Nobody on it"), "people", "nobody", "no people", "without people", has_people=False),
    of_words(gettext_noop("With a place"), "place", "has place", has_place=True),
    of_words(gettext_noop("Without a place"), "place", "no place", "without place", has_place=False),
    of_words(gettext_noop("Duplicates"), "copy", "duplicate", left_out="duplicate"),
    of_words(gettext_noop("Set aside"), "folder", "aside", left_out="aside"),
    of_words(gettext_noop("In no album"), "folder", "left out", "set apart", left_out="any"),
    of_words(gettext_noop("With blurred ones"), "eye-off", "with blurred", with_blurred=True),
    *(
        of_words(STARS[count], "star",
                 f"{count} star{'s' * (count > 1)}", "*" * count, stars=count)
        for count in range(5, 0, -1)
    ),
)  # fmt: skip


ABOUT_FACES = {"is_mine", "has_people"}


def fixed_terms(room: Room) -> Iterator[Term]:
    """They are found by their words in the reader's language, and by the English ones."""
    for term in FIXED:
        if not finds_faces(room) and ABOUT_FACES & term.changes.keys():
            continue
        yield replace(term, label=gettext(term.label), phrases=(fold(gettext(term.label)), *term.phrases))


@dataclass
class Vocabulary:
    """The terms of one room, and dates in its time; of terms with the same words the first is meant."""

    terms: list[Term]
    span: DateRange
    today: date
    by_phrase: dict[str, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for term in self.terms:
            for phrase in term.phrases:
                self.by_phrase.setdefault(phrase, term)
        for phrase, term in list(self.by_phrase.items()):
            if term.kind == "tag":
                self.by_phrase.setdefault(phrase[:-1] if phrase.endswith("s") else f"{phrase}s", term)

    def find(self, words: list[str]) -> Term | None:
        """What is meant by exactly these words."""
        phrase = " ".join(words)
        if term := self.by_phrase.get(phrase):
            return term
        changes = read_date(words, self.span, self.today)
        return Term("date", phrase, changes, "calendar") if changes else None


def vocabulary_of(room: Room) -> Vocabulary:
    today = timezone.now().astimezone(ZoneInfo(room.time_zone)).date()
    span = span_of(room)
    days = span or DateRange(today, today)
    terms = [
        *people_terms(room), *event_terms(room), *place_terms(room), *tag_terms(room), *fixed_terms(room),
        *(date_terms(days, today) if span else ()), *camera_terms(room), *uploader_terms(room),
    ]  # fmt: skip
    return Vocabulary(terms, days, today)


def people_terms(room: Room) -> Iterator[Term]:
    """By the whole name, and by its first word where nobody else shares it."""
    people = room.people.shown().named().select_related("cover").order_by("-photo_count", "id")
    found = [(person, fold(person.name)) for person in people[:MOST_ROWS]]
    firsts = Counter(name.split()[0] for _, name in found if name)
    names = {name for _, name in found}
    for person, name in found:
        first = name.split()[0] if name else ""
        is_clear = firsts[first] == 1 and first not in names
        yield Term(
            "person", person.name, {"people": (person.pk,)}, "person", (name, first) if is_clear else (name,),
            counted(person.photo_count), person.cover, person.photo_count,
        )  # fmt: skip


def event_terms(room: Room) -> Iterator[Term]:
    rows = room.events.shown().exclude(name="").order_by("-photo_count")
    zone = ZoneInfo(room.time_zone)
    for event in rows[:MOST_ROWS]:
        detail = (
            f"{date_format(event.starts_at.astimezone(zone), 'DATE_FORMAT')}, {counted(event.photo_count)}"
        )
        yield Term(
            "event", str(event), {"event": event.pk}, "calendar", tuple(dict.fromkeys((fold(str(event)), fold(event.name)))), detail,
            weight=event.photo_count,
        )  # fmt: skip


def place_terms(room: Room) -> Iterator[Term]:
    """Towns, and countries."""
    countries: dict[str, str] = {}
    for place in room.places.order_by("pk")[:MOST_ROWS]:
        names = (str(place), place.city, f"{place.city} {place.country}" if place.city else "")
        phrases = tuple(dict.fromkeys(fold(name) for name in names if name))
        current = place.merged_into_id or place.pk  # the old name leads to where its photos are
        yield Term("place", str(place), {"place": current}, "place", phrases, place.full_name)
        if place.country and place.country_code:
            countries[place.country_code] = place.country
    for code, name in countries.items():
        yield Term("place", name, {"country": code}, "place", (fold(name),), _("Country"))


def tag_terms(room: Room) -> Iterator[Term]:
    """Words that are on a photo, people's own ones first."""
    used = PhotoTag.objects.filter(room=room, tag=OuterRef("pk")).shown()
    rows = list(Tag.objects.known_in(room.pk).filter(Exists(used))[:MOST_ROWS])
    order = {TagKind.OWN: 0, TagKind.CATEGORY: 1, TagKind.OBJECT: 2}
    for tag in sorted(rows, key=lambda tag: (order[TagKind(tag.kind)], tag.name)):
        label = tag.word[:1].upper() + tag.word[1:]
        weight = 2 - order[TagKind(tag.kind)]
        yield Term(
            "tag",
            label,
            {"tags": (tag.pk,)},
            "tag",
            tuple(dict.fromkeys((fold(tag.word), fold(tag.name)))),
            _("Tag"),
            weight=weight,
        )


def camera_terms(room: Room) -> Iterator[Term]:
    cameras = room.devices.exclude(camera="").order_by("camera").values_list("camera", flat=True).distinct()
    for camera in cameras[:MOST_ROWS]:
        yield Term("camera", camera, {"camera": camera}, "camera", (fold(camera),), _("Camera"))


def uploader_terms(room: Room) -> Iterator[Term]:
    users = User.objects.filter(memberships__room=room).order_by("display_name", "pk")
    for user in users[:MOST_ROWS]:
        name = fold(str(user))
        label = _("Added by %(name)s") % {"name": user}
        phrases = (*(f"{word} {name}" for word in words_now().by), fold(label), name)
        yield Term("uploader", label, {"uploader": user.pk}, "upload", tuple(dict.fromkeys(phrases)))


def date_terms(span: DateRange, today: date) -> Iterator[Term]:
    """Years, months, weekdays and days of the room's time, as suggestions; what is typed may say more."""
    years = list(range(span.last.year, span.first.year - 1, -1))[:MOST_YEARS]
    months = [(year, month) for year in years for month in range(12, 0, -1)]
    first, last = (span.first.year, span.first.month), (span.last.year, span.last.month)
    labels = [(f"{MONTHS[month - 1].capitalize()} {year}", MONTHS[month - 1]) for year, month in months
              if first <= (year, month) <= last][:MOST_MONTHS]  # fmt: skip
    yield from _dates(labels, span, today)
    yield from _dates([(str(year), "") for year in years], span, today)
    yield from _dates([(name.capitalize(), "") for name in WEEKDAYS], span, today)
    yield from _dates([(name, "") for name in TODAY], span, today)
    days = [
        (
            f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}",
            f"{MONTHS[day.month - 1].capitalize()} {day.day}",
        )
        for day in days_in(span, MOST_DAYS)
    ]
    yield from _dates(days, span, today)


def _dates(labels: Iterable[tuple[str, str]], span: DateRange, today: date) -> Iterator[Term]:
    for label, other in labels:
        phrase = fold(label)
        changes = read_date(phrase.split(), span, today)
        day = changes.get("day") if changes else None
        if changes and (day is None or span.first <= day <= span.last):
            detail = date_format(day) if day else ""
            phrases = (phrase, fold(other)) if other and other not in MONTHS else (phrase,)
            shown = spoken_label(label, day)
            phrases = tuple(dict.fromkeys((*phrases, fold(shown))))
            yield Term("date", shown, changes, "calendar", phrases, detail)


def spoken_label(label: str, day: date | None) -> str:
    """An English date of the list above in the reader's language."""
    word, _space, year = label.partition(" ")
    if label in TODAY:
        return gettext(label)
    if word.lower() in WEEKDAYS:
        return str(WEEKDAY_NAMES[WEEKDAYS.index(word.lower())])
    if word.lower() in MONTHS and year.isdecimal():
        return date_format(date(int(year), MONTHS.index(word.lower()) + 1, 1), "YEAR_MONTH_FORMAT")
    return date_format(day) if day and word.isdecimal() and year else label


def counted(photos: int) -> str:
    return ngettext("%(count)s photo", "%(count)s photos", photos) % {"count": intcomma(photos)}
