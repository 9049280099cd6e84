"""The grid by hand: three thousand photos in a real browser, of which only those near the screen are in the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Photo, Rendition
from photoroom import invented_pictures
from tests.browsing import IN_A_BROWSER, signed_in, watch

pytestmark = IN_A_BROWSER
PHOTOS, DAYS = 3000, 3
MOST_ELEMENTS = 3000
START = datetime(2026, 6, 20, 9, tzinfo=UTC)
SHIFT = """() => { window.shift = 0; window.moved = [];
    new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
        window.shift += entry.value;
        for (const { node, previousRect: was, currentRect: is } of entry.sources)
            moved.push(`${node?.className || node?.nodeName}: ${was.top} > ${is.top}`);
    } }).observe({ type: 'layout-shift', buffered: true }); }"""
CHOSEN = (
    "() => Number(document.querySelector('[data-selection-photos]').value.split(',').filter(Boolean).length)"
)
AT_THE_TOP = """() => { const tile = document.querySelectorAll('.tile')[1]?.getBoundingClientRect();
    return scrollY === 0 && tile && tile.top > 0 && tile.bottom < innerHeight; }"""
SCROLL_A_LITTLE = """async () => { for (const y of [2, 0]) {
    const scrolled = new Promise(done => document.addEventListener('scroll', done, { once: true }));
    scrollTo(0, y);
    await scrolled;
} }"""


@pytest.fixture
def large_room(room, alice, monkeypatch):
    monkeypatch.setattr(invented_pictures, "VARIANTS", 5)
    rows = Photo.objects.bulk_create(
        Photo(
            room=room, uploader=alice, filename=f"IMG_{number}.jpg", format="JPEG", content_type="image/jpeg",
            state="ready", sha256=f"{number:064x}", crc32=0, size_bytes=1, width=4000, height=3000,
            sort_at=START + timedelta(days=number * DAYS // PHOTOS, seconds=number),
        )
        for number in range(PHOTOS)
    )  # fmt: skip
    Rendition.objects.bulk_create(
        Rendition(photo=photo, side_px=320, width=320, height=240, size_bytes=1, file="x") for photo in rows
    )
    invented_pictures.give_pictures(room)
    return room


def test_a_grid_of_three_thousand_photos_is_scrolled_and_chosen_from(large_room, alice, live_server, browser):
    address = f"{live_server.url}/rooms/{large_room.pk}/"
    windows = [
        signed_in(browser, live_server.url, alice, viewport={"width": 1200, "height": 800}) for _ in range(2)
    ]
    # What a busy machine draws half a second after a click counts as a shift of its own: then once more.
    moved = visit(windows[0], address)
    if moved:
        again = visit(windows[1], address)
        assert not again, f"{moved}, then {again}"


def visit(window, address: str) -> list[str]:
    """Choose, scroll to the end; answers what moved by itself on the way, if that was more than a hundredth of the page."""
    page = window.new_page()
    complaints = watch(page)
    page.add_init_script(f"({SHIFT})()")
    page.goto(address)
    page.locator(".grid.is-virtual").wait_for()
    choose_by_mouse(page)
    choose_by_keys(page)
    scroll_to_the_end(page)
    assert complaints == []
    moved = page.evaluate("() => moved") if page.evaluate("() => shift") >= 0.01 else []
    window.close()
    return moved


def choose_by_mouse(page) -> None:
    ticks = page.locator(".tile-tick")
    ticks.nth(0).click()
    ticks.nth(4).click(modifiers=["Shift"])
    assert page.evaluate(CHOSEN) == 5
    page.keyboard.press("Escape")
    day = page.locator("[data-select-day]").first
    day.click()
    assert page.evaluate(CHOSEN) == PHOTOS / DAYS  # most of them are not in the page
    reach_from_a_day(page)
    page.keyboard.press("Escape")
    box = page.locator(".tile").nth(1).bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 100)
    page.mouse.down()
    page.evaluate(SCROLL_A_LITTLE)  # a page that still glides takes nothing from the mouse that is down
    page.mouse.move(box["x"] + box["width"] + 40, box["y"] + 140, steps=4)
    assert page.evaluate(CHOSEN) == 2
    page.mouse.move(box["x"] + 80, 795, steps=3)  # at the edge the page scrolls along
    page.wait_for_function("() => scrollY > 900")
    page.mouse.up()
    assert page.evaluate(CHOSEN) > 2
    assert page.locator(".viewer-overlay").count() == 0
    page.locator("[data-selection-clear]").click()
    assert page.evaluate(CHOSEN) == 0


def reach_from_a_day(page) -> None:
    """A range begins at the last photo of the day that was ticked; with Shift a day is the end of one."""
    page.keyboard.press("Escape")
    page.evaluate(f"scrollTo(0, document.documentElement.scrollHeight * {1 / DAYS} - 300)")
    second = page.locator(".day").nth(1)
    second.locator(".tile").nth(2).wait_for()
    page.locator("[data-select-day]").first.click()
    third = second.locator(".tile-tick").nth(2)
    third.click(modifiers=["Shift"])
    assert page.evaluate(CHOSEN) == PHOTOS / DAYS + 3
    second.locator("[data-select-day]").click(modifiers=["Shift"])
    assert page.evaluate(CHOSEN) == 2 * PHOTOS / DAYS
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(AT_THE_TOP)  # drawn again, a frame later


def choose_by_keys(page) -> None:
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(AT_THE_TOP)
    page.locator(".tile-link").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert page.evaluate(CHOSEN) == 2
    page.keyboard.press("Shift+ArrowDown")
    assert page.evaluate(CHOSEN) > 4
    page.keyboard.press("Control+a")
    assert page.evaluate(CHOSEN) == PHOTOS
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    focused = "() => document.activeElement.closest('.tile').dataset.photo"
    last = page.evaluate(focused)
    page.keyboard.press("ArrowLeft")
    assert int(page.evaluate(focused)) == int(last) - 1
    page.keyboard.press("Home")


def scroll_to_the_end(page) -> None:
    end = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    for step in range(21):
        page.evaluate(f"scrollTo(0, {end * step / 20})")
        page.wait_for_function(
            "() => [...document.querySelectorAll('.tile')].some(tile => Math.abs(tile.getBoundingClientRect().top - 400) < 300)"
        )
        assert page.evaluate("document.querySelectorAll('*').length") < MOST_ELEMENTS
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile .photo')].some(image => image.naturalWidth && !image.matches('.is-coming'))"
    )


def test_a_tile_has_a_name_before_it_is_known_what_it_shows(large_room, alice, live_server, browser):
    window = signed_in(browser, live_server.url, alice, viewport={"width": 1200, "height": 800})
    page = window.new_page()
    page.route("**/photos/tiles/**", lambda route: route.abort())
    page.goto(f"{live_server.url}/rooms/{large_room.pk}/")
    page.locator(".grid.is-virtual").wait_for()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.get_by_role("link", name="Open the photo").first.wait_for()
    page.get_by_role("checkbox", name="Select the photo").first.wait_for()
