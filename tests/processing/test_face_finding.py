"""The three ways to look for faces, and what each setting loads."""

import numpy as np
import pytest
from PIL import Image

from processing import face_finding, imaging, weights
from processing.detections import Detection, overlap
from processing.errors import ModelUnavailable
from processing.face_chips import fitted, pose, roll
from tests.samples import any_photos, face_photos, picture

# Five landmarks of an upright face: outer and inner corner of the eye on the right, of the one on the left, the nose.
UPRIGHT = [(70, 40), (56, 40), (30, 40), (44, 40), (50, 60)]


@pytest.fixture
def clean():
    yield
    weights.reset()


@pytest.mark.parametrize("name", face_finding.SEARCHES)
def test_every_search_finds_each_face_once(name):
    search = face_finding.SEARCHES[name]
    for path, _ in face_photos():
        assert len(face_finding.find(imaging.open_picture(path, 500).image, search)) == 1, path.name


@pytest.mark.parametrize("name", face_finding.SEARCHES)
def test_no_search_finds_a_face_on_a_cat_or_a_rocket(name):
    for path in any_photos():
        if path.stem != "astronaut":
            image = imaging.open_picture(path, 500).image
            assert face_finding.find(image, face_finding.SEARCHES[name]) == [], path.name


@pytest.mark.parametrize(("name", "is_found"), [("fast", False), ("balanced", True), ("thorough", True)])
def test_a_face_of_44_pixels_on_a_large_photo_is_found_unless_it_must_be_fast(name, is_found):
    path, _ = face_photos()[1]
    image = imaging.open_picture(path, 600).image
    (face,) = face_finding.find(image)
    small = image.resize((round(image.width * 44 / face.width), round(image.height * 44 / face.width)))
    photo = Image.new("RGB", (900, 300), "gray")
    photo.paste(small, (400, 20))
    assert bool(face_finding.find(photo, face_finding.SEARCHES[name])) is is_found


def test_each_level_finds_what_dlib_finds_in_its_pyramid():
    path, _ = face_photos()[0]
    image = imaging.open_picture(path, 500).image
    (box,), (score,), _ = weights.face_detector().run(np.asarray(image.convert("L")), 0, 0.0)
    dlibs = Detection(box.left(), box.top(), box.width(), box.height(), score, 0)
    best = face_finding.propose(image, [(5 / 6) ** level for level in range(6)], 0.0)[0]
    assert overlap(best, dlibs) > 0.6
    assert best.score == pytest.approx(score, abs=0.5)


@pytest.mark.parametrize("size", [(1, 1), (40, 3000), (63, 63)])
def test_tiny_and_narrow_images_have_no_faces(size):
    for search in face_finding.SEARCHES.values():
        assert face_finding.find(picture(*size, "gray"), search) == []
    assert face_finding.find_lying(picture(*size, "gray")) == ([], 1)


def test_the_environment_says_how_hard_to_look(monkeypatch):
    monkeypatch.delenv(weights.SEARCH_VARIABLE, raising=False)
    assert weights.search_mode() == "balanced"
    monkeypatch.setenv(weights.SEARCH_VARIABLE, "fast")
    assert weights.search_mode() == "fast"


def test_an_unknown_way_to_look_is_refused_before_the_first_photo(monkeypatch):
    monkeypatch.setenv(weights.SEARCH_VARIABLE, "quick")
    with pytest.raises(ModelUnavailable, match="must be one of fast, balanced, thorough, not 'quick'"):
        weights.warm_up()


def test_every_way_to_look_is_described():
    assert tuple(face_finding.SEARCHES) == weights.SEARCH_MODES


@pytest.mark.parametrize(("has_card", "expected"), [(True, "cuda"), (False, "cpu")])
def test_a_graphics_card_is_used_where_there_is_one(monkeypatch, clean, has_card, expected):
    weights.reset()
    monkeypatch.setattr("torch.cuda.is_available", lambda: has_card)
    assert weights.device() == expected


def test_a_box_that_is_too_large_is_fitted_to_the_landmarks():
    box = Detection(0, 0, 90, 90, 1.0, 0)
    fitting = fitted(box, UPRIGHT)
    assert fitting.width == pytest.approx(2.05 * np.sqrt(2 * 20**2 + 2 * 6**2 + 4 * 4**2 + 16**2), rel=1e-6)
    assert fitting.left + fitting.width / 2 == pytest.approx(50)
    assert fitted(fitting, UPRIGHT) is fitting


def test_landmarks_that_make_no_face_do_not_change_a_box():
    box = Detection(0, 0, 1000, 1000, 1.0, 0)
    assert fitted(box, UPRIGHT) is box


def test_the_pose_follows_from_the_landmarks():
    assert (pose(UPRIGHT), roll(UPRIGHT)) == (0, 0)
    assert pose([*UPRIGHT[:4], (38, 60)]) == 1
    assert pose([*UPRIGHT[:4], (62, 60)]) == 2
    assert pose([(60, 70), (54, 60), (40, 30), (46, 40), (32, 60)]) == 4
