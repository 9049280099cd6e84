"""The editor's page moves pixels where the server does: placements compared in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from processing.contracts import Region
from processing.placing import Placement
from processing.recipes import parse
from tests.browsing import IN_A_BROWSER, open_browser

pytestmark = IN_A_BROWSER
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js" / "editor"
PLACE = """async ({steps, width, height}) => {
  const {placements} = await import("/placing.js");
  return placements(steps, width, height).at(-1);
}"""
TURN = """async ({steps, turns, operations}) => {
  const {Operations} = await import("/recipe.js");
  const {turn, flip} = await import("/turning.js");
  let made = steps;
  for (const one of turns) made = typeof one === "number" ? turn(new Operations(operations), made, one) : flip(new Operations(operations), made, one);
  return made;
}"""
CORNERS = [[0.11, 0.07], [0.93, 0.02], [0.88, 0.97], [0.05, 0.9]]
RECIPES = [
    [],
    *([{"op": "rotate", "quarters": quarters}] for quarters in (1, 2, 3)),
    [{"op": "mirror", "across": True}],
    [{"op": "mirror", "down": True}, {"op": "straighten", "angle": -7.3}],
    [{"op": "straighten", "angle": 44.9}],
    [{"op": "crop", "left": 0.1234, "top": 0.5, "right": 0.987, "bottom": 0.75}],
    [{"op": "crop", "left": 0.0005, "top": 0.0015, "right": 0.5005, "bottom": 0.5015}],
    [{"op": "perspective", "corners": CORNERS}],
    [{"op": "perspective", "vertical": 0.6, "horizontal": -0.4}],
    [{"op": "perspective", "vertical": 0.6, "horizontal": -0.4, "horizontal_first": True}],
    [{"op": "perspective", "corners": CORNERS, "vertical": -0.3}],
    [{"op": "resize", "longest": 777}],
    [{"op": "resize", "width": 640}],
    [{"op": "resize", "width": 640, "height": 640}],
    [{"op": "resize", "width": 640, "height": 640, "fit": "fill"}],
    [{"op": "resize", "width": 640, "height": 640, "fit": "stretch"}],
    [
        {"op": "rotate", "quarters": 3},
        {"op": "mirror", "across": True},
        {"op": "straighten", "angle": 3.1},
        {"op": "perspective", "corners": CORNERS, "horizontal": 0.2},
        {"op": "exposure", "stops": 1},
        {"op": "crop", "left": 0.2, "top": 0.1, "right": 0.8, "bottom": 0.95},
        {"op": "resize", "longest": 1024},
    ],
]
SIZES = [(4032, 3024), (1001, 1503), (320, 241)]
BOXES = [Region(10, 8, 30, 30), Region(400, 300, 260, 310), Region(2000, 1100, 500, 640)]


@pytest.fixture(scope="module")
def page():
    browsers = open_browser()
    browser = next(browsers)
    page = browser.new_page()
    page.route("**/*", answer)
    page.goto("http://editor.test/")
    yield page
    next(browsers, None)


def answer(route) -> None:
    name = route.request.url.rsplit("/", 1)[-1]
    if not name:
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")
    else:
        route.fulfill(body=(SCRIPTS / name).read_text(), content_type="text/javascript")


@pytest.mark.parametrize(
    "steps", RECIPES, ids=lambda steps: "-".join(one["op"] for one in steps) or "nothing"
)
def test_pixels_go_where_the_server_puts_them(page, steps):
    for width, height in SIZES:
        expected = parse({"steps": steps}).placed(width, height)
        found = page.evaluate(PLACE, {"steps": steps, "width": width, "height": height})
        assert (found["width"], found["height"]) == (expected.width, expected.height)
        placement = Placement(found["width"], found["height"], tuple(found["matrix"]))
        for x in (0, 0.3, 1):
            for y in (0, 0.6, 1):
                place = x * width, y * height
                assert placement.point(*place) == pytest.approx(expected.point(*place), abs=0.01, rel=1e-6)
        for box in BOXES:
            assert_within_a_pixel(placement.region(box), expected.region(box))


def assert_within_a_pixel(found: Region | None, expected: Region | None) -> None:
    if expected is None or found is None:
        assert found == expected
        return
    for name in ("x", "y", "width", "height"):
        assert abs(getattr(found, name) - getattr(expected, name)) <= 1, name


CROSSED = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]


@pytest.mark.parametrize(
    "step", [{"op": "crop", "left": 0.5, "right": 0.5}, {"op": "perspective", "corners": CROSSED}]
)
def test_what_the_server_refuses_the_page_refuses(page, step):
    found = page.evaluate(
        "async step => { const {placements} = await import('/placing.js');"
        " try { placements([step], 100, 100); return '' } catch (error) { return error.name } }",
        step,
    )
    assert found == "RangeError"


@pytest.mark.parametrize("perspective", [{"corners": CORNERS}, {"vertical": 0.3, "horizontal": 0.3}])
@pytest.mark.parametrize("turns", [[1], [2], [3], ["across"], ["down"], [1, "across"], ["down", 3, "across"]])
def test_turning_keeps_what_is_seen(page, turns, perspective):
    """A crop, an angle and corners go along: what was in the frame's corner is in the turned frame's corner."""
    from albums.edit_lists import operations_in_words

    steps = [
        {"op": "straighten", "angle": 4.0},
        {"op": "perspective", **perspective},
        {"op": "crop", "left": 0.1, "top": 0.2, "right": 0.7, "bottom": 0.9},
    ]
    given = {"steps": steps, "turns": turns, "operations": operations_in_words()}
    width, height = 4000, 3000
    before = parse({"steps": steps}).placed(width, height)
    after = parse({"steps": page.evaluate(TURN, given)}).placed(width, height)
    for x, y in ((0.5, 0.5), (0.45, 0.6), (0.4, 0.4)):
        u, v = share_of(before, x * width, y * height)
        for one in turns:
            if one == "across":
                u = 1 - u
            elif one == "down":
                v = 1 - v
            else:
                for _ in range(one):
                    u, v = 1 - v, u
        assert share_of(after, x * width, y * height) == pytest.approx((u, v), abs=0.002)


def share_of(placement: Placement, x: float, y: float) -> tuple[float, float]:
    u, v = placement.point(x, y)
    return u / placement.width, v / placement.height
