"""Every page in a language that is made here: all that can be translated stands in brackets, so what does not is not marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from albums.search_words import words_in
from tests.test_routes import ADMIN, WHO, address_of, rows, world

__all__ = ["world"]  # a fixture
OPEN, CLOSE = "⟦", "⟧"
SPOKEN = ("aria-label", "title", "placeholder", "alt", "aria-description")
SILENT = {"script", "style", "svg", "code", "kbd", "template"}
# Names of things, people and files that the world of this test holds; names of languages; words that are the same everywhere.
NAMES = re.compile(
    r"Alice(?:[’']s party)?|Bob|Vera|Gina|Charlie|Anna|Berta|Rexy?|Rome|Italy|Lazio|Canon|Grandma's garden|Old|Europe/\w+|UTC"
    r"|IMG_\d+(?:\.\w+)?|photos\.zip|[\w.]+@example\.org|testserver\S*|https?:\S+|127\.0\.0\.1|localhost"
    r"|Lake|Lovely|It ended\.|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|Photoroom|API|English|Deutsch|Français|Español|JPEG|CC BY|GeoNames|Authorization: Token|index\.html|ISO|GB|MB|KB|JSON"
)
WORD = re.compile(r"[A-Za-z]{3,}")


class Heard(HTMLParser):
    """The text of a page and what a screen reader says, each with whether it stands in brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.depth = 0
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT or (tag == "option" and dict(attrs).get("value") in available_timezones()):
            self.silent.append(tag)
        for name, value in attrs:
            if name in SPOKEN and value and not self.depth:
                self.bare += unmarked(value)
            if name.startswith("data-") and re.fullmatch(r"-?\d+,\d+", value or ""):
                self.bare.append(f"{name}={value} is a number as Germans write it, which no script reads")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        outside = ""
        for letter in data:
            self.depth += (letter == OPEN) - (letter == CLOSE)
            outside += letter if not self.depth else " "
        if not self.silent:
            self.bare += unmarked(outside)


def unmarked(text: str) -> list[str]:
    outside, depth = "", 0
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        outside += letter if not depth else " "
    left = NAMES.sub(" ", outside)
    return [" ".join(left.split())] if WORD.search(left) else []


@pytest.fixture
def brackets(monkeypatch):
    """Every sentence that is asked for comes in brackets."""
    translation.gettext("")  # the functions are in place after the first call
    translation.ngettext("", "", 1)
    translation.pgettext("", "")
    monkeypatch.setattr(translation._trans, "gettext", lambda text: f"{OPEN}{text}{CLOSE}" if text else "")
    monkeypatch.setattr(
        translation._trans, "ngettext", lambda one, many, count: f"{OPEN}{one if count == 1 else many}{CLOSE}"
    )
    monkeypatch.setattr(translation._trans, "pgettext", lambda context, text: f"{OPEN}{text}{CLOSE}")
    yield
    words_in.cache_clear()  # no later test searches in this language


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_no_page_holds_a_sentence_that_is_not_marked(world, brackets, name):
    said: dict[str, str] = {}
    for method, route, cells in rows():
        is_page = method == "GET" and cells[WHO.index(name)] == "200"
        if not is_page or route.startswith((ADMIN, "api/", "styleguide/")):
            continue
        cache.clear()
        client = Client(raise_request_exception=False, headers={"accept-language": "de"})
        if world["users"][name]:
            client.force_login(world["users"][name])
        response = client.get(address_of(f"{method} {route}", world))
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            heard = Heard()
            heard.feed(response.content.decode())
            said |= {text: route for text in heard.bare if text not in said}
    assert not said, "\n".join(f"{route}: {text}" for text, route in said.items())
