"""The page to try the API out, in a browser: it works under the strict Content-Security-Policy of every page."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = (
    os.environ.get("PHOTOROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: `apt-get install chromium`"),
]
WATCH = "window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"


@pytest.fixture
def page(monkeypatch):
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page()
        page.add_init_script(WATCH)
        yield page
        browser.close()


def test_an_operation_can_be_tried_out_under_the_strict_policy(page, live_server, alice, client):
    client.force_login(alice)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    answer = page.goto(f"{live_server.url}/api/v1/docs/")
    assert "unsafe" not in answer.headers["content-security-policy"]
    operation = page.locator("#operations-me-me")
    operation.locator("button.opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    response = operation.locator(".live-responses-table")
    response.wait_for()
    assert "alice@example.org" in response.inner_text()
    assert len(operations_while_scrolling(page, wanted=40)) >= 40
    assert page.evaluate("refused") == []


def operations_while_scrolling(page, *, wanted: int) -> set[str]:
    """Swagger UI draws only the part of a long description that is near the window."""
    seen: set[str] = set()
    for _step in range(60):
        seen |= set(page.evaluate("[...document.querySelectorAll('.opblock')].map(block => block.id)"))
        if len(seen) >= wanted:
            break
        page.mouse.move(600, 400)
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(100)
    return seen
