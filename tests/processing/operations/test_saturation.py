"""More or less color."""

from __future__ import annotations

import numpy as np
import pytest

from processing.toning import LUMA
from tests.processing.operations.ramps import cube, recolored


def test_right_numbers_by_hand():
    gray = 0.2126 * 0.5 + 0.7152 * 0.25
    made = recolored("saturation", (0.5, 0.25, 0.0), amount=1)
    assert made[0].tolist() == pytest.approx([1 - gray, 0.5 - gray, -gray], abs=1e-6)
    assert recolored("saturation", (0.5, 0.25, 0.0), amount=-1)[0].tolist() == pytest.approx([gray] * 3)


@pytest.mark.parametrize("amount", [-1, -0.4, 0.4, 1])
def test_luma_stays(amount):
    made = recolored("saturation", *cube(), amount=amount)
    np.testing.assert_allclose(made @ np.array(LUMA), cube() @ np.array(LUMA), atol=1e-5)
