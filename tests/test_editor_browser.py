"""The editor in a real browser: with a mouse, with keys alone, on a phone; saving, drafts, somebody else who was faster."""

from __future__ import annotations

import re

import pytest

from albums.models import Edit, EditPreset, EditPreview
from albums.services import edits
from processing import edit_previews
from tests.browsing import CHROMIUM, open_browser, signed_in
from tests.furnishing import hang

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: `apt-get install chromium`"),
]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MEAN = """() => {
  const canvas = document.querySelector("[data-canvas]");
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += data[at + 1];
  return sum / (data.length / 4);
}"""
SHAPE = "() => { const {width, height} = document.querySelector('[data-photo]').getBoundingClientRect(); return width / height }"


@pytest.fixture
def browser():
    yield from open_browser()


@pytest.fixture
def photo(room):
    return hang(room, 1)[0]


@pytest.fixture
def open_editor(live_server, browser, photo):
    def open_it(user, viewport=DESK, **options):
        page = signed_in(browser, live_server.url, user, viewport=viewport, **options).new_page()
        page.set_default_timeout(20_000)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda line: "Security" in line.text and page.faults.append(line.text))
        page.goto(f"{live_server.url}{photo.get_absolute_url()}edit/")
        at_rest(page)
        return page

    return open_it


def at_rest(page) -> None:
    page.locator(".editor.is-ready[data-drawn=exact]").wait_for()


def settled(page) -> None:
    page.wait_for_timeout(350)
    at_rest(page)


def recipe_of(photo) -> dict[str, dict]:
    photo.refresh_from_db()
    return {step["op"]: step for step in photo.edit.recipe["steps"]} if photo.edit else {}


def save(page) -> None:
    page.locator("[data-save]").click()
    page.wait_for_url(re.compile(r"/photos/\d+/$"))


def test_a_slider_is_seen_at_once_undone_done_again_and_saved(open_editor, alice, photo):
    page = open_editor(alice)
    before = page.evaluate(MEAN)
    slider = page.get_by_role("slider", name="Exposure")
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert "EV" in slider.get_attribute("aria-valuetext")
    brighter = page.evaluate(MEAN)
    assert brighter > before + 5
    while page.locator("[data-undo]").is_enabled():
        page.keyboard.press("Control+z")
    settled(page)
    assert page.evaluate(MEAN) == pytest.approx(before, abs=0.5)
    assert page.locator("[data-save]").is_disabled()
    while page.locator("[data-redo]").is_enabled():
        page.keyboard.press("Control+Shift+Z")
    settled(page)
    assert page.evaluate(MEAN) == pytest.approx(brighter, abs=0.5)
    save(page)
    assert recipe_of(photo)["exposure"]["stops"] > 0
    assert not page.faults


def test_a_crop_by_its_handles_a_ratio_and_a_turn_by_keys(open_editor, alice, photo):
    page = open_editor(alice)
    whole = page.evaluate(SHAPE)
    page.locator("[data-tool=geometry]").click()
    box = page.locator("[data-handle=se]").bounding_box()
    frame = page.locator("[data-photo]").bounding_box()
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.6, frame["y"] + frame["height"] * 0.5, steps=5)
    page.mouse.up()
    page.locator("[data-tool=light]").click()
    settled(page)
    assert page.evaluate(SHAPE) == pytest.approx(whole * 0.6 / 0.5, rel=0.05)
    page.locator("[data-tool=geometry]").click()
    page.get_by_role("button", name="1 : 1").click()
    page.locator("[data-tool=light]").click()
    settled(page)
    assert page.evaluate(SHAPE) == pytest.approx(1, abs=0.02)
    page.keyboard.press("]")
    settled(page)
    save(page)
    steps = recipe_of(photo)
    assert steps["rotate"]["quarters"] == 1
    assert steps["crop"]
    assert not page.faults


def test_the_frame_of_a_crop_is_moved_by_keys_alone(open_editor, alice, photo):
    page = open_editor(alice)
    page.locator("[data-tool=geometry]").focus()
    page.keyboard.press("Enter")
    handle = page.get_by_role("button", name="Bottom right corner")
    handle.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.locator(".crop-box").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.locator("[data-save]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/photos/\d+/$"))
    crop = recipe_of(photo)["crop"]
    assert crop["left"] == pytest.approx(0.01)
    assert crop["right"] == pytest.approx(0.86)


def test_somebody_else_was_faster(open_editor, alice, bob, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Contrast").fill("0.5")
    settled(page)
    edits.save_edit(user=bob, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=0)
    page.locator("[data-save]").click()
    dialog = page.locator("#editor-met")
    dialog.wait_for()
    assert "has edited this photo meanwhile" in dialog.inner_text()
    dialog.get_by_role("button", name="Look at theirs").click()
    page.get_by_text("This is what the other one has saved.").wait_for()
    page.get_by_role("button", name="Back to mine").click()
    save(page)
    assert list(recipe_of(photo)) == ["contrast"]
    assert Edit.objects.count() == 2


def test_changes_survive_a_reload_and_leaving_asks(open_editor, alice, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Shadows").fill("0.5")
    settled(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    at_rest(page)
    page.get_by_text("Your changes from last time are here again.").wait_for()
    assert page.get_by_role("slider", name="Shadows").input_value() == "0.5"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Go on editing").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Drop them").last.click()
    page.wait_for_url(re.compile(r"/photos/\d+/$"))
    assert not Edit.objects.exists()


def test_versions_presets_and_the_clipboard(open_editor, alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "sepia", "strength": 1}]}, base=0)
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 1}]}, base=1)
    page = open_editor(alice)
    menu = page.locator(".editor-bar summary")
    menu.click()
    page.locator("[data-copy-edits]").click()
    menu.click()
    page.locator("[data-show-versions]").click()
    page.locator(".version-row", has_text="Version 1").get_by_role("button").click()
    settled(page)
    menu.click()
    page.locator("[data-paste-edits]").click()
    menu.click()
    page.locator("[data-show-presets]").click()
    page.get_by_label("Name").fill("Old and bright")
    page.get_by_role("button", name="Keep it as a preset").click()
    page.locator(".preset-row", has_text="Old and bright").wait_for()
    assert {step["op"] for step in EditPreset.objects.get().recipe["steps"]} == {"sepia", "exposure"}
    page.get_by_role("button", name="Delete Old and bright").click()
    page.get_by_text("There are no presets yet").wait_for()
    assert not page.faults


def test_a_worker_makes_what_the_page_can_not(open_editor, alice, photo):
    page = open_editor(alice)
    page.locator("[data-tool=repair]").click()
    page.locator("[data-op=sharpen] summary").click()
    page.locator("[data-op=sharpen]").get_by_role("slider").first.fill("1")
    page.locator("[data-busy]").wait_for()
    wish = wished(page)
    edit_previews.make(wish.pk)
    at_rest(page)
    page.locator("[data-busy]").wait_for(state="hidden")
    page.locator("[data-tool=light]").click()
    before = page.evaluate(MEAN)
    page.get_by_role("slider", name="Exposure").fill("1")
    settled(page)
    assert page.evaluate(MEAN) > before + 5, "light lies on the worker's picture without asking again"
    assert EditPreview.objects.get().number == wish.number
    assert not page.faults


def wished(page) -> EditPreview:
    for _ in range(100):
        found = EditPreview.objects.filter(state="waiting").first()
        if found:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("the page has asked for nothing")


def test_on_a_phone_the_photo_stays_in_sight(open_editor, alice, photo):
    page = open_editor(alice, PHONE, has_touch=True)
    page.locator("[data-tool=light]").tap()
    slider = page.get_by_role("slider", name="Exposure")
    frame, row = page.locator("[data-photo]").bounding_box(), slider.bounding_box()
    assert frame["height"] > 150
    assert frame["y"] + frame["height"] <= row["y"]
    before = page.evaluate(MEAN)
    page.touchscreen.tap(row["x"] + row["width"] * 0.75, row["y"] + row["height"] / 2)
    settled(page)
    assert page.evaluate(MEAN) > before + 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-panel-close]").tap()
    assert page.locator("[data-photo]").bounding_box()["width"] > 300
    assert not page.faults


def test_on_a_phone_what_is_said_covers_no_tool_and_goes_away(open_editor, alice, photo):
    page = open_editor(alice, PHONE, has_touch=True, is_mobile=True)
    page.locator(".editor-bar summary").tap()
    page.locator("[data-copy-edits]").tap()
    said = page.locator("[data-toast]")
    said.wait_for()
    assert (
        said.bounding_box()["y"] + said.bounding_box()["height"]
        < page.locator("[data-tools]").bounding_box()["y"]
    )
    box = said.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    said.wait_for(state="detached", timeout=9_000)


def test_before_and_after_and_zoom(open_editor, alice, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Exposure").fill("2")
    settled(page)
    page.locator("body").press("\\")
    assert page.locator("[data-before]").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("[data-before]").is_hidden()
    width = page.locator("[data-photo]").bounding_box()["width"]
    page.locator("body").press("+")
    page.locator("body").press("+")
    assert page.locator("[data-photo]").bounding_box()["width"] > width * 1.4
    page.locator("body").press("0")
    assert page.locator("[data-photo]").bounding_box()["width"] == pytest.approx(width, abs=1)
    page.locator("body").press("?")
    assert page.locator("#editor-keys").is_visible()
