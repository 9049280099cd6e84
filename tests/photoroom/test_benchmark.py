from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from albums.models import Photo, Room
from photoroom import benchmarks
from photoroom.benchmarks import measure_zip
from photoroom.management.commands import benchmark
from tests import samples

pytestmark = pytest.mark.django_db


def test_the_benchmark_measures_pages_and_zip_and_leaves_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(benchmarks, "REPEATS", 1)
    call_command("benchmark", photos=30, zip_mb=2, json=tmp_path / "numbers.json")
    lines = json.loads((tmp_path / "numbers.json").read_text())
    assert {line["what"] for line in lines} >= {"room page", "API photos", "zip"}
    assert all(line["milliseconds"] > 0 and line["ratio"] > 0 for line in lines)
    assert not any(line["detail"].startswith("0 queries") for line in lines)
    assert "room page" in capsys.readouterr().out
    assert not Room.objects.exists()
    assert not Photo.objects.exists()


def test_the_zip_that_is_measured_holds_all_its_bytes(tmp_path):
    (line,) = measure_zip(2, members=10)
    assert line.detail.startswith("2 MB")


@pytest.fixture
def labelled_folder(tmp_path) -> Path:
    """Small copies of the sample photos, one of them with a marked face, and a file that is no photo."""
    folder = tmp_path / "people"
    folder.mkdir()
    lines = ["file,person", "broken.jpg,Joe"]
    (folder / "broken.jpg").write_text("no picture")
    for path, person in samples.face_photos():
        with Image.open(path) as image:
            image.thumbnail((400, 400))
            image.convert("RGB").save(folder / path.name)
        lines.append(f"{path.name},{person}")
    (folder / "labels.csv").write_text("\n".join(lines))
    (folder / "boxes.xml").write_text(
        "<images><image file='obama.jpg'><box left='110' top='50' width='110' height='110'/></image></images>"
    )
    return folder


def test_faces_are_measured_beside_two_baselines(labelled_folder, tmp_path, capsys):
    path = tmp_path / "faces.json"
    call_command(
        "benchmark", "faces", data=labelled_folder, quick=True, people=[2], rooms=1, scale=[60], json=path
    )
    result = json.loads(path.read_text())
    assert [row["method"] for row in result["sorting"]] == ["ours", "live", "a", "b"]
    assert all(row["faces"] == row["truths"] == 4 for row in result["sorting"])
    assert set(result["sorting"][0]["seconds"]) == {"decode", "detect", "describe", "sort"}
    assert [row["large_found"] for row in result["finding"]] == [1, 1, 1]
    assert [row["faces"] for row in result["speed"]] == [3, 3, 3]
    assert result["memory"][0]["changed"] == result["memory"][0]["lost"] == 0
    assert result["scale"][0]["faces"] == 60
    assert result["skipped"] == ["broken.jpg"]
    printed = capsys.readouterr()
    assert "1 files could not be read" in printed.out
    assert "Finding marked faces" in printed.out
    assert "people: 5 of 5 photos looked at" in printed.err


def test_without_a_folder_the_packaged_samples_are_measured(monkeypatch, capsys):
    small = tuple(samples.face_photos()[1:3])
    monkeypatch.setattr(benchmark, "samples", lambda: small)
    call_command("benchmark", "faces", quick=True)
    assert "Measured with the few packaged samples only" in capsys.readouterr().out


def test_the_packaged_samples_are_where_they_were_fetched():
    assert dict(benchmark.samples()) == dict(samples.face_photos())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "There is no folder"),
        (lambda folder: folder.mkdir(), "holds no photos of known people"),
    ],
)
def test_a_folder_that_is_of_no_use_is_refused_with_a_sentence(tmp_path, make, message):
    make(tmp_path / "folder")
    with pytest.raises(CommandError, match=message):
        call_command("benchmark", "faces", data=tmp_path / "folder")


def test_a_place_for_the_numbers_that_is_not_there_is_refused_before_measuring(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark.report, "measure", lambda *arguments: pytest.fail("it measured"))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("benchmark", "faces", json=tmp_path / "nowhere/numbers.json")


def test_the_baselines_can_be_left_out(labelled_folder, tmp_path):
    path = tmp_path / "faces.json"
    call_command("benchmark", "faces", data=labelled_folder, quick=True, ours=True, json=path)
    assert {row["method"] for row in json.loads(path.read_text())["sorting"]} == {"ours", "live"}


def test_photos_without_faces_are_refused_with_a_sentence(tmp_path):
    (tmp_path / "a.jpg").write_bytes(samples.jpeg(64, 64, "white"))
    (tmp_path / "labels.csv").write_text("file,person\na.jpg,Ann\n")
    with pytest.raises(CommandError, match="On none of the photos"):
        call_command("benchmark", "faces", data=tmp_path)


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_numbers_of_things_are_above_zero(number):
    with pytest.raises(CommandError, match=r"no whole number above 0|expected one argument"):
        call_command("benchmark", "faces", "--rooms", number)
