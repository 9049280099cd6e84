"""Measures the noise of a photo by brightness and takes it away where there is nothing else: a Wiener filter on a pyramid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PATCH = 8  # pixels
BINS = 16  # of brightness
LOW = 0.15  # of the patches of one brightness, this share has nothing on it but noise
CALM = (
    0.72  # the energy of the LOWth patch of white noise in shares of the noise's. Source: measured like KEPT.
)
LEAST_PATCHES = 24
STRIPS = 24  # rows of patches that are looked at, over the whole photo
ROUNDING = 1 / 12  # variance of whole numbers
# The part of white noise of deviation 1 that each band of the pyramid keeps; then what is left below.
# Source: our own measurement, deviations of the bands of 2048 x 2048 seeded Gaussian noise, cv2.pyrDown and cv2.pyrUp.
KEPT = (0.943, 0.230, 0.101, 0.048)
WINDOW = 5  # pixels over which the energy of a band is averaged
SURE = 2.2  # of the noise's energy is taken away at strength 1: by chance it is higher here and there
LEVELS = 4
HALO = 64  # rows that the pyramid has to see
# Variance of color's noise, at half the size, in that of light's at full size: it lies in larger patterns, because sensors see
# each color at some pixels only and JPEG keeps half of them. Source: our own choice by eye.
COLOR_SPREAD = 0.5
TINY = 1e-6


def noise_by_level(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Say how strong the noise is on parts of each brightness.

    Args:
        luma: uint8 of shape (h, w).

    Returns:
        float32 of shape (256,): its variance where the surroundings are as bright, in levels squared, at least that of rounding.

    Source: the mask is Immerkær's, "Fast Noise Variance Estimation", 1996; taken by patches of one brightness, of which only the
    calmest count, because the others show something.
    """
    import cv2
    import numpy as np

    height, width = luma.shape
    if height < 2 * PATCH or width < 2 * PATCH:
        return np.full(256, ROUNDING, np.float32)
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
    step = max(1, height // PATCH // STRIPS) * PATCH
    energies, means = [], []
    for top in range(0, height - PATCH + 1, step):
        strip = luma[top : top + PATCH]
        fine = cv2.filter2D(strip, cv2.CV_32F, mask)
        energies.append(_by_patch(fine * fine))
        means.append(_by_patch(strip.astype(np.float32)))
    energy, mean = np.concatenate(energies), np.concatenate(means)
    places, values = [], []
    for low in range(0, 256, 256 // BINS):
        here = energy[(mean >= low) & (mean < low + 256 // BINS)]
        if here.size >= LEAST_PATCHES:
            places.append(low + 128 / BINS)
            values.append(float(np.quantile(here, LOW)) / CALM)
    if not places:
        places, values = [128.0], [float(np.quantile(energy, LOW)) / CALM]
    return np.maximum(np.interp(np.arange(256), places, values), ROUNDING).astype(np.float32)


def _by_patch(strip: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    wide = strip.shape[1] // PATCH
    cut = strip[:, : wide * PATCH].reshape(strip.shape[0], wide, PATCH)
    return np.asarray(cut.mean(axis=(0, 2)), np.float32)


def without_noise(
    plane: NDArray[np.float32], noise: NDArray[np.float32], levels: int = LEVELS, level: int = 0
) -> NDArray[np.float32]:
    """Take noise away from a plane and leave what stands out of it.

    Args:
        plane: float32 of shape (h, w), 0 to 255.
        noise: float32 of the same shape: the variance of the noise at each place, times the strength wanted.
        levels: of the pyramid; noise of patterns up to about 2 to their power in pixels is found.
        level: the first of them that `plane` is.

    Returns:
        float32 of the same shape.

    Source: the local Wiener filter of Lee, "Digital Image Enhancement and Noise Filtering by Use of Local Statistics", 1980, on
    each band of Burt and Adelson's Laplacian pyramid, 1983.
    """
    import cv2
    import numpy as np

    height, width = plane.shape
    if levels == 0 or min(height, width) < 2 * WINDOW:
        return plane
    small = np.asarray(cv2.pyrDown(plane), np.float32)
    band = np.asarray(cv2.subtract(plane, cv2.pyrUp(small, dstsize=(width, height))), np.float32)
    energy = np.asarray(cv2.sqrBoxFilter(band, cv2.CV_32F, (WINDOW, WINDOW)), np.float32)
    np.maximum(energy, TINY, out=energy)
    share = np.asarray(cv2.divide(noise, energy, scale=SURE * KEPT[level] ** 2), np.float32)
    np.minimum(share, 1, out=share)
    share *= band
    band -= share
    below = np.asarray(cv2.pyrDown(noise), np.float32)
    cleaned = without_noise(small, below, levels - 1, level + 1)
    band += cv2.pyrUp(cleaned, dstsize=(width, height))
    return band


def clean_colors(
    rows: NDArray[np.uint8],
    luma: NDArray[np.float32],
    color: NDArray[np.float32],
    finest: float = 1.0,
) -> NDArray[np.float32]:
    """Take the noise of light and of color away from rows of a photo.

    Args:
        rows: uint8 of shape (h, w, 3) RGB.
        luma: float32 of shape (256,): variance of the noise of light by brightness, times the strength wanted. All 0: leave it.
        color: the same of color.
        finest: which share of what only the full resolution shows of colors is taken away, noise or not, 0 to 1: sensors and JPEG
            know little of it. Nothing is where color is left.

    Returns:
        float32 of shape (h, w, 3) RGB, 0 to 255, maybe a little beyond.
    """
    import cv2
    import numpy as np

    height, width = rows.shape[:2]
    floats = cv2.cvtColor(
        rows.astype(np.float32), cv2.COLOR_RGB2YCrCb
    )  # whole numbers would show once they are brightened
    light, *colors = (np.asarray(plane, np.float32) for plane in cv2.split(floats))
    is_cleaned = bool(color.any()) and min(height, width) >= 4 * WINDOW
    levels = cv2.convertScaleAbs(light)
    made = [light]
    if luma.any():
        made = [without_noise(light, np.asarray(cv2.LUT(levels, luma.reshape(1, 256)), np.float32))]
    if is_cleaned:
        noise = color[cv2.pyrDown(levels)] * np.float32(COLOR_SPREAD)
        for plane in colors:
            half = np.asarray(cv2.pyrDown(plane), np.float32)
            cleaned = np.asarray(cv2.pyrUp(without_noise(half, noise), dstsize=(width, height)), np.float32)
            if finest < 1:
                band = cv2.subtract(plane, cv2.pyrUp(half, dstsize=(width, height)))
                cleaned += np.asarray(band, np.float32) * np.float32(1 - finest)
            made.append(cleaned)
    else:
        made += colors
    return np.asarray(cv2.cvtColor(cv2.merge(made), cv2.COLOR_YCrCb2RGB), np.float32)
