from __future__ import annotations

import pytest

from albums.models import Photo, Place
from tests.albums.api.conftest import error_of


@pytest.fixture
def rome(room) -> Place:
    return Place.objects.create(
        room=room, city="Rome", region="Lazio", country="Italy", country_code="IT", key="IT|Lazio|Rome",
        latitude=41.89, longitude=12.48, time_zone="Europe/Rome",
    )  # fmt: skip


def put(photo: Photo, place: Place, source: str = "gps", **columns: object) -> None:
    Photo.objects.filter(pk=photo.pk).update(state="ready", place=place, place_source=source, **columns)


def test_places_are_listed_with_counts(api, vera, url, rome, room, add_photo):
    merged = Place.objects.create(room=room, city="Old", merged_into=rome)
    put(add_photo(), rome)
    rows = api(vera).get(url("places/")).json()["results"]
    assert [(row["name"], row["photo_count"], row["country_code"]) for row in rows] == [("Rome", 1, "IT")]
    assert rows[0]["url"] == f"/rooms/{room.pk}/places/{rome.pk}/"
    error_of(api(vera).get(url(f"places/{merged.pk}/")), 404)


def test_a_photo_says_where_it_was_taken(api, vera, url, rome, add_photo):
    photo, other = add_photo(), add_photo()
    put(photo, rome, "near")
    rows = {row["id"]: row["place"] for row in api(vera).get(url("photos/")).json()["results"]}
    assert rows[other.pk] is None
    assert (rows[photo.pk]["name"], rows[photo.pk]["source"], rows[photo.pk]["city"]) == (
        "Rome",
        "near",
        "Rome",
    )


def test_the_place_of_photos_is_set_cleared_forgotten_and_undone(api, bob, url, rome, add_photo):
    photo = add_photo()
    answer = api(bob).post(url("photos/place/"), {"photos": [photo.pk], "place": rome.pk})
    assert answer.status_code == 200, answer.content
    photo.refresh_from_db()
    assert (photo.place, photo.place_source) == (rome, "person")
    api(bob).post(url("photos/place/"), {"photos": [photo.pk], "do": "clear"})
    photo.refresh_from_db()
    assert (photo.place, photo.place_source) == (None, "person")
    change = api(bob).post(url("photos/place/"), {"photos": [photo.pk], "do": "forget"}).json()["change"]
    photo.refresh_from_db()
    assert photo.place_source == ""
    assert api(bob).post(url(f"photo-changes/{change['id']}/undo/")).status_code == 200
    photo.refresh_from_db()
    assert photo.place_source == "person"


def test_an_own_name_at_a_pin(api, bob, url, add_photo):
    photo = add_photo()
    body = {"photos": [photo.pk], "latitude": 48.8584, "longitude": 2.2945, "name": "Picnic"}
    assert api(bob).post(url("photos/place/"), body).status_code == 200
    photo.refresh_from_db()
    assert (str(photo.place), photo.place.country) == ("Picnic", "France")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"latitude": 1},
        {"latitude": 95, "longitude": 1},
        {"place": 0},
        {"name": "x" * 121},
        {"do": "burn"},
        {"town": True},
    ],
)
def test_nonsense_is_refused(api, bob, url, add_photo, wrong):
    error_of(api(bob).post(url("photos/place/"), {"photos": [add_photo().pk], **wrong}), 400)


def test_a_place_is_renamed_and_merged(api, bob, url, rome, room, add_photo):
    garden = Place.objects.create(room=room, city="Garden", is_own=True)
    put(add_photo(), rome)
    error = error_of(api(bob).patch(url(f"places/{rome.pk}/"), {"name": "garden"}), 409)
    assert (error["code"], error["person"]["id"]) == ("name_taken", garden.pk)
    merged = api(bob).patch(url(f"places/{rome.pk}/"), {"name": "garden", "merge": True}).json()
    assert (merged["place"]["id"], merged["place"]["photo_count"]) == (garden.pk, 1)
    assert len(merged["changes"]) == 1
    error_of(api(bob).post(url(f"places/{garden.pk}/merge/"), {"places": [rome.pk]}), 400)


def test_points_of_the_map(api, vera, url, rome, add_photo):
    photo = add_photo()
    put(photo, rome, latitude=41.9, longitude=12.5)
    point = {"latitude": 41.9, "longitude": 12.5, "photos": 1, "photo": photo.pk, "place": rome.pk}
    assert api(vera).get(url("places/points/")).json() == {"is_single": True, "points": [point]}
    assert api(vera).get(url("places/points/?box=0,0,1,1")).json()["points"] == []
    for wrong in ("box=1", "box=1,2,3,x", "zoom=99", "zoom=x"):
        error_of(api(vera).get(url(f"places/points/?{wrong}")), 400)


def test_towns_by_name_and_by_point(api, vera, url):
    towns = api(vera).get(url("places/towns/?q=sao+pau")).json()["towns"]
    assert (towns[0]["name"], towns[0]["country_code"]) == ("São Paulo", "BR")
    assert api(vera).get(url("places/towns/")).json() == {"towns": []}
    near = api(vera).get(url("places/towns/?latitude=48.8584&longitude=2.2945")).json()["towns"]
    assert [town["name"] for town in near] == ["Paris"]
    assert api(vera).get(url("places/towns/?latitude=30&longitude=-40")).json() == {"towns": []}
    for wrong in ("latitude=x&longitude=1", "latitude=1", "latitude=nan&longitude=1"):
        error_of(api(vera).get(url(f"places/towns/?{wrong}")), 400)


def test_photos_on_a_part_of_the_map(api, vera, url, rome, add_photo):
    photo, _ = add_photo(), add_photo()
    put(photo, rome, latitude=41.9, longitude=12.5)
    found = api(vera).get(url("photos/?box=41,12,42,13")).json()["results"]
    assert [row["id"] for row in found] == [photo.pk]
    error_of(api(vera).get(url("photos/?box=41,12,42")), 400)
