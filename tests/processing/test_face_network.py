"""dlib's network in torch is dlib's network."""

import numpy as np
import pytest
from PIL import Image, ImageFile

from processing import face_finding, weights
from processing.errors import ModelUnavailable
from processing.face_chips import align
from tests.samples import face_photos

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def chips() -> np.ndarray:
    """The faces of all sample photos, cut out and upright."""
    images = [Image.open(path).convert("RGB") for path, _ in face_photos()]
    return np.concatenate([align(np.asarray(image), face_finding.find(image))[0] for image in images])


def test_descriptors_equal_those_of_dlib(chips):
    theirs = np.array(weights.face_recognition_api().face_encoder.compute_face_descriptor(list(chips)))
    ours = weights.face_network().describe_plain(chips)
    assert ours.shape == (len(chips), 128)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < TOLERANCE


def test_a_face_and_its_mirror_image_have_the_same_descriptor(chips):
    network = weights.face_network()
    mirrored = np.ascontiguousarray(chips[:, :, ::-1])
    assert np.abs(network.describe(chips) - network.describe(mirrored)).max() < TOLERANCE


def test_a_descriptor_does_not_depend_on_the_batch(chips):
    network = weights.face_network()
    many = np.concatenate([chips] * 12)
    assert np.abs(network.describe(many)[: len(chips)] - network.describe(chips)).max() < TOLERANCE


def test_no_faces_give_no_descriptors():
    assert weights.face_network().describe(np.zeros((0, 150, 150, 3), np.uint8)).shape == (0, 128)


def test_a_damaged_file_of_weights_is_refused():
    from processing.face_network import read_tensors

    with pytest.raises(ValueError, match="is missing"):
        read_tensors(b"\x01\x02" * 1000)


def test_loading_the_models_leaves_pillow_strict_about_truncated_pictures():
    weights.face_recognition_api()
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_missing_package_is_said_in_a_sentence(monkeypatch):
    weights.reset()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match=r"requirements\.txt"):
        weights.face_detector()
    monkeypatch.undo()
    weights.reset()
