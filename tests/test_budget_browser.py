"""What the room's page may cost: bytes, requests and shifts, never seconds (those are in docs/performance.md).

Bytes are those of gzip at WhiteNoise's level, of every script and style sheet that the browser asks for on the page of a room
with 120 photos, until it has been scrolled to its end.
"""

from __future__ import annotations

import gzip
from typing import Any

from tests.browsing import IN_A_BROWSER, signed_in
from tests.furnishing import hang

PHOTOS = 120
KB = 1024
MOST_SCRIPT_BYTES = 80 * KB
MOST_STYLE_BYTES = 40 * KB
MOST_REQUESTS_BUT_PHOTOS = 95
MOST_PHOTOS_FOR_THE_FIRST_SCREEN = 60
MOST_SHIFT = 0.02
WATCH = """
  globalThis.measured = { shift: 0, largest: "" };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.measured.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.measured.largest = entry.element?.className || entry.element?.tagName || "";
  }).observe({ type: "largest-contentful-paint", buffered: true });
"""

pytestmark = IN_A_BROWSER


def compressed(bodies: dict[str, bytes]) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(body, 9)) for body in bodies.values())


def test_the_page_of_a_room_stays_within_its_budget(live_server, browser, room, alice):
    hang(room, PHOTOS)
    window = signed_in(browser, live_server.url, alice, viewport={"width": 390, "height": 844})
    page = window.new_page()
    page.add_init_script(WATCH)
    answers: dict[str, Any] = {}
    page.on("response", lambda answer: answers.setdefault(answer.url, answer))
    page.goto(f"{live_server.url}{room.get_absolute_url()}", wait_until="load")
    page.wait_for_function("() => document.querySelectorAll('.tile img').length > 5")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile img')].filter(one => one.getBoundingClientRect().top < innerHeight)"
        ".every(one => one.complete && one.naturalWidth)"
    )
    first_screen = [
        url for url in answers if "/photos/" in url and url.split("?")[0].rsplit("/", 1)[-1].isdigit()
    ]
    page.wait_for_function("() => measured.largest")  # which is told no more once the page was scrolled
    for _ in range(12):
        page.mouse.wheel(0, 1500)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")
    measured = page.evaluate("() => measured")
    kinds = {
        kind: {
            url: one.body()
            for url, one in list(answers.items())
            if one.request.resource_type == kind and one.ok
        }
        for kind in ("script", "stylesheet")
    }
    others = [url for url, one in answers.items() if one.request.resource_type not in ("image", "media")]
    window.close()

    sizes = {url.rsplit("/", 1)[-1]: compressed({url: body}) for url, body in kinds["script"].items()}
    assert compressed(kinds["script"]) <= MOST_SCRIPT_BYTES, sorted(sizes.items(), key=lambda one: -one[1])[
        :12
    ]
    assert compressed(kinds["stylesheet"]) <= MOST_STYLE_BYTES
    assert len(kinds["script"]) > 10, "nothing was measured"
    assert len(others) <= MOST_REQUESTS_BUT_PHOTOS
    assert 5 < len(first_screen) <= MOST_PHOTOS_FOR_THE_FIRST_SCREEN
    assert measured["shift"] <= MOST_SHIFT
    assert measured["largest"], "no largest element was painted: the first screen is empty"
