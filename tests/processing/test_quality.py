"""Sharp, soft, blurred: by edges, by faces, and what must never be called blurred."""

import io

import numpy as np
import pytest
from PIL import Image

from processing import edge_widths, quality
from processing.analyzers import sharpness
from processing.contracts import FaceShot, Picture
from processing.measuring import blurring
from tests import samples


def scene(seed: int = 0, size: tuple[int, int] = (960, 720)) -> np.ndarray:
    """Many rectangles of different gray on a ramp: edges of every direction and contrast."""
    chance = np.random.default_rng(seed)
    canvas = np.linspace(90, 160, size[0])[None].repeat(size[1], axis=0)
    for _ in range(220):
        x, y = int(chance.integers(0, size[0] - 20)), int(chance.integers(0, size[1] - 20))
        width, height = (int(number) for number in chance.integers(6, 90, 2))
        canvas[y : y + height, x : x + width] = chance.integers(10, 245)
    return canvas[..., None].repeat(3, axis=2).astype(np.uint8)


def judged(pixels: np.ndarray) -> tuple[float, str]:
    found = sharpness.analyze(Picture(None, Image.fromarray(pixels), pixels.shape[1], pixels.shape[0], "PNG"))
    return found.facts["sharpness"], found.facts["quality"]


def blurred(pixels: np.ndarray, kernel: np.ndarray, noise: float = 0) -> np.ndarray:
    import cv2

    made = cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REFLECT)
    return blurring.photographed(made, noise, 90, 3)


@pytest.mark.parametrize("noise", [0, 4, 8])
def test_a_sharp_photo_is_sharp_and_a_blurred_one_blurred_with_and_without_noise(noise):
    pixels = scene()
    assert judged(blurring.photographed(pixels, noise, 90, 3))[1] == "sharp"
    assert judged(blurred(pixels, blurring.disk(7), noise))[1] == "blurred"
    assert judged(blurred(pixels, blurring.line(21, 0.5), noise))[1] == "blurred"


def test_more_blur_is_less_sharp():
    values = [judged(blurred(scene(), blurring.disk(radius)))[0] for radius in (1, 2, 3, 4)]
    assert values == sorted(set(values), reverse=True)


def test_movement_in_one_direction_is_seen_although_edges_along_it_stay_sharp():
    edges = sharpness.edges_of(blurred(scene(), blurring.line(21, 0.0)))
    assert edges is not None
    assert edges.across > edges.best + 0.1


def test_a_sharp_subject_before_a_soft_background_is_not_blurred():
    sharp = scene()
    soft = blurred(sharp, blurring.disk(8)).copy()
    soft[200:520, 330:630] = sharp[200:520, 330:630]
    assert judged(soft)[1] == "sharp"


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plane_of_one_color_is_not_called_blurred(level):
    assert judged(np.full((600, 800, 3), level, np.uint8))[1] != "blurred"


def test_a_foggy_sky_with_noise_is_not_called_blurred():
    ramp = np.linspace(150, 200, 700)[:, None, None] * np.ones((1, 900, 3))
    assert judged(blurring.photographed(ramp, 5, 85, 1))[1] != "blurred"


def test_a_page_of_text_is_not_called_blurred():
    page = np.full((900, 700, 3), 255, np.uint8)
    for row in range(60, 860, 22):
        for column in range(50, 640, 9):
            page[row : row + 9, column : column + 3 + (row * column) % 4] = 20
    assert judged(page)[1] != "blurred"


def test_a_tiny_picture_gets_no_verdict():
    found = sharpness.analyze(Picture(None, Image.new("RGB", (20, 16)), 20, 16, "PNG"))
    assert found.facts == {}
    assert quality.judge(found.data) == quality.Verdict(None, "")


def test_sharpness_hardly_depends_on_the_size_that_was_decoded():
    path = samples.any_photos()[0]
    with Image.open(path) as image:
        large = image.convert("RGB").resize(
            (2048, round(2048 * image.height / image.width)), Image.Resampling.LANCZOS
        )
    small = large.resize((1024, round(large.height / 2)), Image.Resampling.BOX)
    first, second = (judged(np.asarray(one))[0] for one in (large, small))
    assert first == pytest.approx(second, abs=0.15)


def shot(sharp: float, side_px: int = 300) -> FaceShot:
    return FaceShot(side_px, sharp, 0, 1.0)


def edges_with(value: float) -> dict[str, float]:
    """Edges that are judged with this sharpness."""
    total = np.log(value / (1 - value)) - quality.BIAS - 3 * quality.WEIGHTS["contrast"]
    return dict.fromkeys(quality.WEIGHTS, 0.0) | {"contrast": 3.0, "best": total / quality.WEIGHTS["best"]}


def test_a_sharp_face_makes_a_photo_sharp():
    assert quality.judge(edges_with(0.05), [shot(2.0)], 1600).quality == "sharp"


def test_a_face_that_is_hardly_sharp_saves_from_being_left_out():
    assert quality.judge(edges_with(0.05), [shot(1.5)], 1600).quality == "soft"


def test_a_blurred_face_before_something_sharp_is_soft_and_never_blurred():
    assert quality.judge(edges_with(0.95), [shot(1.1)], 1600).quality == "soft"


def test_small_faces_and_faces_behind_a_large_one_say_nothing():
    assert quality.face_sharpness([shot(2.0, 40)], 1600) is None
    assert quality.face_sharpness([shot(2.0, 150)], 4000) is None
    assert quality.face_sharpness([shot(1.2, 400), shot(2.0, 100)], 1600) == 1.2


def test_the_best_of_several_large_faces_counts():
    assert quality.face_sharpness([shot(1.2, 400), shot(2.0, 300)], 1600) == 2.0


def test_a_step_has_the_ratio_of_gradients_that_two_gaussians_give_it():
    step = np.zeros((256, 256), np.uint8)
    step[:, 128:] = 200
    step[128:] = np.where(step[128:] > 0, 0, 200)
    found = edge_widths.measure(step)
    assert found is not None
    # A pixel and a central difference widen both scales: variances 0.49 and 1.96, each plus 0.6.
    assert found.across == pytest.approx(0.5 * np.log((1.96 + 0.6) / (0.49 + 0.6)), abs=0.04)


def test_analyzing_reads_any_mode_that_a_picture_comes_in():
    stream = io.BytesIO()
    Image.fromarray(scene()).save(stream, "JPEG")
    image = Image.open(stream).convert("RGB")
    assert sharpness.edges_of(image) is not None
