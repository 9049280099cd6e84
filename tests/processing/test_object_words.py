from __future__ import annotations

import pytest
from PIL import Image

from albums import tag_words
from processing import categories, object_words, weights
from processing.contracts import Picture, Region
from processing.object_words import Seen, name_seen, word_for

LABELS = ("__background__", "person", "dog", "N/A", "kite", "chair")


def picture(width=200, height=100, scale=2) -> Picture:
    return Picture(None, Image.new("RGB", (width, height)), width * scale, height * scale, "JPEG")


def seen(label: str, score: float, box=(10.0, 10.0, 20.0, 30.0)) -> Seen:
    return Seen(LABELS.index(label), score, box)


def test_things_of_a_kind_are_one_tag_with_all_their_places_the_surest_first():
    found = [seen("dog", 0.6), seen("chair", 0.95, (0, 0, 5, 5)), seen("dog", 0.8, (50, 50, 60, 80))]
    chair, dog = name_seen(found, LABELS, picture())
    assert (chair.name, chair.score, chair.kind, chair.is_sure) == ("chair", 0.95, "object", True)
    assert (dog.name, dog.score, dog.kind, dog.is_sure) == ("dog", 0.8, "category", True)
    assert dog.regions == (Region(100, 100, 20, 60), Region(20, 20, 20, 40))  # pixels of the whole photo


def test_what_is_unsure_is_proposed_and_what_is_less_than_half_likely_is_not_said():
    assert [tag.is_sure for tag in name_seen([seen("dog", 0.6)], LABELS, picture())] == [False]
    assert name_seen([seen("dog", 0.49)], LABELS, picture()) == []


def test_people_and_labels_without_a_name_are_not_said():
    found = [
        seen("person", 0.99),
        seen("N/A", 0.99),
        seen("__background__", 0.99),
        Seen(400, 0.99, (0, 0, 9, 9)),
    ]
    assert name_seen(found, LABELS, picture()) == []


def test_a_box_ends_at_the_edge_and_one_outside_is_none():
    over = seen("dog", 0.9, (-5.0, -5.0, 500.0, 500.0))
    outside = seen("chair", 0.9, (300.0, 10.0, 320.0, 30.0))
    (dog,) = name_seen([over, outside], LABELS, picture())
    assert dog.regions == (Region(0, 0, 400, 200),)


def test_a_crowd_keeps_its_surest_places():
    crowd = [seen("chair", 0.99 - at / 1000, (at, at, at + 9, at + 9)) for at in range(60)]
    (chair,) = name_seen(crowd, LABELS, picture())
    assert len(chair.regions) == object_words.MOST_BOXES
    assert chair.regions[0] == Region(0, 0, 18, 18)


def test_words_that_mean_something_else_among_the_classes_are_changed():
    assert word_for("kite") == "toy kite"
    assert "kite" in weights.class_names()  # the bird


@pytest.mark.parametrize("label", sorted(set(weights.object_labels())))
def test_every_word_is_a_category_or_is_translated(label):
    word = word_for(label)
    known = {one.name for one in categories.CATEGORIES} | set(tag_words.OBJECT_WORDS)
    assert word is None or word in known


def test_every_translated_word_is_one_that_is_said():
    said = {word_for(label) for label in weights.object_labels()}
    assert set(tag_words.OBJECT_WORDS) <= said
