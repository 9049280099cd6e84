"""The editor's page computes light, color and looks as the server does: compared pixel by pixel in a real browser."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from processing import registry
from processing.casts import balance_for
from processing.editing import cook
from processing.look_book import LOOKS
from processing.operation import Scene, form_of
from processing.recipes import parse
from tests.browsing import IN_A_BROWSER, open_browser

pytestmark = IN_A_BROWSER
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js" / "editor"
MOST, MEAN = 2, 0.5  # levels of 256 that a pixel, and all of them on average, may differ
RENDER = """async ({bytes, width, height, steps, scene}) => {
  const {render} = await import("/pixels.js");
  const data = Uint8ClampedArray.from(atob(bytes), (letter) => letter.charCodeAt(0));
  const made = render(new ImageData(data, width, height), steps, scene).data;
  let letters = "";
  for (let at = 0; at < made.length; at += 4096) letters += String.fromCharCode(...made.subarray(at, at + 4096));
  return btoa(letters);
}"""

WARP = """async ({bytes, width, height, matrix}) => {
  const {onCanvas, warp} = await import("/warp.js");
  const data = Uint8ClampedArray.from(atob(bytes), (letter) => letter.charCodeAt(0));
  return btoa(String.fromCharCode(...warp(onCanvas(new ImageData(data, width, height)), matrix, width, height).data));
}"""

CASES = {
    "exposure": [{"stops": -3}, {"stops": 0.7}, {"stops": 3}],
    "contrast": [{"amount": -1}, {"amount": 0.4}, {"amount": 1}],
    "highlights": [{"amount": -1}, {"amount": 0.5}, {"amount": 1}],
    "shadows": [{"amount": -1}, {"amount": 0.5}, {"amount": 1}],
    "whites": [{"amount": -1}, {"amount": 0.5}, {"amount": 1}],
    "blacks": [{"amount": -1}, {"amount": 0.5}, {"amount": 1}],
    "curves": [
        {"master": [[0, 0], [0.25, 0.1], [0.5, 0.7], [0.8, 0.75], [1, 1]]},
        {
            "master": [[0, 1], [1, 0]],
            "red": [[0.2, 0.1], [0.6, 0.9]],
            "blue": [[1, 0.9], [0, 0.2], [0.5, 0.5]],
        },
    ],
    "white_balance": [{"temperature": 1, "tint": 1}, {"temperature": -0.4, "tint": 0.2}, {"tint": -1}],
    "saturation": [{"amount": -1}, {"amount": 0.3}, {"amount": 1}],
    "vibrance": [{"amount": -1}, {"amount": 0.6}, {"amount": 1}],
    "hue": [{"degrees": -180}, {"degrees": 30}, {"degrees": 90}],
    "looks": [{"look": name, "strength": strength} for name in LOOKS for strength in (0.5, 1)],
    "black_white": [
        {"strength": 1},
        {"strength": 0.6, "red": 1, "yellow": -1, "green": 0.5, "cyan": -0.5, "blue": 0.7, "magenta": 1},
    ],
    "sepia": [{"strength": 0.5}, {"strength": 1}],
    "vignette": [
        {"amount": -1},
        {"amount": 0.7, "midpoint": 0.1, "roundness": 1, "feather": 1},
        {"amount": -0.5, "midpoint": 0.9, "roundness": -1, "feather": 0},
    ],
    "grain": [{"amount": 1}, {"amount": 0.5, "size": 0}, {"amount": 0.3, "size": 1}],
}
CHAIN = [
    {"op": "exposure", "stops": 0.4},
    {"op": "contrast", "amount": 0.3},
    {"op": "highlights", "amount": -0.5},
    {"op": "shadows", "amount": 0.4},
    {"op": "whites", "amount": 0.2},
    {"op": "blacks", "amount": -0.2},
    {"op": "curves", "master": [[0, 0], [0.3, 0.25], [0.7, 0.75], [1, 1]]},
    {"op": "white_balance", "temperature": 0.2, "tint": -0.1},
    {"op": "vibrance", "amount": 0.4},
    {"op": "saturation", "amount": 0.1},
    {"op": "hue", "degrees": 8},
    {"op": "exposure", "stops": -0.2},
    {"op": "looks", "look": "harbor", "strength": 0.7},
    {"op": "black_white", "strength": 0.3, "red": 0.4},
    {"op": "sepia", "strength": 0.2},
    {"op": "vignette", "amount": -0.4},
    {"op": "grain", "amount": 0.2},
]


@pytest.fixture(scope="module")
def page():
    """A page that can import the editor's modules; no server is needed for them."""

    def serve(route):
        name = route.request.url.rsplit("/", 1)[-1]
        if name:
            route.fulfill(body=(SCRIPTS / name).read_text(), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    for browser in open_browser():
        page = browser.new_page()
        page.route("http://editor.test/*", serve)
        page.goto("http://editor.test/")
        yield page


@pytest.fixture(scope="module")
def colors() -> np.ndarray:
    """All kinds of colors in smooth patches, grays, and the corners of the cube; transparent nowhere."""
    rng = np.random.default_rng(11)
    pixels = rng.integers(0, 256, (96, 128, 3), dtype=np.uint8)
    pixels[:32] = np.linspace(0, 255, 128, dtype=np.uint8)[None, :, None]
    pixels[32:48] = np.clip(pixels[32:48] // 8 + 110, 0, 255)
    pixels[48, :8] = [[255 * (n >> c & 1) for c in range(3)] for n in range(8)]
    return pixels


def in_the_page(page, pixels, steps, scene):
    height, width = pixels.shape[:2]
    with_alpha = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    told = {"width": scene.width, "height": scene.height, "seed": scene.seed, "scale": width / scene.width}
    given = {"bytes": base64.b64encode(with_alpha.tobytes()).decode(), "width": width, "height": height}
    answer = page.evaluate(RENDER, {**given, "steps": steps, "scene": told})
    return np.frombuffer(base64.b64decode(answer), np.uint8).reshape(height, width, 4)


def assert_same(page, pixels, steps, scene=None):
    scene = scene or Scene(pixels.shape[1], pixels.shape[0], seed=7)
    there = in_the_page(page, pixels, steps, scene)
    here = cook(pixels, parse({"steps": steps}), scene)
    difference = np.abs(here.astype(int) - there[:, :, :3])
    assert difference.max() <= MOST, (
        f"{difference.max()} levels apart at {np.argwhere(difference > MOST)[:3]}"
    )
    assert difference.mean() < MEAN
    assert np.abs(here.astype(int) - pixels).max() > MOST, "the step changes nothing, so nothing is compared"
    assert (there[:, :, 3] == 255).all()


@pytest.mark.parametrize(
    "step", [{"op": name, **values} for name, cases in CASES.items() for values in cases], ids=str
)
def test_an_operation_looks_the_same_in_the_page(page, colors, step):
    assert_same(page, colors, [step])


def test_all_operations_after_each_other_look_the_same_in_the_page(page, colors):
    assert_same(page, colors, CHAIN)


@pytest.mark.parametrize(
    "scene", [Scene(4000, 3000, seed=2**40 + 5), Scene(300, 225, seed=3)], ids=["large", "small"]
)
def test_grain_and_vignette_are_those_of_the_photo_at_any_size(page, colors, scene):
    assert_same(page, colors, [{"op": "grain", "amount": 1}, {"op": "vignette", "amount": -0.6}], scene)


def warped_in_the_page(page, pixels: np.ndarray) -> np.ndarray:
    """Seen from the side and half its width to the right."""
    height, width = pixels.shape[:2]
    matrix = [1, 0.1, width / 2, 0.05, 1, 0, 0.002, 0.001, 1]
    given = {"bytes": base64.b64encode(pixels.tobytes()).decode(), "width": width, "height": height}
    answer = page.evaluate(WARP, {**given, "matrix": matrix})
    return np.frombuffer(base64.b64decode(answer), np.uint8).reshape(pixels.shape)


def test_what_was_cut_out_has_no_halo_in_perspective(page):
    pixels = np.zeros((40, 60, 4), np.uint8)
    pixels[8:32, 10:45] = (200, 120, 40, 255)
    pixels[8:32, 45] = (200, 120, 40, 90)
    made = warped_in_the_page(page, pixels)
    seen = made[:, :, 3] >= 16
    assert seen.sum() > 300
    assert ((made[:, :, 3] > 0) & (made[:, :, 3] < 255)).sum() > 20
    assert (
        np.abs(made[seen][:, :3].astype(int) - (200, 120, 40)).max() <= 6
    )  # a canvas rounds what is hardly seen
    assert not made[:, :10].any()  # outside of the picture


def test_a_photo_in_perspective_is_nowhere_transparent(page):
    made = warped_in_the_page(page, np.full((40, 60, 4), (200, 120, 40, 255), np.uint8))
    assert (made[:, :, 3] == 255).all()
    assert np.abs(made[10:30, 40:, :3].astype(int) - (200, 120, 40)).max() <= 1


def test_the_page_knows_all_that_is_said_to_be_in_the_browser(page):
    known = set(page.evaluate("async () => [...(await import('/pixels.js')).OPERATIONS]"))
    said = {
        name
        for name, operation in registry.operations().items()
        if operation.is_in_browser and form_of(operation) != "place"
    }
    assert said == known == set(CASES)


def test_neutral_steps_leave_the_pixels(page, colors):
    steps = [{"op": name} for name in CASES]
    there = in_the_page(page, colors, steps, Scene(128, 96))
    np.testing.assert_array_equal(there[:, :, :3], colors)


def test_an_unknown_operation_is_refused(page, colors):
    with pytest.raises(Exception, match="no such operation: cutout"):
        in_the_page(page, colors, [{"op": "cutout"}], Scene(128, 96))


def test_the_picker_agrees_with_the_server(page):
    for color in ((200, 150, 90), (90, 120, 160), (128, 128, 128), (60, 80, 40)):
        found = page.evaluate(
            "async (color) => (await import('/pixels.js')).balanceFromPixel(...color)", list(color)
        )
        expected = balance_for(*(value / 255 for value in color))
        assert [found["temperature"], found["tint"]] == pytest.approx(expected, abs=0.006)


def test_the_histogram_counts_levels_of_what_is_not_transparent(page):
    counted = page.evaluate(
        """async () => {
          const {histogram} = await import("/pixels.js");
          const data = Uint8ClampedArray.of(255, 0, 0, 255, 255, 0, 0, 255, 10, 20, 30, 0, 0, 0, 255, 9);
          const {red, green, blue, luma} = histogram(new ImageData(data, 2, 2));
          return [red[255], red[0], red[10], green[0], blue[255], luma[54], luma[18]];
        }"""
    )
    assert counted == [2, 1, 0, 3, 1, 2, 1]


MOST_MS = 200
USUAL = ("exposure", "contrast", "highlights", "shadows", "white_balance", "vibrance", "saturation", "looks")


def test_the_usual_steps_over_a_preview_take_a_moment(page, record_property):
    """The least of many rounds, since other tests run beside this one: what it is on a quiet machine is in docs/editing.md.

    Where all were held up, it goes on for a while.
    """
    steps = [step for step in CHAIN if step["op"] in USUAL]
    times = page.evaluate(
        """async ([steps, most]) => {
          const {render} = await import("/pixels.js");
          const [pixels, into] = [new ImageData(1032, 776), new ImageData(1032, 776)];
          for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = (i % 4 === 3) ? 255 : (i * 7 + (i >> 12)) & 255;
          const times = [];
          const end = performance.now() + 60_000;
          for (let round = 0; round < 20 || (Math.min(...times) >= most && performance.now() < end); round++) {
            const start = performance.now();
            render(pixels, steps, {seed: 1}, into);
            times.push(performance.now() - start);
          }
          return times;
        }""",
        [steps, MOST_MS],
    )
    record_property("milliseconds", min(times))
    assert min(times) < MOST_MS, times
