"""dlib's face detector by a convolutional network (max-margin object detection, "MMOD"), computed by torch.

It finds turned, tilted and covered faces that the HOG detector misses. dlib without BLAS, as its wheels are, needs minutes
for a photo. This module imports torch: import it inside a function.

Source: davisking/dlib, examples/dnn_mmod_face_detection_ex.cpp (the architecture), dlib/dnn/loss.h (loss_mmod_) and
dlib/dnn/input.h (input_rgb_image_pyramid); equality is measured by tests/processing/test_mmod_network.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling
from torch.nn import functional

from processing.detections import Detection, without_doubles
from processing.dlib_file import make_convolution, read_float, read_integers, read_tensors

MEAN_RGB = (122.782, 117.001, 104.298)
# Channels in, channels out, kernel side, stride, padding; an affine layer and ReLU follow each.
CONVOLUTIONS = (
    (3, 16, 5, 2, 0),
    (16, 32, 5, 2, 0),
    (32, 32, 5, 2, 0),
    (32, 45, 5, 1, 2),
    (45, 45, 5, 1, 2),
    (45, 45, 5, 1, 2),
)
SCORING = (45, 1, 9, 1, 4)
STRIDE_PX = 8
CENTER_PX = 14  # of the first output, in pixels of the input: (5 - 1) / 2 * (1 + 2 + 4)
WINDOW_PX = 80  # detector_windows in the file
BORDER_PX, FAR_BORDER_PX = (
    11,
    32,
)  # input_rgb_image_pyramid's outer padding; the far one keeps all windows at the edge
FIRST_PX = CENTER_PX - BORDER_PX
CROP_PX = 128
LOOKS_PX = (84, 66)  # a box is looked at twice, because it may be a fifth too large or too small
NEAR = slice(6, 10)  # windows whose center is at most 13 px from that of the crop


class MmodNetwork(torch.nn.Module):
    """The network with each batch normalization folded into the convolution before it.

    Args:
        data: the content of mmod_human_face_detector.dat.

    Raises:
        ValueError: a tensor is missing or holds something else than numbers.
    """

    mean: torch.Tensor

    def __init__(self, data: bytes) -> None:
        super().__init__()
        tensors, ends = read_tensors(data, _lengths())
        layers: list[torch.nn.Module] = []
        for index, shape in enumerate(CONVOLUTIONS):
            kernel, affine, _, _, mean, variance = tensors[6 * index : 6 * index + 6]
            made = shape[1]
            least = _epsilon(data, ends[6 * index + 5])
            scale = affine[:made] / np.sqrt(variance + least)
            layers += [
                make_convolution(shape, kernel, scale, affine[made:] - scale * mean),
                torch.nn.ReLU(inplace=True),
            ]
        one = np.ones(1, np.float32)
        layers.append(make_convolution(SCORING, tensors[-1], one, 0 * one))
        self.layers = torch.nn.Sequential(*layers)
        self.register_buffer("mean", torch.tensor(MEAN_RGB)[None, :, None, None])
        self.eval()
        self.requires_grad_(False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Score windows of 80 x 80 pixels.

        Args:
            pixels: float32 of shape (n, 3, height, width), normalized.

        Returns:
            float32 of shape (n, rows, columns): above 0 is a face. The window's center is at 8 * index + 14.
        """
        return self.layers(pixels)[:, 0]

    def scores(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Score the windows of images, with a border of the mean color around them.

        Args:
            pixels: uint8 of shape (n, height, width, 3), RGB.

        Returns:
            float32 of shape (n, rows, columns); the window's center is at 8 * index + 3 (`FIRST_PX`) in the image.
        """
        with torch.inference_mode():
            values = torch.from_numpy(np.array(pixels)).to(self.mean.device).permute(0, 3, 1, 2)
            values = values.to(torch.float32, memory_format=torch.channels_last)
            values = values.sub_(self.mean).div_(256)
            values = functional.pad(values, (BORDER_PX, FAR_BORDER_PX, BORDER_PX, FAR_BORDER_PX))
            result: NDArray[np.float32] = self(values).cpu().numpy()
        return result

    def find(self, image: Image.Image, scales: Sequence[float], least_score: float = 0.0) -> list[Detection]:
        """Search for faces of 68 to 97 px at each of several scales.

        Args:
            image: mode RGB.
            scales: what to resize the image by, one after the other.
            least_score: more finds more, and more that is none.

        Returns:
            Boxes in pixels of the image, best first, each face once. Their pose is 0.
        """
        found = []
        for scale in scales:
            width, height = max(16, round(image.width * scale)), max(16, round(image.height * scale))
            level = (
                image if scale == 1 else image.resize((width, height), Resampling.BILINEAR, reducing_gap=2.0)
            )
            scores = self.scores(np.asarray(level)[None])[0]
            across, down = image.width / width, image.height / height
            for row, column in np.argwhere(scores > least_score):
                left = (STRIDE_PX * column + FIRST_PX - WINDOW_PX / 2) * across
                top = (STRIDE_PX * row + FIRST_PX - WINDOW_PX / 2) * down
                box = float(left), float(top), WINDOW_PX * across, WINDOW_PX * down
                found.append(Detection(*box, float(scores[row, column]), 0))
        return without_doubles(found)

    def confirm(
        self, image: Image.Image, doubtful: Sequence[Detection], least_score: float = 0.0
    ) -> list[bool]:
        """Say which of some boxes hold a face, give or take a few pixels and a fifth of the size.

        Args:
            image: mode RGB.
            doubtful: boxes in its pixels.
        """
        confirmed = [False] * len(doubtful)
        for window in LOOKS_PX:
            open_ = [index for index, done in enumerate(confirmed) if not done]
            if not open_:
                break
            crops = np.stack([_crop(image, doubtful[index], window) for index in open_])
            scores = self.scores(crops)[:, NEAR, NEAR].max((1, 2))
            for index, score in zip(open_, scores, strict=True):
                confirmed[index] = bool(score > least_score)
        return confirmed


def _crop(image: Image.Image, box: Detection, window_px: int) -> NDArray[np.uint8]:
    """Cut a box out with its surroundings, so large that the box is `window_px` wide."""
    half = CROP_PX / 2 * box.width / window_px
    x, y = box.left + box.width / 2, box.top + box.height / 2
    crop = image.crop((round(x - half), round(y - half), round(x + half), round(y + half)))
    return np.asarray(crop.resize((CROP_PX, CROP_PX), Resampling.BILINEAR, reducing_gap=2.0))


def _lengths() -> Iterator[int]:
    """Kernel with bias; scale with shift; mean and deviation of the last batch; running mean and variance."""
    for given, made, side, _, _ in CONVOLUTIONS:
        yield given * made * side * side + made
        yield 2 * made
        yield from (made,) * 4
    given, made, side, _, _ = SCORING
    yield given * made * side * side + made


def _epsilon(data: bytes, at: int) -> float:
    """Read what was added to the variances in training, after two integers and four other numbers."""
    _, start = read_integers(data, at, 10)
    return read_float(data, start)
