"""torchvision's two operators against plain loops that do what its compiled ones do."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from processing import torchvision_operators, weights

weights.provide_torchvision()


def naive_nms(boxes, scores, threshold):
    """torchvision's nms_kernel.cpp, line by line: greedy, in float32."""
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    gone, kept = set(), []
    for place, one in enumerate(order):
        if one in gone:
            continue
        kept.append(one)
        for other in order[place + 1 :]:
            width = max(
                np.float32(0), min(boxes[one, 2], boxes[other, 2]) - max(boxes[one, 0], boxes[other, 0])
            )
            height = max(
                np.float32(0), min(boxes[one, 3], boxes[other, 3]) - max(boxes[one, 1], boxes[other, 1])
            )
            shared = width * height
            union = areas[one] + areas[other] - shared
            if union and shared / union > np.float32(threshold):
                gone.add(other)
    return kept


def keep(boxes, scores, threshold):
    return torch.ops.torchvision.nms(
        torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        torch.tensor(scores, dtype=torch.float32),
        threshold,
    ).tolist()


corner = st.integers(0, 20)
side = st.integers(0, 12)
box = st.tuples(corner, corner, side, side).map(lambda b: [b[0], b[1], b[0] + b[2], b[1] + b[3]])


@given(
    found=st.lists(st.tuples(box, st.integers(0, 5).map(lambda score: score / 5)), max_size=40),
    threshold=st.sampled_from([0.0, 0.3, 0.5, 0.55, 1.0]),
)
def test_the_boxes_that_stay_are_those_of_the_plain_loop(found, threshold):
    boxes, scores = [one for one, _ in found], [score for _, score in found]
    assert keep(boxes, scores, threshold) == naive_nms(boxes, scores, threshold)


@pytest.mark.parametrize("count", [255, 256, 257, 700])
@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8])
def test_blocks_make_no_difference(count, threshold):
    random = np.random.default_rng(count)
    start = random.uniform(0, 60, (count, 2))
    boxes = np.concatenate([start, start + random.uniform(1, 30, (count, 2))], 1).astype(np.float32).tolist()
    scores = random.random(count).astype(np.float32).tolist()
    assert keep(boxes, scores, threshold) == naive_nms(boxes, scores, threshold)


def test_of_two_boxes_the_surer_stays_and_one_further_off_too():
    boxes = [[0, 0, 10, 10], [1, 0, 11, 10], [40, 40, 50, 50]]
    assert keep(boxes, [0.6, 0.9, 0.3], 0.5) == [1, 2]
    assert keep(boxes, [0.6, 0.9, 0.3], 0.9) == [1, 0, 2]  # 9 / 11 of both is shared


def test_no_boxes_and_boxes_without_an_area():
    assert keep([], [], 0.5) == []
    assert keep([[3, 3, 3, 3], [3, 3, 3, 3]], [0.5, 0.6], 0.5) == [1, 0]


def test_boxes_and_scores_have_to_fit():
    with pytest.raises(ValueError, match="do not fit"):
        torchvision_operators.nms(torch.zeros(2, 4), torch.zeros(3), 0.5)


def sample(plane, y, x):
    """One bilinear sample as roi_align_kernel.cpp takes it."""
    height, width = plane.shape
    if y < -1 or y > height or x < -1 or x > width:
        return 0.0
    y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
    top, left = int(y), int(x)
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    down, across = y - top, x - left
    return (
        plane[top, left] * (1 - down) * (1 - across)
        + plane[top, right] * (1 - down) * across
        + plane[bottom, left] * down * (1 - across)
        + plane[bottom, right] * down * across
    )


def naive_align(maps, rois, scale, cells, ratio, aligned):
    made = np.zeros((len(rois), maps.shape[1], *cells))
    for at, (number, *box) in enumerate(rois):
        left, top, right, bottom = (value * scale - (0.5 if aligned else 0) for value in box)
        width, height = right - left, bottom - top
        if not aligned:
            width, height = max(width, 1), max(height, 1)
        for channel in range(maps.shape[1]):
            for row in range(cells[0]):
                for column in range(cells[1]):
                    values = [
                        sample(
                            maps[int(number), channel],
                            top + (row + (step + 0.5) / ratio) * height / cells[0],
                            left + (column + (move + 0.5) / ratio) * width / cells[1],
                        )
                        for step in range(ratio)
                        for move in range(ratio)
                    ]
                    made[at, channel, row, column] = sum(values) / len(values)
    return made


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("size", [(9, 12), (1, 7), (6, 1)])
def test_what_is_seen_in_boxes_is_that_of_the_plain_loop(aligned, ratio, size):
    random = np.random.default_rng(3)
    maps = random.normal(size=(2, 3, *size)).astype(np.float32)
    start = random.uniform(-30, 150, (20, 2))  # beyond the map of 96 x 72 px as well
    rois = np.concatenate(
        [random.integers(0, 2, (20, 1)), start, start + random.uniform(0, 90, (20, 2))], 1
    ).astype(np.float32)
    found = torch.ops.torchvision.roi_align(
        torch.from_numpy(maps), torch.from_numpy(rois), 0.125, 3, 4, ratio, aligned
    )
    np.testing.assert_allclose(
        found.numpy(), naive_align(maps, rois, 0.125, (3, 4), ratio, aligned), atol=2e-5
    )


def test_more_boxes_than_go_at_once_keep_their_order():
    maps = torch.arange(100.0).reshape(1, 1, 10, 10)
    rois = torch.tensor([[0.0, x, 0.0, x + 1, 1.0] for x in range(8)] * 20)
    found = torchvision_operators.roi_align(maps, rois, 1.0, 1, 1, 2, aligned=False)
    assert len(rois) > torchvision_operators.BOXES_AT_ONCE
    np.testing.assert_allclose(found[:8, 0, 0, 0], found[-8:, 0, 0, 0])
    assert torch.all(found[1:8] > found[:7])


def test_no_boxes_are_no_samples_and_a_free_number_of_samples_is_refused():
    assert torchvision_operators.roi_align(
        torch.zeros(1, 2, 4, 4), torch.zeros(0, 5), 1.0, 7, 7, 2, aligned=False
    ).shape == (0, 2, 7, 7)
    with pytest.raises(ValueError, match="sampling_ratio"):
        torchvision_operators.roi_align(
            torch.zeros(1, 2, 4, 4), torch.zeros(1, 5), 1.0, 7, 7, -1, aligned=False
        )


def test_torchvision_itself_calls_them_and_keeps_each_class_apart():
    torchvision_operators.announce()
    from torchvision.ops import batched_nms, box_iou, roi_align

    boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 9], [0, 0, 9, 10]])
    scores, classes = torch.tensor([0.5, 0.9, 0.7]), torch.tensor([1, 1, 2])
    assert batched_nms(boxes, scores, classes, 0.5).tolist() == [1, 2]
    mine = torchvision_operators.overlap(boxes.numpy(), boxes.numpy())
    np.testing.assert_allclose(mine, box_iou(boxes, boxes).numpy(), atol=1e-6)
    maps = torch.ones(1, 2, 8, 8)
    found = roi_align(maps, [boxes[:1] / 2], output_size=3, sampling_ratio=2)
    assert found.shape == (1, 2, 3, 3)
    assert math.isclose(float(found.mean()), 1.0, rel_tol=1e-5)
