"""Names of positions: known places of the world, borders, seas."""

from __future__ import annotations

import pytest
from django.conf import settings

from processing.gazetteer import Gazetteer, is_position
from processing.measuring.known_places import KNOWN_PLACES
from processing.towns import ensure, fold

PLACES = [line.split("|") for line in KNOWN_PLACES.strip().splitlines()]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(ensure(settings.TOWNS_DIR))


def shares(gazetteer: Gazetteer, places: list[list[str]]) -> tuple[float, float]:
    """Of these places, how many got their country and how many their city."""
    countries = cities = 0
    for _, latitude, longitude, codes, names in places:
        found = gazetteer.name(float(latitude), float(longitude))
        countries += found is not None and found.country_code in codes.split(";")
        cities += found is not None and fold(found.city) in {fold(name) for name in names.split(";")}
    return countries / len(places), cities / len(places)


def test_there_are_enough_known_places():
    assert len(PLACES) >= 170


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "not tuned on"])
def test_known_places_get_their_country_and_city(gazetteer, half):
    country, city = shares(gazetteer, PLACES[half::2])
    assert country >= 0.99
    assert city >= 0.94


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        (47.5930, 7.6210, "DE"),  # Weil, whose large neighbor is Basel
        (47.6460, 9.1750, "CH"),  # Kreuzlingen, two streets from Konstanz
        (41.9022, 12.4572, "VA"),
        (43.7396, 7.4281, "MC"),
        (22.5431, 114.0579, "CN"),  # Shenzhen, beside Hong Kong
        (32.5149, -117.0382, "MX"),  # Tijuana, beside San Diego
        (-25.5972, -54.5781, "AR"),  # Puerto Iguazú
        (50.7753, 6.0839, "DE"),  # Aachen
        (55.5636, 12.9746, "SE"),  # Malmö, across from Copenhagen
    ],
)
def test_the_country_is_right_near_borders(gazetteer, latitude, longitude, code):
    assert gazetteer.name(latitude, longitude).country_code == code


def test_nothing_in_the_middle_of_the_sea(gazetteer):
    assert gazetteer.name(30, -40) is None


def test_only_the_country_in_the_desert(gazetteer):
    found = gazetteer.name(28.0, 2.0)
    assert (found.country_code, found.region, found.city) == ("DZ", "", "")
    assert found.latitude is None


def test_the_antarctic_belongs_to_nobody(gazetteer):
    assert gazetteer.name(-75, 0).country == "Antarctica"


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(None, None), (1.0, None), (0.0, 0.0), (91.0, 0.0), (0.0, 181.0), (float("nan"), 1.0)],
)
def test_what_is_no_position_has_no_name(gazetteer, latitude, longitude):
    assert not is_position(latitude, longitude)
    assert gazetteer.name(latitude, longitude) is None


def test_the_time_zone_is_that_of_the_position(gazetteer):
    assert gazetteer.name(35.6586, 139.7454).time_zone == "Asia/Tokyo"


def test_the_key_is_the_same_all_over_a_city(gazetteer):
    assert gazetteer.name(41.8902, 12.4922).key == gazetteer.name(41.8897, 12.4690).key == "IT|Lazio|Rome"
