from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from albums.models import Photo, Room
from tests.albums.api.conftest import error_of
from tests.conftest import picture


def upload(client, address, data=None, **values):
    file = SimpleUploadedFile(
        values.pop("name", "IMG_1.jpg"), data if data is not None else picture(), "image/jpeg"
    )
    return client.post(address, {"file": file, **values}, format="multipart")


@pytest.fixture
def many(room, alice) -> list[Photo]:
    """Thirty photos without files; ten of them share one moment."""
    start = datetime(2026, 6, 20, 18, tzinfo=UTC)
    return Photo.objects.bulk_create(
        Photo(
            room=room, uploader=alice, filename=f"IMG_{n}.jpg", format="JPEG", content_type="image/jpeg",
            sha256=f"{n:064x}", crc32=n, size_bytes=1000 + n, state="ready",
            sort_at=start + timedelta(minutes=max(0, n - 10)),
        )
        for n in range(30)
    )  # fmt: skip


def test_a_file_becomes_a_photo(api, bob, url):
    data = picture("navy", (80, 60))
    sha256 = hashlib.sha256(data).hexdigest()
    answer = upload(
        api(bob), url("photos/"), data, sha256=sha256.upper(), last_modified="1781978591000", name="Sea.jpg"
    )
    assert answer.status_code == 201, answer.content
    photo = answer.json()["photo"]
    assert answer.json()["result"] == "created"
    assert (photo["filename"], photo["sha256"], photo["state"]) == ("Sea.jpg", sha256, "pending")
    assert (photo["width"], photo["height"], photo["size_bytes"]) == (80, 60, len(data))
    assert photo["uploader"]["name"] == "Bob"
    assert photo["sort_at"].startswith("2026-06-20T18:03:11")
    assert photo["urls"]["original"] == f"/rooms/{Photo.objects.get().room_id}/photos/{photo['id']}/original"
    assert photo["urls"]["page"] == f"/rooms/{Photo.objects.get().room_id}/photos/{photo['id']}/"


def test_the_same_file_twice_is_one_photo(api, bob, url):
    first = upload(api(bob), url("photos/"))
    second = upload(api(bob), url("photos/"), name="copy.jpg")
    assert (second.status_code, second.json()["result"]) == (200, "duplicate")
    assert second.json()["photo"]["id"] == first.json()["photo"]["id"]
    api(bob).delete(url(f"photos/{first.json()['photo']['id']}/"))
    third = upload(api(bob), url("photos/"))
    assert (third.status_code, third.json()["result"]) == (201, "restored")


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"", {}),
        (b"no picture at all", {}),
        (None, {"sha256": "0" * 64}),
        (None, {"sha256": "xyz"}),
        (None, {"last_modified": "yesterday"}),
        (None, {"last_modified": "9" * 39}),
        (None, {"last_modified": "nan"}),
        (None, {"last_modified": "2026-13-45T00:00:00Z"}),
        (None, {"filename": "a\x00b.jpg"}),
    ],
)
def test_what_can_not_be_kept_is_refused_with_a_sentence(api, bob, url, data, values):
    error_of(upload(api(bob), url("photos/"), data, **values), 400)
    assert not Photo.objects.exists()


def test_a_viewer_uploads_only_where_everybody_may(api, vera, room, url):
    error_of(upload(api(vera), url("photos/")), 403)
    Room.objects.update(upload_policy="everyone")
    assert upload(api(vera), url("photos/")).status_code == 201


def test_the_body_of_somebody_who_may_not_upload_is_not_read(api, vera, charlie, url, monkeypatch):
    def read(*args, **kwargs):
        raise AssertionError("the body was read")

    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", read)
    error_of(upload(api(vera), url("photos/")), 403)
    error_of(upload(api(charlie), url("photos/")), 404)
    error_of(upload(api(), url("photos/")), 401)
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(charlie)
    error_of(upload(browser, url("photos/")), 403)


def test_a_file_that_is_announced_too_long_is_refused_before_it_is_read(api, bob, url, settings, monkeypatch):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", None)
    answer = upload(api(bob), url("photos/"), b"x" * (2 * 1024 * 1024 + 1))
    assert error_of(answer, 413)["code"] == "too_large"


def test_an_upload_must_be_multipart(api, bob, url):
    error_of(api(bob).post(url("photos/"), {"file": "x"}), 415)
    error_of(api(bob).post(url("photos/"), "x", content_type="multipart/form-data"), 400)


def test_hashes_that_the_room_has_need_not_be_sent(api, bob, vera, url, add_photo):
    photo = add_photo()
    asked = {"sha256": [photo.sha256.upper(), "f" * 64]}
    assert api(bob).post(url("photos/check/"), asked).json() == {"known": [photo.sha256]}
    error_of(api(vera).post(url("photos/check/"), asked), 403)
    error_of(api(bob).post(url("photos/check/"), {"sha256": ["f" * 64] * 501}), 400)
    error_of(api(bob).post(url("photos/check/"), {"sha256": ["\x00"]}), 400)
    error_of(api(bob).post(url("photos/check/"), {"sha256": "f" * 64}), 400)


@pytest.mark.parametrize("ordering", ["sort_at", "-sort_at"])
def test_the_cursor_shows_every_photo_once_and_goes_back(api, bob, url, many, ordering):
    client = api(bob)
    pages, address = [], url(f"photos/?page_size=7&ordering={ordering}")
    while address:
        page = client.get(address).json()
        pages.append(page)
        address = page["next"]
    ids = [photo["id"] for page in pages for photo in page["results"]]
    expected = [photo.pk for photo in sorted(many, key=lambda photo: (photo.sort_at, photo.pk))]
    assert ids == (expected if ordering == "sort_at" else expected[::-1])

    backwards, address = [], pages[-1]["previous"]
    while address:
        page = client.get(address).json()
        backwards.append([photo["id"] for photo in page["results"]])
        address = page["previous"]
    assert backwards == [[photo["id"] for photo in page["results"]] for page in pages[-2::-1]]


def test_photos_that_arrive_meanwhile_shift_nothing(api, bob, url, many, add_photo):
    first = api(bob).get(url("photos/?page_size=10")).json()
    add_photo()
    second = api(bob).get(first["next"]).json()
    assert not {p["id"] for p in first["results"]} & {p["id"] for p in second["results"]}
    assert second["results"][0]["filename"] == "IMG_19.jpg"


def test_filters_narrow_the_list(api, alice, bob, url, make_person, add_photo, room):
    anna, ben = make_person(2, name="Anna"), make_person(1, user=bob)
    both = add_photo(bob, name="Both.jpg")
    for person in (anna, ben):
        person.faces.create(photo=both, room=room, x=1, y=1, width=9, height=9, score=1, descriptor=b"")
    Photo.objects.filter(pk=both.pk).update(camera="Leica", sort_at="2026-01-01T10:00:00Z", state="ready")

    def names(query: str) -> int:
        answer = api(bob).get(url(f"photos/?{query}"))
        assert answer.status_code == 200, answer.content
        return len(answer.json()["results"])

    assert names("") == 4
    assert names(f"person={anna.pk}") == 3
    assert names(f"person={anna.pk},{ben.pk}") == 1
    assert names(f"person_any={anna.pk},{ben.pk}") == 4
    assert names("mine=true") == 2
    assert names(f"uploader={bob.pk}") == 1
    assert names("state=ready") == 1
    assert names("kind=video") == 0
    assert names("q=leica") == 1
    assert names("q=anna") == 3
    assert names("taken_before=2026-01-02T00:00:00Z") == 1
    assert names("taken_after=2026-01-02T00:00:00%2B02:00") == 3
    assert names("taken_after=2026-01-02T00:00:00+02:00") == 3
    assert names("mine=false&trash=false") == 4


@pytest.mark.parametrize(
    "query",
    [
        "person=anna", "person=0", f"person={10**30}", "person=1,,x", "person_any=" + ",".join("123456") * 20,
        "uploader=-1", f"uploader={2**63}", "state=happy", "kind=sound", "taken_after=yesterday",
        "taken_before=2026-01-01T00:00:00", "taken_after=0001-01-01T00:00:00%2B14:00", "mine=maybe", "trash=2",
        "q=%00", f"q={'x' * 101}", "ordering=name", "cursor=nonsense", "cursor=%00", "cursor=bnw5OTk5OTk", "page_size=0",
        "page_size=1001", "page_size=ten", f"page_size={'9' * 5000}", f"page_size=00000000{2**63}", "page_size=%D9%A3",
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_answered_with_400(api, bob, url, query):
    assert error_of(api(bob).get(url(f"photos/?{query}")), 400)["fields"]


def test_a_photo_by_itself_has_its_faces(api, vera, url, make_person):
    person = make_person(name="Anna")
    face = person.faces.get()
    answer = api(vera).get(url(f"photos/{face.photo_id}/")).json()
    [shown] = answer["faces"]
    assert shown["box"] == {"x": 10, "y": 10, "width": 20, "height": 20}
    assert shown["person"]["name"] == "Anna"
    assert shown["crop"] == f"/rooms/{person.room_id}/faces/{face.pk}/crop"


def test_the_time_is_told_on_the_clock_of_the_place(api, vera, url, add_photo):
    photo = add_photo()
    moment = datetime(2026, 6, 20, 16, 3, 11, tzinfo=UTC)
    Photo.objects.filter(pk=photo.pk).update(taken_at=moment, taken_offset_minutes=120)
    assert api(vera).get(url(f"photos/{photo.pk}/")).json()["taken_at"] == "2026-06-20T18:03:11+02:00"


def test_people_delete_their_own_photos_and_the_owner_every_one(api, alice, bob, vera, url, add_photo):
    of_alice, of_bob = add_photo(alice), add_photo(bob)
    error_of(api(bob).delete(url(f"photos/{of_alice.pk}/")), 403)
    error_of(api(vera).delete(url(f"photos/{of_alice.pk}/")), 403)
    assert api(bob).delete(url(f"photos/{of_bob.pk}/")).status_code == 204
    assert api(alice).delete(url(f"photos/{of_alice.pk}/")).status_code == 204
    error_of(api(bob).post(url("photos/trash/"), {"photos": [of_bob.pk, 10**30]}), 400)


def test_the_trash_is_seen_by_those_who_may_bring_back(api, alice, bob, vera, url, add_photo):
    photo = add_photo(bob)
    api(bob).post(url("photos/trash/"), {"photos": [photo.pk]})
    for user, seen in ((alice, 1), (bob, 1), (vera, 0)):
        assert len(api(user).get(url("photos/?trash=true")).json()["results"]) == seen
        assert api(user).get(url("photos/")).json()["results"] == []
        assert api(user).get(url(f"photos/{photo.pk}/")).status_code == (200 if seen else 404)
    error_of(api(vera).post(url(f"photos/{photo.pk}/restore/")), 404)
    error_of(api(vera).post(url("photos/restore/"), {"photos": [photo.pk]}), 403)
    assert api(bob).post(url(f"photos/{photo.pk}/restore/")).json()["deleted_at"] is None


def test_many_photos_go_and_come_back_together(api, alice, url, add_photo):
    photos = [add_photo().pk for _ in range(3)]
    gone = api(alice).post(url("photos/trash/"), {"photos": [*photos, photos[0], 999_999]})
    assert sorted(gone.json()["photos"]) == photos
    assert sorted(api(alice).post(url("photos/restore/"), {"photos": photos}).json()["photos"]) == photos
    error_of(api(alice).post(url("photos/trash/"), {"photos": list(range(1, 5002))}), 400)
    error_of(api(alice).post(url("photos/trash/"), {"photos": []}), 400)
    error_of(api(alice).post(url("photos/trash/"), {"photos": [True]}), 400)


def test_what_failed_is_tried_again(api, bob, vera, url, add_photo):
    photo = add_photo()
    Photo.objects.update(state="failed", failure="This file is damaged.")
    error_of(api(vera).post(url(f"photos/{photo.pk}/retry/")), 403)
    assert api(bob).post(url(f"photos/{photo.pk}/retry/")).json()["state"] == "pending"
    Photo.objects.update(state="failed", failure="This file is damaged.")
    assert api(bob).post(url("photos/retry-failed/")).json() == {"retried": 1}


def test_a_photo_of_another_room_is_not_found(api, alice, url, add_photo):
    other = Room.objects.create(name="Other")
    photo = add_photo()
    Photo.objects.update(room=other)
    error_of(api(alice).get(url(f"photos/{photo.pk}/")), 404)
    error_of(api(alice).delete(url(f"photos/{photo.pk}/")), 404)
    assert api(alice).post(url("photos/trash/"), {"photos": [photo.pk]}).json() == {"photos": []}
    error_of(api(alice).get(url(f"photos/{2**63}/")), 404)
    error_of(api(alice).get(url(f"photos/{'9' * 40}/")), 404)
    assert Photo.objects.filter(deleted_at=None, uploaded_at__lte=timezone.now()).exists()
