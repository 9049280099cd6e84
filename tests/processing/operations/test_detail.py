"""Denoise, sharpen, clarity: where they act and where they leave things alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from processing.noise import noise_by_level, without_noise
from processing.operations import denoise
from tests.processing.operations.repaired import frame_of, made_by, noise


def edge(height=40, width=60, low=60, high=180):
    pixels = np.full((height, width, 3), low, np.uint8)
    pixels[:, width // 2 :] = high
    return pixels


@pytest.mark.parametrize("deviation", [2.0, 5.0, 12.0])
def test_noise_is_measured_within_a_sixth(deviation):
    measured = noise_by_level(noise(400, 400, mean=100, deviation=deviation, channels=1)[:, :, 0])
    assert measured[100] ** 0.5 == pytest.approx(deviation, rel=1 / 6)


def test_noise_is_measured_by_brightness():
    plane = np.vstack([noise(304, 400, mean=56, deviation=2), noise(304, 400, mean=184, deviation=9)])[
        :, :, 0
    ]
    measured = noise_by_level(plane) ** 0.5
    assert measured[56] == pytest.approx(2, rel=0.2)
    assert measured[184] == pytest.approx(9, rel=0.2)


def test_a_plane_without_noise_stays():
    plane = edge()[:, :, 0].astype(np.float32)
    np.testing.assert_allclose(without_noise(plane, np.zeros_like(plane)), plane, atol=1e-3)


def test_denoising_takes_most_noise_and_keeps_the_edge():
    clean = edge(200, 300)
    dirty = np.clip(clean + np.random.default_rng(1).normal(0, 8, clean.shape), 0, 255).astype(np.uint8)
    made = made_by("denoise", frame_of(dirty), light=0.5, color=0.5)
    flat = np.s_[20:180, 20:120]
    assert (
        made[flat].astype(float).std(axis=(0, 1)).mean()
        < 0.4 * dirty[flat].astype(float).std(axis=(0, 1)).mean()
    )
    assert made[:, 145].mean() == pytest.approx(60, abs=6)
    assert made[:, 154].mean() == pytest.approx(180, abs=6)
    assert cv2.PSNR(made, clean) > cv2.PSNR(dirty, clean) + 6


def test_only_specks_of_color_go_when_that_is_asked():
    gray = np.full((200, 200), 120, np.float32)
    specks = np.random.default_rng(2).normal(0, 10, (200, 200, 2)).astype(np.float32)
    planes = np.clip(np.dstack([gray, specks + 128]), 0, 255).astype(np.uint8)
    dirty = cv2.cvtColor(planes, cv2.COLOR_YCrCb2RGB)
    made = made_by("denoise", frame_of(dirty), color=1.0)
    before, after = (cv2.cvtColor(one, cv2.COLOR_RGB2YCrCb).astype(float) for one in (dirty, made))
    assert np.abs(after[:, :, 0] - before[:, :, 0]).mean() < 1.5
    assert after[:, :, 1].std() < 0.6 * before[:, :, 1].std()


def test_a_little_less_color_noise_is_a_little_change():
    """Stripes of color, one pixel wide, fade with the strength; at almost none they are all there."""
    stripes = np.full((120, 160, 3), (150, 110, 90), np.uint8)
    stripes[:, ::2] = (110, 120, 150)

    def contrast(color: float) -> float:
        made = made_by("denoise", frame_of(stripes), color=color) if color else stripes
        chroma = cv2.cvtColor(made, cv2.COLOR_RGB2YCrCb)[20:100, 20:140, 1].astype(float)
        return float(chroma[:, 1::2].mean() - chroma[:, ::2].mean())

    found = [contrast(color) for color in (0.0, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0)]
    assert found[1] > 0.95 * found[0]
    assert found == sorted(found, reverse=True)
    assert max(np.abs(np.diff(found))) < 0.3 * found[0]
    assert found[6] < 0.1 * found[0]


def test_denoising_is_suggested_for_noise_only():
    assert denoise.suggest(frame_of(noise(300, 300, mean=90, deviation=10))) == {"light": 0.5, "color": 0.5}
    assert denoise.suggest(frame_of(edge(300, 300))) is None


def test_sharpening_by_hand():
    """One bright pixel: what the blur takes from it is added, the same to each channel."""
    pixels = np.full((21, 21, 3), (100, 110, 120), np.uint8)
    pixels[10, 10] = (140, 150, 160)
    made = made_by("sharpen", frame_of(pixels), amount=1.0, radius=1.0)
    middle = cv2.getGaussianKernel(9, 1.0)[4, 0] ** 2
    added = round(40 * (1 - middle))
    np.testing.assert_allclose(made[10, 10].astype(int) - pixels[10, 10], [added] * 3, atol=1)
    assert made[10, 11, 0] < 100
    np.testing.assert_array_equal(made[0:4], pixels[0:4])


def test_sharpening_spares_small_differences():
    pixels = edge(low=100, high=104)
    strong = made_by("sharpen", frame_of(pixels), amount=2.0)
    spared = made_by("sharpen", frame_of(pixels), amount=2.0, threshold=20.0)
    assert strong.max() > 104
    np.testing.assert_array_equal(spared, pixels)


def test_the_radius_is_of_the_full_size():
    pixels = edge()
    small = made_by("sharpen", frame_of(pixels, width=600, height=400), amount=2.0, radius=10.0)
    np.testing.assert_array_equal(small, made_by("sharpen", frame_of(pixels), amount=2.0, radius=1.0))
    unseen = made_by("sharpen", frame_of(pixels, width=6000, height=4000), amount=2.0, radius=1.0)
    np.testing.assert_array_equal(unseen, pixels)


def test_clarity_strengthens_what_is_local_and_leaves_flat_parts():
    pixels = np.full((100, 200, 3), 120, np.uint8)
    pixels[::2, 100:] = 136
    more = made_by("clarity", frame_of(pixels), amount=1.0)
    less = made_by("clarity", frame_of(pixels), amount=-1.0)
    np.testing.assert_allclose(more[:, :80], pixels[:, :80], atol=1)
    assert float(more[:, 120:].std()) > 1.5 * float(pixels[:, 120:].std())
    assert float(less[:, 120:].std()) < 0.5 * float(pixels[:, 120:].std())
    assert more[:, 120:].mean() == pytest.approx(pixels[:, 120:].mean(), abs=1.5)


def test_clarity_leaves_black_and_white():
    pixels = np.zeros((60, 60, 3), np.uint8)
    pixels[:, 30:] = 255
    made = made_by("clarity", frame_of(pixels), amount=1.0)
    np.testing.assert_array_equal(made, pixels)
