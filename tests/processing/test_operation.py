"""What is said of operations by their values."""

from __future__ import annotations

import pytest

from processing import registry
from processing.operation import is_in_use


@pytest.mark.parametrize(
    ("values", "is_used"),
    [
        ({"background": "photo"}, True),
        ({"background": "color", "photo": [3]}, False),
        ({"photo": [3]}, False),
    ],
)
def test_what_is_named_like_an_option_is_in_use_while_that_is_chosen(values, is_used):
    cutout = registry.operations()["cutout"]
    assert is_in_use(cutout, values, "photo") is is_used
    assert is_in_use(cutout, values, "feather")
