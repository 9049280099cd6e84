"""The file of towns: by name, around a position, made at once or not at all."""

from __future__ import annotations

import pytest
from django.conf import settings

from processing import towns
from processing.towns import Towns, distance_km, ensure, fold


@pytest.fixture(scope="module")
def file() -> Towns:
    return Towns(ensure(settings.TOWNS_DIR))


def test_distance_of_one_degree_on_the_equator():
    assert distance_km(0, 0, 0, 1) == pytest.approx(111.19, abs=0.01)


def test_distance_across_the_date_line():
    assert distance_km(0, 179.5, 0, -179.5) == pytest.approx(111.19, abs=0.01)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  São  Paulo ", "sao paulo"),
        ("KØBENHAVN", "kobenhavn"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_names_are_folded(text, plain):
    assert fold(text) == plain


def test_a_prefix_finds_the_largest_town_first(file):
    assert file.named("rom")[0].name == "Rome"


def test_the_exact_name_comes_before_larger_towns(file):
    assert file.named("bath")[0].name == "Bath"


def test_accents_need_not_be_typed(file):
    assert file.named("sao pau")[0].name == "São Paulo"


def test_after_a_comma_stands_region_or_country(file):
    assert file.named("paris, tex")[0].region == "Texas"
    assert {town.country_code for town in file.named("paris, france")} == {"FR"}


@pytest.mark.parametrize("text", ["", " ", ",", "zzzzqq", "'; DROP TABLE towns; --", "%", "\x00"])
def test_what_names_nothing_finds_nothing(file, text):
    assert file.named(text) == []


def test_no_more_than_asked_for(file):
    assert len(file.named("san", 3)) == 3


def test_towns_around_a_position_come_by_distance(file):
    found = file.around(48.8584, 2.2945, 10)
    assert found == sorted(found, key=lambda pair: pair[0])
    assert all(far <= 10 for far, _ in found)


def test_around_reaches_across_the_date_line(file):
    fiji = file.around(-16.8, -179.99, 200)
    assert any(town.longitude > 0 for _, town in fiji)


def test_around_the_pole_there_is_nobody(file):
    assert file.around(90, 0, 50) == []


def test_a_large_city_pulls_farther_than_a_suburb(file):
    assert file.pull(48.8584, 2.2945).name == "Paris"


def test_a_town_keeps_its_name_at_its_own_middle(file):
    assert file.pull(48.8049, 2.1204).name == "Versailles"


def test_pull_stays_in_the_countries_that_are_allowed(file):
    assert file.pull(47.593, 7.621, {"DE"}).country_code == "DE"


def test_get_knows_its_own_ids(file):
    rome = file.named("rome")[0]
    assert file.get(rome.id) == rome
    assert file.get(10**9) is None


def test_a_town_knows_its_time_zone(file):
    assert file.named("tokyo")[0].time_zone == "Asia/Tokyo"


def test_nothing_is_left_of_a_file_that_could_not_be_made(tmp_path, monkeypatch):
    def break_off(connection: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(towns, "_fill", break_off)
    with pytest.raises(OSError, match="no space"):
        towns.build(tmp_path / "towns.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_fails_says_why(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(OSError, match="could not be made"):
        ensure(blocked)
