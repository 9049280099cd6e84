"""The editor's tools in a real browser: what they show, what they say while something is missing or can't be, small pictures."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from albums.models import Edit, EditPreset, EditPreview
from albums.services import edit_presets, edits
from tests.browsing import IN_A_BROWSER, draw
from tests.editor_pages import (
    PHONE,
    choose_in_menu,
    fulfil,
    recipe_of,
    save,
    settled,
    wished,
)
from tests.furnishing import hang
from tests.processes import wait_until

pytestmark = IN_A_BROWSER
SEPIA = {"steps": [{"op": "sepia", "strength": 1}]}
BUSY_SECONDS = 60
TOOLS = ("auto", "geometry", "light", "color", "look", "repair", "background", "style", "finish")


@pytest.fixture
def photos(room):
    return hang(room, 2)


@pytest.fixture
def photo(photos):
    return photos[0]


def tool(page, name) -> None:
    page.locator(f"[data-tool={name}]").click()


def test_on_a_phone_the_histogram_covers_nothing(open_editor, alice):
    page = open_editor(alice, viewport=PHONE, has_touch=True)
    histogram = page.locator("[data-histogram]")
    assert histogram.is_hidden()
    for name in ("light", "color", "look"):
        tool(page, name)
        box, stage = histogram.bounding_box(), page.locator("[data-stage]").bounding_box()
        title = page.locator("[data-panel-title]").bounding_box()
        close = page.locator("[data-panel-close]").bounding_box()
        assert box["y"] >= stage["y"] + stage["height"]
        assert title["x"] + title["width"] <= box["x"]
        assert box["x"] + box["width"] <= close["x"]
        assert page.evaluate(
            "([x, y]) => { document.querySelector('[data-histogram]').style.pointerEvents = 'auto';"
            " return document.elementFromPoint(x, y).matches('[data-histogram]') }",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        ), "the panel does not lie over it"
    tool(page, "geometry")
    assert histogram.is_hidden()


def test_no_heading_says_the_panels_title_again(open_editor, alice):
    page = open_editor(alice)
    for name in TOOLS:
        tool(page, name)
        title = page.locator("[data-panel-title]").inner_text()
        headings = page.locator("[data-panel-body] :is(h3, summary, legend)")
        said = [
            one.inner_text().strip()
            for one in headings.all()
            if one.is_visible() and one.bounding_box()["width"] > 1
        ]
        assert title not in said
    tool(page, "style")
    assert page.locator("[data-op=style] [data-style=wave]").is_visible()


def test_what_the_bare_section_paints_rests_while_another_one_is_open(open_editor, alice, photo):
    recipe = {
        "steps": [{"op": "cutout", "background": "transparent"}, {"op": "blur_background", "strength": 0.5}]
    }
    edits.save_edit(user=alice, photo=photo, recipe=recipe, base=0)
    page = open_editor_page_without_a_worker(open_editor, alice)
    tool(page, "background")
    assert page.locator(".spot-layer").count() == 1
    page.locator("[data-op=blur_background] summary").click()
    draw(page)  # a section tells that it was opened a moment later
    page.wait_for_timeout(100)
    assert page.locator(".spot-layer").count() == 1
    page.locator("[data-op=cutout]").get_by_text("Soft edge").click()
    expect(page.locator("[data-op=blur_background]")).not_to_have_attribute("open", "")


def open_editor_page_without_a_worker(open_editor, user):
    """What was saved has no copy here, so the page waits for one; its tools are there all the same."""
    page = open_editor(user, waits=False)
    page.locator(".editor.is-ready").wait_for()
    return page


def test_another_photo_behind_waits_for_its_photo_without_an_error(open_editor, alice, photos, photo):
    page = open_editor(alice)
    tool(page, "background")
    page.get_by_text("Another photo", exact=True).click()
    page.get_by_text("Choose a photo of this room.").wait_for()
    settled(page)
    page.wait_for_timeout(600)
    assert page.locator("[data-busy]").is_hidden()
    assert not EditPreview.objects.exists(), "nothing that can't be done is sent"
    page.get_by_role("button", name="Choose a photo").click()
    page.locator(".photo-choice").first.click()
    wish = wished(page).wish["recipe"]["steps"]
    assert [step["op"] for step in wish] == ["cutout"]
    assert wish[0]["photo"][0] in {one.pk for one in photos}
    assert page.get_by_role("button", name="Choose another photo").is_visible()


def test_a_background_without_its_photo_is_not_saved(open_editor, alice, photo):
    page = open_editor(alice)
    page.get_by_role("slider", name="Exposure").fill("0.5")
    tool(page, "background")
    page.get_by_text("Another photo", exact=True).click()
    save(page)
    assert list(recipe_of(photo)) == ["exposure"]


def test_a_size_that_can_not_be_is_said_while_it_is_typed(open_editor, alice, photo):
    page = open_editor(alice)
    tool(page, "finish")
    page.locator("[data-op=resize] summary").click()
    longest, width = (
        page.locator(f"[data-op=resize] [data-parameter={name}]") for name in ("longest", "width")
    )
    outcome = page.locator("[data-op=resize] [data-outcome]")
    assert f"{photo.width:,}" in outcome.inner_text()
    width.press_sequentially(str(photo.width * 9))
    refusal = page.locator("[data-op=resize] .editor-refusal:visible")
    assert "more than 8 times" in refusal.inner_text()
    assert width.get_attribute("aria-invalid") == "true"
    width.fill("70000")
    assert refusal.inner_text() == "Give a whole number from 1 to 16,384."
    width.fill("16384")  # the photo is higher than wide
    assert refusal.inner_text() == "Neither side may have more than 16,384 pixels. Make the photo smaller."
    width.fill("300")
    assert refusal.count() == 0
    page.get_by_text("The photo will have 300 ×").wait_for()
    longest.press_sequentially("200")
    assert "not both" in refusal.inner_text()
    width.fill("")
    page.get_by_text(re.compile("The photo will have .*200")).wait_for()
    assert refusal.count() == 0
    settled(page)
    save(page)
    assert recipe_of(photo)["resize"]["longest"] == 200
    assert not page.faults


@pytest.mark.parametrize("typed", ["٣٠٠", "۳۰۰", "300"])
def test_a_size_is_understood_in_the_digits_of_any_keyboard(open_editor, alice, photo, typed):
    page = open_editor(alice)
    tool(page, "finish")
    page.locator("[data-op=resize] summary").click()
    page.locator("[data-op=resize] [data-parameter=longest]").fill(typed)
    page.get_by_text(re.compile("The photo will have .*300")).wait_for()
    settled(page)
    save(page)
    assert recipe_of(photo)["resize"]["longest"] == 300


def test_leaving_a_refused_size_brings_back_the_one_that_counts(open_editor, alice):
    page = open_editor(alice)
    tool(page, "finish")
    page.locator("[data-op=resize] summary").click()
    width = page.locator("[data-op=resize] [data-parameter=width]")
    width.fill("300")
    page.get_by_text("The photo will have 300 ×").wait_for()
    width.fill("3000000")
    tool(page, "light")
    tool(page, "finish")
    assert width.input_value() == "300"
    assert page.locator("[data-op=resize] .editor-refusal:visible").count() == 0


def test_versions_are_dated_by_the_site_not_by_the_browser(open_editor, alice, photo, settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 1}]}, base=0)
    Edit.objects.update(created_at=datetime(2026, 3, 9, 20, 15, tzinfo=UTC))
    page = open_editor(alice, locale="en-US", timezone_id="America/New_York")
    choose_in_menu(page, "show-versions")
    row = page.locator(".version-row", has_text="Version 1")
    assert "10 Mar 2026, 01:45" in row.inner_text()


def test_styles_show_this_photo_one_after_the_other(open_editor, alice):
    page = open_editor(alice)
    tool(page, "style")
    wave, scream = (page.locator(f"[data-style={name}] img") for name in ("wave", "scream"))
    assert "is-coming" in wave.get_attribute("class")
    wish = wished(page)
    assert wish.wish["recipe"]["steps"][0]["style"] == "wave"
    assert wish.wish["side_px"] == 640
    fulfil(wish)
    page.locator("[data-style=wave] img[src^='data:image/jpeg']").wait_for()
    assert "is-coming" in scream.get_attribute("class")
    assert wished(page).wish["recipe"]["steps"][0]["style"] == "scream"
    assert EditPreview.objects.count() == 1
    tool(page, "light")
    wait_until(lambda: not EditPreview.objects.exists(), BUSY_SECONDS)  # nobody looks at them
    page.reload()
    page.locator(".editor.is-ready").wait_for()
    tool(page, "style")
    page.locator("[data-style=wave] img[src^='data:image/jpeg']").wait_for()
    assert wished(page).wish["recipe"]["steps"][0]["style"] == "scream", "what was made is kept"
    assert not page.faults


def test_small_pictures_wait_while_the_photo_itself_does(open_editor, alice):
    page = open_editor(alice)
    tool(page, "style")
    small = wished(page)
    page.locator("[data-style=summertime]").click()
    wait_until(lambda: EditPreview.objects.exclude(pk=small.pk).exists(), BUSY_SECONDS)
    wait_until(lambda: not EditPreview.objects.filter(pk=small.pk).exists(), BUSY_SECONDS)
    rows = list(EditPreview.objects.all())
    assert [row.wish["side_px"] for row in rows] == [1280]
    assert rows[0].wish["recipe"]["steps"][0]["style"] == "summertime"
    fulfil(rows[0])
    settled(page)
    assert wished(page).wish["side_px"] == 640, "they go on afterwards"


def test_a_preset_says_what_it_keeps_and_what_it_leaves_out(open_editor, alice, photo):
    steps = [{"op": "crop", "left": 0.1}, {"op": "exposure", "stops": 1}, {"op": "sepia", "strength": 1}]
    edits.save_edit(user=alice, photo=photo, recipe={"steps": steps}, base=0)
    page = open_editor(alice)
    choose_in_menu(page, "show-presets")
    dialog = page.locator("#editor-presets")
    dialog.get_by_text("Kept: Exposure and Sepia.").wait_for()
    assert dialog.get_by_text("Left out, because it belongs to this photo alone: Crop.").is_visible()
    dialog.get_by_label("Name").fill("Warm")
    dialog.get_by_role("button", name="Keep it as a preset").click()
    dialog.locator(".preset-row", has_text="Exposure and Sepia").wait_for()
    assert [step["op"] for step in EditPreset.objects.get().recipe["steps"]] == ["exposure", "sepia"]
    dialog.get_by_label("Name").fill("Warm")
    dialog.get_by_role("button", name="Keep it as a preset").click()
    assert "of this name already" in dialog.get_by_role("alert").inner_text()


def test_what_belongs_to_one_photo_alone_is_no_preset_and_says_so(open_editor, alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "crop", "left": 0.1}]}, base=0)
    page = open_editor(alice)
    choose_in_menu(page, "show-presets")
    dialog = page.locator("#editor-presets")
    dialog.get_by_text("What is set here belongs to this photo alone: Crop.").wait_for()
    assert dialog.locator("[data-preset-form]").is_hidden()


def test_repairs_and_backgrounds_are_kept_as_long_as_nothing_is_painted(open_editor, alice, photo):
    stroke = {"adds": True, "radius": 0.03, "points": [[0.5, 0.5]]}
    steps = [
        {"op": "sharpen", "amount": 0.5},
        {"op": "spots", "strokes": [stroke]},
        {"op": "cutout", "background": "color", "color": "#112233"},
    ]
    edits.save_edit(user=alice, photo=photo, recipe={"steps": steps}, base=0)
    page = open_editor_page_without_a_worker(open_editor, alice)
    choose_in_menu(page, "show-presets")
    dialog = page.locator("#editor-presets")
    dialog.get_by_text("Kept: Sharpen and Background.").wait_for()
    assert dialog.get_by_text("Left out, because it belongs to this photo alone: Remove spots.").is_visible()
    dialog.get_by_label("Name").fill("Blue")
    dialog.get_by_role("button", name="Keep it as a preset").click()
    dialog.get_by_role("button", name=re.compile("Blue.*Use")).wait_for()
    assert [step["op"] for step in EditPreset.objects.get().recipe["steps"]] == ["sharpen", "cutout"]


def test_a_deleted_preset_comes_back_from_the_same_place(open_editor, alice, room):
    edit_presets.add_preset(user=alice, room=room, name="Warm", recipe=SEPIA, is_rooms=False)
    page = open_editor(alice)
    choose_in_menu(page, "show-presets")
    page.get_by_role("button", name="Delete Warm").click()
    page.get_by_text("“Warm” is deleted.").wait_for()
    assert not EditPreset.objects.exists()
    page.locator("#editor-presets").get_by_role("button", name="Undo").click()
    page.get_by_role("button", name=re.compile("Warm.*Use")).wait_for()
    assert EditPreset.objects.get().name == "Warm"


def test_a_preset_uncovers_no_faces_and_keeps_what_was_painted(open_editor, alice, room, photo, add_face):
    stroke = {"adds": True, "radius": 0.03, "points": [[0.5, 0.5]]}
    face = add_face(photo)
    for name, steps in (
        ("Sharp", [{"op": "sharpen", "amount": 0.5}]),
        ("Blue", [{"op": "cutout", "background": "color", "color": "#112233"}]),
    ):
        edit_presets.add_preset(user=alice, room=room, name=name, recipe={"steps": steps}, is_rooms=True)
    steps = [
        {"op": "cutout", "background": "transparent", "brush": [stroke]},
        {"op": "blur_faces", "whose": "all"},
    ]
    edits.save_edit(user=alice, photo=photo, recipe={"steps": steps}, base=0)
    assert recipe_of(photo)["blur_faces"]["boxes"]
    face.delete()  # only the recipe still knows where it is
    page = open_editor_page_without_a_worker(open_editor, alice)
    for name in ("Sharp", "Blue"):
        tool(page, "auto")
        page.get_by_role("button", name=name, exact=True).click()
        page.get_by_text(f"“{name}” is applied.").wait_for()
    save(page)
    kept = recipe_of(photo)
    assert kept["sharpen"]
    assert kept["blur_faces"]["boxes"]
    assert (kept["cutout"]["background"], len(kept["cutout"]["brush"])) == ("color", 1)


def test_one_tap_uses_a_preset_and_leaves_what_is_this_photos(open_editor, alice, room, photo):
    edit_presets.add_preset(
        user=alice,
        room=room,
        name="Warm",
        recipe={"steps": [{"op": "sepia", "strength": 1}, {"op": "rotate", "quarters": 1}]},
        is_rooms=True,
    )
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "crop", "left": 0.2}]}, base=0)
    page = open_editor(alice, viewport=PHONE, has_touch=True)
    tool(page, "auto")
    page.get_by_role("button", name="Warm", exact=True).tap()
    page.get_by_text("“Warm” is applied.").wait_for()
    settled(page)
    page.get_by_role("button", name="Undo", exact=True).last.tap()
    expect(page.locator("[data-save]")).to_be_disabled()
    page.get_by_role("button", name="Warm", exact=True).tap()
    expect(page.locator("[data-save]")).to_be_enabled()
    settled(page)
    save(page)
    assert set(recipe_of(photo)) == {"crop", "rotate", "sepia"}
