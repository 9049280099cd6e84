"""The grid by hand: three thousand photos in a real browser, of which only those near the screen are in the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Photo, Rendition
from photoroom import invented_pictures
from tests.test_find_me_browser import CHROMIUM, FLAGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: `apt-get install chromium`"),
]
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


@pytest.mark.django_db(transaction=True)
def test_a_grid_of_three_thousand_photos_is_scrolled_and_chosen_from(large_room, alice, client, live_server):
    from playwright.sync_api import sync_playwright

    client.force_login(alice)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    address = f"{live_server.url}/rooms/{large_room.pk}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # What a busy machine draws half a second after a click counts as a shift of its own: then once more.
        moved = visit(browser, session, address)
        if moved:
            again = visit(browser, session, address)
            assert not again, f"{moved}, then {again}"
        browser.close()


def visit(browser, session, address: str) -> list[str]:
    """Choose, scroll to the end; answers what moved by itself on the way, if that was more than a hundredth of the page."""
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.add_cookies([session])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(f"({SHIFT})()")
    page.goto(address)
    page.locator(".grid.is-virtual").wait_for()
    choose_by_mouse(page)
    choose_by_keys(page)
    scroll_to_the_end(page)
    assert complaints == []
    moved = page.evaluate("moved") if page.evaluate("shift") >= 0.01 else []
    context.close()
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
    reach_from_a_day(page, day)
    page.keyboard.press("Escape")
    box = page.locator(".tile").nth(1).bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 40, box["y"] + 140, steps=4)
    assert page.evaluate(CHOSEN) == 2
    page.mouse.move(box["x"] + 80, 795, steps=3)  # at the edge the page scrolls along
    page.wait_for_function("() => scrollY > 900")
    page.mouse.up()
    assert page.evaluate(CHOSEN) > 2
    assert page.locator(".viewer-overlay").count() == 0
    page.locator("[data-selection-clear]").click()
    assert page.evaluate(CHOSEN) == 0


def reach_from_a_day(page, day) -> None:
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
    day.wait_for()


def choose_by_keys(page) -> None:
    page.evaluate("scrollTo(0, 0)")
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
