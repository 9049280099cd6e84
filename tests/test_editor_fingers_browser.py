"""The editor under fingers and keys: what scrolling, a second finger, a turn or a wish that was dropped must not spoil."""

from __future__ import annotations

import pytest

from albums.models import EditPreview
from processing import edit_previews
from tests.browsing import IN_A_BROWSER
from tests.editor_pages import PHONE, settled, wished
from tests.furnishing import hang

pytestmark = IN_A_BROWSER


@pytest.fixture
def photo(room):
    return hang(room, 1)[0]


class Fingers:
    """Real touches: the browser scrolls with them where the page lets it."""

    def __init__(self, page):
        self.page, self.session = page, page.context.new_cdp_session(page)

    def touch(self, kind, *places):
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def drag(self, start, end, steps=8):
        self.touch("touchStart", start)
        for step in range(1, steps + 1):
            share = step / steps
            self.touch(
                "touchMove", (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            )
            self.page.wait_for_timeout(16)
        self.touch("touchEnd")


def test_scrolling_the_panel_moves_no_slider_and_two_taps_reset_one(open_editor, alice):
    page = open_editor(alice, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator("[data-tool=light]").tap()
    fingers, slider = Fingers(page), page.get_by_role("slider", name="Shadows")
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2
    fingers.drag((x, y), (x + 4, y - 120))
    page.wait_for_timeout(200)
    assert page.locator("[data-panel-body]").evaluate("one => one.scrollTop") > 50
    assert slider.input_value() == "0"
    assert page.locator("[data-undo]").is_disabled()
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers.drag((x, y), (x + 80, y + 2))
    settled(page)
    assert float(slider.input_value()) > 0.2
    for _ in range(2):
        fingers.touch("touchStart", (x + 80, y))
        fingers.touch("touchEnd")
    settled(page)
    assert slider.input_value() == "0"
    assert not page.faults


def test_a_phone_that_is_turned_with_no_tool_open_shows_one(open_editor, alice):
    page = open_editor(alice, viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.locator("[data-tool][aria-pressed=true]").count() == 0
    page.set_viewport_size({"width": PHONE["height"], "height": PHONE["width"]})
    page.get_by_role("slider", name="Exposure").wait_for()
    assert page.locator("[data-tool=light]").get_attribute("aria-pressed") == "true"


def test_a_ratio_turns_with_the_photo_and_keys_are_undone_together(open_editor, alice):
    page = open_editor(alice)
    slider = page.get_by_role("slider", name="Exposure")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settled(page)
    page.locator("[data-undo]").click()
    assert slider.input_value() == "0"
    page.locator("[data-tool=geometry]").click()
    page.locator("[data-ratio='16:9']").click()
    page.keyboard.press("]")
    settled(page)
    assert page.locator("[data-ratio][aria-pressed=true]").get_attribute("data-ratio") == "9:16"
    handle = page.locator("[data-handle=se]").bounding_box()
    page.mouse.move(handle["x"] + 12, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(handle["x"] - 20, handle["y"] - 40, steps=4)
    page.mouse.up()
    box = page.locator(".crop-box").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(9 / 16, rel=0.03)
    assert not page.faults


def test_what_was_cancelled_is_made_when_somebody_comes_back_to_it(open_editor, alice):
    page = open_editor(alice)
    page.locator("[data-tool=repair]").click()
    page.locator("[data-op=sharpen] summary").click()
    amount = page.locator("[data-op=sharpen]").get_by_role("slider").first
    busy = page.locator("[data-busy]")
    amount.fill("1")
    busy.wait_for()
    page.locator("[data-busy-cancel]").click()
    busy.wait_for(state="hidden")
    amount.fill("2")
    busy.wait_for()
    amount.fill("1")
    for _ in range(50):
        wish = wished(page)
        if wish.wish["recipe"]["steps"][0]["amount"] == 1:
            break
        page.wait_for_timeout(100)
    edit_previews.make(wish.pk)
    settled(page)
    busy.wait_for(state="hidden")
    assert EditPreview.objects.get().wish["recipe"]["steps"][0]["amount"] == 1
    assert not page.faults


def test_a_text_moves_as_its_edge_does_and_goes_to_where_is_tapped(open_editor, alice, photo):
    page = open_editor(alice)
    page.locator("[data-tool=finish]").click()
    page.locator("[data-op=text] summary").click()
    page.get_by_role("textbox", name="Text").fill("Anna and Ben, 20 June")
    page.locator(".spot-handle").wait_for(state="attached")
    frame = page.locator(".editor-photo").bounding_box()

    def on_photo(x, y):
        return frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]

    page.mouse.move(*on_photo(0.75, 0.88))  # far from its middle
    page.mouse.down()
    page.mouse.move(*on_photo(0.7, 0.8), steps=4)
    page.mouse.move(*on_photo(0.65, 0.68), steps=4)
    page.mouse.up()
    assert place_of(page) == pytest.approx((0.4, 0.68), abs=0.01)
    page.mouse.click(*on_photo(0.2, 0.3))
    assert place_of(page) == pytest.approx((0.2, 0.3), abs=0.01)
    page.locator("[data-undo]").click()
    assert place_of(page) == pytest.approx((0.4, 0.68), abs=0.01)
    assert page.faults == []


def place_of(page):
    """Where the only point is, in shares of the photo as it is shown."""
    style = page.locator(".spot-handle").get_attribute("style")
    return tuple(float(part.split(":")[1]) for part in style.rstrip("; ").split(";"))
