"""Zips of edited photos: edited, originals or both; direct and resumable; what changes meanwhile ends them with a sentence."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from albums.errors import AlbumError, Gone
from albums.models import Download, EditedCopy, Job, Membership, Person, Photo, Rendition
from albums.services import concealment, edits, people, share_links
from albums.services.downloads import estimate, request_download
from albums.services.share_zips import require_current, zip_of
from albums.shared import photos_of, size_of
from albums.zip_downloads import zip_entries
from albums.zip_options import ZipOptions
from processing import edit_store, pack_store
from tests.albums.test_edited_media import is_plain
from tests.albums.test_never_plain import PLACE, bytes_of, get, portrait
from tests.samples import encoded, jpeg, picture

pytestmark = pytest.mark.usefixtures("everybody_said_yes")
CROP = {"steps": [{"op": "crop", "left": 1 / 3}]}
CUT = {"steps": [{"op": "crop", "left": 0.5}]}
TURNED_EXIF = {274: 6, 271: "Kamera", 306: "2026:06:20 18:03:11"}


def with_gps(width: int, height: int) -> bytes:
    """A JPEG with a date, a camera and a position in Rome, stored on its side."""
    exif = Image.Exif()
    exif.update(TURNED_EXIF)
    exif.get_ifd(0x8769).update({0x9003: "2026:06:20 18:03:11", 0x9011: "+02:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 54.0, 10.0), 3: "E", 4: (12.0, 29.0, 47.0)})
    return encoded(picture(width, height, seed=5), "JPEG", exif=exif.tobytes())


def ready(photo: Photo, data: bytes, width: int, height: int) -> Photo:
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=width, height=height)
    for side in (320, 2048):
        file = ContentFile(jpeg(32, 24, seed=side), f"{photo.pk}-{side}.jpg")
        Rendition.objects.create(
            photo=photo, side_px=side, file=file, width=32, height=24, size_bytes=file.size
        )
    photo.refresh_from_db()
    return photo


def edit(user, photo, recipe, base=0) -> Photo:
    edits.save_edit(user=user, photo=photo, recipe=recipe, base=base)
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def plain(room, bob, add_photo) -> Photo:
    return ready(add_photo(bob, data=jpeg(64, 48, seed=3), name="beach.jpg"), b"", 64, 48)


@pytest.fixture
def photo(room, bob, alice, add_photo, plain) -> Photo:
    """An edited photo: 480 x 640 as displayed, of which the left third is cut off."""
    photo = ready(add_photo(bob, data=with_gps(640, 480), name="party.JPG"), b"", 480, 640)
    return edit(alice, photo, CROP)


def zip_for(user, room, **options) -> tuple[Download, zipfile.ZipFile]:
    download = request_download(user=user, room=room, options=ZipOptions.of(options))
    if not download.is_ready:
        assert pack_store.pack(download.pk)
        download.refresh_from_db()
    return download, opened(bytes_of(get(user, f"/downloads/{download.pk}/")))


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def size_in(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    return Image.open(archive.open(name)).size


def full_of(photo: Photo) -> EditedCopy:
    return EditedCopy.objects.get(edit=photo.shown_edit, side_px=0)


def test_a_zip_holds_what_people_see_and_is_ready_at_once(room, bob, photo, plain):
    download, archive = zip_for(bob, room)
    assert download.options == {}
    assert not Job.objects.filter(kind="pack").exists()
    assert sorted(archive.namelist()) == ["beach.jpg", "party.JPG"]
    assert archive.read("party.JPG") == full_of(photo).file.read()
    assert archive.read("beach.jpg") == Path(plain.original.path).read_bytes()
    assert size_in(archive, "party.JPG") == (320, 640)


@pytest.mark.parametrize("chosen", ["edited", "originals", "both"])
def test_the_count_and_the_bytes_are_those_in_the_zip(room, bob, photo, plain, chosen):
    options = ZipOptions.of({"edits": chosen})
    said = estimate(user=bob, room=room, album="room", options=options)
    download, archive = zip_for(bob, room, edits=chosen)
    assert said.is_exact
    assert said.edited == 1
    assert (said.photos, said.files) == (2, len(archive.namelist())) == (2, download.file_count)
    assert said.size_bytes == download.size_bytes == sum(info.file_size for info in archive.infolist())


def test_both_lay_the_original_beside(room, bob, photo, plain):
    _, archive = zip_for(bob, room, edits="both")
    assert set(archive.namelist()) == {"party.JPG", "party (original).JPG", "beach.jpg"}
    assert archive.read("party (original).JPG") == Path(photo.original.path).read_bytes()
    assert size_in(archive, "party.JPG") == (320, 640)


def test_originals_are_as_they_were_added(room, bob, photo):
    _, archive = zip_for(bob, room, edits="originals")
    assert archive.read("party.JPG") == Path(photo.original.path).read_bytes()


def test_any_range_is_a_part_of_the_whole(room, bob, photo, plain):
    download = request_download(user=bob, room=room, options=ZipOptions.of({"edits": "both"}))
    address = f"/downloads/{download.pk}/"
    whole = bytes_of(get(bob, address))
    client = Client()
    client.force_login(bob)
    for start in range(0, len(whole), 4999):
        response = client.get(address, headers={"range": f"bytes={start}-{start + 6000}"})
        assert response.status_code == 206
        assert bytes_of(response) == whole[start : start + 6001]


def test_another_edit_ends_the_download_with_a_sentence(room, alice, bob, photo):
    download = request_download(user=bob, room=room)
    edit(alice, photo, CUT, base=1)
    response = get(bob, f"/downloads/{download.pk}/")
    assert response.status_code == 410
    assert b"edited since" in response.content
    _, archive = zip_for(bob, room)
    assert size_in(archive, "party.JPG") == (240, 640)


def test_originals_go_on_whatever_is_edited_meanwhile(room, alice, bob, photo):
    download = request_download(user=bob, room=room, options=ZipOptions.of({"edits": "originals"}))
    edit(alice, photo, CUT, base=1)
    assert opened(bytes_of(get(bob, f"/downloads/{download.pk}/")))


def test_a_lost_copy_is_made_again_and_the_next_zip_has_it(room, bob, photo):
    download = request_download(user=bob, room=room)
    copy = full_of(photo)
    copy.file.storage.delete(copy.file.name)
    assert get(bob, f"/downloads/{download.pk}/").status_code == 410
    assert Job.objects.filter(kind="render", photo=photo).exists()
    assert not estimate(user=bob, room=room, album="room").is_exact  # it has to be made first
    again, archive = zip_for(bob, room)
    assert again.pack
    assert size_in(archive, "party.JPG") == (320, 640)


def test_a_prepared_zip_stays_when_the_edit_changes(room, alice, bob, photo):
    download, _ = zip_for(bob, room, metadata="write")
    edit(alice, photo, CUT, base=1)
    archive = opened(bytes_of(get(bob, f"/downloads/{download.pk}/")))
    assert size_in(archive, "party.JPG") == (320, 640)


def test_an_edit_taken_back_while_it_is_prepared_leaves_the_original(room, alice, bob, add_photo):
    data = encoded(picture(64, 48, seed=9), "GIF")
    photo = edit(alice, ready(add_photo(bob, data=data, name="moving.gif"), data, 64, 48), CROP)
    download = request_download(user=bob, room=room, options=ZipOptions.of({"has_index": True}))
    assert download.entries[0][1] == "moving.jpg"
    edits.revert(user=alice, photo=photo, base=1)
    assert pack_store.pack(download.pk)
    archive = opened(bytes_of(get(bob, f"/downloads/{download.pk}/")))
    assert archive.read("moving.gif") == data


def exif_of(data: bytes) -> Image.Exif:
    return Image.open(io.BytesIO(data)).getexif()


@pytest.mark.parametrize("metadata", ["as_is", "write", "sidecar"])
@pytest.mark.parametrize("size", ["original", "web"])
def test_date_place_and_camera_are_carried_over(room, bob, photo, metadata, size):
    _, archive = zip_for(bob, room, metadata=metadata, size=size)
    exif = exif_of(archive.read("party.JPG"))
    assert size_in(archive, "party.JPG") == (320, 640)
    assert exif.get_ifd(0x8769)[0x9003] == "2026:06:20 18:03:11"
    assert exif.get_ifd(0x8825)[2] == (41.0, 54.0, 10.0)
    assert exif[271] == "Kamera"
    assert 274 not in exif  # it stands upright by itself
    assert ("party.JPG.xmp" in archive.namelist()) == (metadata == "sidecar")


@pytest.mark.parametrize("chosen", ["edited", "both"])
def test_stripped_files_tell_nothing(room, bob, photo, chosen):
    _, archive = zip_for(bob, room, metadata="strip", edits=chosen)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"2026" not in everything
    assert b"Kamera" not in everything
    names = [name for name in archive.namelist() if name.startswith("photo-")]
    assert len(names) == (3 if chosen == "both" else 2)
    assert all(not exif_of(archive.read(name)).get_ifd(0x8825) for name in names)


@pytest.mark.parametrize("size", ["original", "web"])
def test_transparent_photos_keep_their_transparency_and_their_date(room, alice, bob, plain, add_photo, size):
    photo = ready(add_photo(bob, data=with_gps(640, 480), name="cut.jpeg"), b"", 480, 640)
    photo = edit(alice, photo, CROP)
    copies = EditedCopy.objects.filter(edit=photo.shown_edit)
    for copy in copies:  # as if the background had been taken out
        is_full = copy.side_px == 0
        kind = "PNG" if is_full else "WEBP"
        stream = io.BytesIO()
        exif = {"exif": exif_of(with_gps(64, 48)).tobytes()} if is_full else {}
        Image.new("RGBA", (32, 64), (200, 10, 10, 128)).save(stream, kind, **exif)
        data = stream.getvalue()
        copy.content_type, copy.size_bytes = f"image/{kind.lower()}", len(data)
        copy.crc32 = zlib.crc32(data)
        copy.file.save(f"x.{kind.lower()}", ContentFile(data))
    for metadata in ("as_is", "write", "strip", "sidecar"):
        _, archive = zip_for(bob, room, metadata=metadata, size=size, edits="both")
        suffix = ".png" if size == "original" else ".webp"
        name = next(name for name in archive.namelist() if name.endswith(suffix))
        with Image.open(archive.open(name)) as image:
            assert image.convert("RGBA").getpixel((5, 5))[3] == 128
            date = image.getexif().get_ifd(0x8769).get(0x9003)
        assert (date is None) == (metadata == "strip"), (metadata, size)
        if metadata == "write":
            assert b"x:xmpmeta" in archive.read(name)


def exiftool_of(data: bytes, tmp_path: Path) -> dict:
    tool = shutil.which("exiftool")
    if tool is None:
        pytest.skip("exiftool is not installed on this machine")
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    done = subprocess.run([tool, "-j", "-n", "-struct", path], capture_output=True, check=True)
    found: dict = json.loads(done.stdout)[0]
    return found


@pytest.mark.parametrize(
    ("recipe", "box"),
    [
        (CROP, (160, 200, 80, 100, 320, 640)),  # of 480 x 640, the face at (320, 200)
        ({"steps": [{"op": "rotate", "quarters": 1}]}, (340, 320, 100, 80, 640, 480)),
    ],
)
def test_names_lie_where_their_faces_are_after_the_edit(
    room, alice, bob, plain, add_photo, add_face, recipe, box, tmp_path
):
    photo = ready(add_photo(bob, data=with_gps(640, 480), name="anna.jpg"), b"", 480, 640)
    anna = Person.objects.create(room=room, name="Anna", photo_count=1)
    add_face(photo, anna, x=320, y=200, width=80, height=100)
    edit(alice, photo, recipe)
    _, archive = zip_for(bob, room, metadata="write", edits="both")
    told = exiftool_of(archive.read("anna.jpg"), tmp_path)
    area = told["RegionInfo"]["RegionList"][0]["Area"]
    size = told["RegionInfo"]["AppliedToDimensions"]
    x, y, width, height, whole_width, whole_height = box
    assert (size["W"], size["H"]) == (whole_width, whole_height)
    assert abs(area["X"] * whole_width - (x + width / 2)) <= 1
    assert abs(area["Y"] * whole_height - (y + height / 2)) <= 1
    assert abs(area["W"] * whole_width - width) <= 1
    assert told["GPSLatitude"] == pytest.approx(41.9028, abs=1e-3)
    beside = exiftool_of(archive.read("anna (original).jpg"), tmp_path)["RegionInfo"]
    assert (beside["AppliedToDimensions"]["W"], beside["AppliedToDimensions"]["H"]) == (640, 480)


def test_who_is_cut_off_is_still_named_but_has_no_box(room, alice, bob, plain, add_photo, add_face, tmp_path):
    photo = ready(add_photo(bob, data=with_gps(640, 480), name="anna.jpg"), b"", 480, 640)
    anna = Person.objects.create(room=room, name="Anna", photo_count=1)
    add_face(photo, anna, x=10, y=20, width=80, height=100)
    edit(alice, photo, CROP)
    _, archive = zip_for(bob, room, metadata="write")
    told = exiftool_of(archive.read("anna.jpg"), tmp_path)
    assert "RegionInfo" not in told


@pytest.mark.parametrize("size", ["original", "web"])
def test_whose_face_is_covered_is_named_only_in_the_original(
    room, alice, bob, plain, add_photo, add_face, size, tmp_path
):
    """Ben's only face is covered, one of Anna's two; Carla's is not."""
    photo = ready(add_photo(bob, data=with_gps(640, 480), name="party.jpg"), b"", 480, 640)
    anna, ben, carla = (
        Person.objects.create(room=room, name=name, photo_count=1) for name in ("Anna", "Ben", "Carla")
    )
    add_face(photo, anna, x=20, y=20, width=80, height=100)
    covered = [
        add_face(photo, anna, x=320, y=20, width=80, height=100),
        add_face(photo, ben, x=20, y=400, width=80, height=100),
    ]
    add_face(photo, carla, x=320, y=400, width=80, height=100)
    blur = {"op": "blur_faces", "whose": "chosen", "faces": [face.pk for face in covered]}
    edit(alice, photo, {"steps": [blur]})
    _, archive = zip_for(bob, room, metadata="write", size=size, edits="both", has_index=True)
    assert b"Ben" not in archive.read("party.jpg")
    assert "Ben" not in archive.read("index.html").decode()
    assert "Carla" in archive.read("index.html").decode()
    told = exiftool_of(archive.read("party.jpg"), tmp_path)
    assert told["PersonInImage"] == ["Anna", "Carla"]
    assert told["HierarchicalSubject"] == ["People|Anna", "People|Carla"]
    regions = told["RegionInfo"]["RegionList"]
    assert [one["Name"] for one in regions] == ["Anna", "Carla"]
    assert regions[0]["Area"]["X"] == pytest.approx(60 / 480, abs=0.01)
    beside = exiftool_of(archive.read("party (original).jpg"), tmp_path)
    assert sorted(one["Name"] for one in beside["RegionInfo"]["RegionList"]) == [
        "Anna",
        "Anna",
        "Ben",
        "Carla",
    ]
    _, sidecars = zip_for(bob, room, metadata="sidecar", size=size)
    assert "Ben" not in sidecars.read("party.jpg.xmp").decode()
    assert "Carla" in sidecars.read("party.jpg.xmp").decode()


@pytest.mark.parametrize("whose", ["all", "others"])
def test_covering_all_faces_or_all_others_names_nobody_else(
    room, alice, bob, plain, add_photo, add_face, whose
):
    photo = ready(add_photo(bob, data=with_gps(640, 480), name="party.jpg"), b"", 480, 640)
    mine = Person.objects.create(room=room, name="Alicia", photo_count=1, user=alice)
    add_face(photo, mine, x=20, y=20, width=80, height=100)
    add_face(
        photo, Person.objects.create(room=room, name="Ben", photo_count=1), x=320, y=400, width=80, height=100
    )
    edit(alice, photo, {"steps": [{"op": "blur_faces", "whose": whose}, {"op": "crop", "bottom": 0.1}]})
    _, archive = zip_for(bob, room, metadata="write")
    written = archive.read("party.jpg")
    assert b"Ben" not in written
    assert (b"Alicia" in written) == (whose == "others")


@pytest.mark.parametrize("chosen", ["edited", "originals", "both"])
def test_whoever_sees_a_veil_gets_only_the_veiled_edited_copy(
    room, alice, bob, vera, plain, add_photo, add_face, chosen
):
    photo = ready(add_photo(bob, data=portrait(), name="party.jpg"), b"", 1200, 900)
    Membership.objects.filter(room=room, user=vera).update(role="member")
    person = Person.objects.create(room=room)
    add_face(photo, person, x=PLACE.x, y=PLACE.y, width=PLACE.width, height=PLACE.height)
    people.claim_person(user=vera, person=person)
    edit(alice, photo, CROP)
    concealment.conceal(user=vera, room=room, veil=True)
    options = ZipOptions.of({"edits": chosen})
    assert estimate(user=bob, room=room, album="room", options=options).files == 2
    _, archive = zip_for(bob, room, edits=chosen)
    assert sorted(archive.namelist()) == ["beach.jpg", "party.jpg"]
    assert size_in(archive, "party.jpg") == (800, 900)
    assert not is_plain(archive.read("party.jpg"))
    _, own = zip_for(vera, room, edits=chosen)
    assert ("party (original).jpg" in own.namelist()) == (chosen == "both")


# Share links


@pytest.fixture
def link(room, alice, photo):
    return share_links.create_link(
        user=alice, room=room, title="For all", allows_downloads=True, shows_metadata=True
    )


def test_a_link_sends_edited_photos_and_no_others(link, photo, plain):
    download = zip_of(link=link, size=size_of(photos_of(link)))
    assert download.is_ready
    sizes = {entry.name: entry.size for entry in zip_entries(download)}
    assert sizes == {"party.JPG": full_of(photo).size_bytes, "beach.jpg": plain.size_bytes}
    require_current(link, download)


@pytest.mark.parametrize("shows_metadata", [True, False])
def test_a_zip_of_a_link_ends_with_every_new_edit(room, alice, link, photo, plain, shows_metadata):
    link.shows_metadata = shows_metadata
    link.save()
    size = size_of(photos_of(link))
    download = zip_of(link=link, size=size)
    if not shows_metadata:
        assert pack_store.pack(download.pk)
        download.refresh_from_db()
    require_current(link, download)
    edit(alice, plain, CROP)  # it was in the zip as it was added
    with pytest.raises(Gone):
        require_current(link, download)
    again = zip_of(link=link, size=size)
    assert again.pk != download.pk


def test_what_is_no_choice_is_refused():
    with pytest.raises(AlbumError):
        ZipOptions.of({"edits": "some"})


def test_the_form_asks_only_where_there_is_something_edited(room, alice, bob, photo, plain):
    address = f"/rooms/{room.pk}/downloads/options/?album=room"
    page = get(bob, address).content.decode()
    assert 'name="edits"' in page
    assert "3 files" in get(bob, f"{address}&edits=both").content.decode()
    edits.revert(user=alice, photo=photo, base=1)
    assert 'name="edits"' not in get(bob, address).content.decode()


def test_the_api_takes_it(room, bob, photo):
    client = Client()
    client.force_login(bob)
    asked = {"album": "room", "options": {"edits": "both"}}
    address = f"/api/v1/rooms/{room.pk}/downloads/"
    said = client.post(f"{address}estimate/", asked, "application/json").json()
    assert (said["photos"], said["files"], said["edited"], said["is_exact"]) == (2, 3, 1, True)
    made = client.post(address, asked, "application/json").json()
    assert made["options"] == {"edits": "both"}
    assert made["files"] == 3
