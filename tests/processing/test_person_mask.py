"""The mask of people: with our network on a photo that scikit-image brings, and with an invented network."""

from __future__ import annotations

import numpy as np
import pytest

from processing import person_mask, weights
from processing.operation import Cancelled
from processing.person_mask import find, shrunk


class Invented:
    """A network that takes what is red for a person, and remembers what it looked at."""

    looks_px = (384,)

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def look(self, photos: np.ndarray) -> np.ndarray:
        self.seen.append(photos.shape)
        values = photos[:, ::4, ::4].astype(np.float32)
        return (values[..., 0] - values[..., 1] - 60) / 20


@pytest.fixture(autouse=True)
def fresh():
    person_mask.reset()
    yield
    person_mask.reset()


def red_box(height: int, width: int, top: int, left: int, bottom: int, right: int) -> np.ndarray:
    pixels = np.full((height, width, 3), (70, 110, 90), np.uint8)
    pixels[top:bottom, left:right] = (210, 40, 50)
    return pixels


def test_the_edge_is_that_of_the_photo():
    pixels = red_box(900, 1200, 200, 300, 901, 800)
    mask = person_mask.person_mask(pixels, network=Invented())
    assert mask.dtype == np.float32
    assert mask.shape == (900, 1200)
    truth = pixels[:, :, 0] == 210
    assert ((mask > 0.5) == truth).mean() > 0.998
    assert mask[:150].max() == 0
    assert mask[400:, 450:650].min() == 1


def test_it_looks_closer_at_who_is_small():
    network = Invented()
    pixels = red_box(1000, 1000, 400, 450, 520, 490)
    mask = person_mask.person_mask(pixels, network=network)
    assert len(network.seen) == 2
    truth = pixels[:, :, 0] == 210
    assert (((mask > 0.5) & truth).sum() / ((mask > 0.5) | truth).sum()) > 0.9


def test_nobody_is_an_empty_mask():
    pixels = np.full((300, 400, 3), 90, np.uint8)
    assert find(pixels, network=Invented()).is_empty
    assert person_mask.person_mask(pixels, network=Invented()).max() == 0


def test_a_speck_is_nobody():
    assert find(red_box(1000, 1000, 500, 500, 512, 512), network=Invented()).is_empty


def test_passers_by_are_left_out_and_companions_are_not():
    pixels = red_box(600, 800, 100, 100, 601, 300)
    pixels[100:160, 600:640] = (210, 40, 50)  # 2 % of the person
    pixels[300:600, 500:580] = (210, 40, 50)  # 24 %
    mask = person_mask.person_mask(pixels, network=Invented())
    assert mask[120, 620] == 0
    assert mask[450, 540] == 1


def test_what_is_painted_holds():
    pixels = red_box(300, 400, 100, 100, 250, 200)
    strokes = [
        {"adds": True, "radius": 0.05, "points": ((0.75, 0.5),)},
        {"adds": False, "radius": 0.05, "points": ((0.35, 0.6),)},
    ]
    mask = find(pixels, strokes, network=Invented()).rows(pixels, 0, 300)
    assert mask[150, 300] == 1
    assert mask[180, 140] == 0
    assert mask[120, 180] == 1


def test_a_thing_that_is_painted_over_is_found_where_nobody_is():
    pixels = np.full((300, 400, 3), (70, 110, 90), np.uint8)
    pixels[100:200, 150:250] = (60, 60, 200)
    stroke = {"adds": True, "radius": 0.02, "points": ((0.45, 0.45), (0.55, 0.55))}
    mask = find(pixels, [stroke], network=Invented()).rows(pixels, 0, 300)
    truth = pixels[:, :, 2] == 200
    assert ((mask > 0.5) & truth).sum() / ((mask > 0.5) | truth).sum() > 0.9


def test_rows_are_the_whole():
    pixels = red_box(700, 500, 100, 100, 600, 400)
    mask = find(pixels, network=Invented())
    parts = [mask.rows(pixels, top, min(700, top + 130)) for top in range(0, 700, 130)]
    np.testing.assert_allclose(np.vstack(parts), mask.rows(pixels, 0, 700), atol=0.1)


def test_work_stops_when_nobody_wants_it():
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        person_mask.person_mask(red_box(300, 300, 50, 50, 250, 250), stop, network=Invented())


def test_a_preview_that_follows_asks_the_network_once(monkeypatch):
    network = Invented()
    monkeypatch.setattr(weights, "person_network", lambda: network)
    pixels = red_box(300, 300, 20, 20, 280, 280)
    find(pixels)
    looks = len(network.seen)
    find(pixels, [{"adds": False, "radius": 0.05, "points": ((0.5, 0.5),)}])
    assert len(network.seen) == looks


def test_small_pictures_and_transparency():
    assert shrunk(np.zeros((2000, 1000, 4), np.uint8)).shape == (1024, 512, 3)
    assert person_mask.person_mask(np.zeros((1, 3, 3), np.uint8), network=Invented()).shape == (1, 3)
    with_alpha = np.dstack([red_box(200, 200, 50, 50, 200, 150), np.full((200, 200), 7, np.uint8)])
    assert person_mask.person_mask(with_alpha, network=Invented())[100, 100] == 1


def test_our_network_finds_the_astronaut():
    """A portrait of Eileen Collins (NASA, public domain): face and suit are she, the corners behind her are not."""
    from skimage.data import astronaut

    mask = person_mask.person_mask(astronaut())
    assert mask[60:160, 190:260].mean() > 0.97  # face
    assert mask[330:480, 130:270].mean() > 0.95  # suit
    assert mask[:120, :90].mean() < 0.1  # the flag behind her
    assert 0.3 < mask.mean() < 0.7


def test_our_network_is_small():
    assert person_mask.OURS.stat().st_size < 2_000_000
