"""Values so small that floats can hardly hold them do as little as none, and the largest brush works on the longest photo."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.repaired import frame_of, made_by


@pytest.mark.parametrize("amount", [5e-324, 1e-46, 1e-9])
@pytest.mark.parametrize(
    ("name", "parameter", "others"),
    [
        ("low_light", "amount", {"denoise": 0.0}),
        ("sharpen", "threshold", {"amount": 1.0}),
        ("sharpen", "amount", {"threshold": 5e-324}),
        ("clarity", "amount", {}),
        ("vignette", "feather", {"amount": 1.0}),
        ("vignette", "amount", {"feather": 0.0}),
        ("grain", "amount", {}),
    ],
)
@pytest.mark.filterwarnings("error")
def test_next_to_nothing_is_nothing(name, parameter, others, amount):
    pixels = np.full((60, 80, 3), 40, np.uint8)
    pixels[:, 40:] = 140
    made = made_by(name, frame_of(pixels), **others, **{parameter: amount})
    without = (
        made_by(name, frame_of(pixels), **others, **{parameter: 0.0}) if others.get("amount") else pixels
    )
    assert np.abs(made.astype(int) - without).max() <= 1


def test_the_largest_brush_works_on_a_panorama():
    pixels = np.full((8, 40_000, 3), 90, np.uint8)
    stroke = {"adds": True, "radius": 0.5, "points": ((0.4, 0.5), (0.6, 0.5))}
    small = {"adds": True, "radius": 0.0005, "points": ((0.4, 0.5), (0.6, 0.5))}
    assert (made_by("spots", frame_of(pixels), strokes=(stroke, small)) == 90).all()
