"""Many photos edited at once, by hand: the grid shows them as they are made; stopped, taken back, pasted, turned upright."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from albums.models import Edit, Photo, TurnProposal
from processing import edit_queue, edit_store
from tests.browsing import IN_A_BROWSER, draw, signed_in, watch
from tests.furnishing import hang

pytestmark = IN_A_BROWSER
PHOTOS = 6
EDITED = ".tile .photo[src*='?v=']"
SEPIA = [{"op": "sepia", "strength": 1.0}]
MATRIX = "element => getComputedStyle(element).transform"
LONG_MS = 700
BAR_ABOVE_PX = 76  # so far above the end are buttons of the bar; nearer to it the page scrolls along


@pytest.fixture
def photos(room):
    return hang(room, PHOTOS)


@pytest.fixture
def page(live_server, browser, room, alice, photos):
    """The room's grid; fails where a script did."""
    window = signed_in(browser, live_server.url, alice, viewport={"width": 1200, "height": 900})
    page = window.new_page()
    complaints = watch(page)
    page.goto(live_server.url + room.get_absolute_url())
    page.locator(".grid.is-virtual").wait_for()
    yield page
    window.close()
    assert complaints == []


def choose_all(page) -> None:
    page.locator(".tile-link").first.focus()
    page.keyboard.press("Control+a")
    page.locator(".selection-bar summary", has_text="Edit").click()


def stay(page) -> None:
    """Marks the page, so that `is_same` tells whether it was left."""
    page.evaluate("() => { globalThis.isSame = true; }")


def is_same(page) -> bool:
    return bool(page.evaluate("() => globalThis.isSame === true"))


def make(photos: list[Photo]) -> None:
    """What a worker does, in its place."""
    for photo in photos:
        edit_store.render(photo.pk)


def edited(page, count: int) -> None:
    """Waits until exactly so many tiles show an edited copy that has come."""
    page.wait_for_function(
        """count => [...document.querySelectorAll(".tile .photo")]
            .filter(image => image.complete && image.currentSrc.includes("?v=")).length === count""",
        arg=count,
    )


def test_tiles_show_edits_as_they_are_made_and_undone_without_leaving_the_page(page, room, photos):
    stay(page)
    shapes = tile_shapes(page)
    choose_all(page)
    page.get_by_role("button", name="Turn to the right").click()
    page.get_by_text(f"Editing {PHOTOS} photos.").wait_for()
    page.get_by_text(f"0 of {PHOTOS} photos edited").wait_for()
    assert page.locator(".is-selecting").count() == 0
    make(photos[:2])
    page.get_by_text(f"2 of {PHOTOS} photos edited").wait_for()
    edited(page, 2)
    edit_queue.render_waiting(room.pk)
    page.get_by_text(f"{PHOTOS} photos are edited.").wait_for()
    undo = page.locator(".toast", has_text="are edited").get_by_role("button", name="Undo")
    undo.focus()  # so that the message stays
    edited(page, PHOTOS)
    page.wait_for_function(
        """shapes => Object.entries(shapes).every(([id, shape]) => {
            const tile = document.querySelector(`.tile[data-photo="${id}"]`);
            return Math.abs(shape - 1) < 0.1 || (shape > 1) === (tile.clientWidth < tile.clientHeight);
        })""",
        arg=shapes,
    )
    expect(page.locator("#edits-under-way *")).to_have_count(0)
    undo.click()
    page.get_by_text("Undone: these photos look as before").wait_for()
    edited(page, 0)
    assert is_same(page)
    assert not Photo.objects.exclude(edit=None).exists()


def tile_shapes(page) -> dict[str, float]:
    """Width by height of each tile."""
    return dict(
        page.evaluate(
            "() => [...document.querySelectorAll('.tile')].map(tile => [tile.dataset.photo, tile.clientWidth / tile.clientHeight])"
        )
    )


def test_a_batch_that_is_stopped_halfway_keeps_what_is_done(page, photos):
    stay(page)
    choose_all(page)
    page.get_by_role("button", name="Turn to the left").click()
    page.get_by_text(f"0 of {PHOTOS} photos edited").wait_for()
    make(photos[:3])
    page.get_by_text(f"3 of {PHOTOS} photos edited").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. What was done already stays").wait_for()
    undo = page.locator(".toast", has_text="Stopped").get_by_role("button", name="Undo")
    undo.focus()  # so that the message stays
    page.locator("#edits-under-way[data-waiting='0']").wait_for(state="attached")
    edited(page, 3)
    assert Edit.objects.filter(state="cancelled").count() == PHOTOS - 3
    undo.click()
    edited(page, 0)
    assert is_same(page)


def test_what_was_copied_in_the_editor_is_pasted_and_a_photo_that_fails_is_named(page, room, photos):
    page.evaluate("steps => localStorage.setItem('photoroom-edit-copied', steps)", json.dumps(SEPIA))
    bad = photos[0]
    original = Path(bad.original.path)
    original.write_bytes(original.read_bytes()[:300])
    choose_all(page)
    page.get_by_role("button", name="Paste edits").click()
    page.get_by_text(f"Editing {PHOTOS} photos.").wait_for()
    edit_queue.render_waiting(room.pk)
    page.get_by_text(f"{PHOTOS - 1} photos are edited.").wait_for()
    edited(page, PHOTOS - 1)
    page.get_by_text("1 photo could not be edited and looks as before.").wait_for()
    page.get_by_role("link", name="See why").click()
    named = page.locator(".batch-reasons li")
    assert bad.filename in named.inner_text()
    assert "damaged" in named.inner_text()
    expect(page.get_by_text("Sepia")).to_have_count(1)


def test_photos_on_their_side_are_shown_as_they_would_be_until_their_tick_is_taken_off(
    page, room, photos, live_server
):
    for photo in photos[:2]:
        TurnProposal.objects.create(room=room, photo=photo, quarters=1, confidence=0.9)
    page.goto(f"{live_server.url}{room.get_absolute_url()}turns/")
    pictures, small = page.locator(".turn-after"), page.locator(".turn-before")
    right = "matrix(0, 1, -1, 0, 0, 0)"
    assert [one.evaluate(MATRIX) for one in pictures.all()] == [right, right]
    assert small.first.is_visible()
    page.locator(".turn-label").first.click()
    page.get_by_role("button", name="Turn 1 photo").wait_for()
    expect(small.first).to_be_hidden()
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.turn-after')).transform === 'none'"
    )
    page.get_by_role("button", name="Turn 1 photo").click()
    page.get_by_text("1 photo is turned.").wait_for()
    assert TurnProposal.objects.filter(state="open").count() == 1
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: these photos look as before").wait_for()
    expect(pictures).to_have_count(2)
    page.get_by_role("button", name="They are right").click()
    page.get_by_text("2 photos stay as they are.").wait_for()
    page.get_by_text("All photos stand upright").wait_for()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.get_by_text("Asked about again.").wait_for()
    expect(pictures).to_have_count(2)


def test_a_finger_that_pressed_long_does_not_press_the_bar_that_comes_up_under_it(
    live_server, browser, room, alice, photos
):
    window = signed_in(
        browser,
        live_server.url,
        alice,
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
    )
    page = window.new_page()
    page.goto(live_server.url + room.get_absolute_url())
    page.locator(".grid.is-virtual").wait_for()
    box = page.locator(".tile").first.bounding_box()
    spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    page.set_viewport_size({"width": 390, "height": round(spot["y"]) + BAR_ABOVE_PX})
    fingers = window.new_cdp_session(page)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [spot]})
    page.locator(".is-selecting .selection-bar").wait_for()
    under = "spot => Boolean(document.elementFromPoint(spot.x, spot.y)?.closest('.selection-bar'))"
    page.wait_for_function(under, arg=spot)
    page.wait_for_timeout(LONG_MS)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.locator("[data-selection-count]").inner_text() == "1"
    draw(page)
    draw(page)
    assert page.locator(".is-selecting").count() == 1
    assert page.locator("dialog[open], [data-menu][open]").count() == 0
    window.close()
