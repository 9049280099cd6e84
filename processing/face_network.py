"""dlib's face descriptor network (ResNet-29, 128 numbers a face), computed by torch from dlib's own weights.

dlib without BLAS, as its wheels are, takes about 100 ms a face; torch takes 7 to 15 ms on one thread, and the descriptors
differ by less than 1e-5. This module imports torch: import it inside a function.

Source: davisking/dlib, examples/dnn_face_recognition_ex.cpp (the architecture); equality is measured by
tests/processing/test_face_network.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from processing import dlib_file

CHIP_SIDE_PX = 150
DESCRIPTOR_LENGTH = 128
MEAN_RGB = (122.782, 117.001, 104.298)  # dlib/dnn/input.h, input_rgb_image_sized
MAX_BATCH = 16  # with their mirror images 32
# Residual blocks from input to output: channels in, channels out, whether the block halves the picture.
BLOCKS = (
    *((32, 32, False),) * 3,
    (32, 64, True), *((64, 64, False),) * 3,
    (64, 128, True), *((128, 128, False),) * 2,
    (128, 256, True), *((256, 256, False),) * 2,
    (256, 256, True),
)  # fmt: skip
# Convolutions in the same order: channels in, channels out, kernel side, stride, padding.
CONVOLUTIONS = (
    (3, 32, 7, 2, 0),
    *itertools.chain.from_iterable(
        ((given, made, 3, 2 if halves else 1, 0 if halves else 1), (made, made, 3, 1, 1))
        for given, made, halves in BLOCKS
    ),
)


class FaceNetwork(torch.nn.Module):
    """The network with each affine layer folded into the convolution before it.

    Args:
        tensors: what `read_tensors` returns.
    """

    def __init__(self, tensors: Sequence[NDArray[np.float32]]) -> None:
        super().__init__()
        self.convolutions = torch.nn.ModuleList(
            dlib_file.make_convolution(shape, tensors[2 * index], *np.split(tensors[2 * index + 1], 2))
            for index, shape in enumerate(CONVOLUTIONS)
        )
        self.projection = torch.nn.Parameter(torch.tensor(tensors[-1].reshape(256, DESCRIPTOR_LENGTH)))
        self.eval()
        self.requires_grad_(False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, chips: torch.Tensor) -> torch.Tensor:
        """Compute descriptors.

        Args:
            chips: float32 of shape (n, 3, 150, 150), normalized as `describe` does.

        Returns:
            float32 of shape (n, 128).
        """
        values = functional.max_pool2d(torch.relu(self.convolutions[0](chips)), 3, 2)
        for index, (_, _, halves) in enumerate(BLOCKS):
            first, second = self.convolutions[2 * index + 1], self.convolutions[2 * index + 2]
            made = second(torch.relu(first(values)))
            kept = functional.avg_pool2d(values, 2, 2) if halves else values
            values = torch.relu(_add(made, kept))
        return values.mean((2, 3)) @ self.projection

    def describe(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Describe aligned faces, each as the mean of itself and its mirror image.

        Args:
            chips: uint8 of shape (n, 150, 150, 3), RGB, from `dlib.get_face_chip(image, landmarks, size=150, padding=0.25)`.

        Returns:
            float32 of shape (n, 128). The mean with the mirror image gains 2 points of pair F1 on LFW (research, 2.4).
        """
        return self._describe(chips, is_mirrored=True)

    def describe_plain(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Describe aligned faces as dlib does, without the mirror image. Same arguments as `describe`."""
        return self._describe(chips, is_mirrored=False)

    def _describe(self, chips: NDArray[np.uint8], *, is_mirrored: bool) -> NDArray[np.float32]:
        device = self.projection.device
        mean = torch.tensor(MEAN_RGB, device=device)
        parts = []
        with torch.inference_mode():
            for start in range(0, len(chips), MAX_BATCH):
                batch = (
                    torch.from_numpy(np.ascontiguousarray(chips[start : start + MAX_BATCH]))
                    .to(device)
                    .float()
                )
                batch = (
                    ((batch - mean) / 256).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
                )
                if is_mirrored:
                    both = torch.cat([batch, batch.flip(3)]).contiguous(memory_format=torch.channels_last)
                    described = self(both).view(2, len(batch), -1).mean(0)
                else:
                    described = self(batch)
                parts.append(described.cpu().numpy())
        return np.concatenate(parts) if parts else np.zeros((0, DESCRIPTOR_LENGTH), np.float32)


def read_tensors(data: bytes) -> list[NDArray[np.float32]]:
    """Read the weights out of dlib's file, from the input of the network to its output.

    Args:
        data: the content of dlib_face_recognition_resnet_model_v1.dat.

    Returns:
        59 flat arrays: kernel with bias and affine scale with shift for each of 29 convolutions, then the projection.

    Raises:
        ValueError: a tensor is missing or holds something else than numbers.
    """
    return dlib_file.read_tensors(data, _lengths())[0]


def _lengths() -> Iterator[int]:
    for given, made, side, _, _ in CONVOLUTIONS:
        yield given * made * side * side + made
        yield 2 * made
    yield 256 * DESCRIPTOR_LENGTH


def _add(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Add as dlib does: the smaller one is filled with zeros in channels, below and to the right."""
    channels, height, width = (max(first.shape[axis], second.shape[axis]) for axis in (1, 2, 3))

    def filled(values: torch.Tensor) -> torch.Tensor:
        missing = (0, width - values.shape[3], 0, height - values.shape[2], 0, channels - values.shape[1])
        return functional.pad(values, missing) if any(missing) else values

    return filled(first) + filled(second)
