"""The pages of places: the map with its list, a place's photos, the form that corrects them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from albums.models import Event, Photo, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def rome(room) -> Place:
    return Place.objects.create(
        room=room, city="Rome", region="Lazio", country="Italy", country_code="IT", key="IT|Lazio|Rome",
        latitude=41.89, longitude=12.48, time_zone="Europe/Rome",
    )  # fmt: skip


def test_the_list_says_what_the_map_says(vera, fill, rome, open_page):
    fill(3, place=rome, place_source="gps", latitude=41.89, longitude=12.48)
    fill(2)
    text = open_page(vera, "places/").content.decode()
    assert "Italy" in text
    assert "3 photos" in text
    assert "2 photos without a place" in text
    assert "GeoNames" in text
    assert "OpenStreetMap" not in text
    assert 'data-bounds="41.89,12.48,41.89,12.48"' in text


def test_openstreetmap_is_credited_where_it_gave_a_name(vera, fill, rome, open_page):
    Place.objects.filter(pk=rome.pk).update(detail="Trastevere")
    fill(1, place=rome, place_source="gps")
    assert "© OpenStreetMap contributors" in open_page(vera, "places/").content.decode()


def test_without_places_the_page_says_so(vera, fill, open_page):
    fill(1)
    text = open_page(vera, "places/").content.decode()
    assert "No places yet" in text
    assert "data-map " not in text


def test_a_place_has_a_grid_and_a_download(vera, fill, rome, open_page):
    fill(2, place=rome, place_source="near")
    text = open_page(vera, f"places/{rome.pk}/").content.decode()
    assert "2 estimated from photos near in time" in text
    assert f'value="place-{rome.pk}"' in text
    assert re.sub("(?s)<template.*?</template>", "", text).count('class="tile-link"') == 2
    assert "person-save" not in text  # a viewer changes no name


def test_left_out_photos_are_not_counted(vera, fill, rome, open_page):
    fill(2, place=rome, place_source="gps", left_out="blurred")
    assert "No places yet" in open_page(vera, "places/").content.decode()


def test_a_merged_place_leads_to_where_it_went(vera, rome, room, open_page):
    old = Place.objects.create(room=room, city="Old", merged_into=rome)
    assert open_page(vera, f"places/{old.pk}/").redirect_chain[-1][0] == rome.get_absolute_url()


def test_renaming_can_be_undone_from_the_page(bob, rome, press):
    text = press(bob, f"places/{rome.pk}/name/", name="The wedding").content.decode()
    assert "Rome renamed to The wedding." in text
    assert "/undo/" in text


def test_a_name_that_is_taken_leads_to_the_question(bob, rome, room, press):
    garden = Place.objects.create(room=room, city="Garden", is_own=True)
    text = press(bob, f"places/{rome.pk}/name/", name="garden").content.decode()
    assert "There is a place called Garden already" in text
    press(bob, f"places/{rome.pk}/merge/", into=garden.pk)
    rome.refresh_from_db()
    assert rome.merged_into == garden


def test_the_form_keeps_the_selection(bob, fill, rome, press):
    photos = fill(2)
    text = press(bob, "places/choose/", photos=[photo.pk for photo in photos]).content.decode()
    assert f'name="photos" value="{photos[0].pk},{photos[1].pk}"' in text
    assert "Set the place of 2 photos" in text


def test_the_form_finds_towns_without_scripts(bob, fill, open_page):
    (photo,) = fill(1)
    text = open_page(bob, "places/choose/", photos=photo.pk, text="spring").content.decode()
    assert "Texas, United States" in text


def test_the_form_without_photos_says_so(bob, open_page):
    assert "No photo chosen" in open_page(bob, "places/choose/").content.decode()


def test_setting_a_place_leads_back_and_offers_undo(bob, room, fill, rome, press):
    photos = fill(2)
    answer = press(
        bob,
        "places/set/",
        photos=[photo.pk for photo in photos],
        place=rome.pk,
        next=f"/rooms/{room.pk}/mine/",
    )
    assert answer.redirect_chain[-1][0] == f"/rooms/{room.pk}/mine/"
    assert "2 photos placed in Rome." in answer.content.decode()
    assert set(Photo.objects.values_list("place", "place_source")) == {(rome.pk, "person")}


def test_the_place_of_an_event(bob, room, fill, rome, press):
    photos = fill(3)
    event = Event.objects.create(room=room, starts_at=photos[0].sort_at, ends_at=photos[1].sort_at)
    Photo.objects.filter(pk__in=[photos[0].pk, photos[1].pk]).update(event=event)
    press(bob, "places/set/", event=event.pk, place=rome.pk)
    assert Photo.objects.filter(place=rome).count() == 2


@pytest.mark.parametrize(
    "wrong", [{"latitude": "x", "longitude": "1"}, {"place": "9" * 30}, {"town": "-1"}, {}]
)
def test_nonsense_is_said_and_changes_nothing(bob, fill, press, wrong):
    (photo,) = fill(1)
    assert press(bob, "places/set/", photos=photo.pk, **wrong).status_code == 200
    photo.refresh_from_db()
    assert photo.place is None


def test_photos_on_a_part_of_the_map(vera, fill, rome, open_page):
    fill(2, latitude=41.9, longitude=12.5, place=rome, place_source="gps")
    fill(1, latitude=48.0, longitude=11.0)
    text = open_page(vera, "", box="41,12,42,13").content.decode()
    assert re.sub("(?s)<template.*?</template>", "", text).count('class="tile-link"') == 2
    assert "On this part of the map" in text


def test_the_information_says_where_and_that_it_is_a_guess(bob, vera, fill, rome, open_page):
    (photo,) = fill(1, place=rome, place_source="near")
    text = open_page(bob, f"photos/{photo.pk}/").content.decode()
    assert "Lazio, Italy" in text
    assert "Estimated from photos near in time" in text
    assert "Change the place" in text
    assert "Change the place" not in open_page(vera, f"photos/{photo.pk}/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_places(vera, fill, room, client):
    def queries(places: int) -> int:
        for number in range(places):
            place = Place.objects.create(room=room, city=f"Town {number}", country="Italy")
            fill(2, place=place, place_source="gps", latitude=41.0, longitude=12.0)
        with CaptureQueriesContext(connection) as context:
            client.get(f"/rooms/{room.pk}/places/")
        return len(context)

    client.force_login(vera)
    queries(1)  # what is read once
    assert queries(1) == queries(10)
