"""The frame of `manage.py benchmark organize`: parts, skipped parts, tables."""

import io

import pytest
from PIL import Image

from processing import imaging
from processing.errors import ProcessingError
from processing.measuring import order_report
from processing.measuring.order_tables import Table
from tests.samples import jpeg


def test_a_table_is_text_and_json():
    table = Table("Blur", ("kind", "AUC"), [("ours", 0.98), ("plain", None)], "A note.")
    assert list(table.lines()) == ["Blur", "A note.", "kind     AUC", "ours   0.980", "plain      -"]
    assert table.as_json()["rows"] == [{"kind": "ours", "AUC": 0.98}, {"kind": "plain", "AUC": None}]


def test_a_part_without_its_data_is_skipped_with_a_sentence_and_the_next_one_runs(monkeypatch):
    def measured(module, settings):
        if module == "blur":
            raise ProcessingError("There are too few photos.")
        return [Table("Tags", ("a",), [(1,)])]

    monkeypatch.setattr(order_report, "measure_part", measured)
    told: list[str] = []
    found = order_report.measure(order_report.Settings(parts=("blur", "tags")), told.append)
    assert found["skipped"] == {"blur": "There are too few photos."}
    assert list(found["parts"]) == ["tags"]
    assert "blur: skipped. There are too few photos." in order_report.text(found)


def test_a_part_whose_file_is_not_there_says_so():
    with pytest.raises(ProcessingError, match="nothing_here"):
        order_report.measure_part("nothing_here", order_report.Settings())


@pytest.mark.parametrize(("width", "decoded"), [(4000, 2000), (4032, 2016), (3600, 2048), (2048, 2048)])
def test_twelve_megapixels_are_decoded_at_half_their_size(width, decoded):
    picture = imaging.open_picture(io.BytesIO(jpeg(width, 60)), 2048)
    assert picture.image.width == decoded
    assert picture.width == width


def test_a_small_copy_is_made_from_one_at_least_twice_as_large():
    picture = imaging.open_picture(io.BytesIO(jpeg(1000, 600, "red")), None)
    copies = {600: Image.new("RGB", (600, 360), "blue"), 300: Image.new("RGB", (300, 180), "green")}
    blue = imaging.reduced(picture, 200, copies).image
    assert blue.size == (200, 120)
    assert blue.getpixel((5, 5)) == (0, 0, 255)
    assert imaging.reduced(picture, 400, copies).image.getpixel((5, 5))[0] > 200
