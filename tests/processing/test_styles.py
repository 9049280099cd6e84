"""Styles: the network in tiles, training, files that are refused, the painter at any size."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from processing import style_lessons, styles
from processing.errors import ModelUnavailable, ProcessingError
from processing.style_lessons import Lesson, Settings


@pytest.fixture(autouse=True)
def own_models(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOTOROOM_MODELS", str(tmp_path / "models"))
    styles.reset()
    yield tmp_path
    styles.reset()


def picture(height: int, width: int, seed: int = 3) -> np.ndarray:
    """Soft colors with edges in them."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 80 * np.sin(x / chance.uniform(5, 40) + y / chance.uniform(5, 40)) for _ in range(3)]
    made = np.stack(waves, -1)
    made[height // 3 : height // 2, width // 4 : width // 2] = (220, 40, 30)
    return made.clip(0, 255).astype(np.uint8)


def write(path, pixels):
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def lesson(tmp_path, **changed) -> Lesson:
    painting = write(tmp_path / "My painting.png", picture(60, 80, seed=1))
    for number in range(2):
        write(tmp_path / "photos" / f"{number}.png", picture(48, 64, seed=number))
    settings = Settings(rounds=2, batch=1, side_px=32, painting_px=48)
    given = {"painting": painting, "settings": settings, "photos": (tmp_path / "photos",), "start": "none"}
    return Lesson(**{**given, **changed})


def some_network(seed: int = 0):
    import torch

    from processing.style_network import StyleNetwork

    torch.manual_seed(seed)
    return StyleNetwork().eval()


def test_tiles_make_the_same_picture_as_the_whole():
    from processing.style_network import paint

    pixels = picture(150, 211)
    whole = paint(some_network(), pixels).astype(int)
    tiles = paint(some_network(), pixels, tile_px=64, whole_pixels=0).astype(int)
    assert whole.shape == (150, 211, 3)
    assert whole.std() > 1
    assert np.abs(whole - tiles).max() <= 2


def test_a_painting_of_one_pixel_is_one_pixel():
    from processing.style_network import paint

    assert paint(some_network(), picture(1, 1)).shape == (1, 1, 3)
    assert paint(some_network(), picture(3, 130)).shape == (3, 130, 3)


def test_nobody_waits_for_a_cancelled_painting():
    from processing.operation import Cancelled
    from processing.style_network import paint

    def check():
        raise Cancelled

    with pytest.raises(Cancelled):
        paint(some_network(), picture(40, 40), check=check)


def test_the_gram_matrix_is_the_mean_of_products():
    import torch

    from processing.style_training import gram

    maps = torch.tensor([[[[1.0, 2.0]], [[3.0, 5.0]]]])
    assert gram(maps)[0].tolist() == [[2.5, 6.5], [6.5, 17.0]]


def test_two_rounds_make_a_style_that_can_be_chosen_with_its_recipe_and_a_preview(tmp_path):
    said: list[str] = []
    style = style_lessons.teach(lesson(tmp_path, source="an attic", licence="CC0"), said.append)
    assert style.name == "my-painting"
    assert styles.found()["my-painting"].label == "My painting"
    recipe = json.loads(style.path.with_suffix(".json").read_text())
    assert recipe["training"]["rounds"] == 2
    assert recipe["training"]["seed"] == 0
    assert recipe["painting"]["licence"] == "CC0"
    assert recipe["photos"]["count"] == 2
    assert recipe["bytes"] == style.path.stat().st_size < 2_000_000
    assert recipe["parameters"] <= 500_000
    assert styles.load("my-painting") is styles.load("my-painting")
    assert (style.path.parent / "my-painting.preview.png").is_file()
    assert any("Round 2 of 2" in line for line in said)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path):
    hashes = []
    for seed in (0, 0, 1):
        settings = Settings(rounds=2, batch=1, side_px=32, painting_px=48, seed=seed)
        style = style_lessons.teach(lesson(tmp_path, settings=settings, is_replacing=True))
        hashes.append(
            {
                key: value.tolist()
                for key, value in styles.read(style.path, recipe_hash(style)).state_dict().items()
            }
        )
        styles.reset()
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


def recipe_hash(style) -> str:
    return str(json.loads(style.path.with_suffix(".json").read_text())["sha256"])


def test_a_taken_name_is_refused_before_anything_is_trained(tmp_path):
    style_lessons.teach(lesson(tmp_path, name="mine"))
    with pytest.raises(ProcessingError, match="already"):
        style_lessons.teach(lesson(tmp_path, name="mine"))


@pytest.mark.parametrize("name", ["../mine", "Mine", "x" * 41, "ä"])
def test_a_bad_name_is_refused(tmp_path, name):
    with pytest.raises(ProcessingError, match="small letters"):
        style_lessons.teach(lesson(tmp_path, name=name))


def test_a_folder_without_photos_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProcessingError, match="no photos"):
        style_lessons.teach(lesson(tmp_path, photos=(tmp_path / "empty",)))


def test_a_truncated_or_foreign_file_is_refused_with_a_sentence(tmp_path):
    import torch

    style = style_lessons.teach(lesson(tmp_path))
    whole = style.path.read_bytes()
    style.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelUnavailable, match="damaged"):
        styles.load(style.name)
    torch.save({"weight": torch.zeros(3)}, style.path)
    with pytest.raises(ModelUnavailable, match="damaged"):
        styles.read(style.path, styles.fetched_models.sha256_of(style.path))
    style.path.write_bytes(b"not a network")
    with pytest.raises(ModelUnavailable, match="damaged"):
        styles.read(style.path, styles.fetched_models.sha256_of(style.path))


def test_what_is_no_recipe_is_no_style(tmp_path):
    place = styles.folder()
    place.mkdir(parents=True)
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"format": 1, "label": "C"}'), ("D", "{}")):
        (place / f"{name}.json").write_text(text)
        (place / f"{name}.pt").write_bytes(b"")
    assert not {"a", "b", "c", "D"} & set(styles.found())
    with pytest.raises(ModelUnavailable, match="Choose another"):
        styles.load("a")


def test_a_style_that_goes_while_styles_are_listed_is_passed_over():
    styles.folder().mkdir(parents=True, exist_ok=True)
    (styles.folder() / "gone.json").symlink_to(styles.folder() / "nowhere.json")
    assert "gone" not in styles.found()


def test_ours_are_complete():
    ours = {name: style for name, style in styles.found().items() if style.path.parent == styles.OURS}
    assert set(ours) == set(styles.LABELS)
    assert len(ours) >= 6
    for name, style in ours.items():
        styles.load(name)
        assert style.path.stat().st_size < 2_000_000
        assert style.recipe["parameters"] <= 500_000
        for key in ("painting", "photos", "training", "command", "measured"):
            assert style.recipe[key]


MEMORY = """
import sys
import numpy as np
from processing.editing import cook
from processing.operation import Scene
from processing.recipes import recipe_of
import torch
torch.set_num_threads(1)
from processing import styles
recipe = recipe_of([("style", {"style": sys.argv[1], "brush": 0.0})])
pixels = np.random.default_rng(0).integers(0, 255, (4000, 6000, 3), dtype=np.uint8)
made = cook(pixels, recipe)
assert made.shape == pixels.shape
from processing.measuring.styles import peak_bytes
print(peak_bytes())
"""


@pytest.mark.slow
def test_24_megapixels_stay_below_the_memory_that_is_allowed():
    name = next(iter(styles.found()))
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, name], capture_output=True, text=True, timeout=300, check=True
    )
    assert int(run.stdout) < 1.5e9


def test_the_command_says_how_far_it_is_and_where_the_style_lies(tmp_path):
    from io import StringIO

    from django.core.management import CommandError, call_command

    given = lesson(tmp_path)
    out = StringIO()
    options = {
        "photos": list(given.photos),
        "rounds": 1,
        "start": "none",
        "label": "From the attic",
        "stdout": out,
    }
    call_command("train_style", given.painting, **options)
    assert "Round 1 of 1" in out.getvalue()
    assert str(styles.folder() / "my-painting.pt") in out.getvalue()
    assert styles.found()["my-painting"].label == "From the attic"
    with pytest.raises(CommandError, match="already"):
        call_command("train_style", given.painting, **options)
