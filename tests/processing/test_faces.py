"""Finding and describing faces on real photos."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from processing import imaging
from processing.analyzers import faces
from processing.contracts import FaceFinding, Picture, Region
from processing.detections import Detection, overlap, point_back, turned_back, without_doubles
from processing.errors import ProcessingError
from processing.face_chips import sharpness
from tests.samples import any_photos, face_photos, picture


def analyzed(image: Image.Image, width: int = 0, height: int = 0) -> list[FaceFinding]:
    made = Picture(None, image, width or image.width, height or image.height, "JPEG")
    return faces.analyze(made).faces or []


@pytest.fixture(scope="module")
def found() -> list[tuple[str, list[FaceFinding]]]:
    """Who is on each sample photo, and the faces found there."""
    return [
        (person, faces.analyze(imaging.open_picture(path, faces.side_px)).faces)
        for path, person in face_photos()
    ]


def test_each_portrait_has_one_good_face(found):
    assert [len(one) for _, one in found] == [1] * len(found)
    assert {one[0].quality for _, one in found} == {"A"}


def test_photos_of_one_person_are_nearer_than_those_of_two(found):
    described = [(person, one[0].descriptor) for person, one in found]
    same, different = [], []
    for at, (person, descriptor) in enumerate(described):
        for other_person, other in described[:at]:
            (same if person == other_person else different).append(float(np.linalg.norm(descriptor - other)))
    assert max(same) < 0.5 < 0.7 < min(different)


def test_landmarks_lie_in_the_region(found):
    for _, (face, *_) in found:
        assert len(face.landmarks) == 5
        for x, y in face.landmarks:
            assert face.region.x <= x <= face.region.x + face.region.width
            assert face.region.y <= y <= face.region.y + face.region.height


def test_regions_are_in_full_size_pixels_of_a_reduced_picture(found):
    path, _ = face_photos()[0]
    image = imaging.open_picture(path, 500).image
    scale = 4
    (small,) = analyzed(image)
    (large,) = analyzed(image, image.width * scale, image.height * scale)
    assert large.region.x == pytest.approx(small.region.x * scale, abs=scale)
    assert large.region.width == pytest.approx(small.region.width * scale, abs=scale)


def test_pictures_without_people_have_no_faces():
    for path in any_photos():
        expected = 1 if path.stem == "astronaut" else 0
        found = faces.analyze(imaging.open_picture(path, faces.side_px))
        assert len(found.faces) == expected, path.name
        assert found.data == {"faces": expected}


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (80, 80)])
def test_odd_pictures_have_no_faces(size):
    assert analyzed(picture(*size, "gray")) == []


def test_a_blurred_face_is_less_sharp_and_of_lower_quality():
    path, _ = face_photos()[1]
    image = imaging.open_picture(path, 900).image
    (sharp,) = analyzed(image)
    (blurred,) = analyzed(image.filter(ImageFilter.GaussianBlur(image.width / 60)))
    assert sharp.sharpness > 1.4 > 1.15 > blurred.sharpness
    assert (sharp.quality, blurred.quality) == ("A", "B") or blurred.quality == "C"


@pytest.mark.parametrize(
    ("side", "score", "sharp", "expected"),
    [
        (36, 0.0, 1.10, "A"),
        (35, 0.0, 1.10, "B"),
        (36, -0.01, 1.10, "B"),
        (36, 0.0, 1.09, "B"),
        (23, 3.0, 2.0, "C"),
        (200, 3.0, 1.04, "C"),
    ],
)
def test_quality_classes(side, score, sharp, expected):
    assert faces.quality(side, score, sharp) == expected


def box(left: float, top: float, side: float, score: float = 1.0) -> Detection:
    return Detection(left, top, side, side, score, 0)


def test_overlap_is_the_share_that_two_boxes_have_in_common():
    assert overlap(box(0, 0, 10), box(0, 0, 10)) == 1.0
    assert overlap(box(0, 0, 10), box(10, 0, 10)) == 0.0
    assert overlap(box(0, 0, 10), box(5, 0, 10)) == pytest.approx(1 / 3)
    assert overlap(box(0, 0, 100), box(10, 10, 10)) == pytest.approx(2 / 3)


def test_of_doubles_the_surer_one_is_kept():
    kept = without_doubles([box(0, 0, 10, 0.5), box(1, 1, 10, 2.0), box(50, 0, 10, 0.1), box(3, 3, 3, 1.0)])
    assert [(one.left, one.score) for one in kept] == [(1, 2.0), (50, 0.1)]


def test_sharpness_falls_with_blur_and_not_with_contrast():
    rng = np.random.default_rng(3)
    chip = Image.fromarray(rng.integers(0, 256, (15, 15, 3), np.uint8)).resize(
        (150, 150), Image.Resampling.NEAREST
    )
    sharp = sharpness(np.asarray(chip))
    pale = sharpness((np.asarray(chip) // 4 + 90).astype(np.uint8))
    blurred = sharpness(np.asarray(chip.filter(ImageFilter.GaussianBlur(3))))
    assert sharp == pytest.approx(pale, abs=0.03)
    assert blurred < 1.15 < 1.5 < sharp


@pytest.mark.parametrize(
    ("turn", "transpose"), [(8, Image.Transpose.ROTATE_90), (6, Image.Transpose.ROTATE_270)]
)
def test_a_box_drawn_on_a_turned_image_is_moved_back(turn, transpose):
    image = Image.new("L", (40, 30))
    image.paste(255, (5, 7, 5 + 3, 7 + 4))
    left, top, right, bottom = image.transpose(transpose).getbbox()
    found = turned_back(Detection(left, top, right - left, bottom - top, 1.0, 0), turn, image.size)
    assert (found.left, found.top, found.width, found.height) == (5, 7, 3, 4)
    assert turned_back(found, 1, image.size) == found


def test_a_point_on_a_turned_image_is_moved_back():
    assert point_back((2, 3), 8, (40, 30)) == (37, 2)
    assert point_back((2, 3), 6, (40, 30)) == (3, 28)


@pytest.mark.parametrize("transpose", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270])
def test_a_photo_on_its_side_has_the_same_face(transpose, found):
    path, _ = face_photos()[1]
    upright = found[1][1][0]
    image = imaging.open_picture(path, faces.side_px).image
    (lying,) = analyzed(image.transpose(transpose))
    assert np.linalg.norm(lying.descriptor - upright.descriptor) < 0.35
    region, side = lying.region, image.transpose(transpose)
    crop = side.crop((region.x, region.y, region.x + region.width, region.y + region.height))
    assert len(analyzed(image)) == 1
    assert all(region.x <= x <= region.x + region.width for x, _ in lying.landmarks)
    assert crop.width == pytest.approx(upright.region.width, rel=0.35)


def drawn(picture: Picture, region: Region, grow: float) -> FaceFinding:
    """Describe a box that is larger than the region by this share on every side."""
    x, y = round(region.x - grow * region.width), round(region.y - grow * region.height)
    width, height = round((1 + 2 * grow) * region.width), round((1 + 2 * grow) * region.height)
    return faces.describe_region(picture, Region(x, y, width, height))


@pytest.mark.parametrize("grow", [-0.1, 0.0, 0.25])
def test_a_drawn_box_is_described_like_the_face_found_there(found, grow):
    for (path, _), (_, (face, *_)) in zip(face_photos(), found, strict=True):
        described = drawn(imaging.open_picture(path, faces.side_px), face.region, grow)
        assert np.linalg.norm(described.descriptor - face.descriptor) < 0.2
        assert (described.quality, described.score) == ("A", 0.0)


def test_a_drawn_box_is_kept_as_it_was_drawn(found):
    path, _ = face_photos()[0]
    region = found[0][1][0].region
    assert faces.describe_region(imaging.open_picture(path, 800), region).region == region


@pytest.mark.parametrize("degrees", [45, -70, 90])
def test_a_tilted_face_is_described_upright_in_a_drawn_box(found, degrees):
    path, _ = face_photos()[1]
    picture, region = imaging.open_picture(path, faces.side_px), found[1][1][0].region
    middle = (region.x + region.width / 2, region.y + region.height / 2)
    tilted = picture.image.rotate(degrees, center=middle, resample=Image.Resampling.BICUBIC)
    described = faces.describe_region(Picture(None, tilted, *tilted.size, "JPEG"), region)
    assert np.linalg.norm(described.descriptor - found[1][1][0].descriptor) < 0.2
    left, right = described.landmarks[2], described.landmarks[0]  # the person's left eye is on the right
    slope = np.degrees(np.arctan2(left[1] - right[1], right[0] - left[0]))
    assert slope == pytest.approx(degrees, abs=12)


@pytest.mark.parametrize(
    "region", [(-50, -50, 60, 60), (95, 75, 500, 500), (40, 40, 1, 1), (0, 0, 100, 80), (50, 10, 1, 60)]
)
def test_any_drawn_box_is_cut_to_the_photo(region):
    found = faces.describe_region(Picture(None, picture(100, 80, "gray"), 100, 80, "PNG"), Region(*region))
    assert found.quality == "C"
    assert found.region.x >= 0 <= found.region.y
    assert found.region.x + found.region.width <= 100
    assert found.region.y + found.region.height <= 80
    assert min(found.region.width, found.region.height) >= 8


def test_a_drawn_box_is_cut_to_a_photo_of_three_pixels():
    found = faces.describe_region(Picture(None, picture(3, 2, "gray"), 3, 2, "PNG"), Region(0, 0, 9, 9))
    assert (found.region, found.quality) == (Region(0, 0, 3, 2), "C")


@pytest.mark.parametrize("transpose", [None, *list(Image.Transpose)[2:5]])
def test_a_selfie_is_described_whichever_way_it_lies(found, transpose):
    path, _ = face_photos()[2]
    image = imaging.open_picture(path, 900).image
    image = image if transpose is None else image.transpose(transpose)
    described = faces.describe_selfie(Picture(None, image, *image.size, "JPEG"))
    assert np.linalg.norm(described.descriptor - found[2][1][0].descriptor) < 0.35
    assert described.quality in ("A", "B")


def test_of_two_faces_on_a_selfie_the_larger_one_counts(found):
    large, small = (
        imaging.open_picture(path, side).image
        for (path, _), side in zip(face_photos()[:2], (900, 300), strict=True)
    )
    both = Image.new("RGB", (large.width + small.width, large.height))
    both.paste(large)
    both.paste(small, (large.width, 0))
    described = faces.describe_selfie(Picture(None, both, *both.size, "JPEG"))
    assert np.linalg.norm(described.descriptor - found[0][1][0].descriptor) < 0.3


def test_a_selfie_without_a_face_is_refused_with_advice():
    with pytest.raises(ProcessingError, match="fills about a third"):
        faces.describe_selfie(Picture(None, picture(400, 300), 400, 300, "JPEG"))


def test_a_selfie_that_is_too_blurred_is_refused_with_advice():
    path, _ = face_photos()[1]
    image = imaging.open_picture(path, 900).image
    blurred = image.filter(ImageFilter.GaussianBlur(image.width / 60))
    with pytest.raises(ProcessingError, match="too blurred"):
        faces.describe_selfie(Picture(None, blurred, *blurred.size, "JPEG"))
