"""Edited copies are what everybody gets, by every address; veiled and edited at once; what is lost is made again."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from albums import veils
from albums.models import Edit, EditedCopy, Job, Membership, Person, Photo, Rendition
from albums.services import concealment, edits, people, share_links
from albums.services.downloads import request_download
from albums.zip_options import ZipOptions
from processing import edit_store, pack_store, scene_store, veil_store
from processing.exporting.choices import Metadata, Size
from tests.albums.test_never_plain import FACE, PLACE, bytes_of, get, portrait

pytestmark = pytest.mark.usefixtures("everybody_said_yes")
# Keeps the face at the left edge: x from 400 of 1200.
CROP = {"steps": [{"op": "crop", "left": 1 / 3}]}
SHOWN = ("320", "640", "1280", "2048", "full")


def media(room, photo, size) -> str:
    return f"/rooms/{room.pk}/photos/{photo.pk}/{size}"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def stripes(data: bytes, left: float, top: float, side: float) -> bool:
    """Whether the stripes can be told apart in a square: its place and side as shares of the picture's width."""
    image = opened(data)
    y = int((top + side / 2) * image.width)
    row = [
        image.getpixel((int((left + side * share) * image.width), y))
        for share in (x / 20 for x in range(4, 17))
    ]
    reds = [red - green for red, green, _blue in row]
    return max(reds) - min(reds) > 100


@pytest.fixture
def photo(room, vera, bob, add_photo, add_face) -> Photo:
    """A photo of Vera in the room, looked at, 1200 x 900 with her face at (400, 300)."""
    photo = add_photo(bob, data=portrait(), name="party.jpg")
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=1200, height=900, placeholder="tiny")
    for side in (320, 640, 1280, 2048):
        image = opened(portrait())
        image.thumbnail((side, side))
        row = Rendition(photo=photo, side_px=side, width=image.width, height=image.height)
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=95)
        row.size_bytes = len(stream.getvalue())
        row.file.save("x.jpg", ContentFile(stream.getvalue()), save=False)
        row.save()
    Membership.objects.filter(room=room, user=vera).update(role="member")
    person = Person.objects.create(room=room)
    face = add_face(photo, person, x=PLACE.x, y=PLACE.y, width=PLACE.width, height=PLACE.height)
    face.crop.save("face.jpg", ContentFile(portrait()))
    people.claim_person(user=vera, person=person)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def edited(alice, photo) -> Photo:
    edits.save_edit(user=alice, photo=photo, recipe=CROP, base=0)
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    return photo


def is_plain(data: bytes) -> bool:
    return stripes(data, 0, PLACE.y / 800, PLACE.width / 800)


def test_every_size_is_of_the_edited_photo_and_the_original_is_untouched(room, alice, bob, edited):
    for size in SHOWN:
        data = bytes_of(get(bob, media(room, edited, size)))
        image = opened(data)
        assert abs(image.width / image.height - 800 / 900) < 0.01, size
        assert is_plain(data)
    assert opened(bytes_of(get(bob, media(room, edited, "full")))).size == (800, 900)
    assert bytes_of(get(bob, media(room, edited, "original"))) == portrait()
    for size in ("base-640", "base-1280", "base-2048"):
        image = opened(bytes_of(get(alice, media(room, edited, size))))
        assert abs(image.width / image.height - 4 / 3) < 0.01


def test_an_unedited_photo_is_its_own_full_size(room, bob, photo):
    assert bytes_of(get(bob, media(room, photo, "full"))) == portrait()


def test_only_members_who_may_edit_get_the_unedited_sizes(room, alice, charlie, gina, edited):
    assert get(charlie, media(room, edited, "base-1280")).status_code == 404
    link = share_links.create_link(user=alice, room=room, title="For all", allows_downloads=True)
    assert Client().get(f"/s/{link.token}/photos/{edited.pk}/base-1280").status_code == 404


def test_browsers_keep_a_picture_only_under_the_address_of_its_look(room, bob, edited):
    def kept(look: str) -> bool:
        response = get(bob, f"{media(room, edited, 640)}?v={look}")
        response.close()
        return "immutable" in response["Cache-Control"]

    assert edited.look == f"0-{edited.shown_edit_id}"
    assert kept(edited.look)
    assert not kept("0-999")
    assert not kept("")
    assert not kept("0")


def test_addresses_change_with_every_shown_edit_and_back(alice, edited):
    looks = [edited.look]
    edits.save_edit(user=alice, photo=edited, recipe={"steps": [{"op": "rotate", "quarters": 1}]}, base=1)
    edit_store.render(edited.pk)
    edited.refresh_from_db()
    looks.append(edited.look)
    edits.revert(user=alice, photo=edited, base=2)
    edited.refresh_from_db()
    looks.append(edited.look)
    assert len(set(looks)) == 3
    assert looks[-1] == ""


def test_lost_files_are_made_again(room, bob, edited):
    copy = EditedCopy.objects.get(edit=edited.shown_edit, side_px=640)
    copy.file.storage.delete(copy.file.name)
    Job.objects.all().delete()
    assert get(bob, media(room, edited, 640)).status_code == 404
    assert Job.objects.filter(kind="render", photo=edited).exists()
    edit_store.render(edited.pk)
    edited.refresh_from_db()
    assert get(bob, media(room, edited, 640)).status_code == 200
    assert Edit.objects.get(pk=edited.shown_edit_id).state == "ready"


# Veiled and edited


def outside(room, alice):
    return share_links.create_link(
        user=alice, room=room, title="For all", allows_downloads=True, shows_metadata=True
    )


def all_addresses(room, photo, link) -> dict[str, list[str]]:
    sizes = (*SHOWN, "original")
    paths = [media(room, photo, size) for size in sizes]
    return {
        "member": [
            *paths,
            *(f"{path}?v={photo.look}&download=1" for path in paths),
            *(f"{path}?wall=1" for path in paths),
        ],
        "outside": [f"/s/{link.token}/photos/{photo.pk}/{size}" for size in sizes],
        "bases": [media(room, photo, f"base-{side}") for side in (640, 1280, 2048)],
    }


def test_others_get_nothing_but_veiled_copies_of_the_edited_photo(room, alice, bob, vera, edited):
    link = outside(room, alice)
    concealment.conceal(user=vera, room=room, veil=True)
    edited.refresh_from_db()
    found = all_addresses(room, edited, link)
    for path in (*found["member"], *found["bases"]):
        assert get(bob, path).status_code == 404  # no copy is there yet
    for path in found["outside"]:
        assert Client().get(path).status_code == 404
    assert veil_store.veil(room.pk)
    for path in found["member"]:
        data = bytes_of(get(bob, path))
        assert abs(opened(data).width / opened(data).height - 800 / 900) < 0.01, path
        assert not is_plain(data), path
    for path in found["outside"]:
        assert not is_plain(bytes_of(Client().get(path))), path
    for path in found["bases"]:
        assert get(bob, path).status_code == 404
        assert get(vera, path).status_code == 200  # she sees herself
    assert is_plain(bytes_of(get(vera, media(room, edited, 1280))))
    face = edited.faces.get()
    assert get(bob, f"/rooms/{room.pk}/faces/{face.pk}/crop").status_code == 404


def test_a_veiled_copy_of_another_edit_is_never_sent(room, alice, bob, vera, photo):
    concealment.conceal(user=vera, room=room, veil=True)
    assert veil_store.veil(room.pk)
    assert get(bob, media(room, photo, 640)).status_code == 200
    before = veils.veil_of(photo).number
    edits.save_edit(user=vera, photo=photo, recipe=CROP, base=0)
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    assert veils.veil_of(photo).number != before
    assert get(bob, media(room, photo, 640)).status_code == 404
    assert veil_store.veil(room.pk)
    assert abs(opened(bytes_of(get(bob, media(room, photo, 640)))).width / 640 - 800 / 900) < 0.01
    edits.revert(user=vera, photo=photo, base=1)
    assert get(bob, media(room, photo, 640)).status_code == 404
    assert veil_store.veil(room.pk)
    assert opened(bytes_of(get(bob, media(room, photo, 640)))).size == (640, 480)


@pytest.mark.parametrize(
    "options",
    [ZipOptions(), ZipOptions(size=Size.WEB), ZipOptions(metadata=Metadata.WRITE, has_index=True)],
)
def test_a_zip_of_others_holds_the_veiled_copy_of_the_edited_photo(room, bob, vera, edited, options):
    concealment.conceal(user=vera, room=room, veil=True)
    download = request_download(user=bob, room=room, options=options)
    pack_store.pack(download.pk)
    body = bytes_of(get(bob, f"/downloads/{download.pk}/"))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.endswith(".jpg")]
    assert pictures
    for data in pictures:
        assert abs(opened(data).width / opened(data).height - 800 / 900) < 0.01
        assert not is_plain(data)


def test_the_tiny_picture_is_told_to_nobody_while_a_face_is_veiled(room, bob, vera, edited):
    tiles = f"/api/v1/rooms/{room.pk}/photos/tiles/?photos={edited.pk}"
    assert get(bob, tiles).json()["tiles"][0]["placeholder"] == edited.edited_placeholder != ""
    concealment.conceal(user=vera, room=room, veil=True)
    edited.refresh_from_db()
    assert get(bob, tiles).json()["tiles"][0]["placeholder"] == ""
    page = get(bob, f"/rooms/{room.pk}/photos/{edited.pk}/").content.decode()
    assert edited.edited_placeholder not in page
    assert "base-2048" not in page


def test_through_a_link_an_edited_photo_is_never_sent_as_it_was(room, alice, edited):
    for shows_metadata in (True, False):
        link = share_links.create_link(
            user=alice, room=room, title="For all", allows_downloads=True, shows_metadata=shows_metadata
        )
        for size in ("full", "original", "full?download", "640"):
            response = Client().get(f"/s/{link.token}/photos/{edited.pk}/{size}")
            assert response.status_code == 200, size
            image = opened(bytes_of(response))
            assert abs(image.width / image.height - 800 / 900) < 0.01
    assert FACE


def test_a_background_on_which_somebody_hides_later_is_not_shown_any_more(
    room, alice, bob, vera, add_photo, photo
):
    other = add_photo(bob, data=portrait() + b"\0", name="other.jpg")
    Photo.objects.filter(pk=other.pk).update(state="ready", width=1200, height=900)
    edit = edits.save_edit(user=alice, photo=other, recipe=CROP, base=0)
    edit_store.render(other.pk)
    behind = {"steps": [{"op": "cutout", "background": "photo", "photo": [photo.pk]}]}
    Edit.objects.filter(pk=edit.pk).update(recipe=behind)
    assert scene_store.borrowed_in(Edit.objects.get(pk=edit.pk).recipe) == {photo.pk}
    concealment.conceal(user=vera, room=room, veil=True)
    veil_store.veil(room.pk)
    other.refresh_from_db()
    assert other.shown_edit is None
    assert Edit.objects.get(pk=edit.pk).state == "failed"
    assert not EditedCopy.objects.filter(edit=edit).exists()


def test_only_what_is_seen_through_lies_on_gray_in_the_viewer(room, alice, bob, vera, edited):
    pages = [f"/rooms/{room.pk}/photos/{edited.pk}/", f"/rooms/{room.pk}/slideshow/"]

    def seen() -> list[bool]:
        return ["is-see-through" in get(alice, page).content.decode() for page in pages]

    assert seen() == [False, False]
    Photo.objects.filter(pk=edited.pk).update(edited_placeholder="")  # as of a copy with transparent parts
    assert seen() == [True, True]
    concealment.conceal(user=vera, room=room, veil=True)
    assert seen() == [False, False]
    edited.refresh_from_db()
    assert edited.veil
    assert not edited.is_see_through  # a veiled copy is white there
