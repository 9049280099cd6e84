"""Lines of text: fonts, order, place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from processing import lettering
from processing.errors import ProcessingError
from processing.lettering import draw_line, in_order, runs_of
from processing.operations import text, watermark
from tests.processing.operations.repaired import frame_of, made_by


def shown(line):
    return [run.text for run in in_order(runs_of(line))]


@pytest.fixture
def only_own_fonts(monkeypatch):
    if not lettering._own_fonts():
        pytest.skip("the fonts of static/vendor are not fetched")
    monkeypatch.setattr(lettering, "_ask_fontconfig", lambda letter: None)


@pytest.mark.parametrize(
    "line",
    [
        "Überraschung",
        "Łódź",
        "Ελλάδα",
        "Привет",
        "Tiếng Việt",
        "नमस्ते क्षत्रिय",
        "حفلة مريم",
        "گچپژ ی",
        "50 % – “©”",
    ],
)
def test_the_languages_of_the_site_have_fonts_of_their_own(only_own_fonts, line):
    assert draw_line(line, 40).max() > 200


def test_a_letter_without_a_font_is_named(only_own_fonts):
    with pytest.raises(ProcessingError, match="no font for “𒀀”"):
        draw_line("Anna \U00012000", 40)


def test_arabic_is_joined(only_own_fonts):
    assert draw_line("سبب", 60).any(axis=0).all()  # no gap between the letters


def test_lines_are_put_in_the_order_of_their_first_letter(only_own_fonts):
    assert shown("Anna and مريم at sea") == ["Anna and", " ", "مريم", " ", "at sea"]
    assert shown("حفلة Anna") == ["Anna", " ", "حفلة"]
    assert shown("حفلة 2024") == ["2024", " ", "حفلة"]
    assert "".join(shown("Łódź in May")) == "Łódź in May"


def test_text_stands_where_it_is_told():
    pixels = np.zeros((200, 400, 3), np.uint8)
    made = made_by(
        "text", frame_of(pixels), text="HHH", place=((0.25, 0.5),), size=0.2, color="#ff0000", around="none"
    )
    rows, columns = np.nonzero(made[:, :, 0])
    assert (columns.min() + columns.max()) / 2 == pytest.approx(100, abs=2)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(100, abs=2)
    assert 0.6 * 40 < rows.max() - rows.min() < 40
    assert made[:, :, 1:].max() == 0


def test_a_preview_has_the_same_text_smaller():
    large = made_by("text", frame_of(np.zeros((400, 600, 3), np.uint8)), text="Summer", size=0.3)
    small = made_by(
        "text", frame_of(np.zeros((200, 300, 3), np.uint8), width=600, height=400), text="Summer", size=0.3
    )
    assert np.abs(large.reshape(200, 2, 300, 2, 3).mean(axis=(1, 3)) - small).mean() < 6


def test_a_long_line_fits_into_the_photo():
    made = made_by(
        "text", frame_of(np.zeros((200, 200, 3), np.uint8)), text="many words " * 10, around="none"
    )
    assert made[:, :, 0].max() > 0


def test_no_line_is_drawn_much_larger_than_there_is_room_for(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        lettering, "draw_line", lambda line, size: drawn.append(draw_line(line, size)) or drawn[-1]
    )
    made_by("text", frame_of(np.zeros((3000, 400, 3), np.uint8)), text="W" * 200, size=0.5, around="none")
    made_by("watermark", frame_of(np.zeros((50, 9000, 3), np.uint8)), text="Anna", size=0.3)
    made_by("text", frame_of(np.zeros((40_000, 24, 3), np.uint8)), text="Hi", size=0.5)
    assert max(mask.size for mask in drawn) < 100_000


def test_letters_on_what_is_transparent_have_no_dark_edges():
    made = made_by(
        "text", frame_of(np.zeros((200, 400, 4), np.uint8)), text="Summer", size=0.3, around="none"
    )
    alpha = made[:, :, 3]
    assert ((alpha > 0) & (alpha < 255)).any()
    assert made[alpha > 0][:, :3].min() >= 254
    assert (made[alpha == 0] == 0).all()


def test_a_mark_on_a_narrow_photo_is_as_wide_as_it_can_be():
    pixels = np.full((1000, 300, 3), 90, np.uint8)
    made = made_by("watermark", frame_of(pixels), text="Anna", size=0.3)
    _rows, columns = np.nonzero((made != pixels).any(axis=2))
    assert np.ptp(columns) > 150
    assert columns.max() < 299


def test_letters_turn():
    pixels = np.zeros((200, 200, 3), np.uint8)
    made = made_by("text", frame_of(pixels), text="HHHHHH", place=((0.5, 0.5),), angle=90.0, around="none")
    rows, columns = np.nonzero(made[:, :, 0])
    assert np.ptp(rows) > 3 * np.ptp(columns)


@pytest.mark.parametrize(("around", "darkest"), [("none", 128), ("shadow", 110), ("outline", 10)])
def test_what_is_around_bright_letters_is_dark(around, darkest):
    pixels = np.full((200, 400, 3), 128, np.uint8)
    made = made_by("text", frame_of(pixels), text="Summer", size=0.3, place=((0.5, 0.5),), around=around)
    assert made.max() == 255
    assert made.min() <= darkest
    if around == "none":
        assert made.min() == 128


@pytest.mark.parametrize(
    ("where", "right", "bottom"),
    [
        ("bottom-right", True, True),
        ("bottom-left", False, True),
        ("top-right", True, False),
        ("top-left", False, False),
    ],
)
def test_watermarks_stand_in_their_corner(where, right, bottom):
    pixels = np.full((200, 300, 3), 90, np.uint8)
    made = made_by("watermark", frame_of(pixels), text="Anna", where=where)
    rows, columns = np.nonzero((made != pixels).any(axis=2))
    assert (columns.mean() > 150) == right
    assert (rows.mean() > 100) == bottom
    assert columns.min() > 0
    assert columns.max() < 299


def test_watermarks_all_over_are_in_every_part():
    pixels = np.full((400, 600, 3), 90, np.uint8)
    made = made_by("watermark", frame_of(pixels), text="Anna", where="tiled", size=0.04)
    changed = (made != pixels).any(axis=2).reshape(4, 100, 4, 150).any(axis=(1, 3))
    assert changed.all()


def test_a_preview_of_watermarks_all_over_has_them_where_the_photo_has_them():
    """What is rounded for each mark of a small preview added up: the last columns stood elsewhere, or were missing."""
    values = {"text": "Anna 2026", "where": "tiled", "size": 0.012, "opacity": 1.0}
    whole = made_by("watermark", frame_of(np.full((1800, 2400, 3), 90, np.uint8)), **values)
    small = frame_of(np.full((450, 600, 3), 90, np.uint8), width=2400, height=1800)
    preview = made_by("watermark", small, **values)
    wanted = cv2.resize(whole, (600, 450), interpolation=cv2.INTER_AREA)
    seen = [cv2.blur(np.abs(one[:, :, 0] - 90.0), (9, 9)).ravel() for one in (wanted, preview)]
    assert np.corrcoef(*seen)[0, 1] > 0.9


def test_opacity_is_the_share_of_the_color():
    pixels = np.zeros((100, 300, 3), np.uint8)
    made = made_by(
        "text", frame_of(pixels), text="MMM", size=0.5, place=((0.5, 0.5),), opacity=0.5, around="none"
    )
    assert made.max() == pytest.approx(128, abs=1)


def test_no_text_is_neutral():
    assert text.is_neutral({"text": "", "opacity": 1.0})
    assert text.is_neutral({"text": "Anna", "opacity": 0.0})
    assert watermark.is_neutral({"text": "", "opacity": 0.6})
