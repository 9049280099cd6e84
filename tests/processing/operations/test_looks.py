"""Looks of our own: many, different, and as strong as one likes."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from processing import registry
from processing.look_book import LOOKS, curves_of, mix_of
from processing.recipes import recipe_of
from processing.toning import LUMA
from tests.processing.operations.ramps import cube, recolored


def test_there_are_many_and_each_has_a_name():
    assert len(LOOKS) >= 12
    assert len({look.label for look in LOOKS.values()}) == len(LOOKS)
    offered = registry.operations()["looks"].parameters[0].describe()["options"]
    assert [one["value"] for one in offered] == ["", *LOOKS]


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_keeps_the_order_of_tones_and_stays_on_the_scale(name):
    curves = curves_of(LOOKS[name])
    assert (np.diff(curves, axis=1) >= 0).all()
    made = recolored("looks", *cube(), look=name)
    assert np.isfinite(made).all()
    assert made.min() >= 0
    assert made.max() <= 1
    np.testing.assert_allclose(mix_of(LOOKS[name]).sum(axis=1), 1, atol=1e-6)
    assert np.abs(made - cube()).mean() > 0.01


def test_no_two_looks_are_nearly_the_same():
    made = {name: recolored("looks", *cube(), look=name) for name in LOOKS}
    for one, other in combinations(LOOKS, 2):
        assert np.abs(made[one] - made[other]).mean() > 0.012, (one, other)


def test_strength_lies_between_the_photo_and_the_look():
    half, whole = (recolored("looks", *cube(), look="coal", strength=strength) for strength in (0.5, 1))
    np.testing.assert_allclose(half, (cube() + whole) / 2, atol=1e-6)
    assert not recipe_of([("looks", {"look": "coal", "strength": 0})])
    assert not recipe_of([("looks", {"strength": 0.4})])


def test_a_look_without_color_is_gray_by_its_own_shares():
    made = recolored("looks", (1, 0, 0), (0, 1, 0), look="chalk")
    assert np.ptp(made, axis=1).tolist() == pytest.approx([0, 0])
    shares = LOOKS["chalk"].gray
    places = [round(share * 4095) for share in shares[:2]]
    assert made[:, 0].tolist() == pytest.approx(curves_of(LOOKS["chalk"])[0, places].tolist())


def test_the_page_has_the_same_numbers():
    script = (Path(settings.BASE_DIR) / "static/js/editor/looks.js").read_text()
    as_json = re.sub(r"(\w+):", r'"\1":', script[script.index("{") : script.rindex("}") + 1])
    told = json.loads(re.sub(r",(\s*[}\]])", r"\1", as_json))
    assert list(told) == list(LOOKS)
    for name, look in LOOKS.items():
        assert told[name].pop("color") == look.color
        assert told[name].pop("gray", list(LUMA)) == list(look.gray)
        curves = {name: getattr(look, name) for name in ("master", "red", "green", "blue")}
        assert told[name] == {
            channel: [list(p) for p in points] for channel, points in curves.items() if points
        }
