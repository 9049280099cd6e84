"""Every tool and dialog of the editor against WCAG 2.2 AA by axe, on a phone in light colors and on a desk in dark ones."""

from __future__ import annotations

import pytest

from albums.services import edit_presets, edits
from tests.browsing import draw
from tests.editor_pages import open_editor_page
from tests.furnishing import hang
from tests.test_accessibility_browser import AXE, CHECK, LOOKS, STILL, WITH_AXE, told

pytestmark = WITH_AXE


@pytest.fixture
def page(live_server, browser, alice, room):
    photo = hang(room, 2)[0]
    recipe = {"steps": [{"op": "sepia", "strength": 1}]}
    edit_presets.add_preset(user=alice, room=room, name="Warm", recipe=recipe, is_rooms=False)
    edits.save_edit(user=alice, photo=photo, recipe=recipe, base=0)
    return open_editor_page(browser, live_server.url, alice, photo, bypass_csp=True)


def test_no_tool_and_no_dialog_has_a_fault_that_axe_can_see(page):
    page.add_style_tag(content=STILL)
    page.evaluate(AXE.read_text())
    found = []
    for scheme, size, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        for press in page.locator("[data-tool]").all():
            press.click()
            for section in page.locator("[data-panel-body] details").all():
                section.evaluate("one => one.open = true")
            found += faults(page, f"{press.get_attribute('data-tool')} at {size['width']} px", rules)
        for dialog in ("presets", "versions"):
            page.locator(".editor-bar summary").click()
            page.locator(f"[data-show-{dialog}]").click()
            page.locator(f"#editor-{dialog} .{dialog[:-1]}-row").first.wait_for()
            found += faults(page, f"{dialog} at {size['width']} px", rules)
            page.keyboard.press("Escape")
    assert not found, "\n".join(found)


def faults(page, where, rules) -> list[str]:
    draw(page)
    page.wait_for_timeout(50)
    return [told(where, one) for one in page.evaluate(CHECK, rules)]
