"""The editor in a real browser: with a mouse, with keys alone, on a phone; saving, drafts, somebody else who was faster."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import expect

from albums.models import Edit, EditPreset, EditPreview
from albums.services import edit_presets, edits
from tests.browsing import IN_A_BROWSER, draw
from tests.editor_pages import (
    PHONE,
    at_rest,
    choose_in_menu,
    fulfil,
    left,
    recipe_of,
    save,
    settled,
    wished,
)
from tests.furnishing import hang

pytestmark = IN_A_BROWSER
MEAN = """() => {
  const canvas = document.querySelector("[data-canvas]");
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += data[at + 1];
  return sum / (data.length / 4);
}"""
BOXES = "(all) => all.map((one) => document.querySelector(one).getBoundingClientRect().toJSON())"
SPLIT = "() => document.querySelector('[data-photo]').style.getPropertyValue('--split')"
SHAPE = "() => { const {width, height} = document.querySelector('[data-photo]').getBoundingClientRect(); return width / height }"


@pytest.fixture
def photo(room):
    return hang(room, 1)[0]


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
    left(page)
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
    dialog.get_by_role("button", name="Look at it").click()
    page.get_by_text("This is what was saved last.").wait_for()
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
    page.get_by_text("Your changes from last time are here again.").wait_for()
    at_rest(page)
    assert page.get_by_role("slider", name="Shadows").input_value() == "0.5"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Go on editing").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Drop them").last.click()
    left(page)
    assert not Edit.objects.exists()


def test_versions_presets_and_the_clipboard(open_editor, alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "sepia", "strength": 1}]}, base=0)
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 1}]}, base=1)
    page = open_editor(alice)
    choose_in_menu(page, "copy-edits")
    choose_in_menu(page, "show-versions")
    page.locator(".version-row", has_text="Version 1").get_by_role("button").click()
    settled(page)
    choose_in_menu(page, "paste-edits")
    choose_in_menu(page, "show-presets")
    page.get_by_label("Name").fill("Old and bright")
    page.get_by_role("button", name="Keep it as a preset").click()
    page.locator(".preset-row", has_text="Old and bright").wait_for()
    assert {step["op"] for step in EditPreset.objects.get().recipe["steps"]} == {"sepia", "exposure"}
    page.get_by_role("button", name="Delete Old and bright").click()
    page.get_by_text("“Old and bright” is deleted.").wait_for()
    assert not EditPreset.objects.exists()
    assert not page.faults


def test_a_worker_makes_what_the_page_can_not(open_editor, alice, photo):
    page = open_editor(alice)
    page.locator("[data-tool=repair]").click()
    page.locator("[data-op=sharpen] summary").click()
    page.locator("[data-op=sharpen]").get_by_role("slider").first.fill("1")
    page.locator("[data-busy]").wait_for()
    wish = wished(page)
    fulfil(wish)
    at_rest(page)
    page.locator("[data-busy]").wait_for(state="hidden")
    page.locator("[data-tool=light]").click()
    before = page.evaluate(MEAN)
    page.get_by_role("slider", name="Exposure").fill("1")
    settled(page)
    assert page.evaluate(MEAN) > before + 5, "light lies on the worker's picture without asking again"
    assert EditPreview.objects.get().number == wish.number
    assert not page.faults


def test_on_a_phone_the_photo_stays_in_sight(open_editor, alice, photo):
    page = open_editor(alice, viewport=PHONE, has_touch=True)
    page.locator("[data-tool=light]").tap()
    slider = page.get_by_role("slider", name="Exposure")
    slider.wait_for()
    draw(page)  # the photo makes room
    frame, row = page.locator("[data-photo]").bounding_box(), slider.bounding_box()
    assert frame["height"] > 150
    assert frame["y"] + frame["height"] <= row["y"]
    before = page.evaluate(MEAN)
    page.touchscreen.tap(row["x"] + row["width"] * 0.75, row["y"] + row["height"] / 2)
    expect(slider).not_to_have_value("0")
    settled(page)
    assert page.evaluate(MEAN) > before + 5
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.locator("[data-panel-close]").tap()
    expect(page.locator("[data-panel-close]")).to_be_hidden()
    draw(page)
    assert page.locator("[data-photo]").bounding_box()["width"] > 300
    assert not page.faults


def test_on_a_phone_what_is_said_covers_no_tool_and_goes_away(open_editor, alice, photo):
    page = open_editor(alice, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(".editor-bar summary").tap()
    page.locator("[data-copy-edits]").tap()
    said = page.locator("[data-toast]")
    said.hover()  # once it has come up to its place; it stays for six seconds
    box, tools = page.evaluate(BOXES, ["[data-toast]", "[data-tools]"])
    assert box["y"] + box["height"] < tools["y"]
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    said.wait_for(state="detached")


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


def test_the_line_of_before_and_after_stays_in_sight_however_close_one_looks(open_editor, alice):
    page = open_editor(alice)
    page.get_by_role("slider", name="Exposure").fill("2")
    settled(page)
    page.locator("[data-compare]").click()
    stage, split = page.locator("[data-stage]"), page.locator("[data-split]")
    outer = stage.bounding_box()
    page.mouse.move(outer["x"] + 80, outer["y"] + 40)
    page.mouse.wheel(0, -800)
    at_rest(page)
    expect(stage).to_have_class(re.compile("is-zoomed"))
    box = split.bounding_box()
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    assert outer["y"] < middle["y"] < outer["y"] + outer["height"]
    page.mouse.move(**middle)
    page.mouse.down()
    page.mouse.move(middle["x"] + 100, middle["y"])
    page.mouse.up()
    share = float(split.input_value())
    assert share > 0.55
    photo = page.locator("[data-photo]").bounding_box()
    line = photo["x"] + photo["width"] * float(page.evaluate(SPLIT))
    assert line == pytest.approx(middle["x"] + 100, abs=8)


def test_a_curve_is_drawn_by_keys_alone(open_editor, alice, photo):
    page = open_editor(alice)
    page.locator("[data-op=curves] summary").click()
    points = page.locator(".curve-point")
    points.first.focus()
    page.keyboard.press("+")
    expect(points.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    expect(points.nth(1)).to_be_focused()
    page.keyboard.press("+")
    page.keyboard.press("Delete")
    expect(points).to_have_count(3)
    expect(points.nth(2)).to_be_focused()
    save(page)
    assert recipe_of(photo)["curves"]["master"] == [[0, 0], [0.5, 0.56], [1, 1]]
    assert not page.faults


@pytest.mark.parametrize("where", ["everywhere", "at the beginning"])
def test_a_curve_gets_no_more_points_than_can_be_saved(open_editor, alice, photo, where):
    page = open_editor(alice)
    page.locator("[data-op=curves] summary").click()
    points = page.locator(".curve-point")
    points.first.focus()
    page.keyboard.press("ArrowUp")
    doubled = [n for halves in (1, 2, 4, 8) for n in range(0, 2 * halves, 2)]
    for n in doubled if where == "everywhere" else [0] * 12:
        points.nth(n).focus()
        page.keyboard.press("+")
    save(page)
    across = [x for x, _ in recipe_of(photo)["curves"]["master"]]
    assert len(across) == (16 if where == "everywhere" else 8)
    assert all(later - x >= 0.0099 for x, later in itertools.pairwise(across))


def test_shift_moves_a_slider_further(open_editor, alice):
    page = open_editor(alice)
    slider = page.get_by_role("slider", name="Exposure")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert float(slider.input_value()) == pytest.approx(0.3)
    page.keyboard.press("Shift+ArrowDown")
    assert float(slider.input_value()) == pytest.approx(0.05)


def test_a_key_after_the_question_whether_to_leave_drops_nothing(open_editor, alice, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Shadows").fill("0.5")
    settled(page)
    page.keyboard.press("Escape")
    expect(page.locator("[data-leave-save]")).to_be_focused()
    page.keyboard.press("Enter")
    left(page)
    assert recipe_of(photo)["shadows"]["amount"] == 0.5


def test_a_size_that_was_typed_a_moment_ago_is_saved_by_keys(open_editor, alice, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Shadows").fill("0.5")
    page.locator("[data-tool=finish]").click()
    page.locator("[data-op=resize] summary").click()
    page.locator("[data-op=resize] [data-parameter=longest]").fill("300")
    page.keyboard.press("Control+s")
    left(page)
    assert recipe_of(photo)["resize"]["longest"] == 300


def test_whoever_is_signed_out_meanwhile_signs_in_and_goes_on(open_editor, alice, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Shadows").fill("0.5")
    settled(page)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator("[data-save]").click()
    page.get_by_text("You are signed out. Sign in again: your changes are kept.").wait_for()
    page.context.add_cookies(cookies)
    page.locator("[data-toasts]").get_by_role("button", name="Sign in").click()
    page.get_by_text("Your changes from last time are here again.").wait_for()
    save(page)
    assert recipe_of(photo)["shadows"]["amount"] == 0.5


def test_the_focus_is_not_lost_with_what_had_it(open_editor, alice, room):
    recipe = {"steps": [{"op": "exposure", "stops": 1}]}
    edit_presets.add_preset(user=alice, room=room, name="Bright", recipe=recipe, is_rooms=False)
    page = open_editor(alice)
    page.get_by_role("slider", name="Exposure").focus()
    page.keyboard.press("\\")
    expect(page.locator("[data-split]")).to_be_focused()
    page.keyboard.press("\\")
    expect(page.locator("[data-compare]")).to_be_focused()
    choose_in_menu(page, "show-presets")
    page.get_by_role("button", name="Rename Bright").press("Enter")
    page.keyboard.type("Pale")
    page.keyboard.press("Enter")
    expect(page.locator(".preset-use", has_text="Pale")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".editor-bar summary")).to_be_focused()
