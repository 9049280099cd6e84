"""Tags that know their places, by hand: pointed at, kept, on a phone, on the edited photo."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from albums.models import Photo, PhotoTag, Tag
from albums.services import edits
from processing import edit_store
from tests.browsing import IN_A_BROWSER, press_quickly, signed_in, wait_for_viewer, watch
from tests.furnishing import hang

pytestmark = IN_A_BROWSER
# Where the outlines lie on the picture itself, as shares of its width and height.
PLACES = """() => {
  const viewer = document.querySelector("[data-viewer]");
  const stage = document.querySelector("[data-stage]").getBoundingClientRect();
  const [width, height] = [Number(viewer.dataset.width), Number(viewer.dataset.height)];
  const scale = Math.min(stage.width / width, stage.height / height);
  const left = stage.left + (stage.width - width * scale) / 2;
  const top = stage.top + (stage.height - height * scale) / 2;
  return [...document.querySelectorAll(".thing-box")].map((box) => {
    const at = box.getBoundingClientRect();
    return [(at.left - left) / (width * scale), (at.top - top) / (height * scale),
      at.width / (width * scale), at.height / (height * scale)];
  });
}"""
ARE_OUTLINED = f"""(expected) => {{
  const found = ({PLACES})();
  return found.length === expected.length && expected.flat().every((one, at) => Math.abs(one - found.flat()[at]) < 0.01);
}}"""
LEFT, RIGHT, LOW = (0.1, 0.2, 0.3, 0.5), (0.6, 0.2, 0.3, 0.4), (0.2, 0.7, 0.5, 0.2)


@pytest.fixture
def photo(room) -> Photo:
    """With two dogs, a chair, and a word without a place."""
    photo = hang(room, 1)[0]
    for name, kind, places in (
        ("dog", "category", [LEFT, RIGHT]), ("chair", "object", [LOW]), ("beach", "category", []),
    ):  # fmt: skip
        tag = Tag.objects.create(key=name, name=name, kind=kind)
        sides = (photo.width, photo.height) * 2
        boxes = [[round(a * b) for a, b in zip(one, sides, strict=True)] for one in places]
        PhotoTag.objects.create(photo=photo, room=room, tag=tag, score=0.9, boxes=boxes or None)
    return photo


def opened(browser, live_server, user, photo, **options: Any):
    window = signed_in(browser, live_server.url, user, **options)
    page = window.new_page()
    complaints = watch(page)
    page.goto(live_server.url + photo.get_absolute_url())
    page.evaluate("() => sessionStorage.setItem('photoroom-info', '1')")
    page.reload()
    wait_for_viewer(page)
    page.locator("[data-word-where]").first.wait_for()
    return page, complaints


def outlined(page, *expected) -> bool:
    """Whether exactly these places are outlined, as soon as what was done has come: a tap takes its time."""
    asked = [list(one) for one in expected]
    with suppress(Error):
        page.wait_for_function(ARE_OUTLINED, arg=asked)
    found = page.evaluate(PLACES)
    return len(found) == len(expected) and all(
        abs(a - b) < 0.01
        for one, other in zip(found, expected, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def test_pointing_at_a_tag_outlines_its_things_and_its_button_keeps_them(live_server, browser, alice, photo):
    page, complaints = opened(browser, live_server, alice, photo, viewport={"width": 1440, "height": 900})
    assert page.locator("[data-word-where]").count() == 2  # "beach" is nowhere
    assert outlined(page)
    page.get_by_role("link", name="dog").hover()
    assert outlined(page, LEFT, RIGHT)
    page.get_by_role("link", name="chair").hover()
    assert outlined(page, LOW)
    page.mouse.move(5, 5)
    assert outlined(page)

    page.get_by_role("link", name="dog").focus()  # with the keys
    assert outlined(page, LEFT, RIGHT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Show where dog is on the photo")
    assert button.get_attribute("aria-pressed") == "true"
    page.mouse.move(5, 5)
    page.locator("[data-caption]").focus()
    assert outlined(page, LEFT, RIGHT)
    page.get_by_role("link", name="chair").hover()  # another one in passing
    assert outlined(page, LOW)
    page.mouse.move(5, 5)
    assert outlined(page, LEFT, RIGHT)
    page.set_viewport_size({"width": 1000, "height": 700})  # they go along
    page.wait_for_function("() => innerWidth === 1000")
    assert outlined(page, LEFT, RIGHT)
    page.get_by_role("button", name="Show where chair is on the photo").click()
    assert button.get_attribute("aria-pressed") == "false"
    page.mouse.move(5, 5)
    page.locator("[data-caption]").focus()
    assert outlined(page, LOW)
    page.get_by_role("button", name="Show where chair is on the photo").click()
    page.mouse.move(5, 5)
    page.locator("[data-caption]").focus()
    assert outlined(page)
    assert complaints == []


def test_on_a_phone_a_tap_shows_where_it_is(live_server, browser, alice, photo):
    page, complaints = opened(
        browser,
        live_server,
        alice,
        photo,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    button = page.get_by_role("button", name="Show where dog is on the photo")
    button.tap()
    assert outlined(page, LEFT, RIGHT)
    assert page.url.endswith(photo.get_absolute_url())
    sheet = page.locator("[data-sheet]").bounding_box()
    assert page.locator(".thing-box").first.bounding_box()["y"] < sheet["y"]  # not hidden below the sheet
    button.tap()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert complaints == []


def test_on_an_edited_photo_the_outlines_are_where_its_things_are_now(live_server, browser, alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=0)
    edit_store.render(photo.pk)
    page, complaints = opened(browser, live_server, alice, photo, viewport={"width": 1440, "height": 900})
    page.get_by_role("link", name="chair").hover()
    assert outlined(page, (0.3, 0.7, 0.5, 0.2))
    page.get_by_role("button", name="Show where chair is on the photo").click()
    press_quickly(page.get_by_role("button", name="Show original"))  # where they were before nobody has drawn
    assert (
        page.locator("[data-stage-things]").evaluate("layer => getComputedStyle(layer).visibility")
        == "hidden"
    )
    assert complaints == []
