from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from processing import categories, picture_rules
from processing.contracts import Findings, Picture, Region, TagFinding
from processing.organizing.order import tags_of
from processing.pipeline import Analyzed


def probabilities(**by_class):
    values = np.full(1000, 1e-6, np.float32)
    for number, value in by_class.items():
        values[int(number.removeprefix("c"))] = value
    return values


def named(values):
    return {tag.name: tag for tag in categories.name_categories(values)}


def test_classes_of_a_category_are_added_up():
    found = named(probabilities(c207=0.4, c208=0.35))  # two retrievers
    assert found["dog"].score == pytest.approx(0.75, abs=0.01)
    assert found["dog"].is_sure
    assert found["animal"].is_sure
    assert "cat" not in found


def test_what_is_unsure_is_only_proposed_and_what_is_unlikely_is_left_out():
    found = named(probabilities(c281=0.4, c963=0.1))
    assert not found["cat"].is_sure
    assert "food" not in found


def test_every_number_is_a_class_and_no_name_comes_twice():
    names = [category.name for category in categories.CATEGORIES]
    assert len(names) == len(set(names))
    for text in (*(category.classes for category in categories.CATEGORIES), categories.UNSPOKEN):
        assert all(0 <= number < 1000 for number in categories.numbers_of(text))


def test_ranges_are_read_with_both_ends_and_each_number_once():
    assert categories.numbers_of("3 5-7 6") == [3, 5, 6, 7]


@pytest.mark.parametrize("ape", [365, 366, 367, 382])
def test_nobody_is_ever_called_an_ape(ape, monkeypatch):
    monkeypatch.setattr("processing.weights.class_names", lambda: tuple(str(n) for n in range(1000)))
    values = probabilities(**{f"c{ape}": 0.99})
    assert list(categories.name_objects(values)) == []
    assert named(values) == {}


def test_things_are_named_by_their_class(monkeypatch):
    monkeypatch.setattr("processing.weights.class_names", lambda: tuple(f"class {n}" for n in range(1000)))
    tags = list(categories.name_objects(probabilities(c963=0.6, c949=0.35)))
    assert [(tag.name, tag.is_sure) for tag in tags] == [("class 963", False), ("class 949", False)]


def faces(*sides):
    return [Region(0, 0, side, side) for side in sides]


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ((), []),
        ((300,), ["portrait"]),
        ((60,), []),  # somebody small in a landscape
        ((200, 190), ["couple"]),
        ((300, 40), ["portrait"]),  # and a passer-by
        ((120, 110, 100), ["group"]),
    ],
)
def test_faces_say_portrait_couple_and_group(sides, words):
    assert [tag.name for tag in categories.name_people(faces(*sides), 1200, 1000)] == words


def look(image, *, format_name="JPEG", **metadata):
    picture = Picture(None, image, image.width, image.height, format_name, metadata)
    return {tag.name: tag for tag in picture_rules.name_look(picture)}


def noise(size, seed=0, top=255):
    values = np.random.default_rng(seed).integers(0, top, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(values)


def test_a_picture_of_a_screens_size_with_flat_areas_is_a_screenshot_and_a_cameras_is_not():
    screen = Image.new("RGB", (1170, 2532), "white")
    ImageDraw.Draw(screen).rectangle((0, 0, 1170, 200), fill="navy")
    assert look(screen, format_name="PNG")["screenshot"].is_sure
    assert "screenshot" not in look(screen, format_name="PNG", Model="Pixel 9")
    assert "screenshot" not in look(noise((400, 300)), format_name="PNG")


def test_a_wide_picture_is_a_panorama():
    assert "panorama" in look(noise((900, 300)))
    assert "panorama" not in look(noise((600, 300)))


def test_a_picture_without_color_is_black_and_white():
    assert "black and white" in look(noise((200, 150)).convert("L").convert("RGB"))
    assert "black and white" not in look(noise((200, 150)))


def test_lights_in_the_dark_are_night_and_a_dull_room_is_not():
    dark = Image.new("RGB", (400, 300), (6, 6, 10))
    ImageDraw.Draw(dark).rectangle((100, 100, 130, 115), fill=(255, 240, 200))
    assert "night" in look(dark)
    assert "night" not in look(Image.new("RGB", (400, 300), (70, 60, 60)))


@pytest.mark.parametrize("color", ["black", "white", (1, 2, 3)])
def test_a_picture_of_one_color_is_no_error(color):
    look(Image.new("RGB", (3, 2), color))


def test_what_several_analyzers_see_is_one_word_as_certain_as_the_surest_says():
    place, other = Region(1, 2, 3, 4), Region(5, 6, 7, 8)
    dog, chair = categories.merged(
        [
            TagFinding("chair", 0.5, "object", False, (place,)),
            TagFinding("dog", 0.6, "object", True, (place,)),
            TagFinding("Dog", 0.9, "category", False, (other,)),
        ]
    )
    assert (dog.name, dog.score, dog.kind, dog.is_sure) == ("Dog", 0.9, "category", True)
    assert dog.regions == (other, place)
    assert (chair.name, chair.score, chair.is_sure) == ("chair", 0.5, False)
    assert categories.merged([]) == []


def test_a_folder_that_is_organized_has_each_word_once_as_well():
    found = {
        "content": Findings(tags=[TagFinding("dog", 0.9, "category")]),
        "exif": Findings(),
        "objects": Findings(tags=[TagFinding("dog", 0.7, "category"), TagFinding("chair", 0.8, "object")]),
    }
    analyzed = Analyzed("photo", "JPEG", 400, 300, None, "#123456", findings=found)
    assert [(tag.name, tag.score) for tag in tags_of(analyzed)] == [("dog", 0.9), ("chair", 0.8)]
