"""The measures of low light, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from processing.measuring import low_light as measuring


def gray(*levels):
    return np.array(levels, np.uint8)[None, :, None].repeat(64, axis=0).repeat(3, axis=2)


def test_order_that_stays_is_no_error_and_order_that_turns_is():
    ramp = gray(*range(100))
    assert measuring.order_error(ramp, ramp * 2) == 0
    assert measuring.order_error(ramp, ramp[:, ::-1]) > 90


def test_similarity_is_one_of_the_same_and_less_of_noise():
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)
    assert measuring.ssim(picture, picture) == pytest.approx(1)
    assert measuring.ssim(picture, rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)) < 0.2


def test_a_darkened_photo_has_a_fraction_of_the_light_and_the_same_noise_each_time():
    good = np.full((80, 120, 3), 180, np.uint8)
    dark = measuring.darkened(good, 4)
    light = (dark.mean() / 180) ** 2.2
    assert 1 / 12.5 < light < 1 / 3.8
    np.testing.assert_array_equal(dark, measuring.darkened(good, 4))
    assert dark.std() > 1


def test_noise_that_doubles_is_measured_so():
    rng = np.random.default_rng(2)
    fine = rng.normal(0, 3, (160, 160, 1))
    before, after = (np.clip(60 + k * fine, 0, 255).astype(np.uint8).repeat(3, axis=2) for k in (1, 2))
    assert measuring._noise_ratio(before, after) == pytest.approx(2, rel=0.1)


def test_dark_photos_are_measured_with_each_method_and_bright_ones_passed_over(tmp_path):
    rng = np.random.default_rng(3)
    dark = np.kron(rng.integers(5, 60, (8, 8, 3)), np.ones((16, 16, 1))).astype(np.uint8)
    Image.fromarray(dark).save(tmp_path / "dark.png")
    Image.fromarray(np.full((64, 64, 3), 200, np.uint8)).save(tmp_path / "bright.png")
    rows = measuring.measure(tmp_path)
    assert [row.method for row in rows] == list(measuring.METHODS)
    assert {row.photo for row in rows} == {"dark.png"}
    by_method = {row["method"]: row for row in measuring.means(rows)}
    assert by_method["as it is"]["noise"] == pytest.approx(1) or np.isnan(by_method["as it is"]["noise"])
    assert by_method["gamma"]["light"] == pytest.approx(by_method["low light"]["light"], abs=0.02)


def test_ours_comes_nearer_to_the_good_photo_than_gamma_and_clahe(tmp_path):
    x, y = np.meshgrid(np.linspace(0, 9, 180), np.linspace(0, 7, 120))
    waves = [128 + 90 * np.sin(x + k) * np.cos(y - k) + 30 * (x > 4) for k in range(3)]
    Image.fromarray(np.clip(np.dstack(waves), 0, 255).astype(np.uint8)).save(tmp_path / "waves.png")
    by_method = {row["method"]: row for row in measuring.means(measuring.measure_restored(tmp_path))}
    best = max(by_method["gamma"]["psnr"], by_method["CLAHE"]["psnr"], by_method["gamma, then CLAHE"]["psnr"])
    assert by_method["low light"]["psnr"] > best + 2
