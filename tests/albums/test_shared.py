"""What people outside the room get through a share link, at every address below /s/, and what they never get."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from albums.housekeeping import expire_visits
from albums.models import Download, Face, Person, Photo, Rendition, ShareLink, ShareVisit
from albums.search import Search
from albums.services import share_zips
from albums.services.photos import trash_photos
from albums.services.share_links import change_link, create_link, revoke_link
from albums.shared import photos_of, size_of
from processing.pack_store import pack
from tests.conftest import picture
from tests.processing.exporting.test_strip import CREATED, file_of, movie

SECRETS = (b"Rome", b"Camera X", b"2026:06:20", b"S-123", b"secret", b"GPS", struct.pack(">I", CREATED))


@pytest.fixture
def ready(add_photo):
    """A photo that has been looked at, with its renditions."""

    def add(**values: Any) -> Photo:
        columns = {name: values.pop(name) for name in ("caption", "camera", "left_out") if name in values}
        photo = add_photo(**values)
        for side in (320, 1280, 2048):
            row = Rendition(photo=photo, side_px=side, width=64, height=48, size_bytes=0)
            data = picture(side % 255, (64, 48))
            row.size_bytes = len(data)
            row.file.save("r.jpg", ContentFile(data))
        Photo.objects.filter(pk=photo.pk).update(state="ready", **columns)
        photo.refresh_from_db()
        return photo

    return add


@pytest.fixture
def share(room, alice):
    def make(**values: Any) -> ShareLink:
        return create_link(user=values.pop("user", alice), room=room, **({"title": "Lake"} | values))

    return make


def url(link: ShareLink, *parts: object) -> str:
    return link.get_absolute_url() + "/".join(str(part) for part in parts)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def page_of(response: Any) -> str:
    """What a page says, without the token that is another one each time."""
    return re.sub(r'"X-CSRFToken": "\w+"', "", response.content.decode())


def addresses(link: ShareLink, photo: Photo, download: Download | None = None) -> list[str]:
    """Every address below /s/ that is read."""
    sizes = ("320", "1280", "2048", "original", "original?download", "320?download")
    zips = [f"zip/{download.pk}/", f"zip/{download.pk}/x.zip"] if download else []
    return [url(link), f"{url(link)}?after={photo.pk}&part", url(link, "photos", photo.pk, "")] + [
        url(link, *part)
        for part in [*[("photos", photo.pk, size) for size in sizes], *[(part,) for part in zips]]
    ]


def prepared(client: Client, link: ShareLink) -> Download:
    client.post(url(link, "zip/"))
    download = link.downloads.get()
    pack(download.pk)
    download.refresh_from_db()
    return download


def test_a_link_shows_its_photos_to_anybody(client, ready, share):
    photo = ready()
    link = share()
    download = prepared(client, link)
    for address in addresses(link, photo, download):
        assert client.get(address).status_code == 200, address


def test_every_address_is_closed_to_who_has_no_password(client, ready, share):
    photo = ready(name="secret-name.jpg")
    link, other = share(title="Hidden title", password="let me in"), share(password="something")
    insider = Client()
    insider.post(url(link, "password/"), {"password": "let me in"})
    download = prepared(insider, link)
    stranger = Client()
    stranger.post(url(other, "password/"), {"password": "something"})
    for nobody in (client, stranger):
        for address in addresses(link, photo, download):
            response = nobody.get(address)
            assert response.status_code == (200 if address.split("?")[0] == url(link) else 403), address
            for word in (b"Hidden title", b"secret-name", b"Alice", b"/1280", f"/photos/{photo.pk}".encode()):
                assert word not in response.content, (address, word)
        assert nobody.post(url(link, "zip/")).status_code == 403
    assert [insider.get(address).status_code for address in addresses(link, photo, download)] == [200] * 11
    assert b'/1280">' not in insider.get(url(link)).content


def test_a_changed_password_locks_out_who_has_the_old_one(client, ready, share, alice):
    photo, link = ready(), share(password="first one")
    client.post(url(link, "password/"), {"password": "first one"})
    assert client.get(url(link, "photos", photo.pk, "320")).status_code == 200
    change_link(user=alice, link=link, password="another one")
    assert client.get(url(link, "photos", photo.pk, "320")).status_code == 403


def test_wrong_passwords_are_counted_and_end(client, ready, share):
    link = share(password="let me in")
    for _ in range(30):
        assert client.post(url(link, "password/"), {"password": "guess"}).status_code == 403
    response = client.post(url(link, "password/"), {"password": "let me in"})
    assert response.status_code == 429
    assert b"Wait ten minutes" in response.content
    assert link.visits.filter(kind="refused").count() == 30


def test_links_that_are_over_and_links_that_never_were_look_alike(client, ready, share, room, alice, bob):
    photo = ready()
    revoked, expired, left = share(title="R"), share(title="E"), share(user=bob)
    download = prepared(client, revoked)
    revoke_link(user=alice, link=revoked)
    ShareLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    room.memberships.get(user=bob).delete()
    unknown = client.get("/s/" + "x" * 32 + "/")
    assert unknown.status_code == 404
    for link in (revoked, expired, left):
        for address in addresses(link, photo, download):
            response = client.get(address)
            assert response.status_code == 410, address
            assert page_of(response) == page_of(unknown)
        assert page_of(client.post(url(link, "zip/"))) == page_of(unknown)
        assert page_of(client.post(url(link, "password/"), {"password": "x"})) == page_of(unknown)
    assert client.get("/s/" + "%00" * 30 + "/").status_code == 404


def test_what_is_not_in_the_link_is_not_there(client, ready, share, alice, charlie):
    from albums.services.rooms import create_room

    shown, other, trashed = ready(), ready(), ready()
    aside, strange = (
        ready(left_out="aside"),
        ready(to=create_room(owner=charlie, name="Other"), uploader=charlie),
    )
    waiting = ready()
    Photo.objects.filter(pk=waiting.pk).update(state="pending")
    trash_photos(user=alice, room=trashed.room, photo_ids=[trashed.pk])
    link, whole = share(photo_ids=[shown.pk, trashed.pk, aside.pk, strange.pk]), share()
    trash_photos(user=alice, room=trashed.room, photo_ids=[trashed.pk])
    for photo in (other, trashed, aside, strange, waiting):
        for address in addresses(link, photo)[2:]:
            assert client.get(address).status_code == 404, address
    for photo in (trashed, aside, strange, waiting):
        assert client.get(url(whole, "photos", photo.pk, "320")).status_code == 404
    assert client.get(url(whole, "photos", other.pk, "320")).status_code == 200
    assert list(photos_of(link)) == [shown]


def test_a_zip_does_not_outlive_what_it_holds(client, ready, share, alice, room):
    ready()
    second, link = ready(), share(shows_metadata=True)
    client.post(url(link, "zip/"))
    address = url(link, "zip", link.downloads.get().pk, "x.zip")
    assert client.get(address).status_code == 200
    Photo.objects.filter(pk=second.pk).update(left_out="aside")
    assert client.get(address).status_code == 410
    other = share(title="Another")
    assert client.get(url(other, "zip", link.downloads.get().pk, "x.zip")).status_code == 404


def test_without_downloads_there_is_nothing_larger_than_2048_pixels(client, ready, share, alice):
    photo, link = ready(), share()
    download = prepared(client, link)
    change_link(user=alice, link=link, allows_downloads=False)
    found = {address: client.get(address).status_code for address in addresses(link, photo, download)}
    refused = {address for address, status in found.items() if status != 200}
    assert refused == {
        address for address in found if "original" in address or "download" in address or "zip" in address
    }
    assert client.post(url(link, "zip/")).status_code == 400
    assert b"Download" not in client.get(url(link)).content


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "MP4", "HEIF"])
def test_without_metadata_no_byte_tells_where_and_when(client, ready, share, file_format):
    data = media(file_format)
    assert any(secret in data for secret in SECRETS)
    photo = ready(name="Rome 2026-06-20 Anna.jpg", data=data, caption="Camera X in Rome", camera="Camera X")
    Photo.objects.filter(pk=photo.pk).update(taken_at=timezone.now(), time_source="camera")
    link = share()
    download = prepared(client, link)
    for address in addresses(link, photo, download):
        response = client.get(address)
        sent = body(response)
        told = str(response.headers).encode() + (sent if not address.endswith("x.zip") else unpacked(sent))
        assert response.status_code == 200, address
        assert [secret for secret in (*SECRETS, b"Anna", b"Alice's") if secret in told] == [], address
        assert response["Cache-Control"].startswith("private")
    part = client.get(url(link, "photos", photo.pk, "original"), headers={"Range": "bytes=10-29"})
    whole = body(client.get(url(link, "photos", photo.pk, "original")))
    assert (part.status_code, body(part)) == (206, whole[10:30])


def media(file_format: str) -> bytes:
    if file_format == "MP4":
        return movie()
    if file_format != "HEIF":
        return file_of(file_format)
    import pillow_heif
    from PIL import Image

    from tests.processing.exporting.test_strip import full_exif

    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(stream, "HEIF", exif=full_exif().tobytes())
    return stream.getvalue()


def unpacked(data: bytes) -> bytes:
    """Names, times and contents of a zip in one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if info.filename != "READ ME.txt"]
        times = {info.date_time for info in archive.infolist()}
        assert times == {(1980, 1, 1, 0, 0, 0)}
        return b"".join(archive.read(name) + name.encode() for name in names)


def test_with_metadata_the_originals_are_as_they_were(client, ready, share):
    data = file_of("JPEG")
    photo, link = ready(name="Lake.jpg", data=data, camera="Camera X"), share(shows_metadata=True)
    response = client.get(url(link, "photos", photo.pk, "original?download"))
    assert body(response) == data
    assert "Lake.jpg" in response["Content-Disposition"]
    page = client.get(url(link, "photos", photo.pk, "")).content
    assert b"Camera X" in page
    assert b"Lake.jpg" in page


def test_a_place_that_was_cleared_is_told_nowhere(client, ready, share):
    photo, link = ready(data=file_of("JPEG")), share(shows_metadata=True)
    Photo.objects.filter(pk=photo.pk).update(place_source="person", place=None)
    assert b"GPS" not in body(client.get(url(link, "photos", photo.pk, "original")))
    download = prepared(client, link)
    assert b"Camera X" not in body(client.get(url(link, "zip", download.pk, "x.zip")))


def test_names_are_told_with_metadata_only_and_never_of_who_is_concealed(
    client, ready, share, room, add_face
):
    photo = ready()
    for number, values in enumerate(
        [{"name": "Anna"}, {"name": "Bert", "is_concealed": True}, {"name": "Cleo", "is_hidden": True}]
    ):
        add_face(photo, Person.objects.create(room=room, **values), seed=number, x=10 * number)
    told, quiet = share(shows_metadata=True), share()
    page = client.get(url(told, "photos", photo.pk, "")).content
    assert (b"Anna" in page, b"Bert" in page, b"Cleo" in page) == (True, False, False)
    assert b"Anna" not in client.get(url(quiet, "photos", photo.pk, "")).content


def test_an_album_stays_up_to_date_and_ends_with_who_wants_none(ready, share, room, add_face):
    person, double = Person.objects.create(room=room, name="Anna"), Person.objects.create(room=room)
    photo, later, alone = ready(), ready(), ready()
    add_face(photo, double)
    link, chosen = share(search=Search(people=(double.pk,))), share(photo_ids=[photo.pk])
    Person.objects.filter(pk=double.pk).update(merged_into=person)
    Face.objects.filter(person=double).update(person=person)
    add_face(later, person, seed=1)
    assert set(photos_of(link)) == {photo, later}
    assert set(photos_of(chosen)) == {photo}
    Person.objects.filter(pk=person.pk).update(is_concealed=True)
    assert not photos_of(link).exists()
    assert alone not in photos_of(link)


def test_the_log_counts_visits_and_downloads_and_names_nobody(client, ready, share, alice, settings):
    photo, link = ready(), share()
    for _ in range(3):
        client.get(url(link), headers={"User-Agent": "Firefox"})
    client.get(url(link), headers={"User-Agent": "Safari"})
    for _ in range(2):
        client.get(url(link, "photos", photo.pk, "original?download"), headers={"User-Agent": "Firefox"})
    download = prepared(client, link)
    body(client.get(url(link, "zip", download.pk, "x.zip")))
    client.get(url(link, "zip", download.pk, "x.zip"), headers={"Range": "bytes=5-"})
    client.force_login(alice)
    client.get(url(link))  # who made it leaves no trace
    found = sorted(link.visits.values_list("kind", "photo_count"))
    assert found == [("photo", 2), ("visit", 0), ("visit", 0), ("zip", 1)]
    assert all(len(visit.visitor) == 16 for visit in link.visits.all())
    ShareVisit.objects.update(at=timezone.now() - timedelta(days=settings.SHARE_LOG_DAYS + 1))
    assert expire_visits() == 4


def test_answers_stay_out_of_search_engines_and_other_sites(client, ready, share):
    photo = ready()
    link, locked = share(), share(password="let me in")
    for address in (*addresses(link, photo), url(locked), "/s/unknown/"):
        response = client.get(address)
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"
    page = client.get(url(link)).content.decode()
    assert f'property="og:image" content="http://testserver{url(link, "photos", photo.pk, "1280")}"' in page


def test_a_link_of_many_photos_takes_few_queries(client, room, share, django_assert_max_num_queries, alice):
    moment = timezone.now()
    Photo.objects.bulk_create(
        Photo(room=room, uploader=alice, sha256=f"{n:064d}", crc32=0, size_bytes=5, state="ready", sort_at=moment + timedelta(seconds=n))
        for n in range(2000)
    )  # fmt: skip
    link = share()
    with django_assert_max_num_queries(10):
        page = client.get(url(link))
    assert page.content.count(b"data-shared-open") == 100
    last = photos_of(link).in_order().values_list("pk", flat=True)[999]
    with django_assert_max_num_queries(9):
        assert client.get(f"{url(link)}?after={last}&part").content.count(b"data-shared-open") == 100
    with django_assert_max_num_queries(16):
        assert b"1,000 of 2,000" in client.get(url(link, "photos", last, "")).content


def test_a_title_names_nobody_who_does_not_want_to_be_shown(client, room, share, ready, add_face):
    photo, person = ready(), Person.objects.create(room=room, name="Anna")
    add_face(photo, person)
    links = {
        "album": share(title="My sister at the lake", search=Search(people=(person.pk,))),
        "named": share(title="Photos of anna, 2026", photo_ids=[photo.pk]),
        "other": share(title="Annabel and Lake", photo_ids=[photo.pk]),
    }
    download = share_zips.zip_of(link=links["named"], size=size_of(photos_of(links["named"])))
    shown = {name: client.get(link.get_absolute_url()).content.decode() for name, link in links.items()}
    assert all(link.title in shown[name] for name, link in links.items())
    Person.objects.filter(pk=person.pk).update(is_concealed=True)
    shown = {name: client.get(link.get_absolute_url()).content.decode() for name, link in links.items()}
    assert "sister" not in shown["album"]
    assert "anna," not in shown["named"].casefold()
    assert "<h1>Photos</h1>" in shown["named"]
    assert links["other"].title in shown["other"]
    assert "anna" not in share_zips.find_zip(links["named"], download.pk).title.casefold()
    links["named"].refresh_from_db()
    assert (
        links["named"].title == "Photos of anna, 2026"
    )  # who made it gets it back as soon as Anna is shown again
