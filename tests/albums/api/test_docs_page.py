"""The page to try the API out, in a browser: it works under the strict Content-Security-Policy of every page."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browsing import IN_A_BROWSER, signed_in

pytestmark = IN_A_BROWSER
WATCH = "window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"


def test_an_operation_can_be_tried_out_under_the_strict_policy(browser, live_server, alice):
    page = signed_in(browser, live_server.url, alice).new_page()
    page.add_init_script(WATCH)
    answer = page.goto(f"{live_server.url}/api/v1/docs/")
    assert "unsafe" not in answer.headers["content-security-policy"]
    operation = page.locator("#operations-me-me")
    operation.locator("button.opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text("alice@example.org")
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
