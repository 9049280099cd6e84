from __future__ import annotations

import pytest

from tests.albums.api.conftest import error_of


def test_albums_say_what_a_zip_would_hold(api, bob, url, make_person, add_photo):
    anna, me, hidden = make_person(2, name="Anna"), make_person(user=bob), make_person(is_hidden=True)
    add_photo()
    rows = {row["id"]: row for row in api(bob).get(url("albums/")).json()}
    assert {key: row["photos"] for key, row in rows.items()} == {
        "room": 5, "mine": 1, f"person-{anna.pk}": 2, f"person-{me.pk}": 1,
    }  # fmt: skip
    for key, row in rows.items():
        made = api(bob).post(url("downloads/"), {"album": key}).json()
        assert (made["photos"], made["size_bytes"]) == (row["photos"], row["size_bytes"])
        assert made["title"] == row["title"].replace("/", "_")
    assert f"person-{hidden.pk}" not in rows


def test_a_download_of_some_photos_leads_to_a_zip(api, vera, url, add_photo):
    photos = [add_photo().pk for _ in range(3)]
    made = api(vera).post(url("downloads/"), {"photos": photos[:2]})
    assert made.status_code == 201, made.content
    assert made.json()["photos"] == 2
    zipped = api(vera).get(made.json()["url"])
    assert zipped.status_code == 200
    assert b"".join(zipped.streaming_content)[:4] == b"PK\x03\x04"


def test_downloads_belong_to_who_asked_for_them(api, alice, vera, url, add_photo):
    add_photo()
    made = api(vera).post(url("downloads/"), {"album": "room"}).json()
    assert [row["id"] for row in api(vera).get(url("downloads/")).json()["results"]] == [made["id"]]
    assert api(vera).get(url(f"downloads/{made['id']}/")).json() == made
    assert api(alice).get(url("downloads/")).json()["results"] == []
    error_of(api(alice).get(url(f"downloads/{made['id']}/")), 404)


@pytest.mark.parametrize(
    "values",
    [
        {}, {"album": "room", "photos": [1]}, {"album": "everything"}, {"album": "person-0"}, {"album": "mine"},
        {"album": f"person-{10**17}"}, {"album": f"person-{10**18}"}, {"photos": []}, {"photos": [10**12]},
        {"photos": ["\x00"]}, {"album": None}, {"album": "person-1\n"},
    ],
)  # fmt: skip
def test_a_download_of_nothing_is_refused(api, alice, url, values):
    error_of(api(alice).post(url("downloads/"), values), 400)


def test_a_download_counts_against_the_limit_and_a_look_does_not(api, alice, url):
    client = api(alice)
    answers = [client.post(url("downloads/"), {"album": "room"}).status_code for _ in range(121)]
    assert (answers[119], answers[120]) == (400, 429)
    assert client.get(url("downloads/")).status_code == 200
