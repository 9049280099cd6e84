from __future__ import annotations

import pytest

from tests.albums.api.conftest import error_of


def test_albums_say_what_a_zip_would_hold(api, bob, url, make_person, add_photo):
    anna, me, hidden = make_person(2, name="Anna"), make_person(user=bob), make_person(is_hidden=True)
    add_photo()
    rows = {row["id"]: row for row in api(bob).get(url("albums/")).json()}
    assert {key: row["photos"] for key, row in rows.items()} == {
        "room": 5, "mine": 1, "favorites": 0, "best": 5, f"person-{anna.pk}": 2, f"person-{me.pk}": 1,
    }  # fmt: skip
    for key, row in rows.items():
        if not row["photos"]:
            continue
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


def test_options_are_chosen_and_the_state_is_told(api, bob, url, add_photo, room):
    add_photo()
    answer = api(bob).post(
        url("downloads/"), {"album": "room", "options": {"metadata": "write"}}, format="json"
    )
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["prepared"], told["photos"], told["files"]) == ("preparing", 0, 1, 1)
    assert told["options"] == {"metadata": "write"}
    assert api(bob).get(told["url"]).status_code == 409
    assert api(bob).delete(url(f"downloads/{told['id']}/")).status_code == 204
    assert api(bob).get(url("downloads/")).json()["results"] == []


def test_options_that_are_none_are_refused(api, bob, url, add_photo):
    add_photo()
    for options in ({"layout": "moon"}, {"size": 3}, {"metadata": "strip", "layout": "day"}, "x", []):
        answer = api(bob).post(url("downloads/"), {"album": "room", "options": options}, format="json")
        assert answer.status_code == 400, options
        assert answer.json()["error"]["message"]


def test_an_estimate_makes_nothing(api, bob, url, add_photo, room):
    photo = add_photo()
    body = {"album": "room", "options": {"has_index": True}}
    answer = api(bob).post(url("downloads/estimate/"), body, format="json").json()
    assert (answer["photos"], answer["files"], answer["is_exact"]) == (1, 1, False)
    assert answer["size_bytes"] > photo.size_bytes
    assert not room.downloads.exists()


def test_what_was_looked_for_can_be_downloaded(api, bob, url, add_photo):
    photo = add_photo(bob)
    add_photo()
    answer = api(bob).post(url("downloads/"), {"album": f"search?uploader={bob.pk}"}).json()
    assert (answer["photos"], answer["size_bytes"]) == (1, photo.size_bytes)
