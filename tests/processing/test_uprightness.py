import numpy as np
import pytest
from PIL import Image
from skimage import data

from processing import uprightness
from processing.analyzers import uprightness as analyzer
from processing.contracts import Picture
from processing.editing import suggest
from processing.errors import ModelUnavailable
from processing.uprightness import FILE, find_turn, judge
from processing.uprightness_training import fit, measure

PHOTOS = (data.astronaut, data.coffee, data.chelsea)


@pytest.fixture(autouse=True)
def fresh_models():
    uprightness.reset()
    yield
    uprightness.reset()


def turned(pixels: np.ndarray, quarters: int) -> Image.Image:
    """A photo that `quarters` turns to the right make upright."""
    return Image.fromarray(np.ascontiguousarray(np.rot90(pixels, quarters)))


def picture(image: Image.Image, **metadata: int) -> Picture:
    return Picture(None, image, *image.size, "JPEG", metadata)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_portrait_is_turned_upright(quarters):
    found = find_turn(turned(data.astronaut(), quarters))
    assert found.quarters == quarters


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_no_wrong_turn_is_sure(photo, quarters):
    found = find_turn(turned(photo(), quarters))
    assert not found.is_sure or found.quarters == quarters


@pytest.mark.parametrize("texture", [data.gravel, data.grass, data.moon, data.brick])
def test_nothing_is_proposed_where_nothing_says_where_up_is(texture):
    for quarters in range(4):
        found = find_turn(turned(np.dstack([texture()] * 3), quarters))
        assert not (found.is_sure and found.quarters)


def test_upright_is_likely_before_anything_is_seen():
    assert judge([0, 0, 0, 0]) == uprightness.Turn(0, 0.94)


def test_evidence_is_weighed_against_it():
    # Odds of 47 to 1 for upright; exp(8) = 2981 times as likely seen turned: 2981 / (2981 + 47 + 2) = 0.9838.
    found = judge([0, 8, 0, 0])
    assert found.quarters == 1
    assert found.confidence == pytest.approx(0.9838, abs=1e-4)


def test_the_analyzer_says_what_was_found():
    data_ = analyzer.analyze(picture(turned(data.astronaut(), 1))).data
    assert data_["quarters"] == 1
    assert data_["by"] == "network"
    assert 0 <= data_["confidence"] <= 1
    assert isinstance(data_["is_sure"], bool)


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_what_the_camera_has_turned_is_not_looked_at(orientation, monkeypatch):
    monkeypatch.setattr(uprightness, "find_turn", lambda image: pytest.fail("looked"))
    found = analyzer.analyze(picture(turned(data.astronaut(), 1), Orientation=orientation)).data
    assert found == {"quarters": 0, "confidence": 1.0, "is_sure": True, "by": "camera"}


@pytest.mark.parametrize("orientation", [None, 0, 1, 9, "6"])
def test_any_other_orientation_says_nothing(orientation):
    found = analyzer.analyze(picture(turned(data.astronaut(), 1), Orientation=orientation)).data
    assert found["by"] == "network"


def test_the_editor_suggests_to_rotate():
    upside_down = np.ascontiguousarray(np.rot90(data.astronaut(), 2))
    values = suggest("rotate", upside_down)
    assert values in ({"quarters": 2}, None)
    assert suggest("rotate", data.astronaut()) is None


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3)])
def test_tiny_pictures_are_taken(size):
    assert find_turn(Image.new("RGB", size)).quarters in range(4)


@pytest.mark.parametrize("damage", [b"", b"no network", "half"])
def test_a_damaged_network_is_refused_with_a_sentence(tmp_path, monkeypatch, damage):
    whole = FILE.read_bytes()
    path = tmp_path / "uprightness.pt"
    path.write_bytes(whole[: len(whole) // 2] if damage == "half" else damage)
    monkeypatch.setattr(uprightness, "FILE", path)
    with pytest.raises(ModelUnavailable, match=r"\.$"):
        find_turn(Image.new("RGB", (64, 64)))


def test_training_learns_what_tells_up_from_down():
    """In half of the channels the first turn is bright on top, the others are not."""
    chance = np.random.default_rng(1)
    seen = chance.normal(0, 0.3, (24, 1, 4, 16, 432)).astype(np.float16)
    seen[:, :, 0, :8, :216] += 3
    state = fit(seen)
    assert state["mix"].shape[0] == 432
    assert state["out"].shape == (16 * 2 * state["mix"].shape[1],)
    assert measure(seen, [number % 2 for number in range(24)])["right"] == 1.0
