"""The networks that find people: ours as it is stored, and torchvision's where it was fetched."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from processing import fetched_models, weights
from processing.errors import ModelUnavailable
from processing.person_mask import OURS


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path))
    weights.reset()
    yield tmp_path
    weights.reset()


def test_ours_answers_a_number_for_every_fourth_pixel():
    logits = weights.person_network().look(np.zeros((2, 96, 64, 3), np.uint8))
    assert logits.shape == (2, 24, 16)
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-4)
    assert (logits < 0).mean() > 0.9  # a black picture shows nobody


def test_it_is_stored_in_half_precision_and_comes_back():
    import torch

    from processing.person_network import load, save

    network = load()
    state = torch.load(OURS, weights_only=True)
    assert {value.dtype for value in state.values()} <= {torch.float16, torch.int64}
    again = fetched_models.folder() / "again.pt"
    save(state, again)
    photos = np.random.default_rng(1).integers(0, 256, (1, 64, 64, 3), dtype=np.uint8)
    np.testing.assert_allclose(load(again).look(photos), network.look(photos), atol=1e-5)


def test_what_an_encoder_learned_is_taken_over():
    import torch

    from processing.person_network import Encoder

    torch.manual_seed(6)
    learned, plain = Encoder(), Encoder()
    learning = learned.loosen()
    with torch.no_grad():
        for values in learning:
            values.mul_(1 + 0.1 * torch.rand_like(values))
        photos = torch.rand(1, 3, 64, 64)
        before = plain(photos)
        plain.tune(**learned.tuning())
        for mine, other, untuned in zip(learned(photos), plain(photos), before, strict=True):
            torch.testing.assert_close(mine, other)
            assert not torch.allclose(mine, untuned)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x80\x02}q\x00."])
def test_a_damaged_file_of_ours_is_a_sentence(content, folder, monkeypatch):
    from processing import person_network

    damaged = folder / "person_mask.pt"
    damaged.write_bytes(content)
    monkeypatch.setattr(
        person_network, "load", lambda device, read=person_network.load: read(damaged, device)
    )
    with pytest.raises(ModelUnavailable, match="People can't be told from their background"):
        weights.person_network()


def test_a_damaged_fetched_file_is_refused(folder):
    (folder / fetched_models.PEOPLE[0]).write_bytes(b"truncated")
    with pytest.raises(ModelUnavailable, match="is damaged or is another file than its name says"):
        weights.person_network()


def test_a_fetched_deeplab_is_taken(folder, monkeypatch):
    import torch

    weights.provide_torchvision()
    from torchvision.models import segmentation

    torch.manual_seed(0)
    module = segmentation.deeplabv3_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=21, aux_loss=True
    )
    torch.save(module.state_dict(), folder / "part")
    digest = hashlib.sha256((folder / "part").read_bytes()).hexdigest()
    name = f"deeplabv3_mobilenet_v3_large-{digest[:8]}.pth"
    (folder / "part").rename(folder / name)
    monkeypatch.setattr(fetched_models, "PEOPLE", ("deeplabv3_resnet50_coco-cd0a2569.pth", name))
    network = weights.person_network()
    assert type(network).__name__ == "DeepLab"
    logits = network.look(np.zeros((1, 64, 96, 3), np.uint8))
    assert logits.shape == (1, 64, 96)
    assert np.isfinite(logits).all()
