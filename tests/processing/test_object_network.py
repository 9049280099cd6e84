"""torchvision's detectors as they are read from fetched files."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from processing import fetched_models, object_network, torchvision_operators, weights
from processing.errors import ModelUnavailable
from tests.processing import detector_files

BETTER, SMALL = detector_files.MAKERS


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path))
    weights.reset()
    yield tmp_path
    weights.reset()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Both files."""
    folder = tmp_path_factory.mktemp("detectors")
    return {start: folder / detector_files.write(folder, start) for start in (BETTER, SMALL)}


@pytest.fixture
def fetched(folder, written, monkeypatch):
    """Puts detectors into the folder of models and says that these are the ones that can be fetched."""

    def put(*starts: str) -> None:
        names = {start: written[start].name for start in starts}
        for start in starts:
            if not (folder / names[start]).exists():
                (folder / names[start]).symlink_to(written[start])
        usual = dict(zip(detector_files.MAKERS, fetched_models.DETECTORS, strict=True))
        monkeypatch.setattr(fetched_models, "DETECTORS", tuple((usual | names).values()))

    return put


def noise(width=96, height=64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize(("start", "key"), [(SMALL, "score_thresh"), (BETTER, "box_score_thresh")])
def test_a_fetched_detector_answers_as_torchvisions_own_does(fetched, start, key):
    fetched(start)
    found = weights.object_network().find(noise())
    torchvision_operators.announce()
    limits = {"rpn_pre_nms_top_n_test": 300, "rpn_post_nms_top_n_test": 150} if start == BETTER else {}
    network = detector_files.whole(start, **{key: object_network.LEAST_SCORE}, **limits)
    pixels = torch.from_numpy(np.array(noise())).permute(2, 0, 1).float() / 255
    with torch.inference_mode():
        expected = network([pixels])[0]
    assert len(found) == len(expected["scores"]) > 0
    np.testing.assert_allclose([one.score for one in found], expected["scores"], atol=1e-3)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        left, top, right, bottom = one.box
        assert -0.01 <= left <= right <= 96.01
        assert -0.01 <= top <= bottom <= 64.01
        assert 1 <= one.label <= 90


def test_the_better_of_two_is_taken(fetched):
    fetched(SMALL)
    assert weights.object_network().name == "ssdlite-mobilenet"
    weights.reset()
    fetched(SMALL, BETTER)
    assert weights.object_network().name == "fasterrcnn-mobilenet"


@pytest.mark.parametrize("size", [(1, 1), (640, 2), (2, 640)])
@pytest.mark.parametrize("start", [SMALL, BETTER])
def test_a_sliver_of_a_photo_is_no_trouble(fetched, start, size):
    fetched(start)
    assert isinstance(weights.object_network().find(noise(*size)), list)


def test_without_a_file_there_is_a_sentence():
    with pytest.raises(ModelUnavailable, match="Things on this photo can't be looked for"):
        weights.object_network()


@pytest.mark.parametrize("name", fetched_models.DETECTORS)
@pytest.mark.parametrize("content", [b"", b"half a file"])
def test_a_damaged_or_truncated_file_is_refused_and_never_opened(folder, name, content, monkeypatch):
    (folder / name).write_bytes(content)
    monkeypatch.setattr(torch, "load", lambda *_args, **_values: pytest.fail("it was opened"))
    with pytest.raises(ModelUnavailable, match=rf"{name} is damaged or is another file than its name says"):
        weights.object_network()
    assert not fetched_models.is_intact(name)


def test_weights_of_another_network_are_refused(folder, written, monkeypatch):
    name = written[SMALL].name.replace("ssdlite320", "fasterrcnn")
    (folder / name).symlink_to(written[SMALL])
    monkeypatch.setattr(fetched_models, "DETECTORS", (name,))
    with pytest.raises(ModelUnavailable, match="Things on this photo can't be looked for"):
        weights.object_network()


def test_the_labels_are_cocos():
    labels = weights.object_labels()
    assert len(labels) == 91
    assert (labels[0], labels[1], labels[18], labels[90]) == ("__background__", "person", "dog", "toothbrush")
