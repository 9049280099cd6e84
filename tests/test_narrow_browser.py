"""A phone of 360 px in languages with long words: no word makes a page wider than the screen, no bar or menu leaves it."""

from __future__ import annotations

from albums.models import Person
from tests.browsing import IN_A_BROWSER, signed_in
from tests.furnishing import hang

pytestmark = IN_A_BROWSER
WIDTH, HEIGHT = 360, 760
OUTSIDE = """selector => [...document.querySelectorAll(selector)].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width && (box.left < 0 || box.right > 360 || box.bottom > 760);
}).map(element => element.textContent.trim())"""
BROKEN = """() => [...document.querySelectorAll(".room-actions .button")].filter(
  button => button.getBoundingClientRect().height > 48).map(button => button.textContent.trim())"""


def test_a_narrow_phone_in_french_german_and_arabic(live_server, browser, room, alice, add_face):
    photos = hang(room, 4)
    person = Person.objects.create(room=room, name="Alice", user=alice, photo_count=2)
    for photo in photos[:2]:
        add_face(photo, person, assignment="confirmed")
    base = live_server.url + room.get_absolute_url()
    for language in ("fr", "de", "ar"):
        window = signed_in(
            browser, live_server.url, alice, viewport={"width": WIDTH, "height": HEIGHT},
            has_touch=True, is_mobile=True, locale=language,
        )  # fmt: skip
        page = window.new_page()
        for address in (base, f"{base}mine/"):
            page.goto(address)
            page.locator(".grid.is-virtual").wait_for()
            assert page.evaluate("() => innerWidth") == WIDTH, f"{address} is wider in {language}"
            assert page.evaluate(BROKEN) == [], language
            page.locator("[data-select-day]").first.click()
            page.locator("[data-selection-bar] [data-menu] > summary").last.click()
            assert page.evaluate(OUTSIDE, ".selection-bar, .selection-bar .menu-item") == [], language
        window.close()
