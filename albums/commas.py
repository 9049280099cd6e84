"""Things in a row with the comma of the reader's script between them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

ARABIC = frozenset({"ar", "fa", "ur"})


def with_commas(parts: Iterable[object]) -> str:
    """ "Rome, Italy"; in Arabic the comma leans the other way."""
    comma = "، " if (get_language() or "").partition("-")[0] in ARABIC else ", "
    return comma.join(str(part) for part in parts)
