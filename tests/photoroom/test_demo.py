import io
import re

import pytest
from django.core.management import call_command
from PIL import Image

from accounts.models import User
from albums.models import Photo, Room
from photoroom.sample_room import BEGAN_AT, bundled, dated, degrees, side_by_side
from processing.metadata import read_metadata
from tests.samples import DATE_TIME_ORIGINAL, EXIF_FOLDER, picture

pytestmark = pytest.mark.django_db


def demo(capsys) -> str:
    call_command("demo")
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def no_preparing(monkeypatch):
    """The test's database is ready."""
    monkeypatch.setattr("photoroom.preflight.migrate", lambda: None)


def test_demo_fills_a_room_and_prints_how_to_sign_in(capsys, client):
    out = demo(capsys)
    room = Room.objects.get()
    assert Photo.objects.filter(room=room).count() >= 2
    assert f"has {room.photos.count()} new photos" in out
    assert f"/rooms/{room.pk}/" in out
    password = re.search(r"Password  (\S+)", out).group(1)
    assert User.objects.get().check_password(password)


def test_demo_again_adds_nothing_twice(capsys):
    demo(capsys)
    before = Photo.objects.count()
    assert "has 0 new photos" in demo(capsys)
    assert Photo.objects.count() == before
    assert Room.objects.count() == 1


def test_two_photos_become_one_of_the_same_height():
    both = side_by_side(picture(100, 200, "red"), picture(50, 50, "blue"))
    assert both.size == (600 + 1200, 1200)
    assert both.getpixel((10, 10)) == (255, 0, 0)
    assert both.getpixel((700, 10)) == (0, 0, 255)


def test_a_photo_says_when_it_was_taken():
    with Image.open(io.BytesIO(dated(picture(), BEGAN_AT))) as image:
        assert image.getexif().get_ifd(EXIF_FOLDER)[DATE_TIME_ORIGINAL] == "2026:06:20 17:40:00"


def test_a_photo_says_where_it_was_taken():
    data = dated(picture(), BEGAN_AT, (41.5, -12.25))
    tags = read_metadata(Image.open(io.BytesIO(data)))
    assert degrees(41.51) == pytest.approx((41, 30, 36))
    assert (tags["GPSLatitudeRef"], tags["GPSLongitudeRef"]) == ("N", "W")
    assert [float(part) for part in tags["GPSLatitude"]] == [41, 30, 0]
    assert [float(part) for part in tags["GPSLongitude"]] == [12, 15, 0]


def test_two_photos_are_there_without_a_network():
    assert [path.name for path in bundled()] == ["china.jpg", "flower.jpg"]
