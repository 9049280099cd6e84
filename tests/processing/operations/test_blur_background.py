"""The operation that blurs what is behind people."""

from __future__ import annotations

import numpy as np
import pytest

from processing import person_mask, weights
from processing.editing import OperationFailed, cook
from processing.recipes import parse, recipe_of
from tests.processing.invented_network import Reddish


@pytest.fixture(autouse=True)
def network(monkeypatch):
    person_mask.reset()
    monkeypatch.setattr(weights, "person_network", Reddish)
    yield
    person_mask.reset()


def photo(feet: int = 240) -> np.ndarray:
    """Stripes, and somebody in front of them whose feet are at that row."""
    pixels = np.full((240, 320, 3), (60, 120, 90), np.uint8)
    pixels[:, ::4] = (20, 40, 30)
    pixels[60:feet, 120:200] = (200, 50, 60)
    return pixels


def made(pixels: np.ndarray, **values: object) -> np.ndarray:
    return cook(pixels, recipe_of([("blur_background", values)]))


def contrast(pixels: np.ndarray, row: int) -> int:
    return int(np.ptp(pixels[row, 20:80, 1].astype(int)))


def test_the_background_is_blurred_and_the_person_is_not():
    result = made(photo(), strength=1.0, depth=0.0)
    assert result.shape == (240, 320, 3)
    assert contrast(result, 120) < 25
    np.testing.assert_allclose(result[150:160, 150:170], photo()[150:160, 150:170], atol=2)


def test_it_grows_with_the_distance_from_the_feet():
    result = made(photo(feet=200), strength=1.0, depth=1.0)
    assert contrast(result, 199) > 60
    assert contrast(result, 199) > contrast(result, 185) > contrast(result, 120)


def test_the_person_leaves_no_shine_around():
    plain = photo()
    plain[:, ::4] = (60, 120, 90)
    result = made(plain, strength=1.0, depth=0.0)
    assert np.abs(result[150, 205:240].astype(int) - (60, 120, 90)).max() < 12


def test_nobody_there_says_to_paint():
    with pytest.raises(OperationFailed, match="Paint with the brush"):
        made(np.full((100, 120, 3), 90, np.uint8), strength=0.5)


def test_what_is_painted_stays_sharp():
    brush = [{"adds": True, "radius": 0.06, "points": [[0.15, 0.2]]}]
    result = made(photo(), strength=1.0, depth=0.0, brush=brush)
    np.testing.assert_allclose(result[46:50, 44:52], photo()[46:50, 44:52], atol=2)


def test_transparency_stays():
    alpha = np.full((240, 320), 77, np.uint8)
    result = made(np.dstack([photo(), alpha]), strength=1.0)
    np.testing.assert_array_equal(result[:, :, 3], alpha)


def test_without_strength_it_is_neutral():
    assert not parse({"steps": [{"op": "blur_background", "depth": 0.2}]})
