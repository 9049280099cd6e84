"""Low light: the dark becomes brighter, the bright stays, noise does not come up with it."""

from __future__ import annotations

import numpy as np
import pytest

from processing.guided import find_base
from processing.operations import low_light
from tests.processing.operations.repaired import frame_of, made_by, noise


def night(height=200, width=300):
    """A dark scene with a lamp: its left half has almost no light, a square on the right nearly all."""
    pixels = np.full((height, width, 3), (14, 20, 28), np.uint8)
    pixels[50:120, 200:270] = (250, 240, 210)
    return pixels


def test_the_dark_becomes_bright_and_the_lamp_stays():
    pixels = night()
    made = made_by("low_light", frame_of(pixels), amount=0.6, denoise=0.0)
    assert made[:, :100].mean() > 2.5 * pixels[:, :100].mean()
    np.testing.assert_allclose(made[70:100, 220:250], pixels[70:100, 220:250], atol=4)


def test_the_gain_is_that_of_the_curve_where_all_is_even():
    pixels = np.full((64, 64, 3), 51, np.uint8)
    pixels[0, :16] = 255  # something white, so that nothing is stretched
    made = made_by("low_light", frame_of(pixels), amount=0.4, denoise=0.0)
    gain = np.log1p(np.expm1(2.0) * 0.2) / 2.0 / 0.2
    gain = 1 + (gain - 1) * 0.2 / (0.2 + low_light.FLOOR)
    wanted = 51 * gain / np.sqrt(1 + (gain**2 - 1) * 0.04)
    np.testing.assert_allclose(made[40:], wanted, atol=1)


def test_colors_keep_their_hue():
    pixels = night()
    made = made_by("low_light", frame_of(pixels), amount=0.8, denoise=0.0)
    red, green, blue = made[150, 50].astype(float)
    assert (green - red) / (blue - red) == pytest.approx((20 - 14) / (28 - 14), abs=0.04)
    assert (blue - red) / blue == pytest.approx((28 - 14) / 28 * 28 / (28 + low_light.COLORLESS), abs=0.03)


@pytest.mark.parametrize("amount", [0.05, 0.3, 1.0])
def test_nothing_gets_darker_and_what_is_brighter_stays_brighter(amount):
    ramp = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (64, 1, 3))
    made = made_by("low_light", frame_of(ramp), amount=amount, denoise=0.0).astype(int)
    assert (made >= ramp.astype(int) - 1).all()
    assert (np.diff(made[32, :, 0]) >= -1).all()
    assert made[32, 255, 0] == 255


def test_noise_comes_up_less_than_light():
    pixels = noise(300, 400, mean=24, deviation=4)
    pixels[:20, :20] = 255
    bare = made_by("low_light", frame_of(pixels), amount=0.7, denoise=0.0)[60:, 60:].astype(float)
    made = made_by("low_light", frame_of(pixels), amount=0.7)[60:, 60:].astype(float)
    assert made.mean() == pytest.approx(bare.mean(), rel=0.05)
    assert made.std() < 0.45 * bare.std()


def test_a_photo_without_anything_bright_is_stretched():
    pixels = np.tile(np.linspace(10, 150, 300, dtype=np.uint8)[None, :, None], (60, 1, 3))
    made = made_by("low_light", frame_of(pixels), amount=0.2, denoise=0.0)
    assert made.max() > 200


def test_dark_photos_are_suggested_more_than_dim_ones_and_bright_ones_nothing():
    dark, dim, bright = (
        low_light.suggest(frame_of(np.maximum(night(), level).astype(np.uint8))) for level in (0, 50, 120)
    )
    assert 0 < dim["amount"] < dark["amount"] <= 1
    assert bright is None


def test_without_brightening_it_is_neutral():
    assert low_light.is_neutral({"amount": 0.0, "denoise": 1.0})


def test_a_preview_looks_like_the_photo():
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 120, (16, 20, 3)).astype(np.uint8)
    large = np.kron(coarse, np.ones((40, 40, 1), np.uint8))
    small = large[::4, ::4]
    made = made_by("low_light", frame_of(large), amount=0.5, denoise=0.0)
    preview = made_by("low_light", frame_of(small, width=800, height=640), amount=0.5, denoise=0.0)
    assert np.abs(made[2::4, 2::4].astype(int) - preview).mean() < 3


def test_the_base_keeps_edges_and_loses_detail():
    plane = np.full((100, 100), 0.2, np.float32)
    plane[:, 50:] = 0.9
    fine = plane + np.where(np.indices(plane.shape).sum(axis=0) % 2, 0.01, -0.01).astype(np.float32)
    base = find_base(fine, (100, 100), 0.05, 0.1).of_rows(fine, 0)
    assert base[50, 20] == pytest.approx(0.2, abs=0.01)
    assert base[50, 80] == pytest.approx(0.9, abs=0.02)
    assert base[50, 51] - base[50, 48] > 0.6
    assert base[:, :40].std() < 0.002
