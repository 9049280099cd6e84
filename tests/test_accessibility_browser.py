"""Every page of tests/routes.txt against WCAG 2.2 AA by axe: on a phone in light colors, on a desk in dark ones.

A new route is looked at as soon as it has its row. axe-core is fetched by the set-up command (package.json).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.files.base import ContentFile

from albums.counts import recount_people
from tests import samples
from tests.browsing import IN_A_BROWSER, signed_in
from tests.furnishing import hang
from tests.test_routes import address_of, rows, world  # noqa: F401  (a fixture)

AXE = Path(settings.BASE_DIR) / ".cache/front-end/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What depends on the size and the colors is looked at twice, the rest once.
LOOKS: list[tuple[str, dict[str, int], dict[str, Any]]] = [
    ("light", {"width": 390, "height": 844}, {"type": "tag", "values": TAGS}),
    ("dark", {"width": 1440, "height": 900}, {"type": "rule", "values": ["color-contrast", "target-size"]}),
]
CHECK = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false, iframes: false})).violations.map(one => ({
    id: one.id, help: one.help, nodes: one.nodes.slice(0, 4).map(node => node.html.slice(0, 160) + "\\n        "
      + node.failureSummary.split("\\n").slice(1).join(" ").slice(0, 260))}))"""
# Pictures have no words in them, and a page may start a download by itself.
PICTURES_AND_ZIPS = ["*.zip", "*/crop*", "*/photos/*/320*", "*/photos/*/640*"]
STILL = "*, *::before, *::after { animation: none !important; transition: none !important }"
WITH_AXE = [
    *IN_A_BROWSER,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here: `make setup` fetches it"),
]
pytestmark = WITH_AXE
# The scripts of the page have done what they do at first; a page that starts a download by itself is complete without.
HAS_BEGUN = """() => document.readyState === "complete"
  || performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd > 0"""


@pytest.fixture(autouse=True)
def kept_files(monkeypatch):
    """Scripts and style sheets are asked for once, as on a site; the test server would have them asked for on each page."""
    serve = StaticFilesHandler.serve

    def keep(self, request):
        response = serve(self, request)
        response["Cache-Control"] = "max-age=600"
        return response

    monkeypatch.setattr(StaticFilesHandler, "serve", keep)


@pytest.fixture
def furnished(room, world):  # noqa: F811
    """The room with one of everything, and with photos and people that can be seen."""
    hang(room, 6)
    face = room.faces.exclude(person=None).first()
    face.crop.save("face.jpg", ContentFile(samples.jpeg(120, 120, seed=4)))
    room.people.filter(name="").update(cover=face)
    recount_people(list(room.people.values_list("pk", flat=True)))
    return world


def test_no_page_has_a_fault_that_axe_can_see(live_server, browser, furnished):
    found, seen = [], 0
    for name in ("alice", "nobody"):
        user = furnished["users"][name]
        window = signed_in(browser, live_server.url, user, bypass_csp=True)
        page = window.new_page()
        wire = window.new_cdp_session(page)  # routing would switch the browser's cache off
        wire.send("Network.enable")
        wire.send("Network.setBlockedURLs", {"urls": PICTURES_AND_ZIPS})
        for route, path in addresses(furnished, ["alice", "nobody"].index(name)):
            faults = faults_of(page, live_server.url + path)
            if faults is not None:
                seen += 1
                found += [f"  {route or '/'} for {name} {fault}" for fault in faults]
        window.close()
    assert not found, f"{len(found)} faults\n" + "\n".join(found)
    assert seen > 70, "pages were left out"


def addresses(world: dict[str, Any], who: int) -> list[tuple[str, str]]:  # noqa: F811
    """Route and address of everything that the owner (0) or nobody (1) is shown; the API answers no pages."""
    return [
        (route, address_of(f"GET {route}", world))
        for method, route, cells in rows()
        if method == "GET" and cells[-who] == "200" and not route.startswith("api/")
    ]


def faults_of(page: Any, address: str) -> list[str] | None:
    """What is wrong with a page; None where the answer is a file or a part of a page."""
    try:
        answer = page.goto(address, wait_until="commit")
    except Exception as error:
        if re.search("Download is starting|ERR_FAILED|ERR_ABORTED|ERR_BLOCKED", str(error)):
            return None  # a file
        raise
    if answer.status != 200:
        return [f"answers {answer.status}"]
    if "text/html" not in answer.headers.get("content-type", ""):
        return None
    page.wait_for_function(HAS_BEGUN)
    if not page.evaluate("() => document.doctype !== null"):
        return None
    page.add_style_tag(content=STILL)
    page.evaluate(AXE.read_text())
    faults = []
    for scheme, size, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        faults += [told(f"at {size['width']} px, {scheme}", one) for one in page.evaluate(CHECK, rules)]
    return faults


def told(where: str, fault: dict[str, Any]) -> str:
    """One rule that the page breaks, with the first elements that break it."""
    nodes = "\n".join(f"      {node}" for node in fault["nodes"])
    return f"{where}: {fault['id']} ({fault['help']})\n{nodes}"


def test_axe_finds_what_is_wrong(browser):
    """The check can fail: a picture without words and gray on gray."""
    page = browser.new_page()
    page.set_content(
        "<html lang=en><title>x</title><img src=x><p style='color:#aaa;background:#ccc'>Read me</p>"
    )
    page.evaluate(AXE.read_text())
    ids = {one["id"] for one in page.evaluate(CHECK, LOOKS[0][2])}
    assert {"image-alt", "color-contrast"} <= ids
