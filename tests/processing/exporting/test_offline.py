"""The page in the zip: nothing that is written on a photo may become a part of the page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processing.exporting.offline import OfflinePhoto, page

SLOW = [HealthCheck.too_slow]  # of a busy machine


class Parts(HTMLParser):
    """The elements of a page and the addresses in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def parts_of(html: bytes) -> Parts:
    found = Parts()
    found.feed(html.decode())
    return found


def data_of(html: bytes) -> list[dict[str, object]]:
    text = html.decode().partition('id="photos">')[2].partition("</script>")[0]
    found: list[dict[str, object]] = json.loads(text)
    return found


def test_days_and_those_without_a_date() -> None:
    moment = datetime(2026, 6, 20, 18, 3, tzinfo=UTC)
    html = page("Party", [OfflinePhoto("a.jpg", taken_at=moment), OfflinePhoto("b.jpg")]).decode()
    assert re.findall("<h2>(.*?)</h2>", html) == ["Saturday, 20 June 2026", "Without a date"]
    assert "2 photos" in html


def test_addresses_are_relative_whatever_a_file_is_called() -> None:
    html = page("x", [OfflinePhoto("javascript:alert(1)#?%.jpg"), OfflinePhoto("a b/100%.jpg")])
    assert parts_of(html).links == ["javascript%3Aalert%281%29%23%3F%25.jpg", "a%20b/100%25.jpg"]


hostile = st.one_of(
    st.sampled_from(
        [
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "[[data]]",
            '"><img src=x onerror=alert(1)>',
            "\u2028 ]]>",
        ]
    ),
    st.text(max_size=30),
)


@given(title=hostile, text=hostile, color=st.sampled_from(["#123456", '"><b>', "red;background:url(x)"]))
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_no_text_becomes_an_element(title: str, text: str, color: str) -> None:
    usual = parts_of(page("x", [OfflinePhoto("a.jpg", thumbnail="t.jpg")]))
    html = page(
        title,
        [
            OfflinePhoto(
                "a.jpg",
                thumbnail="t.jpg",
                color=color,
                people=(text,),
                tags=(text,),
                caption=text,
                credit=text,
                place=text,
            )
        ],
    )
    assert parts_of(html).tags == usual.tags
    data = data_of(html)
    if text:
        assert data[0]["caption"] == text
        assert data[0]["people"] == [text]


def test_nothing_is_fetched_from_anywhere() -> None:
    html = page("Party", [OfflinePhoto("a.jpg", thumbnail="album/t.jpg")]).decode()
    assert "http:" not in html
    assert "https:" not in html
