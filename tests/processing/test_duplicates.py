"""Copies of one shot are found, and two shots are not taken for one."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import imagehash
import numpy as np
import pytest
from PIL import Image

from processing import copy_evidence, copy_search, imaging, outlines, same_shot
from processing.analyzers import phash
from processing.clusterers import duplicates
from processing.contracts import KnownPhoto, Picture
from processing.measuring import copies
from tests.processing.scenes import as_jpeg, scene

NOON = datetime(2026, 5, 2, 12, 0, 0, 250_000)


def known(key: int, image: Image.Image, quality: int = 90, **facts: Any) -> KnownPhoto:
    data = as_jpeg(image, quality)
    picture = imaging.open_picture(io.BytesIO(data))
    found = phash.analyze(imaging.reduced(picture, phash.side_px))
    return KnownPhoto(
        id=key,
        taken_at=datetime(2026, 5, 2, tzinfo=UTC),
        width=image.width,
        height=image.height,
        format="JPEG",
        size_bytes=len(data),
        arrays={name: array.ravel() for name, array in found.arrays.items()},
        **facts,
    )


def sets(*photos: KnownPhoto) -> list[set[int]]:
    return [set(found.ids) for found in duplicates.cluster(photos)]


def test_hash_is_that_of_imagehash():
    image = scene(1)
    found = phash.analyze(Picture(None, image, *image.size, "JPEG"))
    assert found.data["phash"] == str(imagehash.phash(image.convert("L"), hash_size=16))
    assert found.arrays["phash"].shape == (32,)
    assert bytes(found.arrays["phash"]).hex() == found.data["phash"]
    assert found.arrays["gray"].shape == (96, 96)
    assert found.arrays["outline"].shape == (outlines.LENGTH,)


@pytest.mark.parametrize(
    "copy", [one for one in copies.copies() if one.name not in ("watermark", "quarter size")]
)
def test_copy_is_found_among_strangers(copy):
    image = scene(3)
    made = copy.make(image, np.random.default_rng(0))
    quality = copy.quality if isinstance(copy.quality, int) else 80
    strangers = [known(key, scene(key)) for key in (10, 11, 12)]
    assert sets(known(1, image), known(2, made, quality), *strangers) == [{1, 2}]


@pytest.mark.parametrize(("name", "motion"), copies.BURSTS)
def test_two_shots_of_a_burst_are_two_photos(name, motion):
    one, other = copies.burst(scene(5), np.random.default_rng(1), motion)
    assert sets(known(1, one), known(2, other)) == []


def test_squeezed_copy_is_found():
    image = scene(3)
    assert sets(known(1, image), known(2, image.resize((300, 300))), known(3, scene(4))) == [{1, 2}]


def test_order_of_photos_changes_nothing():
    image = scene(7)
    photos = [
        known(1, image),
        known(2, image.resize((240, 180)), 70),
        known(3, scene(8)),
        known(4, image, 50),
    ]
    forward, backward = duplicates.cluster(photos), duplicates.cluster(photos[::-1])
    assert forward == backward
    assert [set(found.ids) for found in forward] == [{1, 2, 4}]


def test_best_is_the_largest_and_copies_are_named():
    image = scene(9, (800, 600))
    photos = [
        known(1, image.resize((320, 240)), 60, filename="IMG-20260502-WA0001.jpg"),
        known(2, image, has_metadata=True, clock_at=NOON, filename="IMG_0001.JPG"),
        known(3, image.transpose(Image.Transpose.ROTATE_90).resize((400, 533)), filename="turned.jpg"),
        known(4, image.crop((0, 0, 720, 540)), filename="crop.jpg"),
        known(5, image.resize((400, 300)), filename="half.png"),
    ]
    (found,) = duplicates.cluster([replace(photos[4], format="PNG"), *photos[:4]])
    assert found.ids[0] == 2
    assert found.data["kinds"] == {
        "2": "best", "1": "sent by a messenger", "3": "turned", "4": "cropped", "5": "smaller copy"
    }  # fmt: skip
    assert found.data["scores"]["2"] == 1
    assert all(0 <= score <= 1 for score in found.data["scores"].values())


def test_metadata_decides_between_two_of_one_size():
    image = scene(2)
    plain, dated = known(1, image, 95), known(2, image, 80, has_metadata=True, clock_at=NOON)
    assert duplicates.cluster([plain, dated])[0].ids == (2, 1)


def test_same_bytes_are_an_exact_copy_even_of_a_flat_picture():
    flat = Image.new("RGB", (200, 150), "navy")
    photos = [
        known(1, flat, sha256="a" * 64),
        known(2, flat, sha256="a" * 64),
        known(3, flat, sha256="b" * 64),
    ]
    (found,) = duplicates.cluster(photos)
    assert set(found.ids) == {1, 2}
    assert found.data["kinds"]["2"] == "exact copy"


@pytest.mark.parametrize(
    ("first", "second", "is_one_shot"),
    [
        (NOON, NOON, True),
        (NOON, NOON + timedelta(milliseconds=130), False),
        (NOON, NOON + timedelta(seconds=2), False),
        (NOON, NOON + timedelta(hours=2), True),  # another time zone
        (NOON.replace(microsecond=0), NOON, True),  # an editor dropped the fraction
        (NOON, None, True),
    ],
)
def test_clocks_have_a_veto(first, second, is_one_shot):
    image = scene(4)
    one = known(1, image, clock_at=first, has_metadata=first is not None, camera="X")
    other = known(2, image, 70, clock_at=second, has_metadata=second is not None, camera="X")
    assert bool(sets(one, other)) is is_one_shot


def test_numbers_of_one_camera_within_a_second_are_two_shots():
    image, second = scene(4), NOON.replace(microsecond=0)
    facts: dict[str, Any] = {"clock_at": second, "has_metadata": True, "camera": "X"}
    one, other = (known(key, image, **facts, filename=f"IMG_000{key}.JPG") for key in (1, 2))
    assert sets(one, other) == []
    assert sets(one, replace(other, filename="IMG_0001 (1).JPG")) == [{1, 2}]


def test_copy_of_two_shots_that_metadata_keeps_apart_joins_one_of_them():
    image = scene(6)
    one = known(1, image, 95, clock_at=NOON, has_metadata=True)
    other = known(2, image, 93, clock_at=NOON + timedelta(seconds=1), has_metadata=True)
    found = sets(one, other, known(3, image, 60))
    assert len(found) == 1
    assert 3 in found[0]
    assert not {1, 2} <= found[0]


def test_people_keep_photos_apart():
    image = scene(6)
    photos = [known(1, image), known(2, image, 60), known(3, image, 40)]
    found = [set(one.ids) for one in duplicates.cluster_apart(photos, [[1, 2]])]
    assert len(found) == 1
    assert not {1, 2} <= found[0]


def test_photos_without_arrays_and_videos_are_compared_by_their_bytes_only():
    image = scene(6)
    bare = replace(known(1, image), arrays={})
    video = replace(known(2, image), format="MP4")
    assert sets(bare, video, known(3, image)) == []


def test_border_is_trimmed_and_flat_picture_is_not():
    gray = np.asarray(copies.bordered(scene(2), 0.1, (255, 255, 255)).convert("L"))
    assert outlines.trimmed_box(gray) == (48, 48, gray.shape[1] - 48, gray.shape[0] - 48)
    flat = np.full((100, 120), 90, np.uint8)
    assert outlines.trimmed_box(flat) == (0, 0, 120, 100)


def test_turns_of_outlines_are_those_of_pictures():
    random = np.random.default_rng(0)
    square = np.kron(random.integers(0, 255, (8, 8)), np.ones((12, 12))).astype(np.uint8)
    whole = (0.0, 0.0, 1.0, 1.0)
    plain = outlines.outline(square, whole, 1)[4:40].astype(np.float32)[None]
    for turn in range(8):
        turned = outlines.outline(outlines.turned_square(square, turn), whole, 1)[4:40]
        assert np.allclose(outlines.turned(plain, turn)[0], turned, atol=2e-3)
        assert np.allclose(outlines.turned_back(outlines.turned(plain, turn), turn), plain)


def test_fit_finds_the_shift_of_a_crop():
    square = np.asarray(scene(3).convert("L").resize((192, 192)).crop((0, 0, 192, 192)))
    whole = np.asarray(Image.fromarray(square).resize((96, 96), Image.Resampling.BOX))
    part = np.asarray(Image.fromarray(square[:176, :176]).resize((96, 96), Image.Resampling.BOX))
    found = same_shot.fit(whole, part)
    assert found is not None
    # x of the part = (x of the whole + 1) * 192 / 176 - 1
    assert found.warp == pytest.approx(np.array([[12 / 11, 0, 1 / 11], [0, 12 / 11, 1 / 11]]), abs=3e-3)
    judged = same_shot.agreement(found, (192, 192), (176, 176))
    assert judged.score > 0
    assert judged.more == pytest.approx(1 - (11 / 12) ** 2, abs=0.01)
    assert judged.less == pytest.approx(0, abs=0.01)


def test_search_is_bounded_for_each_photo():
    random = np.random.default_rng(0)
    hashes = np.repeat(random.integers(0, 255, (1, 32)).astype(np.uint8), 100, axis=0)
    outline = outlines.outline(np.asarray(scene(1).convert("L").resize((96, 96))), (0, 0, 1, 1), 1)
    described = np.repeat(outline[None], 100, axis=0)
    found = copy_search.candidates((hashes[:2], described[:2]), (hashes, described))
    assert len(found) == 2 * (copy_search.MOST_CANDIDATES + 1)
    assert copy_search.candidates((hashes[:0], described[:0]), (hashes, described)) == []


def test_names_tell_originals_from_copies():
    names = ["DSC_0001.JPG", "whatever.jpg", "IMG_1 (2).jpg", "received_123.jpeg"]
    photos = [known(key, scene(1), filename=name) for key, name in enumerate(names)]
    ordered = copy_evidence.best_first(photos[::-1], {photo.id: 100.0 for photo in photos})
    assert [photo.filename for photo in ordered][:2] == names[:2]
