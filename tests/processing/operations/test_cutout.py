"""The operation "Background": every kind of background, the brush, and what can't be done."""

from __future__ import annotations

import numpy as np
import pytest

from processing import person_mask, weights
from processing.editing import OperationFailed, cook
from processing.operation import Cancelled, Scene
from processing.recipes import parse, recipe_of
from tests.processing.invented_network import Reddish

HEIGHT, WIDTH = 240, 320


@pytest.fixture(autouse=True)
def network(monkeypatch):
    person_mask.reset()
    monkeypatch.setattr(weights, "person_network", Reddish)
    yield
    person_mask.reset()


def photo(is_somebody_there: bool = True) -> np.ndarray:
    pixels = np.full((HEIGHT, WIDTH, 3), (60, 120, 90), np.uint8)
    if is_somebody_there:
        pixels[60:, 100:220] = (200, 50, 60)
    return pixels


def made(pixels: np.ndarray, scene: Scene | None = None, **values: object) -> np.ndarray:
    return cook(pixels, recipe_of([("cutout", values)]), scene)


def test_a_color():
    result = made(photo(), background="color", color="#1020ff")
    assert result.shape == (HEIGHT, WIDTH, 3)
    assert result[20, 20].tolist() == [0x10, 0x20, 0xFF]
    np.testing.assert_allclose(result[150, 160], (200, 50, 60), atol=1)


def test_transparent():
    result = made(photo(), background="transparent")
    assert result.shape == (HEIGHT, WIDTH, 4)
    assert result[20, 20].tolist() == [0, 0, 0, 0]
    assert result[150, 160, 3] == 255


def test_a_blur_leaves_the_person_sharp():
    pixels = photo()
    pixels[:, ::2] //= 2
    result = made(pixels, background="blur", blur=1.0).astype(int)
    assert np.abs(np.diff(result[30, 20:60, 1])).max() < 4
    np.testing.assert_allclose(result[150:160, 150:170], pixels[150:160, 150:170], atol=2)


def test_another_photo_covers_the_frame():
    other = np.zeros((100, 400, 3), np.uint8)
    other[:, 200:] = 255
    asked = []

    def load(key: int, longest_px: int) -> np.ndarray:
        asked.append((key, longest_px))
        return other

    result = made(photo(), Scene(WIDTH, HEIGHT, load_photo=load), background="photo", photo=[7])
    assert asked == [(7, WIDTH)]
    assert result[20, 20].tolist() == [0, 0, 0]
    assert result[20, 300].tolist() == [255, 255, 255]
    np.testing.assert_allclose(result[150, 180], (200, 50, 60), atol=1)


@pytest.mark.parametrize("values", [{}, {"photo": [3]}])
def test_without_a_photo_it_says_so(values):
    with pytest.raises(OperationFailed, match="Choose the photo that is to be the background"):
        made(photo(), background="photo", **values)


def test_the_brush_takes_away_and_adds():
    brush = [
        {"adds": False, "radius": 0.04, "points": [[0.5, 0.6]]},
        {"adds": True, "radius": 0.04, "points": [[0.1, 0.2]]},
    ]
    result = made(photo(), background="color", color="#000000", brush=brush)
    assert result[144, 160].tolist() == [0, 0, 0]
    np.testing.assert_allclose(result[48, 32], (60, 120, 90), atol=2)


def test_nobody_there_says_to_paint():
    with pytest.raises(OperationFailed, match=r"No person was found on this photo. Paint with the brush"):
        made(photo(is_somebody_there=False), background="transparent")


def test_a_feathered_edge_is_softer():
    hard = made(photo(), background="transparent")[150, :, 3].astype(int)
    soft = made(photo(), background="transparent", feather=1.0)[150, :, 3].astype(int)
    assert ((soft > 5) & (soft < 250)).sum() > ((hard > 5) & (hard < 250)).sum() + 6


def test_it_is_neutral_while_the_background_stays():
    brush = [{"adds": True, "radius": 0.04, "points": [[0.5, 0.5]]}]
    assert not parse({"steps": [{"op": "cutout", "color": "#ff0000", "brush": brush}]})


def test_cut_out_twice_stays_transparent():
    recipe = recipe_of([("cutout", {"background": "transparent"})] * 2)
    result = cook(photo(), recipe)
    assert result.shape == (HEIGHT, WIDTH, 4)
    assert result[20, 20, 3] == 0
    assert result[150, 160, 3] == 255


def test_it_can_be_cancelled_and_tells_how_far_it_is():
    told: list[float] = []
    made(photo(), Scene(WIDTH, HEIGHT, progress=told.append), background="transparent")
    assert told == sorted(told)
    assert told[-1] == 1

    def stop() -> None:
        if told:
            raise Cancelled

    with pytest.raises(Cancelled):
        made(photo(), Scene(WIDTH, HEIGHT, check=stop), background="transparent")


def test_a_preview_is_the_small_picture_of_the_whole():
    large = np.repeat(np.repeat(photo(), 4, 0), 4, 1)
    whole = made(large, background="color", color="#000000")[::4, ::4].astype(int)
    small = made(photo(), Scene(4 * WIDTH, 4 * HEIGHT), background="color", color="#000000").astype(int)
    assert np.abs(whole - small).mean() < 4
