"""Edits in the viewer by hand: turned by a key, taken back, compared with what it was, reverted."""

from __future__ import annotations

import re

import pytest

from albums.models import Edit, Photo
from processing import edit_store
from tests.browsing import IN_A_BROWSER, press_quickly, signed_in, wait_for_viewer, watch
from tests.furnishing import hang

pytestmark = IN_A_BROWSER
IS_TURNED = "style => document.querySelector('[data-stage-slide] > img').style.transform.includes(style)"


def test_photos_are_turned_compared_and_reverted_in_the_viewer(live_server, browser, room, alice):
    photo = hang(room, 1)[0]
    window = signed_in(browser, live_server.url, alice, viewport={"width": 1440, "height": 900})
    page = window.new_page()
    complaints = watch(page)
    page.goto(live_server.url + photo.get_absolute_url())
    wait_for_viewer(page)
    image = page.locator("[data-stage-slide] > img")

    page.keyboard.press("]")
    page.get_by_text("Turned to the right.").wait_for()
    assert "rotate(90deg)" in (image.get_attribute("style") or "")  # at once
    photo = rendered(photo)
    shown(page, photo)
    assert photo.shown_width / photo.shown_height == pytest.approx(photo.height / photo.width)

    page.keyboard.press("i")
    original = page.get_by_role("button", name="Show original")
    press_quickly(original)
    assert "base-2048" in image.get_attribute("src")
    press_quickly(original)
    assert "base-" not in image.get_attribute("src")

    page.get_by_role("button", name="Revert to the original").click()
    page.get_by_text("The original is shown again.").wait_for()
    page.locator("[data-edited]").wait_for(state="detached")
    assert Photo.objects.get(pk=photo.pk).shown_edit is None

    page.keyboard.press("[")
    undo = page.locator(".toast", has_text="Turned to the left.").get_by_role("button", name="Undo")
    undo.focus()  # so that the message stays
    rendered(photo)
    page.locator("[data-edited]").wait_for()
    undo.click()
    page.locator("[data-edited]").wait_for(state="detached")

    edit = Edit.objects.filter(photo=photo).order_by("-pk").first()
    Photo.objects.filter(pk=photo.pk).update(edit=edit)
    Edit.objects.filter(pk=edit.pk).update(state="failed", failure="Rotate did not work on this photo.")
    page.reload()
    page.get_by_text("The last edit did not work").wait_for()
    assert complaints == []


def test_a_second_turn_is_never_shown_as_the_first_one(live_server, browser, room, alice):
    photo = hang(room, 1)[0]
    window = signed_in(browser, live_server.url, alice, viewport={"width": 1440, "height": 900})
    page = window.new_page()
    complaints, held = watch(page), []
    page.goto(live_server.url + photo.get_absolute_url())
    wait_for_viewer(page)
    image = page.locator("[data-stage-slide] > img")
    page.route("**/api/v1/rooms/*/edits/", lambda route: held.append(route))  # noqa: PLW0108 (it is given an attribute)
    page.keyboard.press("]")
    page.wait_for_function(IS_TURNED, arg="rotate(90deg)")
    let_go(page, held)
    page.get_by_text("Turned to the right.").wait_for()
    with page.expect_response(
        "**/edit/"
    ) as answer:  # what came of the first one is known while the second is on its way
        page.keyboard.press("]")
        rendered(photo)
    assert answer.value.ok
    with page.expect_response("**/edit/"):  # and known once more
        pass
    assert "rotate(180deg)" in image.get_attribute("style")
    assert page.locator("[data-edited]").count() == 0
    with page.expect_response("**/edits/") as answer:
        let_go(page, held)
    assert answer.value.ok
    photo = rendered(photo)
    shown(page, photo)
    assert "rotate" not in (image.get_attribute("style") or "")
    assert photo.shown_width / photo.shown_height == pytest.approx(photo.width / photo.height)
    assert complaints == []


def let_go(page, held: list) -> None:
    """Have what was held sent: it is sent by the browser, which is heard only while it is asked for something."""
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()


def rendered(photo: Photo) -> Photo:
    """What a worker does, in its place."""
    edit_store.render(photo.pk)
    return Photo.objects.select_related("shown_edit").get(pk=photo.pk)


def shown(page, photo: Photo) -> None:
    page.locator("[data-edited]").wait_for(state="attached")
    page.wait_for_function(
        "look => document.querySelector('[data-stage-slide] > img').src.includes(look)", arg=f"v={photo.look}"
    )
    assert re.search(r"/photos/\d+/1280\?v=", page.locator("[data-stage-slide] > img").get_attribute("src"))
