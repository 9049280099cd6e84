"""Two tabs on one photo, the editor's own menu, and fingers: what must not surprise anybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from albums.models import Edit
from albums.services import edits
from tests.browsing import IN_A_BROWSER, draw
from tests.editor_pages import (
    PHONE,
    at_rest,
    choose_in_menu,
    open_editor_in,
    recipe_of,
    save,
    settled,
)
from tests.furnishing import hang

pytestmark = IN_A_BROWSER


@pytest.fixture
def photos(room):
    return hang(room, 2)


@pytest.fixture
def photo(photos):
    return photos[0]


def test_a_second_tab_is_told_of_the_first_and_begins_with_what_is_saved(
    live_server, open_editor, alice, photo
):
    first = open_editor(alice)
    first.get_by_role("slider", name="Exposure").fill("1")
    settled(first)
    second = open_editor_in(first.context, live_server.url, photo, waits=False)
    second.get_by_text(
        "is open in another tab as well"
    ).wait_for()  # said for six seconds, from the beginning
    at_rest(second)
    assert second.get_by_role("slider", name="Exposure").input_value() == "0"
    second.get_by_role("slider", name="Contrast").fill("0.5")
    settled(second)
    save(first)
    second.get_by_text("This photo was edited meanwhile").wait_for()
    second.get_by_role("button", name="Look at it").last.click()
    settled(second)
    assert second.get_by_role("slider", name="Exposure").input_value() == "1"
    second.get_by_role("button", name="Back to mine").click()
    settled(second)
    save(second)
    assert list(recipe_of(photo)) == ["contrast"]
    assert Edit.objects.count() == 2


def test_a_tab_in_which_nothing_was_changed_follows_the_other_one(live_server, open_editor, alice, photo):
    first = open_editor(alice)
    second = open_editor_in(first.context, live_server.url, photo)
    first.get_by_role("slider", name="Exposure").fill("1")
    settled(first)
    save(first)
    expect(second.get_by_role("slider", name="Exposure")).to_have_value("1")
    assert second.locator("[data-save]").is_disabled()


def test_a_reloaded_tab_keeps_its_own_changes_beside_another_one(live_server, open_editor, alice, photo):
    first = open_editor(alice)
    second = open_editor_in(first.context, live_server.url, photo)
    for page, name in ((first, "Exposure"), (second, "Contrast")):
        page.get_by_role("slider", name=name).fill("0.5")
        settled(page)
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.get_by_text("Your changes from last time are here again.").wait_for()
        at_rest(page)
    assert first.get_by_role("slider", name="Exposure").input_value() == "0.5"
    assert second.get_by_role("slider", name="Exposure").input_value() == "0"
    assert second.get_by_role("slider", name="Contrast").input_value() == "0.5"


def test_edits_are_copied_and_pasted_by_the_menu_without_what_is_of_one_photo(
    live_server, open_editor, alice, photo, photos
):
    steps = [{"op": "crop", "left": 0.1}, {"op": "sepia", "strength": 1}]
    edits.save_edit(user=alice, photo=photo, recipe={"steps": steps}, base=0)
    edits.save_edit(user=alice, photo=photos[1], recipe={"steps": [{"op": "crop", "top": 0.2}]}, base=0)
    page = open_editor(alice)
    choose_in_menu(page, "copy-edits")
    page.get_by_text("Copied, without Crop.").wait_for()
    other = open_editor_in(page.context, live_server.url, photos[1])
    choose_in_menu(other, "paste-edits")
    other.get_by_text("Pasted.").wait_for()
    save(other)
    assert recipe_of(photos[1])["crop"]["top"] == 0.2
    assert set(recipe_of(photos[1])) == {"crop", "sepia"}


def test_back_to_the_original_is_said_and_taken_back(open_editor, alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 1}]}, base=0)
    page = open_editor(alice)
    choose_in_menu(page, "revert")
    page.get_by_text("This is the original. Save it to keep it so.").wait_for()
    assert page.get_by_role("slider", name="Exposure").input_value() == "0"
    page.get_by_role("button", name="Undo", exact=True).last.click()
    assert page.get_by_role("slider", name="Exposure").input_value() == "1"
    assert page.locator("[data-save]").is_disabled()


def test_escape_closes_the_menu_and_not_the_editor(open_editor, alice):
    page = open_editor(alice)
    page.locator(".editor-bar summary").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator("[data-menu][open]").count() == 0
    assert page.locator("[data-editor]").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda address: not address.endswith("/edit/"), wait_until="commit")


def test_a_finger_that_rests_shows_the_original_and_two_look_closer(open_editor, alice):
    page = open_editor(alice, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator("[data-tool=look]").tap()
    page.locator("[data-look]").nth(3).tap()
    expect(page.locator("[data-look]").nth(3)).to_have_attribute("aria-pressed", "true")
    settled(page)
    frame = page.locator("[data-photo]").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": left, "y": top, "id": at} for at, (left, top) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x, y))
    page.locator("[data-before]").wait_for()
    touch("touchEnd")
    page.locator("[data-before]").wait_for(state="hidden")
    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in (20, 40, 60):
        touch("touchMove", (x - 20 - step / 3, y), (x + 20 + step / 3, y))
    touch("touchEnd")
    draw(page)
    page.wait_for_timeout(100)
    assert page.locator("[data-photo]").bounding_box()["width"] == pytest.approx(frame["width"] * 2, rel=0.1)
    assert page.locator("[data-before]").is_hidden()
