"""Measuring masks: overlap by hand, memory for a large photo."""

from __future__ import annotations

import json

import cv2
import numpy as np

from processing.measuring import masks
from processing.person_training import is_left_out
from processing.person_variations import load_coco
from tests.processing.invented_network import Reddish


def test_overlap_by_hand():
    found, truth = np.array([[1, 1, 0, 0]], bool), np.array([[0, 1, 1, 0]], bool)
    assert masks.overlap(found, truth) == 1 / 3
    assert masks.overlap(found & ~found, truth & ~truth) == 1


def test_only_photos_that_were_left_out_are_measured(tmp_path):
    names = [f"{number}" for number in range(12)]
    for folder in ("photos", "masks"):
        (tmp_path / folder).mkdir()
    mask = np.zeros((60, 80), np.uint8)
    mask[20:, 20:60] = 255
    photo = np.full((120, 160, 3), (90, 120, 70), np.uint8)
    photo[40:, 40:120] = (50, 50, 210)  # OpenCV writes blue first
    for name in names:
        cv2.imwrite(str(tmp_path / "photos" / f"{name}.png"), photo)
        cv2.imwrite(str(tmp_path / "masks" / f"{name}.png"), mask)
    report = masks.left_out(tmp_path, Reddish())
    assert {score.name for score in report.scores} == {name for name in names if is_left_out(name)}
    assert 0 < len(report.scores) < len(names)
    assert report.mean > 0.97
    assert report.median > 0.97


def test_polygons_and_runs_of_coco(tmp_path):
    cv2.imwrite(str(tmp_path / "one.jpg"), np.zeros((4, 5, 3), np.uint8))
    runs = {"size": [4, 5], "counts": [4, 4, 12]}  # the second column
    listing = {
        "images": [{"id": 1, "file_name": "one.jpg", "height": 4, "width": 5}],
        "annotations": [
            {"image_id": 1, "category_id": 1, "segmentation": runs},
            {"image_id": 1, "category_id": 1, "segmentation": [[3, 0, 4, 0, 4, 1, 3, 1]]},
            {"image_id": 1, "category_id": 2, "segmentation": [[0, 0, 0, 3, 0, 3]]},
        ],
    }
    (tmp_path / "instances_x.json").write_text(json.dumps(listing))
    (sample,) = load_coco(tmp_path)
    assert (sample.stem, sample.photo.shape) == ("one", (4, 5, 3))
    assert sample.mask.astype(int).tolist() == [
        [0, 1, 0, 1, 1],
        [0, 1, 0, 1, 1],
        [0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0],
    ]


def test_the_mask_of_24_megapixels_needs_little_more_than_itself():
    assert masks.cost(24).more_mib < 250  # the mask itself has 92
