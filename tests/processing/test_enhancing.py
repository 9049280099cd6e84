"""One click: careful steps with a reason each; none for a photo that is good."""

from __future__ import annotations

import numpy as np
import pytest

from albums.said import in_words, patterns
from albums.sayings import ENHANCEMENTS
from processing.contracts import Region
from processing.editing import cook
from processing.enhancing import enhance, measured
from processing.operation import FaceShape, Frame, Scene
from processing.recipes import recipe_of


def photo(low: float = 0.02, high: float = 0.98, cast=(1.0, 1.0, 1.0), color: float = 0.2) -> np.ndarray:
    """Patches of all tones from low to high with colors around each, under a light of that color."""
    rng = np.random.default_rng(3)
    tones = rng.permuted(np.linspace(low, high, 60 * 80)).reshape(60, 80, 1)
    hues = rng.normal(0, color, (60, 80, 3)) * tones * (1 - tones) * 2
    return np.clip((tones + hues) * np.array(cast) * 255, 0, 255).astype(np.uint8)


def chosen(pixels: np.ndarray, faces=()) -> list:
    return enhance(Frame(pixels, Scene(pixels.shape[1], pixels.shape[0], faces)))


def names(steps) -> list[str]:
    return [name for name, _, _ in steps]


def test_a_good_photo_gets_no_step():
    assert chosen(photo()) == []


def test_a_dark_photo_becomes_brighter_and_it_is_said_why():
    steps = chosen(photo(0.0, 0.35))
    assert names(steps)[0] == "exposure"
    assert steps[0][1]["stops"] > 0.5
    assert steps[0][2] == f"The photo is dark: exposure {steps[0][1]['stops']:+g}."
    pixels = photo(0.0, 0.35)
    made = cook(pixels, recipe_of([step[:2] for step in steps]))
    assert pixels.mean() + 25 < made.mean() < 140
    assert (made == 255).mean() < 0.01


def test_a_flat_photo_gets_contrast_and_a_second_click_less():
    pixels = photo(0.3, 0.78)
    steps = chosen(pixels)
    said = next(reason for name, values, reason in steps if name == "contrast")
    amount = {name: values for name, values, _ in steps}["contrast"]["amount"]
    assert said.endswith(f"contrast {100 * amount:+.0f}.")  # as its slider says it
    assert "contrast" in names(steps)
    again = chosen(cook(pixels, recipe_of([step[:2] for step in steps])))
    assert sum(abs(v) for _, values, _ in again for v in values.values()) < 0.6 * sum(
        abs(v) for _, values, _ in steps for v in values.values()
    )


def test_yellow_light_is_taken_out_but_not_all_of_it():
    pixels = photo(0.05, 0.9, cast=(1.0, 0.9, 0.6), color=0.1)
    balance = next(values for name, values, _ in chosen(pixels) if name == "white_balance")
    assert -0.6 <= balance["temperature"] < -0.1
    made = cook(pixels, recipe_of([("white_balance", balance)])).reshape(-1, 3).mean(axis=0)
    before = pixels.reshape(-1, 3).mean(axis=0)
    assert 1 < made[0] / made[2] < before[0] / before[2]


def test_a_photo_without_color_stays_so():
    gray = np.repeat(photo(color=0)[:, :, :1], 3, axis=2)
    assert not {"vibrance", "white_balance"} & set(names(chosen(gray)))


def test_dark_faces_are_brought_to_light():
    pixels = photo(0.3, 0.98)
    pixels[10:40, 20:50] = (40, 30, 25)
    face = FaceShape(1, Region(20, 10, 30, 30))
    steps = chosen(pixels, (face,))
    assert steps[0][0] == "exposure"
    assert steps[0][2].startswith("The faces are dark")
    assert "exposure" not in names(chosen(pixels))


def test_a_lit_face_in_the_dark_is_not_burnt():
    pixels = photo(0.0, 0.3)
    pixels[10:40, 20:50] = (190, 150, 130)
    face = FaceShape(1, Region(20, 10, 30, 30))
    assert "exposure" in names(chosen(pixels))
    assert "exposure" not in names(chosen(pixels, (face,)))


def test_measures_by_hand():
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0] = 255
    pixels[1, 1] = (255, 0, 0)
    seen = measured(Frame(pixels, Scene(2, 2)))
    assert seen.luma.tolist() == pytest.approx([0, 0.2126, 1, 1])
    assert seen.chroma == 0.25
    assert seen.share_below(0.5) == 0.5
    assert seen.faces is None


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_picture_is_no_trouble(level):
    for _, values, why in chosen(np.full((30, 40, 3), level, np.uint8)):
        assert all(np.isfinite(value) for value in values.values())
        assert why.endswith(".")


def test_every_reason_can_be_said_in_another_language():
    spoken = {
        why for low, high in ((0, 0.3), (0.4, 0.7), (0.7, 0.95)) for *_, why in chosen(photo(low, high))
    }
    spoken |= {why for *_, why in chosen(photo(cast=(0.6, 0.9, 1.0), color=0.05))}
    assert len(spoken) >= 5
    for why in spoken:
        assert any(one.one in ENHANCEMENTS and one.expression.fullmatch(why) for one in patterns()), why
        assert in_words(why) == why
