"""The network that paints: photo in, painting out, in one pass.

Two steps down, residual blocks, two steps up (enlarge, then convolve: transposed convolutions leave a checkerboard). Its first
step moves 2 x 2 pixels into channels, so that little is computed at full size. 330,000 parameters, 0.7 MB as float16.

Each of its norms takes the mean and deviation of the whole picture. What is larger than `WHOLE_PIXELS` is painted in tiles: their
statistics would differ and seams would show, so those of the whole are noted first and kept for all tiles; the tiles overlap by
as much as a pixel of the result can see, which makes them equal to the whole. Statistics of a copy of half the size are no
substitute: edges are steeper there, and what is painted with them is pale. This module imports torch: import it inside a function.

Source: Johnson, Alahi and Fei-Fei, Perceptual losses for real-time style transfer, ECCV 2016; Ulyanov, Vedaldi and Lempitsky,
Instance normalization, arXiv 1607.08022; Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts, Distill 2016.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

STEP = 4  # sides must be divisible by it
BLOCKS, WIDE, NARROW = 4, 64, 24
# How far a pixel of the result sees: 2 + 2 before and 2 + 1 behind, 4 for each convolution of a block, rounded up for enlarging.
OVERLAP_PX = 4 * 2 * BLOCKS + 16
TILE_PX = 512
WHOLE_PIXELS = 1100 * 1100  # in one go: 0.3 GB
NOTED_PX = 2048  # longer side of what statistics are taken from: 0.5 GB
NOTING_SHARE = 0.4  # of the time
EPSILON = 1e-5


class Norm(nn.Module):
    """Instance norm that can note the statistics of one picture and keep to them.

    Source: Ulyanov et al., see above.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.is_noting = False
        self.kept: tuple[torch.Tensor, torch.Tensor] | None = None

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        if self.is_noting:
            self.kept = (values.mean((2, 3), keepdim=True), values.var((2, 3), keepdim=True, unbiased=False))
        if self.kept is None:
            return nn.functional.instance_norm(values, weight=self.weight, bias=self.bias, eps=EPSILON)
        mean, variance = self.kept
        gain = self.weight.view(1, -1, 1, 1) * (variance + EPSILON).rsqrt()
        return torch.addcmul(self.bias.view(1, -1, 1, 1) - mean * gain, values, gain)


class Block(nn.Module):
    """Two convolutions whose result is added to what they got."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            Norm(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            Norm(channels),
        )

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.steps(values)
        return values + made


class StyleNetwork(nn.Module):
    """Photo to painting; takes and gives float32 (n, 3, h, w), 0 to 1, with h and w divisible by `STEP`."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(12, NARROW, 3, padding=1, bias=False),
            Norm(NARROW),
            nn.ReLU(inplace=True),
            nn.Conv2d(NARROW, WIDE, 3, stride=2, padding=1, bias=False),
            Norm(WIDE),
            nn.ReLU(inplace=True),
            *(Block(WIDE) for _ in range(BLOCKS)),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(WIDE, NARROW, 3, padding=1, bias=False),
            Norm(NARROW),
            nn.ReLU(inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(NARROW, 3, 3, padding=1),
        )

    def forward(self, photos: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.steps(self.centered(photos))
        return torch.sigmoid(made.float())

    @staticmethod
    def centered(photos: torch.Tensor) -> torch.Tensor:
        """What the first step takes: -2 to 2."""
        return (photos - 0.5) * 4


def paint(
    network: StyleNetwork,
    pixels: NDArray[np.uint8],
    *,
    tile_px: int = TILE_PX,
    whole_pixels: int = WHOLE_PIXELS,
    check: Callable[[], None] = lambda: None,
    progress: Callable[[float], None] = lambda share: None,
) -> NDArray[np.uint8]:
    """Paint a picture of any size in bounded memory.

    Args:
        network: as `style_files.load` gives it; it is not changed.
        pixels: uint8 of shape (h, w, 3).
        tile_px: side of a tile without its overlap, divisible by 4.
        whole_pixels: up to so many are painted without tiles, which spares noting the statistics.
        check: called before each tile; what it raises goes through.
        progress: told the share that is done.

    Returns:
        uint8 of the same shape.
    """
    painter = copy.deepcopy(network).eval()
    height, width = pixels.shape[:2]
    made = np.empty((height, width, 3), np.uint8)
    is_whole = height * width <= whole_pixels
    if is_whole:
        tile_px = max(height, width)
    corners = [(top, left) for top in range(0, height, tile_px) for left in range(0, width, tile_px)]
    with torch.inference_mode():
        if not is_whole:
            check()
            _note(painter, pixels)
            progress(NOTING_SHARE)
        start = 0 if is_whole else NOTING_SHARE
        for number, (top, left) in enumerate(corners):
            check()
            bottom, right = min(top + tile_px, height), min(left + tile_px, width)
            painted = painter(_tensor(_cut(pixels, top, left, bottom, right)))[0]
            inner = painted[:, OVERLAP_PX : OVERLAP_PX + bottom - top, OVERLAP_PX : OVERLAP_PX + right - left]
            made[top:bottom, left:right] = (inner.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
            progress(start + (1 - start) * (number + 1) / len(corners))
    return made


def _note(painter: StyleNetwork, pixels: NDArray[np.uint8]) -> None:
    """Let the norms keep the statistics of the whole picture; of one that is very large, those of a reduced copy."""
    import cv2

    height, width = pixels.shape[:2]
    ratio = min(1.0, NOTED_PX / max(height, width))
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    values = _tensor(_cut(small, 0, 0, size[1], size[0]))
    norms = [module for module in painter.modules() if isinstance(module, Norm)]
    for norm in norms:
        norm.is_noting = True
    painter.steps[:-2](painter.centered(values))  # behind the last norm there is nothing to note
    for norm in norms:
        norm.is_noting = False


def _cut(pixels: NDArray[np.uint8], top: int, left: int, bottom: int, right: int) -> NDArray[np.uint8]:
    """A part with its overlap, its sides divisible by `STEP`; beyond the picture it is mirrored."""
    rows = _mirrored(top - OVERLAP_PX, bottom + OVERLAP_PX + -(bottom - top) % STEP, pixels.shape[0])
    columns = _mirrored(left - OVERLAP_PX, right + OVERLAP_PX + -(right - left) % STEP, pixels.shape[1])
    return pixels[rows[:, None], columns[None, :]]


def _mirrored(start: int, end: int, length: int) -> NDArray[np.int64]:
    """Numbers from `start` to `end` as places of a row of `length` that is mirrored at both ends."""
    period = max(1, 2 * (length - 1))
    places = np.arange(start, end) % period
    return np.where(places < length, places, period - places)


def _tensor(pixels: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))[None]).float().div_(255)
