"""The editor in a browser: what its tests share."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from tests.browsing import PATIENCE_MS, draw, signed_in, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from accounts.models import User
    from albums.models import EditPreview, Photo

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SAVED = re.compile(r"/photos/\d+/$")


def open_editor_page(
    browser: Browser, address: str, user: User, photo: Photo, *, waits: bool = True, **options: Any
) -> Page:
    """The editor's page of a photo; `page.faults` has the errors of its scripts and what its policy forbade.

    It is at rest, unless `waits` is false: for a photo whose saved steps only a worker can show.
    """
    window = signed_in(browser, address, user, **({"viewport": DESK} | options))
    return open_editor_in(window, address, photo, waits=waits)


def open_editor_in(window: BrowserContext, address: str, photo: Photo, *, waits: bool = True) -> Page:
    """The same in another tab of a window that there is already. Without `waits` the page has only begun to come."""
    page: Any = window.new_page()
    page.faults = watch(page)
    page.goto(f"{address}{photo.get_absolute_url()}edit/", wait_until="load" if waits else "commit")
    if waits:
        at_rest(page)
    return page


def at_rest(page: Page) -> None:
    """Wait until everything is drawn, also what the last click or key has changed."""
    page.locator(".editor.is-ready").wait_for()
    draw(page)
    page.locator(".editor[data-drawn=exact]").wait_for()


def settled(page: Page) -> None:
    """The same after the time that the page takes before it asks a worker for something."""
    page.wait_for_timeout(350)
    at_rest(page)


def choose_in_menu(page: Page, name: str) -> None:
    """An entry of the menu in the editor's bar."""
    page.locator(".editor-bar summary").click()
    page.locator(f"[data-{name}]").click()


def recipe_of(photo: Photo) -> dict[str, dict[str, Any]]:
    """The steps that are saved, by name."""
    photo.refresh_from_db()
    return {step["op"]: step for step in photo.edit.recipe["steps"]} if photo.edit else {}


def save(page: Page) -> None:
    page.locator("[data-save]").click()
    left(page)


def left(page: Page) -> None:
    """Wait until the editor was left for the photo's page, which need not be there as a whole."""
    page.wait_for_url(SAVED, wait_until="commit")


def wished(page: Page) -> EditPreview:
    """What the page asks a worker for."""
    from albums.models import EditPreview

    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline:
        found = EditPreview.objects.filter(state="waiting").order_by("-updated_at").first()
        if found:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("the page has asked for nothing")


def fulfil(wish: EditPreview) -> None:
    """What a worker does, in its place. It says that it has begun, or a page gives it up after a while."""
    from albums.models import EditPreview
    from processing import edit_previews

    EditPreview.objects.filter(pk=wish.pk).update(progress=0.01)
    edit_previews.make(wish.pk)
