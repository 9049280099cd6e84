"""What can be chosen about the files of a zip."""

from __future__ import annotations

from enum import StrEnum


class Layout(StrEnum):
    """How a zip is divided into folders."""

    FLAT = "flat"
    PERSON = "person"
    DAY = "day"
    PLACE = "place"
    EVENT = "event"
    TAG = "tag"
    UPLOADER = "uploader"


class Size(StrEnum):
    """Originals, or copies that are small enough to send."""

    ORIGINAL = "original"
    WEB = "web"


class Edits(StrEnum):
    """Of photos that somebody edited: what everybody sees, what was added, or both side by side."""

    EDITED = "edited"
    ORIGINALS = "originals"
    BOTH = "both"


class Metadata(StrEnum):
    """What the files say about themselves: as they are; what is known written in, or beside them; place and time taken out."""

    AS_IS = "as_is"
    WRITE = "write"
    SIDECAR = "sidecar"
    STRIP = "strip"


# Folders of these tell when or where a photo was taken.
TELLING = frozenset({Layout.DAY, Layout.PLACE, Layout.EVENT})
