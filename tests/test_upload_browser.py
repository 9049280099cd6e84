"""Uploading in a real browser: a server that is away, a page that changes, files that the phone takes away, lost places."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests import samples
from tests.browsing import IN_A_BROWSER, signed_in, watch
from tests.processes import wait_until
from tests.processing.exporting.test_strip import file_of

pytestmark = IN_A_BROWSER
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
ROWS = """([name, store]) => new Promise(resolve => { const asked = indexedDB.open(name, 1); asked.onsuccess = () => {
  const all = asked.result.transaction(store).objectStore(store).getAll();
  all.onsuccess = () => { asked.result.close(); resolve(all.result.map(row => row.state ?? Boolean(row.file))) } } })"""
FILES = 64
BUSY_SECONDS = 90
UPLOADED = re.compile(r"/photos/$")


def test_uploads_survive_outages_other_pages_and_files_that_vanish(
    live_server, browser, room, alice, tmp_path
):
    window = signed_in(browser, live_server.url, alice)
    page = window.new_page()
    complaints = watch(page)
    server = Server()
    window.route(UPLOADED, server.answer)
    page.goto(live_server.url + room.get_absolute_url())
    page.locator("[data-upload-input]").first.set_input_files(files_in(tmp_path, FILES))
    page.locator(".tray-row[data-state=offline]").first.wait_for()
    assert "goes on by itself" in page.locator(".tray-row[data-state=offline]").first.inner_text()
    assert page.locator(".tray-row").count() == 60
    assert page.locator("[data-tray-more]").inner_text() == "and 4 more"
    wait_until(lambda: kept(page, "photoroom-uploads", "files") == [True] * FILES, BUSY_SECONDS)
    for path in tmp_path.glob("*.jpg"):  # as a phone does with the copies of its picker
        path.unlink()

    page.goto(f"{live_server.url}{room.get_absolute_url()}people/")
    page.locator(".tray-row[data-state=offline]").first.wait_for()
    server.is_away = False
    page.evaluate("() => dispatchEvent(new Event('online'))")  # ends the pauses
    page.get_by_text(f"{FILES} photos added").first.wait_for()
    assert len(server.arrived) == FILES
    assert min(server.arrived) > 500, "the bytes came from the browser's copy"
    wait_until(lambda: kept(page, "photoroom-upload-states", "states") == ["done"] * FILES, BUSY_SECONDS)
    page.reload()
    page.get_by_text(f"{FILES} photos added").first.wait_for()
    page.locator("[data-tray-close]").click()
    wait_until(lambda: kept(page, "photoroom-upload-states", "states") == [], BUSY_SECONDS)
    page.reload()
    page.wait_for_load_state()
    assert page.locator("[data-tray]").is_hidden()
    assert complaints == []


def kept(page, name: str, store: str) -> list[str | bool]:
    """What the browser remembers of each upload: its state, or whether its file is there."""
    return page.evaluate(ROWS, [name, store])  # `wait_for_function` takes the promise itself for a yes


class Server:
    """Away at first; then answers what the API does, without keeping the photos."""

    def __init__(self) -> None:
        self.is_away = True
        self.arrived: list[int] = []  # bytes of each upload

    def answer(self, route: Any) -> None:
        if self.is_away:
            route.abort()
            return
        self.arrived.append(len(route.request.post_data_buffer or b""))
        route.fulfill(status=201, json={"result": "created", "photo": {}})


def files_in(folder: Path, count: int) -> list[str]:
    paths = [folder / f"IMG_{number:03d}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(samples.jpeg(64, 48, seed=number))
    return [str(path) for path in paths]


def with_camera() -> bytes:
    """A photo of a phone, with its name and no place."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Google", "Pixel 9"
    return samples.encoded(samples.picture(), exif=exif)


@pytest.mark.parametrize("has_place", [False, True])
def test_a_phone_that_takes_places_out_is_named_once(live_server, browser, room, alice, tmp_path, has_place):
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(file_of("JPEG") if has_place else with_camera())
    window = signed_in(browser, live_server.url, alice, user_agent=ANDROID, viewport={"width": 390, "height": 844}, has_touch=True)  # fmt: skip
    page = window.new_page()
    page.goto(live_server.url + room.get_absolute_url())
    page.locator("[data-upload-input]").first.set_input_files(str(path))
    page.get_by_text("1 photo added").first.wait_for()
    notice = page.locator("[data-tray-places]")
    if has_place:
        assert notice.is_hidden()
    else:
        notice.wait_for()
        assert page.locator("[data-tray-places-files] input").get_attribute("accept") is None
        notice.get_by_role("button", name="Leave it so").click()
        page.locator("[data-upload-input]").first.set_input_files(str(path))
        page.locator("[data-tray-status]", has_text="here already").wait_for(state="attached")
        assert notice.is_hidden()
