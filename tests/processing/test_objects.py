"""The analyzer of things: it is there once a detector was fetched, and what it finds becomes tags with places."""

from __future__ import annotations

import importlib
import io

import numpy as np
import pytest
from PIL import Image

from albums.models import Analysis, Photo, PhotoTag, Tag
from albums.services import tags as services
from processing import fetched_models, registry, store, tag_learning_store, weights
from processing.analyzers import objects
from processing.contracts import Picture, Region
from processing.errors import ModelUnavailable
from processing.object_words import Seen
from tests.conftest import picture
from tests.processing import detector_files


class Detector:
    """Sees a dog twice, a chair perhaps, and a person, in pixels of the picture that it is given."""

    name = "fake"

    def find(self, image: Image.Image) -> list[Seen]:
        half = image.width / 2
        return [
            Seen(1, 0.99, (0, 0, 9, 9)),
            Seen(18, 0.9, (0, 0, half, image.height)),
            Seen(62, 0.6, (0, 0, half, half)),
            Seen(18, 0.55, (half, 0, image.width, image.height)),
            Seen(3, 0.4, (0, 0, half, half)),
        ]


@pytest.fixture(autouse=True)
def folder(tmp_path):
    """Where fetched files lie; none at first. The analyzer asks which one is there when it is imported."""
    folder, load = tmp_path / "models", weights.object_network
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(fetched_models.FOLDER_VARIABLE, str(folder))
        restart_worker()
        yield folder
    load.cache_clear()
    restart_worker()


def restart_worker():
    """What was fetched is seen after that."""
    importlib.reload(objects)
    registry.reset()


@pytest.fixture
def fetch(monkeypatch):
    """As if somebody had fetched a detector and started the worker again."""

    def do() -> None:
        monkeypatch.setattr(objects, "is_available", lambda: True)
        monkeypatch.setattr(weights, "object_network", Detector)
        registry.reset()

    return do


def test_it_finds_things_in_pixels_of_the_whole_photo(fetch):
    fetch()
    found = objects.analyze(Picture(None, Image.new("RGB", (100, 80)), 400, 320, "JPEG"))
    dog, chair = found.tags
    assert (dog.name, dog.score, dog.regions) == (
        "dog",
        0.9,
        (Region(0, 0, 200, 320), Region(200, 0, 200, 320)),
    )
    assert (chair.name, chair.is_sure) == ("chair", False)
    assert found.data["network"] == "fake"
    assert found.data["tags"] == {"dog": 0.9, "chair": 0.6}
    assert found.data["objects"][1] == ["dog", 0.9, [0, 0, 200, 320]]


def test_without_a_file_it_is_as_if_it_were_not_there():
    assert (objects.MODEL, objects.is_available()) == (None, False)
    assert "objects" not in registry.analyzers()
    with pytest.raises(ModelUnavailable):
        objects.analyze(Picture(None, Image.new("RGB", (9, 9)), 9, 9, "JPEG"))


def test_a_fetched_file_brings_it_and_the_better_one_another_version(folder, monkeypatch):
    monkeypatch.setattr(fetched_models, "is_intact", lambda _name: True)
    (folder / fetched_models.DETECTORS[1]).write_bytes(b"small")
    restart_worker()
    assert (objects.version, objects.side_px, objects.is_available()) == (1, 640, True)
    assert registry.analyzers()["objects"] is objects
    (folder / fetched_models.DETECTORS[0]).write_bytes(b"better")
    restart_worker()
    assert (objects.version, objects.side_px) == (1001, 1024)


@pytest.mark.parametrize("content", [b"", b"half a file"])
def test_a_damaged_file_is_told_to_the_log_and_no_photo_is_looked_at(folder, caplog, content):
    (folder / fetched_models.DETECTORS[1]).write_bytes(content)
    restart_worker()
    assert "objects" not in registry.analyzers()
    assert "ssdlite320_mobilenet_v3_large_coco-a79551df.pth is damaged" in caplog.text


def test_a_worker_loads_it_before_its_first_photo_if_it_was_fetched(monkeypatch):
    loaded: list[str] = []
    for name in ("search_mode", "level_detector", "mmod_network", "face_network", "image_network"):
        monkeypatch.setattr(weights, name, lambda: None)
    monkeypatch.setattr(weights, "object_network", lambda: loaded.append("things"))
    weights.warm_up()
    assert loaded == []
    monkeypatch.setattr(objects, "is_available", lambda: True)
    registry.reset()
    weights.warm_up()
    assert loaded == ["things"]


@pytest.mark.django_db
def test_old_photos_are_looked_at_once_a_detector_was_fetched(add_photo, room, fetch):
    photo = add_photo(data=picture((9, 9, 9), size=(400, 300)))
    store.analyze(photo.pk)
    assert store.outdated_photos(10) == {}  # nothing is asked for as long as there is none
    assert not PhotoTag.objects.filter(photo=photo, tag__key__in=("dog", "chair")).exists()
    fetch()
    assert store.outdated_photos(10) == {room.pk: [photo.pk]}
    assert store.analyze(photo.pk)
    dog = PhotoTag.objects.select_related("tag").get(photo=photo, tag__key="dog")
    assert (dog.tag.kind, dog.state, dog.boxes) == (
        "category",
        "machine",
        [[0, 0, 200, 300], [200, 0, 200, 300]],
    )
    chair = PhotoTag.objects.select_related("tag").get(photo=photo, tag__key="chair")
    assert (chair.tag.kind, chair.state) == ("object", "proposed")
    assert not Tag.objects.filter(key__in=("person", "car")).exists()
    assert store.outdated_photos(10) == {}
    assert photo.analyses.get(analyzer="objects").data["network"] == "fake"


def photo_of_noise() -> bytes:
    stream = io.BytesIO()
    pixels = np.random.default_rng(5).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.django_db
def test_a_fetched_file_goes_all_the_way_to_tags_with_places(add_photo, folder, monkeypatch):
    name = detector_files.write(folder, "ssdlite320_mobilenet_v3_large_coco")
    monkeypatch.setattr(fetched_models, "DETECTORS", (fetched_models.DETECTORS[0], name))
    restart_worker()
    photo = add_photo(data=photo_of_noise())
    store.analyze(photo.pk)
    photo.refresh_from_db()
    done = photo.analyses.get(analyzer="objects")
    assert (photo.failure, done.version, done.data["network"]) == ("", 1, "ssdlite-mobilenet")
    placed = PhotoTag.objects.filter(photo=photo, boxes__isnull=False).select_related("tag")
    assert {row.tag.name for row in placed} == set(done.data["tags"])
    assert placed  # nobody has trained it: it is sure of much that is not there
    for x, y, width, height in (box for row in placed for box in row.boxes):
        assert min(x, y) >= 0 < min(width, height)
        assert x + width <= 400
        assert y + height <= 300


@pytest.mark.django_db
def test_a_thing_that_somebody_has_removed_is_not_found_again(alice, room, add_photo, fetch):
    fetch()
    photo = add_photo()
    store.analyze(photo.pk)
    dog = Tag.objects.get(key="dog")
    services.decide(user=alice, room=room, tag=dog, photo_ids=[photo.pk], is_right=False)
    Analysis.objects.filter(photo=photo, analyzer="objects").update(version=0)
    store.analyze(photo.pk)
    assert PhotoTag.objects.get(photo=photo, tag=dog).state == "refused"


@pytest.mark.django_db
def test_what_the_detector_saw_counts_when_a_room_scores_a_word_anew(room, add_photo):
    photo, other = add_photo(), add_photo()
    dog = Tag.objects.create(key="dog", name="dog", kind="category")
    for one, analyzer, score in ((photo, "content", 0.4), (photo, "objects", 0.9), (other, "content", 0.3)):
        Analysis.objects.create(photo=one, analyzer=analyzer, version=1, data={"tags": {"dog": score}})
    seen = tag_learning_store.seen_by_network(room.pk, dog, [photo.pk, other.pk])
    assert seen == {photo.pk: 0.9, other.pk: 0.3}


@pytest.mark.django_db
def test_a_photo_whose_detector_failed_keeps_its_other_tags(add_photo, fetch, monkeypatch):
    fetch()
    photo = add_photo()

    def refuse():
        raise ModelUnavailable("The model file is damaged.")

    monkeypatch.setattr(weights, "object_network", refuse)
    store.analyze(photo.pk)
    photo = Photo.objects.get(pk=photo.pk)
    assert photo.failure == "The model file is damaged."
    assert photo.analyses.filter(analyzer="content", failure="").exists()
