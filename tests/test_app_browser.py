"""The installed app, by hand: installable, a page without a connection, nothing private kept, files from the share sheet."""

from __future__ import annotations

import re

import pytest

from tests.browsing import CHROMIUM, FLAGS, IN_A_BROWSER, PATIENCE_MS
from tests.conftest import picture
from tests.processes import Site, wait_until
from tests.test_main_job import BARRIER_MS, open_room

pytestmark = [*IN_A_BROWSER, pytest.mark.real_worker]
KEPT = """async () => {
  const names = await caches.keys();
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return found.flat().map((request) => new URL(request.url).pathname);
}"""
SHARE = """async (bytes) => {
  const form = new FormData();
  form.append("files", new File([new Uint8Array(bytes)], "shared.jpg", { type: "image/jpeg", lastModified: 1 }));
  return (await fetch("/share-target/", { method: "POST", body: form })).url;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site") / "data")
    site.wait_for("Photoroom is at")
    yield site
    site.end()


@pytest.fixture
def context(tmp_path):
    """A profile of its own on disk: a private window can't be installed from."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, args=FLAGS
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context
        context.close()


def test_the_app(site, context):
    address = f"http://localhost:{site.port}"
    page = context.new_page()
    open_room(page, address)
    room = page.url.split("?")[0]
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{address}/rooms/")
    page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    devtools = context.new_cdp_session(page)
    asked = "Page.getInstallabilityErrors"
    wait_until(
        lambda: devtools.send(asked)["installabilityErrors"] == [],
        PATIENCE_MS / 1000,
        lambda: str(devtools.send(asked)),
    )

    shared = page.evaluate(SHARE, list(picture("red", (640, 480))))
    assert shared == f"{address}/rooms/?shared=1"
    page.goto(shared)
    page.get_by_text("Which room gets the photo?").wait_for()
    page.locator(f"[data-room-card='{room.rstrip('/').rpartition('/')[2]}']").click()
    page.wait_for_url(re.compile(re.escape(room)))
    page.locator("[data-tray-title]", has_text="1 photo added").wait_for(timeout=BARRIER_MS)

    context.set_offline(True)
    page.goto(f"{address}/notifications/")
    page.get_by_role("heading", name="No connection").wait_for()
    context.set_offline(False)
    page.get_by_role("heading", name="Notifications").wait_for(timeout=BARRIER_MS)

    kept = page.evaluate(KEPT)
    assert "/offline/" in kept
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline/"]
