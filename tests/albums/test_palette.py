"""The colors of static/css/variables.css can be read in light and in dark: WCAG's ratios for every pair that pages use."""

from __future__ import annotations

import pytest

from albums.palette import contrast, pairs, palette


def test_contrast_as_wcag_computes_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_pair_of_colors_can_be_read():
    assert [(one.name, one.ground, one.light, one.dark) for one in pairs() if not one.is_enough] == []


def test_dark_redefines_colors_and_adds_none():
    light, dark = palette("light"), palette("dark")
    assert dark.keys() == light.keys()
    assert sum(dark[name] != color for name, color in light.items()) > 15
