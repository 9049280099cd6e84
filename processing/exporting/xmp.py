"""What a room knows about a photo, as XMP: tags, people, caption, stars, place, credit, time.

Sources: XMP Specification Part 1 and 2; IPTC Photo Metadata Standard 2023.1 (City, Country, Person Shown, Credit Line);
Metadata Working Group, Guidelines for Handling Image Metadata 2.0, section 5.9 (image regions) and 5.3 (dates); lr is
Lightroom's namespace for nested keywords, which digiKam reads, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from processing.contracts import Region
from processing.exporting import rdf
from processing.exporting.rdf import Packet, array, name, value, words

PARSE_TYPE = name("rdf:parseType")
RATING_PERCENT = "{http://ns.microsoft.com/photo/1.0/}Rating"
RESOURCE = {PARSE_TYPE: "Resource"}
CREDITS = ("photoshop:Credit", "dc:creator")
# From where a point of the displayed photo comes in the stored one, by EXIF orientation; all numbers 0 to 1.
# Source: EXIF 2.32, tag 274. digiKam, Lightroom and Picasa write regions of the stored picture.
STORED_POINT = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (y, 1 - x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (1 - y, x),
}


class PlaceNotes(NamedTuple):
    """Where a photo was taken; empty texts and None where nobody knows."""

    city: str = ""
    region: str = ""
    country: str = ""
    country_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


NOWHERE = PlaceNotes()


@dataclass(frozen=True, slots=True)
class PhotoNotes:
    """What is written into a copy of a photo.

    Attributes:
        width, height: of the photo as displayed, in pixels; regions are in these.
        tags: words for what it shows.
        people: names of those who are on it, each with the box of the face or None.
        caption: a sentence.
        stars: 1 to 5; 0 for none.
        place: where it was taken.
        credit: who brought it; left out where the file names its creator or a credit of its own.
        taken_at: when it was taken: with its time zone, or naive where that is unknown; None if nobody knows.
        time_source: where `taken_at` comes from, in words ("Satellites"); empty to leave that out.
    """

    width: int = 0
    height: int = 0
    tags: tuple[str, ...] = ()
    people: tuple[tuple[str, Region | None], ...] = ()
    caption: str = ""
    stars: int = 0
    place: PlaceNotes = NOWHERE
    credit: str = ""
    taken_at: datetime | None = None
    time_source: str = ""


def packet(notes: PhotoNotes, *, orientation: int = 1, existing: bytes | None = None) -> bytes:
    """Write the notes as an XMP packet.

    Args:
        notes: what to write.
        orientation: EXIF orientation of the file that the packet goes into, 1 to 8: regions are those of the stored picture.
        existing: the packet that the file has already. Everything in it stays that the notes say nothing about.

    Returns:
        UTF-8 with the wrapper.

    Raises:
        CannotSplice: the existing packet can't be read.
    """
    return rdf.serialize(merged(notes, orientation, existing))


def split_packet(
    notes: PhotoNotes, *, most_bytes: int, orientation: int = 1, existing: bytes | None = None
) -> tuple[bytes, bytes]:
    """Write the notes as a packet of at most so many bytes and, where that is too little, an extension of it.

    Returns:
        The packet, and the extended XMP that it points to by its MD5 sum (empty where it is not needed).

    Raises:
        CannotSplice: the existing packet can't be read, has an extension of its own, or does not become small enough.

    Source: XMP Specification Part 3, 1.1.3.1: the extension holds whole properties of the top level.
    """
    tree = merged(notes, orientation, existing)
    whole = rdf.serialize(tree)
    if len(whole) <= most_bytes:
        return whole, b""
    own = tree.own()
    if any(
        name("xmpNote:HasExtendedXMP") in (child.tag, *description.attrib)
        for description in tree.descriptions
        for child in [*description, description]
    ):
        raise rdf.CannotSplice("The file's own metadata is too large for more.")
    extension = rdf.empty_packet()
    extension.prefixes = tree.prefixes
    children = [(description, child) for description in tree.descriptions for child in description]
    for description, child in sorted(children, key=lambda pair: -_weight(pair[1])):
        description.remove(child)
        extension.own().append(child)
        if _weight(tree.rdf) < most_bytes // 2:
            break
    extended = rdf.serialize(extension, is_wrapped=False)
    own.set(name("xmpNote:HasExtendedXMP"), hashlib.md5(extended, usedforsecurity=False).hexdigest().upper())
    main = rdf.serialize(tree)
    if len(main) > most_bytes:
        raise rdf.CannotSplice("The file's own metadata is too large for more.")
    return main, extended


def merged(notes: PhotoNotes, orientation: int, existing: bytes | None) -> Packet:
    """Put the notes into the tree of the existing packet, or of an empty one."""
    notes = _plain(notes)
    tree = rdf.parse(existing) if existing else rdf.empty_packet()
    own = tree.own()
    _add_words(tree, "dc:subject", notes.tags)
    _add_words(tree, "lr:hierarchicalSubject", _nested(notes))
    _add_words(tree, "Iptc4xmpExt:PersonInImage", [who for who, _ in notes.people])
    if notes.caption:
        tree.take(name("dc:description"))
        words(own, "dc:description", notes.caption)
    plain = {
        "xmp:Rating": str(notes.stars) if notes.stars else "",
        "photoshop:City": notes.place.city,
        "photoshop:State": notes.place.region,
        "photoshop:Country": notes.place.country,
        "Iptc4xmpCore:CountryCode": notes.place.country_code,
        "photoshop:Credit": notes.credit,
        "photoshop:DateCreated": _moment(notes.taken_at),
        "exif:DateTimeOriginal": _moment(notes.taken_at),
        **_position(notes.place),
    }
    if any(tree.has(name(short)) for short in CREDITS):
        plain["photoshop:Credit"] = ""  # who made it has more to say than who brought it
    for short, text in plain.items():
        if text:
            tree.take(name(short))
            value(own, short, text)
    if notes.stars:
        tree.take(RATING_PERCENT)  # Windows' own number would say something else
    if notes.taken_at and notes.time_source:
        tree.take(name("photoroom:TimeSource"))
        value(own, "photoroom:TimeSource", notes.time_source)
    _add_regions(tree, notes, orientation)
    return tree


def _plain(notes: PhotoNotes) -> PhotoNotes:
    """The notes without what XML can't hold and without blanks around texts; empty texts go."""

    def text(raw: str) -> str:
        return rdf.clean(raw).strip()

    place = notes.place
    return replace(
        notes,
        tags=tuple(found for tag in notes.tags if (found := text(tag))),
        people=tuple((found, region) for who, region in notes.people if (found := text(who))),
        caption=text(notes.caption),
        credit=text(notes.credit),
        time_source=text(notes.time_source),
        place=place._replace(
            city=text(place.city),
            region=text(place.region),
            country=text(place.country),
            country_code=text(place.country_code),
        ),
    )


def _add_words(tree: Packet, short: str, texts: Sequence[str]) -> None:
    """Add to a bag; what is in it already stays, each text once."""
    if not texts:
        return
    known = [text for element in tree.take(name(short)) for text in rdf.items(element)]
    array(tree.own(), short, _distinct([*known, *texts]))


def _distinct(texts: Iterable[str]) -> list[str]:
    """Each once, in its first spelling; letter case does not count."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(text.casefold(), text)
    return list(found.values())


def _nested(notes: PhotoNotes) -> list[str]:
    place = [part for part in (notes.place.country, notes.place.region, notes.place.city) if part]
    levels = [["People", who] for who, _ in notes.people] + ([["Places", *place]] if place else [])
    return ["|".join(part.replace("|", "/") for part in level) for level in levels]


def _moment(moment: datetime | None) -> str:
    """ISO 8601 with sub-seconds where there are any, and the offset where it is known."""
    if moment is None:
        return ""
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _position(place: PlaceNotes) -> dict[str, str]:
    if place.latitude is None or place.longitude is None:
        return {}
    return {
        "exif:GPSLatitude": _degrees(place.latitude, "NS"),
        "exif:GPSLongitude": _degrees(place.longitude, "EW"),
        "exif:GPSVersionID": "2.3.0.0",
        "exif:GPSMapDatum": "WGS-84",
    }


def _degrees(number: float, letters: str) -> str:
    """Degrees and minutes as XMP writes them: "41,54.168000N"; a millionth of a minute is 2 mm."""
    whole, minutes = divmod(round(abs(number) * 60_000_000), 60_000_000)
    return f"{whole},{minutes / 1_000_000:.6f}{letters[number < 0]}"


def _add_regions(tree: Packet, notes: PhotoNotes, orientation: int) -> None:
    """Write the faces with their names; regions that the file has of anything else stay."""
    boxed = [(who, region) for who, region in notes.people if region]
    if not boxed or not notes.width or not notes.height:
        return
    others = [
        li for old in tree.take(name("mwg-rs:Regions")) for li in _foreign(old, {who for who, _ in boxed})
    ]
    regions = SubElement(tree.own(), name("mwg-rs:Regions"), RESOURCE)
    is_turned = orientation >= 5
    size = (notes.height, notes.width) if is_turned else (notes.width, notes.height)
    dimensions = SubElement(regions, name("mwg-rs:AppliedToDimensions"), RESOURCE)
    for short, text in (("stDim:w", size[0]), ("stDim:h", size[1]), ("stDim:unit", "pixel")):
        value(dimensions, short, str(text))
    bag = SubElement(SubElement(regions, name("mwg-rs:RegionList")), rdf.BAG)
    for who, region in boxed:
        _add_region(bag, who, _stored(region, notes, orientation))
    bag.extend(others)


def _add_region(bag: Element, who: str, area: tuple[float, float, float, float]) -> None:
    li = SubElement(bag, rdf.LI, RESOURCE)
    element = SubElement(li, name("mwg-rs:Area"), RESOURCE)
    for short, number in zip(("stArea:x", "stArea:y", "stArea:w", "stArea:h"), area, strict=True):
        value(element, short, f"{number:.6f}")
    value(element, "stArea:unit", "normalized")
    value(li, "mwg-rs:Name", who)
    value(li, "mwg-rs:Type", "Face")


def _stored(region: Region, notes: PhotoNotes, orientation: int) -> tuple[float, float, float, float]:
    """Center and size as shares of the stored picture, cut off at its edges."""
    left, right = (min(max(x, 0), notes.width) / notes.width for x in (region.x, region.x + region.width))
    top, bottom = (min(max(y, 0), notes.height) / notes.height for y in (region.y, region.y + region.height))
    x, y = STORED_POINT.get(orientation, STORED_POINT[1])((left + right) / 2, (top + bottom) / 2)
    width, height = right - left, bottom - top
    return (x, y, height, width) if orientation >= 5 else (x, y, width, height)


def _foreign(regions: Element, names: set[str]) -> list[Element]:
    """Regions of an existing list that name nobody of whom the notes tell: pets, focus points, other people."""
    return [li for li in regions.iter(rdf.LI) if _name_of(li) not in names]


def _name_of(li: Element) -> str:
    tag = name("mwg-rs:Name")
    found = next(
        (
            element.attrib.get(tag) or element.text
            for element in li.iter()
            if element.tag == tag or tag in element.attrib
        ),
        "",
    )
    return (found or "").strip()


def _weight(element: Element) -> int:
    """About how many bytes an element becomes."""
    return sum(
        len(part.tag) + len((part.text or "").encode()) + sum(map(len, part.attrib.values()))
        for part in element.iter()
    )
