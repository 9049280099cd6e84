"""Text that people type: trimmed, of one line, without control characters."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from albums.errors import AlbumError

_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_name(text: str, *, what: str, max_length: int, may_be_empty: bool = False) -> str:
    """The text as it is kept; an AlbumError says what is wrong with it."""
    cleaned = " ".join(_UNWANTED.sub(" ", unicodedata.normalize("NFC", text)).split())
    if not cleaned and not may_be_empty:
        raise AlbumError(_("%(what)s can't be empty.") % {"what": what})
    if len(cleaned) > max_length:
        raise AlbumError(
            _("%(what)s can have at most %(max_length)s characters; this one has %(len)s.")
            % {"what": what, "max_length": max_length, "len": len(cleaned)}
        )
    return cleaned
