"""What parameters of operations accept, and what they keep of it."""

from __future__ import annotations

import pytest

from processing.parameters import BadValue, Number, Strokes, Text

TEXT = Text("text", "Text", longest=20)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"),  # without the mark between its parts another, misspelled word
        ("क्\u200dष", "क्\u200dष"),
        (" two\nlines\tand\x00 null ", "two lines and null"),
        ("\u200c\u200d \u200c", ""),
        ("\u200da", "a"),
        ("a\u202eb\ufeff", "ab"),  # nothing turns the rest of a line round
        ("\ud800x", "x"),
    ],
)
def test_a_text_keeps_what_belongs_to_its_letters(given, kept):
    assert TEXT.clean(given) == kept
    assert TEXT.clean(kept) == kept


@pytest.mark.parametrize("value", [True, None, "1", float("nan"), float("inf"), 10**400, -1.01, [1]])
def test_what_is_no_number_of_the_range_is_refused(value):
    with pytest.raises(BadValue):
        Number("amount", "Amount", -1.0, 1.0).clean(value)


@pytest.mark.parametrize("radius", [True, float("nan"), 10**400, 0.6, "0.1", None])
def test_a_brush_without_a_size_is_refused(radius):
    with pytest.raises(BadValue):
        Strokes("strokes", "Strokes").clean([{"radius": radius, "points": [[0.5, 0.5]]}])


@pytest.mark.parametrize("adds", ["true", 1, 0, None, []])
def test_a_stroke_that_adds_is_not_taken_for_one_that_takes_away(adds):
    with pytest.raises(BadValue):
        Strokes("strokes", "Strokes").clean([{"adds": adds, "radius": 0.1, "points": [[0.5, 0.5]]}])
