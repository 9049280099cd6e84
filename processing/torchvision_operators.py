"""Two operators that torchvision computes in its compiled part, for where that part does not load: which boxes to keep, and what
a feature map shows inside boxes. torchvision's detectors of objects call both.

This module imports torch: import it inside a function; `weights.provide_torchvision` gives the operators to torch.

Source: torchvision 0.28, torchvision/csrc/ops/cpu/nms_kernel.cpp and roi_align_kernel.cpp (what they compute, not how); Girshick et
al., Rich feature hierarchies, CVPR 2014 (non-maximum suppression); He et al., Mask R-CNN, ICCV 2017 (RoIAlign).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

NAMESPACE = "torchvision"
ROI_ALIGN = (
    "roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor"
)
# What torchvision declares of itself when its compiled part loads: it looks for the first two as soon as it is imported.
SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    ROI_ALIGN,
)
BLOCK = 256  # boxes that are compared with all others at once: 3,000 others are 3 MB
BOXES_AT_ONCE = 64  # whose samples are in memory at once: with 256 channels, 14 x 14 samples each, 13 MB


def give() -> torch.library.Library:
    """Declare the operators and say how they are computed.

    Returns:
        What has to be kept: torch forgets the operators with its last reference.
    """
    library = torch.library.Library(NAMESPACE, "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    library.impl("nms", nms, "CompositeExplicitAutograd")
    library.impl("roi_align", roi_align, "CompositeExplicitAutograd")
    return library


def announce() -> None:
    """Tell torchvision, once it was imported, that it may call its operators: it has looked for its compiled part only."""
    import torchvision.extension
    import torchvision.ops

    if not torchvision.extension._has_ops():
        modules: list[Any] = [torchvision.extension, sys.modules["torchvision.ops.roi_align"]]
        for module in modules:
            module._has_ops = lambda: True


def nms(dets: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Choose boxes, the surest first, so that none overlaps a surer chosen one by more than a threshold.

    Args:
        dets: of shape (n, 4): left, top, right, bottom.
        scores: of shape (n,); of equal ones the first box goes first.
        iou_threshold: intersection over union above which the less sure box goes. A box without an area overlaps nothing.

    Returns:
        int64 of shape (k,): numbers of the boxes that stay, by descending score.

    Raises:
        ValueError: the shapes do not fit.
    """
    if dets.ndim != 2 or dets.shape[1] != 4 or scores.shape != dets.shape[:1]:
        raise ValueError(f"boxes of shape {tuple(dets.shape)} do not fit scores of {tuple(scores.shape)}")
    order = torch.argsort(scores, descending=True, stable=True)
    boxes = dets[order].detach().cpu().float().numpy()
    kept = torch.from_numpy(_kept(boxes, iou_threshold)).to(order.device)
    return order[kept]


def _kept(boxes: NDArray[np.float32], threshold: float) -> NDArray[np.int64]:
    """The numbers of the boxes that stay, of boxes by descending score.

    Blocks of them are compared with themselves one box after the other, and with everything behind them at once.
    """
    left = np.arange(len(boxes))
    kept: list[NDArray[np.int64]] = []
    while len(left):
        block, left = left[:BLOCK], left[BLOCK:]
        covers = overlap(boxes[block], boxes[block]) > threshold
        stays = np.ones(len(block), bool)
        for at in range(len(block)):
            if stays[at]:
                stays[at + 1 :] &= ~covers[at, at + 1 :]
        chosen = block[stays]
        kept.append(chosen)
        left = left[~(overlap(boxes[chosen], boxes[left]) > threshold).any(0)]
    return np.concatenate(kept) if kept else np.empty(0, np.int64)


def overlap(ones: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute the intersection over the union of every two boxes.

    Args:
        ones: float32 of shape (n, 4): left, top, right, bottom.
        others: of shape (m, 4).

    Returns:
        float32 of shape (n, m), NaN for two boxes without any area.
    """
    left, top, right, bottom = (ones[:, side, None] for side in range(4))
    width = np.minimum(right, others[:, 2]) - np.maximum(left, others[:, 0])
    height = np.minimum(bottom, others[:, 3]) - np.maximum(top, others[:, 1])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    areas = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(shared / ((right - left) * (bottom - top) + areas - shared), np.float32)


def roi_align(
    input: torch.Tensor,  # noqa: A002  (its name in torchvision's schema)
    rois: torch.Tensor,
    spatial_scale: float,
    pooled_height: int,
    pooled_width: int,
    sampling_ratio: int,
    aligned: bool,
) -> torch.Tensor:
    """Average what feature maps show in each cell of a grid over each box, by bilinear samples.

    Args:
        input: of shape (n, channels, height, width).
        rois: of shape (k, 5): the number of the map, then left, top, right, bottom in pixels of the photo.
        spatial_scale: cells of the map per pixel of the photo.
        pooled_height, pooled_width: of the grid.
        sampling_ratio: samples per cell of the grid and direction; at least 1.
        aligned: whether a cell of the map stands for its middle; else for its corner, and boxes are one cell wide at least.

    Returns:
        Of shape (k, channels, pooled_height, pooled_width).

    Raises:
        ValueError: `sampling_ratio` is not positive: no detector of ours lets it depend on the box.
    """
    if sampling_ratio < 1:
        raise ValueError("sampling_ratio has to be 1 or more")
    made = input.new_empty((len(rois), input.shape[1], pooled_height, pooled_width))
    for number in rois[:, 0].unique().long().tolist():
        mine = torch.where(rois[:, 0] == number)[0]
        for some in mine.split(BOXES_AT_ONCE):
            boxes = rois[some, 1:] * spatial_scale - (0.5 if aligned else 0.0)
            x = _samples(boxes[:, 0], boxes[:, 2], pooled_width, sampling_ratio, is_wide=not aligned)
            y = _samples(boxes[:, 1], boxes[:, 3], pooled_height, sampling_ratio, is_wide=not aligned)
            made[some] = _averages(input[number], x, y, sampling_ratio)
    return made


def _samples(
    start: torch.Tensor, end: torch.Tensor, cells: int, ratio: int, *, is_wide: bool
) -> torch.Tensor:
    """Where samples are taken in one direction, of shape (boxes, cells * ratio): in the middle of equal parts."""
    length = (end - start).clamp(min=1.0) if is_wide else end - start
    steps = torch.arange(cells * ratio, device=start.device, dtype=start.dtype) + 0.5
    return start[:, None] + steps[None] * (length / (cells * ratio))[:, None]


def _averages(maps: torch.Tensor, x: torch.Tensor, y: torch.Tensor, ratio: int) -> torch.Tensor:
    """Sample maps (channels, height, width) at every x and y of each box and average `ratio` by `ratio` of them."""
    channels, height, width = maps.shape
    # Beyond a cell outside of the map nothing is seen; up to there it is as at the edge.
    is_seen = (((y >= -1) & (y <= height))[:, :, None] & ((x >= -1) & (x <= width))[:, None, :]).to(
        maps.dtype
    )
    grid: Any = torch.stack(
        torch.broadcast_tensors(_shares(x, width)[:, None, :], _shares(y, height)[:, :, None]), -1
    )
    found = functional.grid_sample(
        maps[None],
        grid.reshape(1, -1, grid.shape[2], 2),
        mode="bilinear",
        padding_mode="border",
        align_corners=True,
    )
    found = found.reshape(channels, len(x), *grid.shape[1:3]).transpose(0, 1) * is_seen[:, None]
    return functional.avg_pool2d(found, ratio)


def _shares(at: torch.Tensor, length: int) -> torch.Tensor:
    """Places on a map as `grid_sample` takes them: -1 is the first cell, 1 the last."""
    return at * (2 / max(1, length - 1)) - 1
