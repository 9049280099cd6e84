"""Training the network of people: in one go or in pieces it gives the same; what is left out stays out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from processing.person_training import Plan, is_left_out, loss_of, train, trained_on
from processing.person_variations import load_samples, varied


@pytest.fixture
def folder(tmp_path):
    """Sixteen photos of red boxes; the masks are half as large."""
    for name in ("photos", "masks"):
        (tmp_path / name).mkdir()
    rng = np.random.default_rng(6)
    for number in range(16):
        photo = rng.integers(60, 120, (90, 120, 3), dtype=np.uint8)
        top, left = rng.integers(10, 40, 2)
        photo[top : top + 40, left : left + 40] = (40, 40, 220)
        mask = (photo[::2, ::2, 2] == 220).astype(np.uint8) * 255
        cv2.imwrite(str(tmp_path / "photos" / f"{number}.png"), photo)
        cv2.imwrite(str(tmp_path / "masks" / f"{number}.png"), mask)
    return tmp_path


def test_a_mask_of_another_size_is_scaled_to_its_photo(folder):
    for sample in load_samples(folder):
        assert sample.mask.shape == sample.photo.shape[:2]
        assert (sample.photo[sample.mask > 0.5][:, 0] > 200).mean() > 0.9


def test_variations_are_the_same_for_the_same_seed(folder):
    samples = load_samples(folder)
    first, again, other = (varied(samples, 3, seed, 64) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[0] != other[0]).any()
    assert first[0].shape == (64, 64, 3)
    assert 0 <= first[1].min() <= first[1].max() <= 1


def test_one_in_four_is_left_out(folder):
    assert 0.2 < np.mean([is_left_out(str(number)) for number in range(1000)]) < 0.3
    stems = {sample.stem for sample in trained_on(folder, Plan())}
    assert stems == {str(number) for number in range(16) if not is_left_out(str(number))}


def test_a_right_answer_costs_less():
    import torch

    masks = torch.zeros(1, 1, 8, 8)
    masks[:, :, 2:6, 2:6] = 1
    right, wrong = loss_of(20 * masks - 10, masks), loss_of(10 - 20 * masks, masks)
    assert right < 0.5 < 2 < wrong


def test_in_pieces_it_gives_the_same(folder, tmp_path):
    plan = Plan(side_px=64, rounds=2)
    whole = train(folder, tmp_path / "one", plan)
    assert train(folder, tmp_path / "two", Plan(side_px=64, rounds=2, minutes=1e-9)) is None

    def stop(line):
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt, match="round 1 of 2"):
        train(folder, tmp_path / "two", plan, stop)
    gone_on = train(folder, tmp_path / "two", plan)
    assert whole is not None
    assert gone_on is not None
    assert whole.keys() == gone_on.keys()
    for name, value in whole.items():
        np.testing.assert_allclose(value.numpy(), gone_on[name].numpy(), atol=1e-5, err_msg=name)


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / "photos").mkdir()
    with pytest.raises(ValueError, match="has no photos"):
        train(tmp_path, tmp_path / "work", Plan())
