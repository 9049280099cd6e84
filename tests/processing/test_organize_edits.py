"""`manage.py organize --edit --enhance`: copies in the zip are edited, photos are not, and bad ones cost only themselves."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from processing.organizing.archive import Choice, is_chosen
from processing.organizing.edits import Wish, edit_all
from processing.organizing.report import Photo
from processing.pipeline import analyze_file
from processing.recipes import recipe_of
from tests.samples import encoded, jpeg, picture


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    (made / "dated.jpg").write_bytes(jpeg(640, 480, seed=3, taken_at="2026:06:20 18:03:11", orientation=6))
    (made / "dark.png").write_bytes(encoded(picture(320, 240, seed=4).point(lambda level: level // 5), "PNG"))
    (made / "tiny.jpg").write_bytes(jpeg(3, 3))
    (made / "notes.jpg").write_text("These are notes.")
    return made


def run(folder: Path, tmp_path: Path, **options) -> tuple[dict[str, dict], zipfile.ZipFile]:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    zip_path, report = tmp_path / "out.zip", tmp_path / "out.json"
    call_command(
        "organize", folder, zip=zip_path, report=report, workers=1, layout="flat", verbosity=0, **options
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    photos = {photo["file"]: photo for photo in json.loads(report.read_text())["photos"]}
    return photos, zipfile.ZipFile(zip_path)


def recipe_file(tmp_path: Path, *steps: dict) -> Path:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({"format": 1, "steps": list(steps)}))
    return path


def test_a_recipe_is_done_to_the_copies_and_a_bad_photo_costs_only_itself(folder, tmp_path):
    recipe = recipe_file(tmp_path, {"op": "crop", "left": 0.75}, {"op": "sepia", "strength": 1})
    photos, archive = run(folder, tmp_path, edit=recipe, write_metadata=True)
    assert sorted(archive.namelist()) == ["dark.jpg", "dated.jpg", "tiny.jpg"]
    with Image.open(archive.open("dated.jpg")) as image:
        assert image.size == (120, 640)
        assert image.getexif().get_ifd(0x8769)[0x9003] == "2026:06:20 18:03:11"
        red, _green, blue = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
        assert red > blue
    assert b"x:xmpmeta" in archive.read("dated.jpg")
    assert [step["op"] for step in photos["dated.jpg"]["edit"]["steps"]] == ["crop", "sepia"]
    assert photos["dated.jpg"]["edit"]["error"] is None
    assert "edit" not in photos["notes.jpg"]


def test_what_a_crop_leaves_nothing_of_goes_out_as_it_is(folder, tmp_path):
    recipe = recipe_file(tmp_path, {"op": "crop", "left": 0.5, "right": 0.502})
    photos, archive = run(folder, tmp_path, edit=recipe)
    failed = {name for name, photo in photos.items() if photo.get("edit", {}).get("error")}
    assert "tiny.jpg" in failed
    assert archive.read("tiny.jpg") == (folder / "tiny.jpg").read_bytes()
    assert photos["tiny.jpg"]["edit"]["error"].endswith(".")


def test_what_can_not_be_covered_is_left_out(folder, tmp_path):
    recipe = recipe_file(
        tmp_path, {"op": "blur_faces", "whose": "all"}, {"op": "crop", "left": 0.5, "right": 0.502}
    )
    photos, archive = run(folder, tmp_path, edit=recipe)
    assert archive.namelist() == ["dark.jpg", "dated.jpg"]
    assert photos["tiny.jpg"]["edit"]["is_left_out"]
    assert photos["tiny.jpg"]["edit"]["error"].endswith(" because faces were to be covered.")


def test_where_faces_could_not_be_looked_for_nothing_goes_out_uncovered(folder, tmp_path):
    path = folder / "dark.png"
    photo = Photo("dark.png", path, analyze_file(path, only=["exif"], sides=[]), None)
    recipe = recipe_of([("blur_faces", {"whose": "all"})])
    assert edit_all([photo], Wish(recipe), tmp_path) == {}
    assert not is_chosen(photo, Choice())
    assert is_chosen(replace(photo, edit=None), Choice())


def test_each_copy_is_enhanced_by_itself(folder, tmp_path):
    photos, archive = run(folder, tmp_path, enhance=True)
    dark = photos["dark.png"]["edit"]
    assert dark["steps"]
    assert len(dark["why"]) == len(dark["steps"])
    with Image.open(archive.open("dark.jpg")) as image, Image.open(folder / "dark.png") as before:
        assert _light(image) > _light(before) + 10


def _light(image: Image.Image) -> float:
    value = image.convert("L").resize((1, 1)).getpixel((0, 0))
    assert isinstance(value, int)
    return value


def test_without_either_nothing_is_edited_and_the_report_says_nothing_of_it(folder, tmp_path):
    photos, archive = run(folder, tmp_path)
    assert archive.read("dated.jpg") == (folder / "dated.jpg").read_bytes()
    assert not any("edit" in photo for photo in photos.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        (json.dumps({"steps": [{"op": "explode"}]}), r"steps\.0\.op: "),
        (json.dumps({"steps": [{"op": "exposure", "stops": 99}]}), r"steps\.0\.stops: Give a number from"),
    ],
)
def test_an_impossible_recipe_is_refused_by_field_before_anything_is_done(folder, tmp_path, text, told):
    path = tmp_path / "recipe.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=told):
        run(folder, tmp_path, edit=path)
    assert not (tmp_path / "out.zip").exists()


def test_a_recipe_that_is_not_there_is_said(folder, tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        run(folder, tmp_path, edit=tmp_path / "nowhere.json")


def test_the_copy_of_a_photo_with_transparency_is_png(folder, tmp_path, monkeypatch):
    from processing import editing

    def cut(pixels, recipe, scene=None):
        import numpy as np

        return np.dstack([pixels, np.full(pixels.shape[:2], 90, np.uint8)])

    monkeypatch.setattr(editing, "cook", cut)
    _photos, archive = run(folder, tmp_path, edit=recipe_file(tmp_path, {"op": "sepia", "strength": 1}))
    assert "dated.png" in archive.namelist()
    with Image.open(io.BytesIO(archive.read("dated.png"))) as image:
        assert image.mode == "RGBA"
