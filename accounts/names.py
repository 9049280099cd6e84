"""The name that somebody types: what is allowed in it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_LENGTH = 60
VISIBLE = frozenset("LNPS")  # letters, numbers, punctuation, symbols
REFUSED = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
# They turn the text around them, so that a name could disguise the sentence it stands in.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def clean_name(raw: str) -> str:
    """The name as it is kept: one line, single spaces, 1 to 60 characters; a ValidationError with a sentence else."""
    plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in unicodedata.normalize("NFC", raw))
    name = " ".join(part for part in plain.strip().split(" ") if part)
    if any(unicodedata.category(c) in REFUSED or c in TURNING for c in name):
        raise ValidationError(
            _("Please use letters, digits and signs on one line for your name."), code="characters"
        )
    if not any(unicodedata.category(c)[0] in VISIBLE for c in name):
        raise ValidationError(
            _("Please type your name, so that the others know who you are."), code="required"
        )
    if len(name) > MAX_LENGTH:
        raise ValidationError(
            _("Please use a name of at most %(max_length)s characters.") % {"max_length": MAX_LENGTH},
            code="max_length",
        )
    return name
