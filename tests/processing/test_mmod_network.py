"""dlib's convolutional face detector in torch is dlib's detector."""

import dlib
import face_recognition_models
import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from processing import face_finding, imaging, weights
from processing.detections import Detection
from processing.mmod_network import BORDER_PX, CENTER_PX, MEAN_RGB, STRIDE_PX, WINDOW_PX, MmodNetwork
from tests.samples import face_photos

PADDING_PX = 10  # between the levels of dlib's tiled pyramid


@pytest.fixture(scope="module")
def network() -> MmodNetwork:
    return weights.mmod_network()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """A face of 100 px in the middle of 260 x 260 px."""
    path, _ = face_photos()[1]
    image = imaging.open_picture(path, 900).image
    (face,) = face_finding.find(image)
    half = 1.3 * face.width
    x, y = face.left + face.width / 2, face.top + face.height / 2
    return image.transform(
        (260, 260), Image.Transform.EXTENT, (x - half, y - half, x + half, y + half), Image.Resampling.BICUBIC
    )


def theirs(image: Image.Image) -> list[tuple[float, float, float, float]]:
    """What dlib itself finds: left, top, width, score."""
    detector = dlib.cnn_face_detection_model_v1(face_recognition_models.cnn_face_detector_model_location())
    found = detector(np.asarray(image), 0)
    return [(one.rect.left(), one.rect.top(), one.rect.width(), one.confidence) for one in found]


def tiled(image: Image.Image) -> tuple[torch.Tensor, list[int]]:
    """dlib's pyramid, one level below the other, and the rows at which they start."""
    level = ((torch.tensor(np.asarray(image)) - torch.tensor(MEAN_RGB)) / 256).permute(2, 0, 1)[None]
    levels = []
    while min(level.shape[2:]) >= 5:
        levels.append(level)
        smaller = level.shape[2] * 5 // 6, level.shape[3] * 5 // 6
        level = functional.interpolate(level, smaller, mode="bilinear", align_corners=True)
    height = sum(one.shape[2] + PADDING_PX for one in levels) - PADDING_PX + 2 * BORDER_PX
    canvas, row, rows = torch.zeros(1, 3, height, image.width + 2 * BORDER_PX), BORDER_PX, []
    for one in levels:
        canvas[:, :, row : row + one.shape[2], BORDER_PX : BORDER_PX + one.shape[3]] = one
        rows.append(row)
        row += one.shape[2] + PADDING_PX
    return canvas, rows


def test_boxes_and_scores_equal_those_of_dlib(network, photo):
    canvas, rows = tiled(photo)
    with torch.inference_mode():
        scores = network(canvas)[0].numpy()
    row, column = np.unravel_index(scores.argmax(), scores.shape)
    y, x = STRIDE_PX * row + CENTER_PX, STRIDE_PX * column + CENTER_PX
    level = sum(start <= y for start in rows) - 1
    grown = (6 / 5) ** level
    ((left, top, width, score),) = theirs(photo)
    assert scores.max() == pytest.approx(score, abs=1e-3)
    assert (x - BORDER_PX - WINDOW_PX / 2) * grown == pytest.approx(left, abs=2)
    assert (y - rows[level] - WINDOW_PX / 2) * grown == pytest.approx(top, abs=2)
    assert WINDOW_PX * grown == pytest.approx(width, abs=2)


def test_a_face_is_found_where_dlib_finds_it(network, photo):
    (found,) = network.find(photo, [1.0, 0.83, 0.69, 0.58])
    ((left, top, width, _),) = theirs(photo)
    assert (found.left, found.top) == pytest.approx((left, top), abs=width / 6)
    assert found.width == pytest.approx(width, rel=0.25)


def test_a_true_box_is_confirmed_and_a_wrong_one_is_not(network, photo):
    (found,) = network.find(photo, [1.0, 0.83, 0.69, 0.58])
    shifted = Detection(found.left + found.width, found.top + found.height, found.width, found.height, 0, 0)
    larger = Detection(
        found.left - 10, found.top - 10, found.width + 20, found.height + 20, found.score, found.pose
    )
    assert network.confirm(photo, [shifted, found, larger]) == [False, True, True]
    assert network.confirm(photo, []) == []


def test_noise_has_no_face(network):
    noise = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    assert network.find(Image.fromarray(noise), [1.0, 0.75, 0.5]) == []


def test_a_damaged_file_of_weights_is_refused():
    with pytest.raises(ValueError, match="is missing"):
        MmodNetwork(b"\x01\x02" * 1000)
