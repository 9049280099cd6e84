"""Who asked to be blurred is blurred in every byte that others get, by whatever address, and shown nowhere by name."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from albums import orphans, veils
from albums.models import Download, Face, Person, Photo, VeiledCopy
from albums.services import concealment, consents, edits, people, share_links
from albums.services.downloads import request_download
from albums.zip_options import ZipOptions
from processing import edit_store, pack_store, veil_store
from processing.contracts import Region
from processing.errors import ProcessingError
from processing.exporting.choices import Layout, Metadata, Size
from processing.operations import cutout
from processing.veiling import veil_faces

pytestmark = pytest.mark.usefixtures("everybody_said_yes")
FACE = (255, 0, 0)  # the color of a face
PLACE = Region(400, 300, 200, 200)


def portrait() -> bytes:
    """A gray picture with fine red stripes where the face is: a veil leaves none of them."""
    image = Image.new("RGB", (1200, 900), (90, 90, 90))
    for x in range(PLACE.x, PLACE.x + PLACE.width, 40):
        image.paste(FACE, (x, PLACE.y, x + 20, PLACE.y + PLACE.height))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=95)
    return stream.getvalue()


def is_plain(data: bytes) -> bool:
    """Whether the stripes can still be told apart: at their place red and gray follow each other."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    scale = image.width / 1200
    y = int((PLACE.y + PLACE.height / 2) * scale)
    row = [image.getpixel((int(x * scale), y)) for x in range(PLACE.x + 60, PLACE.x + 160, 10)]
    reds = [red - green for red, green, _blue in row]
    return max(reds) - min(reds) > 100


def bytes_of(response) -> bytes:
    body = b"".join(response) if response.streaming else response.content
    response.close()
    return body


@pytest.fixture
def photo(room, vera, bob, add_photo, add_face, django_capture_on_commit_callbacks) -> Photo:
    """A photo of Vera, with its renditions, that she uploaded nothing of; Bob is on another one."""
    photo = add_photo(bob, data=portrait(), name="party.jpg")
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=1200, height=900)
    for side in (320, 640, 1280, 2048):
        row = photo.renditions.model(photo=photo, side_px=side, width=1200, height=900, size_bytes=1)
        row.file.save("x.jpg", ContentFile(portrait()), save=False)
        row.size_bytes = row.file.size
        row.save()
    person = Person.objects.create(room=room)
    face = add_face(photo, person, x=PLACE.x, y=PLACE.y, width=PLACE.width, height=PLACE.height)
    face.crop.save("face.jpg", ContentFile(portrait()))
    beside = add_face(photo, x=PLACE.x + 210, y=PLACE.y, width=PLACE.width, height=PLACE.height)
    beside.crop.save("beside.jpg", ContentFile(portrait()))
    people.claim_person(user=vera, person=person)
    photo.refresh_from_db()
    return photo


def addresses(room, photo) -> list[str]:
    """Every address in a room that answers with bytes of this photo."""
    media = [f"/rooms/{room.pk}/photos/{photo.pk}/{size}" for size in (320, 640, 1280, 2048, "original")]
    crops = [f"/rooms/{room.pk}/faces/{face.pk}/crop" for face in photo.faces.all()]
    return [*media, *(f"{path}?v=7&download=1" for path in media), *crops]


def get(user, path: str):
    client = Client()
    client.force_login(user)
    return client.get(path)


def test_nobody_else_ever_gets_the_plain_photo(room, alice, bob, vera, photo):
    paths = addresses(room, photo)
    assert all(is_plain(bytes_of(get(alice, path))) for path in paths)  # before she asked
    concealment.conceal(user=vera, room=room, veil=True)
    for user in (alice, bob):  # no copy is there yet
        assert {get(user, path).status_code for path in paths} == {404}
    assert veil_store.veil(room.pk)
    answers = {path: get(bob, path) for path in paths}
    shown = {path for path, answer in answers.items() if answer.status_code == 200}
    assert shown == {path for path in paths if "/photos/" in path}  # faces beside her are cut out with her
    assert not any(is_plain(bytes_of(answers[path])) for path in shown)
    assert all(is_plain(bytes_of(get(vera, path))) for path in paths[:5])  # she sees herself
    Face.objects.filter(photo=photo, person__user=vera).update(x=PLACE.x + 9)  # looked at once more
    assert {get(bob, path).status_code for path in shown} == {404}
    concealment.reveal(user=vera, room=room)
    veil_store.veil(room.pk)
    assert all(is_plain(bytes_of(get(bob, path))) for path in paths)
    assert not VeiledCopy.objects.exists()


def test_people_are_cut_out_before_they_are_veiled(room, alice, bob, vera, photo, monkeypatch):
    """Nobody finds a person without a face."""

    def apply(frame, values):
        scale = frame.width / 1200
        row = frame.pixels[int((PLACE.y + PLACE.height / 2) * scale), :, 0]
        if row.max() < 200:
            raise ProcessingError("No person was found.")
        return np.dstack([frame.pixels, np.full(frame.pixels.shape[:2], 255, np.uint8)])

    monkeypatch.setattr(cutout, "apply", apply)
    steps = [{"op": "cutout", "background": "transparent"}, {"op": "exposure", "stops": 0.1}]
    edits.save_edit(user=alice, photo=photo, recipe={"steps": steps}, base=0)
    edit_store.render(photo.pk)
    concealment.conceal(user=vera, room=room, veil=True)
    assert veil_store.veil(room.pk)
    paths = addresses(room, photo)[:5]
    assert not any(is_plain(bytes_of(get(bob, path))) for path in paths)
    assert {get(bob, path).status_code for path in paths} == {200}
    assert all(is_plain(bytes_of(get(vera, path))) for path in paths)


@pytest.mark.parametrize(
    "options",
    [
        ZipOptions(),
        ZipOptions(size=Size.WEB),
        ZipOptions(metadata=Metadata.WRITE, has_index=True),
        ZipOptions(metadata=Metadata.STRIP),
        ZipOptions(metadata=Metadata.SIDECAR, layout=Layout.PERSON),
    ],
)
def test_a_zip_of_somebody_else_holds_the_veiled_copy(room, bob, vera, photo, options):
    concealment.conceal(user=vera, room=room, veil=True)
    download = request_download(user=bob, room=room, options=options)
    assert get(bob, f"/downloads/{download.pk}/").status_code == 409  # is being prepared
    pack_store.pack(download.pk)
    response = get(bob, f"/downloads/{download.pk}/")
    length = int(response["Content-Length"])
    body = bytes_of(response)
    assert len(body) == length
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        pictures = [name for name in archive.namelist() if name.endswith(".jpg")]
        assert pictures
        assert not any(is_plain(archive.read(name)) for name in pictures)
        assert not any(b"Vera" in archive.read(name) or "Vera" in name for name in archive.namelist())


@pytest.mark.parametrize("metadata", [Metadata.AS_IS, Metadata.WRITE, Metadata.STRIP])
def test_what_is_too_long_for_a_jpeg_is_veiled_as_well(room, bob, vera, add_photo, add_face, metadata):
    stream = io.BytesIO()
    Image.new("RGB", (65_600, 3), (90, 90, 90)).save(stream, "PNG")
    photo = add_photo(bob, data=stream.getvalue(), name="panorama.png")
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=65_600, height=3)
    person = Person.objects.create(room=room)
    add_face(photo, person, x=10, y=0, width=3, height=3)
    people.claim_person(user=vera, person=person)
    concealment.conceal(user=vera, room=room, veil=True)
    assert veil_store.veil(room.pk)
    answer = get(bob, f"/rooms/{room.pk}/photos/{photo.pk}/original?download=1")
    assert answer.headers["Content-Type"] == "image/png"
    assert "panorama.png" in answer.headers["Content-Disposition"]
    assert Image.open(io.BytesIO(bytes_of(answer))).size == (65_600, 3)
    small = get(bob, f"/rooms/{room.pk}/photos/{photo.pk}/640")
    assert small.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(bytes_of(small))).width == 640
    download = request_download(user=bob, room=room, options=ZipOptions(metadata=metadata))
    pack_store.pack(download.pk)
    with zipfile.ZipFile(io.BytesIO(bytes_of(get(bob, f"/downloads/{download.pk}/")))) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".png")]
        assert Image.open(io.BytesIO(archive.read(name))).size == (65_600, 3)


def test_a_zip_that_was_ready_before_is_not_sent_any_more(room, bob, vera, photo):
    download = request_download(user=bob, room=room)
    own = request_download(user=vera, room=room)
    assert get(bob, f"/downloads/{download.pk}/").status_code == 200
    concealment.conceal(user=vera, room=room, veil=True)
    assert get(bob, f"/downloads/{download.pk}/").status_code == 410
    assert Download.objects.get(pk=download.pk).state == "ready"
    assert get(vera, f"/downloads/{own.pk}/").status_code == 200


def test_a_link_shows_the_veiled_copy_even_to_who_is_veiled(room, alice, vera, photo):
    link = share_links.create_link(user=alice, room=room, title="Party", shows_metadata=True)
    concealment.conceal(user=vera, room=room, veil=True)
    path = f"/s/{link.token}/photos/{photo.pk}/original"
    assert get(vera, path).status_code == 404
    veil_store.veil(room.pk)
    assert not is_plain(bytes_of(get(vera, path)))


def test_faces_that_come_later_are_veiled_too(room, bob, vera, photo, add_photo, add_face):
    concealment.conceal(user=vera, room=room, veil=True)
    veil_store.veil(room.pk)
    later = add_photo(bob, data=portrait() + b"\0", name="later.jpg")
    Photo.objects.filter(pk=later.pk).update(state="ready", width=1200, height=900)
    me = Person.objects.get(user=vera)
    face = add_face(later, x=PLACE.x, y=PLACE.y, width=PLACE.width, height=PLACE.height)
    assert not veils.is_veiled_for(later, bob)
    people.confirm_faces(user=bob, person=me, face_ids=[face.pk])
    assert veils.is_veiled_for(later, bob)
    assert get(bob, f"/rooms/{room.pk}/photos/{later.pk}/original").status_code == 404
    assert room.jobs.filter(kind="veil", state="queued").exists()
    veil_store.veil(room.pk)
    assert not is_plain(bytes_of(get(bob, f"/rooms/{room.pk}/photos/{later.pk}/original")))


def test_the_nightly_check_leaves_veiled_copies_alone(room, vera, photo):
    concealment.conceal(user=vera, room=room, veil=True)
    veil_store.veil(room.pk)
    names = list(VeiledCopy.objects.values_list("file", flat=True))
    assert len(names) == 5
    assert orphans.named(names) == set(names)


def test_withdrawing_does_not_show_a_veiled_face(room, bob, vera, photo):
    concealment.conceal(user=vera, room=room, veil=True)
    consents.withdraw(user=vera, room=room)
    assert get(bob, f"/rooms/{room.pk}/photos/{photo.pk}/original").status_code == 404
    veil_store.veil(room.pk)
    assert not is_plain(bytes_of(get(bob, f"/rooms/{room.pk}/photos/{photo.pk}/original")))


def test_who_is_concealed_is_left_out_for_others_and_not_for_themselves(room, alice, bob, vera, photo):
    me = Person.objects.get(user=vera)
    Person.objects.filter(pk=me.pk).update(name="Veronika")
    concealment.conceal(user=vera, room=room, veil=False)
    root = f"/rooms/{room.pk}"
    pages = [
        "/",
        "/people/",
        "/people/names/",
        "/albums/",
        f"/photos/{photo.pk}/",
        "/search/suggestions/?q=ver",
        "/members/",
    ]
    for path in pages:
        assert b"Veronika" not in bytes_of(get(bob, root + path)), path
    api = f"/api/v1{root}"
    for path in ("/people/", "/faces/", f"/photos/{photo.pk}/", "/albums/", "/search/suggestions/?q=ver"):
        assert b"Veronika" not in bytes_of(get(bob, api + path)), path
    gone = [f"{root}/people/{me.pk}/", f"{api}/people/{me.pk}/", f"{api}/photos/?person={me.pk}"]
    answers = [get(bob, path) for path in gone]
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert answers[2].json()["results"] == []
    assert get(vera, gone[0]).status_code == 200
    assert len(get(vera, gone[2]).json()["results"]) == 1
    assert get(bob, f"{root}/photos/{photo.pk}/original").status_code == 200  # not veiled


def test_veils_of_a_page_are_a_fixed_number_of_queries(room, bob, vera, photo, add_photo, add_face, django_assert_num_queries):  # fmt: skip
    me = Person.objects.get(user=vera)
    for _ in range(5):
        add_face(add_photo(), me)
    concealment.conceal(user=vera, room=room, veil=True)
    photos = set(Face.objects.filter(person=me).values_list("photo", flat=True))
    with django_assert_num_queries(3):
        assert veils.veiled_ids(room, bob) == photos
    with django_assert_num_queries(3):
        assert veils.veiled_ids(room, vera) == set()


def test_nothing_of_a_face_is_left_but_a_few_colors():
    image = Image.open(io.BytesIO(portrait()))
    veiled = veil_faces(image, [PLACE])
    stream = io.BytesIO()
    veiled.save(stream, "JPEG", quality=95)
    assert not is_plain(stream.getvalue())
    assert (veiled.getpixel((5, 5)), veiled.size) == (image.getpixel((5, 5)), image.size)
    small = veil_faces(image.resize((300, 225)), [PLACE], scale=4)
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=95)
    assert not is_plain(stream.getvalue())
    veil_faces(image, [Region(-50, -50, 60, 60), Region(1190, 890, 100, 100), Region(5000, 0, 9, 9)])
