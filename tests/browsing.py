"""A Chromium for tests that look at pages: signed in without the form, patient, and asked only for what has come.

A busy machine draws, loads and answers late. What a page does after a click, a key or a frame is waited for with a
condition (`expect`, `wait_for`, `wait_for_function` with a function: pages forbid to evaluate anything else), and then
asserted.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from accounts.models import User

CHROMIUM = os.environ.get("PHOTOROOM_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 90_000  # for a machine that is busy with other tests
ENDING_SECONDS = 30

# A module's `pytestmark`, or the beginning of it.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: `apt-get install chromium`"),
]

NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
QUICK_PRESS = """(button) => {
  const at = { bubbles: true, cancelable: true, detail: 1 };
  for (const event of [new PointerEvent("pointerdown", at), new PointerEvent("pointerup", at), new MouseEvent("click", at)]) {
    button.dispatchEvent(event);
    while (event.type === "pointerdown" && performance.now() - event.timeStamp < 500);
  }
}"""


def open_browser(*flags: str) -> Iterator[Browser]:
    """A browser that is closed afterwards. Its library keeps an event loop, which Django must not take for async code."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()
    wait_for_answers()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def wait_for_answers() -> None:
    """Let the live server end what a page that is closed by now has asked for, before the database is emptied."""
    deadline = time.monotonic() + ENDING_SECONDS
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(max(0, deadline - time.monotonic()))


def open_window(browser: Browser, **options: Any) -> BrowserContext:
    """A window of nobody, whose pages wait patiently."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    return context


def signed_in(browser: Browser, address: str, user: User | None, **options: Any) -> BrowserContext:
    """A window of somebody, or of nobody."""
    context = open_window(browser, **options)
    if user:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    return context


def watch(page: Page, *, all_errors: bool = False) -> list[str]:
    """What goes wrong in scripts and what the page's policy forbids, as it comes; or all that the browser calls an error."""
    complaints: list[str] = []

    def hear(line: Any) -> None:
        if "Security" in line.text or (all_errors and line.type == "error"):
            complaints.append(line.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", hear)
    return complaints


def draw(page: Page) -> None:
    """Wait until the next frame is drawn: what scripts put off until then has happened, and sizes are the new ones."""
    page.evaluate(NEXT_FRAME)


def wait_for_viewer(page: Page) -> None:
    """The viewer's scripts, which are asked for once its page is there, have taken over: keys do something."""
    page.locator("[data-viewer] [data-needs-scripts]:not([hidden])").first.wait_for(state="attached")


def press_quickly(button: Locator) -> None:
    """Press and let go in one moment, while the page is busy. Playwright's own click waits until it is not: that is holding."""
    button.evaluate(QUICK_PRESS)
