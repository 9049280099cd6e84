"""Find me and drawing, by hand: a real site, a real worker, real faces, a real browser with a camera that shows a clown.

The camera's picture has no face, so the search fails in words; a chosen picture finds its owner; a box drawn by keys and by
mouse becomes a face.
"""

from __future__ import annotations

import re

import pytest

from tests.browsing import IN_A_BROWSER, open_browser, open_window, watch
from tests.processes import Site
from tests.test_main_job import (
    BARRIER_MS,
    PHONE,
    open_room,
    photos,  # noqa: F401  (a fixture)
    upload,
    wait_for_people,
    wait_for_tiles,
)

pytestmark = [*IN_A_BROWSER, pytest.mark.real_worker]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site") / "data")
    site.wait_for("Photoroom is at")
    yield site
    site.end()


@pytest.fixture(scope="module")
def browser():
    yield from open_browser(*CAMERA)


def test_a_selfie_a_picture_and_a_drawn_face(site, browser, photos):  # noqa: F811
    desk = open_window(browser, viewport={"width": 1440, "height": 900}).new_page()
    complaints = watch(desk, all_errors=True)
    link = open_room(desk, f"http://localhost:{site.port}")
    upload(desk, photos["obama.jpg"], photos["obama2.jpg"], photos["both.jpg"])
    wait_for_tiles(desk, 3)
    wait_for_people(desk, 2)
    room = desk.url.split("?")[0]

    phone = open_window(browser, **PHONE).new_page()
    complaints_of_phone = watch(phone, all_errors=True)
    phone.goto(link)
    phone.fill("[name=display_name]", "Joe")
    phone.get_by_role("button", name="Come in").click()
    phone.wait_for_url(re.compile(r"/rooms/"))
    take_a_selfie_without_a_face(phone, room)
    find_by_picture(phone, room, photos["biden.jpg"])

    draw_with_the_mouse(desk, room)
    assert complaints + complaints_of_phone == []


def take_a_selfie_without_a_face(page, room: str) -> None:
    page.goto(f"{room}mine/")
    page.get_by_role("button", name="Yes, look for me").click()  # the camera opens with the same tap
    shutter = page.get_by_role("button", name="Take the picture")
    shutter.wait_for()
    page.wait_for_function("() => document.querySelector('[data-camera-video]').videoWidth > 0")
    page.locator("[data-camera-shutter]:not([disabled])").click()
    page.get_by_text("That did not work.").wait_for(timeout=BARRIER_MS)
    page.get_by_role("heading", name="Try again").wait_for()


def find_by_picture(page, room: str, picture) -> None:
    """Joe is on one photo; his picture is another one, sent smaller than it is. Nothing but the download is left to press."""
    page.goto(f"{room}mine/")
    with page.expect_request(lambda request: request.url.endswith("/find-me/start/")) as sent:
        page.locator("[data-selfie]:not([capture])").set_input_files(str(picture))
    assert sent.value.method == "POST"
    page.get_by_role("button", name=re.compile("Download 1 photo")).wait_for(timeout=BARRIER_MS)
    page.get_by_role("button", name="These are me").click()
    page.get_by_text("this is me").wait_for()


def draw_with_the_mouse(page, room: str) -> None:
    page.goto(room)
    page.locator("main a[data-viewer-link]").first.click()
    page.locator("[data-stage-slide] > img").wait_for()
    page.wait_for_url(re.compile(r"/photos/\d+/"))
    page.locator("[data-viewer-close]").wait_for()
    boxes = page.locator(".face-box")
    page.keyboard.press("f")
    before = boxes.count()
    frame = page.locator("[data-draw-layer]").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] * 0.72
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 60)
    page.mouse.move(x + 90, y + 100)
    page.mouse.up()
    page.keyboard.type("Nina")
    width = page.locator("[data-draw-card] [name=width]").input_value()
    shown = page.locator("[data-draw-box]").bounding_box()["width"]
    scale = page.locator("[data-viewer]").evaluate(
        "viewer => Math.min(viewer.querySelector('[data-stage]').clientWidth / viewer.dataset.width,"
        " viewer.querySelector('[data-stage]').clientHeight / viewer.dataset.height)"
    )
    assert int(width) == pytest.approx(shown / scale, abs=2), "the box is in pixels of the photo"
    page.keyboard.press("Enter")
    page.locator(".face-box-name", has_text="Nina").wait_for()
    assert boxes.count() == before + 1

    page.keyboard.press("f")
    page.keyboard.press("Escape")
    assert page.locator("[data-draw-layer]").count() == 0
    page.locator(".face-box", has_text="Nina").click()
    card = page.locator(".face-card")
    card.locator("summary").click()
    card.get_by_role("button", name="This is no face").click()
    page.locator(".face-box-name", has_text="Nina").wait_for(state="detached")
