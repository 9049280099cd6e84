"""What people read before they say yes to having a face looked for. Whoever changes a word raises the version."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"


class Part(NamedTuple):
    """One question that the text answers, with a symbol."""

    icon: str
    question: str | Promise
    answer: str | Promise


class ConsentText(NamedTuple):
    """The whole of what is read: a question, its parts, and the two answers."""

    title: str | Promise
    parts: tuple[Part, ...]
    yes: str | Promise


OWN = ConsentText(
    _("May this room look for your face?"),
    (
        Part(
            "face",
            _("What happens"),
            _(
                "You show your face once, with a picture or by tapping it on a photo. 128 numbers are made of it and "
                "compared with the faces on the photos of this room. The picture itself is deleted right after."
            ),
        ),
        Part(
            "photos",
            _("What for"),
            _("To gather the photos that you are on in your album, also those that are added later."),
        ),
        Part(
            "people",
            _("Who sees it"),
            _(
                "Nobody sees the numbers, and they never leave this server or this room. Your album is yours alone. "
                "Other people see your name on a face only when you say “This is me”."
            ),
        ),
        Part(
            "clock",
            _("How long"),
            _("Until you take your yes back, leave the room, or the room is deleted."),
        ),
        Part(
            "undo",
            _("How to take it back"),
            _(
                "One button on the page “My privacy” of this room. The numbers, the cut-out faces and your name on them "
                "are deleted at once, and you are told what was deleted. The photos stay."
            ),
        ),
    ),
    _("Yes, look for me"),
)


def for_child(name: str) -> ConsentText:
    """What a parent reads, with the child's name in it."""
    title = format_lazy(_("May this room look for the face of {name}?"), name=name)
    parts = (
        Part(
            "face",
            _("What happens"),
            _(
                "You show your child’s face once, with a picture or by tapping it on a photo. 128 numbers are made of it "
                "and compared with the faces on the photos of this room. The picture itself is deleted right after."
            ),
        ),
        Part(
            "photos",
            _("What for"),
            _(
                "To gather the photos that your child is on in an album that you look after, also those that are added later."
            ),
        ),
        Part(
            "people",
            _("Who sees it"),
            _(
                "Nobody sees the numbers, and they never leave this server or this room. The album is yours alone. "
                "Other people see your child’s name on a face only when you say who it is."
            ),
        ),
        Part(
            "clock",
            _("How long"),
            _("Until you take your yes back, leave the room, or the room is deleted."),
        ),
        Part(
            "undo",
            _("How to take it back"),
            _(
                "One button on the page “My privacy” of this room. The numbers, the cut-out faces and the name on them "
                "are deleted at once, and you are told what was deleted. The photos stay."
            ),
        ),
    )
    return ConsentText(title, parts, _("Yes, as the parent"))
