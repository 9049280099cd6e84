"""One file through all analyzers."""

import types

import pytest

from processing import pipeline, registry
from processing.contracts import Findings
from processing.errors import ProcessingError, UnreadableImage
from tests.samples import face_photos, jpeg


def fail(picture):
    raise ProcessingError("This machine is tired.")


def analyzer(analyze, side_px: int = 0) -> types.SimpleNamespace:
    return types.SimpleNamespace(version=1, side_px=side_px, analyze=analyze)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg(400, 300, taken_at="2026:06:20 18:03:11", offset="+02:00"))
    return path


def test_a_photo_gets_facts_renditions_and_crops():
    path, _ = face_photos()[0]
    made = pipeline.analyze_file(path, kind="photo")
    assert (made.format, made.errors) == ("JPEG", {})
    assert [one.side_px for one in made.renditions] == [320, 640, 1280, 2048]
    assert len(made.faces) == len(made.findings["faces"].faces) == 1
    assert made.faces[0].crop.startswith(b"\xff\xd8")
    assert set(made.took_seconds) == {"decode", "renditions", *registry.analyzers()}


def test_only_the_analyzers_asked_for_run(photo):
    made = pipeline.analyze_file(photo, only=("exif",), sides=())
    assert set(made.findings) == {"exif"}
    assert made.faces is None
    assert made.renditions == []
    assert made.facts["taken_at"].isoformat() == "2026-06-20T18:03:11+02:00"


def test_one_analyzer_that_fails_leaves_the_others_their_results(photo, monkeypatch):
    works = analyzer(lambda picture: Findings(facts={"camera": "Box"}))
    monkeypatch.setattr(registry, "analyzers", lambda: {"broken": analyzer(fail), "works": works})
    made = pipeline.analyze_file(photo)
    assert made.errors == {"broken": "This machine is tired."}
    assert made.facts == {"camera": "Box"}


def test_the_picture_is_decoded_once_and_handed_on_at_the_size_asked_for(photo, monkeypatch):
    seen = {}
    sizes = {"small": 100, "large": 350, "none": 0}
    found = {
        name: analyzer(
            lambda picture, name=name: seen.update({name: picture.image.width}) or Findings(), side
        )
        for name, side in sizes.items()
    }
    monkeypatch.setattr(registry, "analyzers", lambda: found)
    opened = []
    open_picture = pipeline.imaging.open_picture
    monkeypatch.setattr(
        pipeline.imaging,
        "open_picture",
        lambda *args, **options: opened.append(args) or open_picture(*args, **options),
    )
    pipeline.analyze_file(photo, kind="photo")
    assert seen == {"small": 100, "large": 350, "none": 400}
    assert len(opened) == 1


def test_a_bug_in_an_analyzer_is_not_hidden(photo, monkeypatch):
    monkeypatch.setattr(registry, "analyzers", lambda: {"buggy": analyzer(lambda picture: 1 / 0)})
    with pytest.raises(ZeroDivisionError):
        pipeline.analyze_file(photo)


def test_an_unreadable_file_raises(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"no photo")
    with pytest.raises(UnreadableImage):
        pipeline.analyze_file(path)
    with pytest.raises(UnreadableImage):
        pipeline.analyze_file(path, kind="video")
