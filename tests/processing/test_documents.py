import cv2
import numpy as np
import pytest
from skimage import data

from processing.documents import find_document
from processing.editing import cook, suggest
from processing.recipes import recipe_of

WIDTH, HEIGHT = 800, 600
CORNERS = np.array([[210, 90], [600, 130], [650, 520], [160, 480]], np.float32)


def page(width: int = 420, height: int = 560) -> np.ndarray:
    """A white sheet with lines of text."""
    made = np.full((height, width, 3), 240, np.uint8)
    for y in range(50, height - 50, 22):
        cv2.line(made, (50, y), (width - 50 - (y * 37) % 90, y), (50, 50, 50), 5)
    return made


def painting() -> np.ndarray:
    """A picture in a light frame."""
    return cv2.copyMakeBorder(data.astronaut(), 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=(190, 160, 90))


def laid(thing: np.ndarray, on: np.ndarray, corners: np.ndarray = CORNERS) -> np.ndarray:
    height, width = thing.shape[:2]
    from_corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(from_corners, corners)
    made = cv2.resize(on, (WIDTH, HEIGHT))
    mask = cv2.warpPerspective(np.ones((height, width), np.uint8), matrix, (WIDTH, HEIGHT))
    made[mask > 0] = cv2.warpPerspective(thing, matrix, (WIDTH, HEIGHT))[mask > 0]
    noise = np.random.default_rng(3).normal(0, 3, made.shape)
    return np.clip(made + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("ground", [data.brick, data.grass, data.gravel])
@pytest.mark.parametrize("thing", [page, painting, data.coffee])
def test_corners_of_flat_things_are_found_within_half_a_percent(thing, ground):
    picture = laid(thing(), np.dstack([ground() // 2] * 3))
    found = find_document(picture, least_confidence=0.7)
    assert found is not None
    np.testing.assert_allclose(np.array(found.corners) * (WIDTH, HEIGHT), CORNERS, atol=4)


def test_the_suggestion_makes_the_page_upright():
    picture = laid(page(), np.dstack([data.brick() // 2] * 3))
    values = suggest("perspective", picture)
    assert values is not None
    made = cook(picture, recipe_of([("perspective", values)]))
    border = np.concatenate(
        [made[3:9].reshape(-1, 3), made[-9:-3].reshape(-1, 3), made[:, 3:9].reshape(-1, 3)]
    )
    assert (border.min(axis=1) > 200).mean() > 0.97  # paper, nothing of the bricks


def test_what_blends_with_its_ground_is_not_guessed():
    """The edges of this picture are as dark as the bricks."""
    assert find_document(laid(data.astronaut(), np.dstack([data.brick() // 2] * 3))) is None


@pytest.mark.parametrize("picture", [data.astronaut, data.chelsea, data.rocket, data.coffee])
def test_photos_without_a_document_get_none(picture):
    assert find_document(picture()) is None


@pytest.mark.parametrize("picture", [data.brick, data.grass, data.gravel, data.moon])
def test_textures_get_none(picture):
    assert find_document(np.dstack([picture()] * 3)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 700, 3), (30, 40, 4)])
def test_tiny_and_empty_pictures_are_taken(shape):
    assert find_document(np.zeros(shape, np.uint8)) is None


def test_a_photo_that_is_all_page_gets_none():
    assert find_document(cv2.resize(page(), (600, 800))) is None
