"""Too dark, too bright, and what is neither although it is black or white for the most part."""

import numpy as np
import pytest
from PIL import Image

from processing.analyzers import exposure
from processing.contracts import Picture
from tests import samples


def judged(pixels: np.ndarray) -> str:
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return exposure.analyze(Picture(None, image, image.width, image.height, "PNG")).facts["exposure"]


def everyday() -> np.ndarray:
    """All levels, as a photo in daylight has them."""
    levels = np.random.default_rng(0).normal(120, 55, (120, 160, 1))
    return np.clip(levels, 5, 245) * np.ones((1, 1, 3))


def stops(pixels: np.ndarray, count: float) -> np.ndarray:
    return 255 * (pixels / 255) * 2 ** (count / 2.2)


def test_a_photo_in_daylight_is_well_exposed():
    assert judged(everyday()) == "good"


@pytest.mark.parametrize("count", [-3, -4, -5])
def test_a_photo_many_stops_too_dark_is_dark(count):
    assert judged(stops(everyday(), count)) == "dark"


def test_a_photo_whose_lights_have_run_together_is_bright():
    assert judged(stops(everyday() * 0.6 + 70, 2)) == "bright"


def test_a_night_with_somebody_lit_is_no_mistake():
    night = np.full((120, 160, 3), 8.0)
    night[30:90, 60:100] = everyday()[30:90, 60:100]
    assert judged(night) == "good"


def test_one_lamp_does_not_save_a_photo_that_shows_nothing():
    night = np.full((120, 160, 3), 12.0)
    night[10:14, 20:26] = 250
    assert judged(night) == "dark"


def test_a_white_page_with_ink_is_no_mistake():
    page = np.full((120, 160, 3), 255.0)
    page[10:110:6, 12:148:3] = 20
    assert judged(page) == "good"


def test_snow_that_keeps_its_shades_is_no_mistake():
    snow = np.random.default_rng(1).normal(225, 8, (120, 160, 1)) * np.ones((1, 1, 3))
    snow[70:100, 40:60] = 60
    assert judged(np.minimum(snow, 247)) == "good"


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("size", [(1, 1), (3, 900)])
def test_pictures_of_one_color_and_of_odd_shape_get_an_answer(level, size):
    assert judged(np.full((*size, 3), level)) in ("dark", "bright", "good")


def test_sample_photos_are_well_exposed_and_say_so_in_shares():
    for path in samples.any_photos():
        with Image.open(path) as image:
            found = exposure.analyze(Picture(path, image.convert("RGB"), image.width, image.height, "PNG"))
        assert found.facts["exposure"] in ("good", "dark", "bright")
        assert 0 <= found.data["dark"] <= 1
        assert 0 <= found.data["bright"] <= 1
        assert 0 <= found.data["mean"] <= 255
