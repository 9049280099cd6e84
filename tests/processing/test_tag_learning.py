from __future__ import annotations

import numpy as np
import pytest

from processing import tag_learning


def photos(count, about, *, seed, noise=0.6, size=64):
    """Features around a direction, on top of what all photos have in common."""
    rng = np.random.default_rng(seed)
    common, own = np.full(size, 3.0), np.zeros(size)
    if about is not None:
        own[about] = 4.0
    values = common + own + rng.normal(scale=noise, size=(count, size))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def taught(examples, wrong=None, others=()):
    room = np.concatenate([photos(200, None, seed=1), *others])
    background = tag_learning.describe_background(room)
    return background, tag_learning.learn(background, examples, wrong)


@pytest.mark.parametrize("count", [tag_learning.LEAST_EXAMPLES, 10])
def test_a_word_is_found_on_other_photos_and_not_on_the_rest(count):
    rex = photos(count + 20, 5, seed=2)
    background, learned = taught(rex[:count], others=[rex])
    found = learned.probabilities(background.center(rex[count:]))
    rest = learned.probabilities(background.center(photos(100, None, seed=3)))
    assert (found >= tag_learning.PROPOSED).mean() > 0.9
    assert (rest >= tag_learning.PROPOSED).mean() < 0.05


def test_refused_photos_move_the_word_away_from_what_is_like_them():
    rex, cat = photos(10, 5, seed=2), photos(30, 6, seed=4)
    both = (rex + cat[:10]) / 2  # the examples show both
    background, without = taught(both, others=[cat])
    _, refused = taught(both, cat[:10], others=[cat])
    rest = background.center(cat[10:])
    assert refused.probabilities(rest).mean() < without.probabilities(rest).mean()


def test_photos_that_show_it_and_nobody_has_tagged_yet_do_not_hide_it():
    rex = photos(60, 5, seed=2)
    background, learned = taught(rex[:10], others=[rex])
    assert (learned.probabilities(background.center(rex[10:])) >= tag_learning.PROPOSED).mean() > 0.9


def test_examples_that_are_all_the_same_photo_give_numbers_and_no_errors():
    same = np.repeat(photos(1, 5, seed=2), 6, axis=0)
    background, learned = taught(same)
    values = learned.probabilities(background.center(np.concatenate([same, photos(5, None, seed=8)])))
    assert np.isfinite(values).all()
    assert values[0] > values[-1]


def test_the_order_of_the_examples_does_not_matter():
    rex = photos(10, 5, seed=2)
    background, first = taught(rex)
    _, second = taught(rex[::-1].copy())
    rest = background.center(photos(20, 5, seed=9))
    np.testing.assert_allclose(first.probabilities(rest), second.probabilities(rest), rtol=1e-3)


def test_a_centred_feature_has_length_one():
    background = tag_learning.describe_background(photos(50, None, seed=1))
    np.testing.assert_allclose(np.linalg.norm(background.center(photos(3, 5, seed=2)), axis=1), 1, rtol=1e-5)
