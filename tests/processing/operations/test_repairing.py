"""What all operations that repair and finish have in common."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from processing.bands import in_bands
from processing.operation import Cancelled
from tests.processing.operations.repaired import face_at, frame_of, made_by, noise

STRONG = {
    "low_light": {"amount": 1.0, "denoise": 1.0},
    "denoise": {"light": 1.0, "color": 1.0},
    "sharpen": {"amount": 3.0, "radius": 10.0, "threshold": 4.0},
    "clarity": {"amount": 1.0},
    "red_eye": {"auto": True, "eyes": ((0.5, 0.5), (0.0, 1.0))},
    "spots": {"strokes": ({"adds": True, "radius": 0.1, "points": ((0.5, 0.5), (1.4, -0.4))},)},
    "blur_faces": {"whose": "all"},
    "text": {"text": "Summer"},
    "watermark": {"text": "Summer", "where": "tiled"},
}


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 3), (17, 40), (41, 19)])
@pytest.mark.parametrize("name", STRONG)
def test_tiny_frames_are_no_trouble(name, size):
    made_by(name, frame_of(noise(*size), faces=[face_at(1, 0, 0, 4)]), **STRONG[name])


@pytest.mark.parametrize("name", sorted(set(STRONG) - {"text", "watermark"}))
def test_transparency_is_kept(name):
    pixels = noise(60, 80, channels=4)
    made = made_by(name, frame_of(pixels, faces=[face_at(1, 10, 10, 30)]), **STRONG[name])
    np.testing.assert_array_equal(made[:, :, 3], pixels[:, :, 3])
    alone = made_by(
        name, frame_of(np.ascontiguousarray(pixels[:, :, :3]), faces=[face_at(1, 10, 10, 30)]), **STRONG[name]
    )
    np.testing.assert_array_equal(made[:, :, :3], alone)


@pytest.mark.parametrize("name", ["text", "watermark"])
def test_letters_can_be_seen_where_nothing_else_is(name):
    made = made_by(name, frame_of(np.zeros((200, 300, 4), np.uint8)), **STRONG[name])
    assert made[:, :, 3].max() > 100
    assert made[0, 0, 3] == 0 or name == "watermark"


@pytest.mark.parametrize("name", ["red_eye", "blur_faces"])
def test_faces_outside_of_the_frame_are_no_trouble(name):
    faces = [
        face_at(1, -500, -500, 40),
        face_at(2, 1000, 20, 40),
        face_at(3, -30, 70, 40),
        face_at(4, 90, 40, 4000),
    ]
    made_by(name, frame_of(noise(100, 120), faces=faces[:3]), **STRONG[name])
    made_by(name, frame_of(noise(100, 120), faces=faces), **STRONG[name])


@pytest.mark.parametrize("name", ["low_light", "denoise", "sharpen", "clarity"])
def test_bands_do_not_show(name, monkeypatch):
    pixels = noise(1200, 40)
    whole = made_by(name, frame_of(pixels), **STRONG[name])
    monkeypatch.setattr("processing.bands.BAND_PIXELS", 40 * 64)
    banded = made_by(name, frame_of(pixels), **STRONG[name])
    assert np.abs(whole.astype(int) - banded).max() <= 1


@pytest.mark.parametrize("name", ["low_light", "denoise", "sharpen", "clarity"])
def test_memory_grows_with_bands_not_with_the_photo(name):
    pixels = np.tile(noise(600, 1000), (10, 1, 1))
    frame = frame_of(pixels)
    tracemalloc.start()
    try:
        made_by(name, frame, **STRONG[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    as_floats = pixels.size * 4
    assert peak < 3 * pixels.size + 2 * as_floats


@pytest.mark.parametrize("name", ["low_light", "denoise", "sharpen", "clarity", "spots", "watermark"])
def test_who_cancels_is_heard(name, monkeypatch):
    def stop():
        raise Cancelled

    monkeypatch.setattr("processing.bands.BAND_PIXELS", 100)
    with pytest.raises(Cancelled):
        made_by(name, frame_of(noise(900, 60), check=stop), **STRONG[name])


def test_bands_get_the_rows_that_they_ask_for(monkeypatch):
    monkeypatch.setattr("processing.bands.BAND_PIXELS", 10)
    pixels = np.arange(250, dtype=np.uint8)[:, None, None].repeat(3, axis=2)
    seen = []

    def look(rows, top):
        seen.append((top, len(rows)))
        return rows + 1

    np.testing.assert_array_equal(in_bands(pixels, look, halo=5), pixels + 1)
    assert sorted(seen) == [(0, 224), (160, 90)]  # bands of 192 rows; halos of 32, a multiple of the grid
