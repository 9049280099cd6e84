"""What people call the place where a photo was taken, from its position, without any server.

The nearest village is not what people say: at the Eiffel Tower it is Vanves, and the nearest large town is a district as
often as not (Ottakring for Vienna). So within 15 km towns pull by their population, the less the farther away they are;
else the nearest town within 50 km gives its name, else the country alone, and nothing in the middle of a sea. Which
country it is says the time zone of the position: the borders of time zones are drawn along those of countries, exactly,
while the nearest town is often on the other side.

Source: population / (1 + km) ^ 1.5 found all of the 87 places in every second line of processing/measuring/known_places.py;
the nearest town of 100,000 within 15 km, as reverse-geocode's own `min_population` would have it, 86 % of them. On the
other 86 places, on which nothing was tuned: see tests/processing/test_gazetteer.py, which measures both halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from processing.times import zone_of
from processing.towns import Towns

COUNTRY_KM = 400.0
ANTARCTIC = -60.0  # degrees: south of it is no country; its time zones are those of the stations' homes
REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Locality:
    """A place with a name.

    Attributes:
        country_code: ISO 3166, two letters.
        country, region, city: English or as written there; region and city may be empty.
        latitude, longitude: degrees, of the town's middle; None where there is none.
        time_zone: IANA name of the zone in which the position lies.
    """

    country_code: str
    country: str
    region: str
    city: str
    latitude: float | None
    longitude: float | None
    time_zone: str

    @property
    def key(self) -> str:
        """The same for all positions that have this name."""
        return f"{self.country_code}|{self.region}|{self.city}"


def is_position(latitude: float | None, longitude: float | None) -> bool:
    """Tell whether two numbers can be where a photo was taken; (0, 0) is what broken devices write."""
    if latitude is None or longitude is None:
        return False
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return is_on_earth and not (abs(latitude) < 1e-4 and abs(longitude) < 1e-4)


class Gazetteer:
    """Names positions with the help of a file of towns (`processing.towns.ensure`). Workers only: it loads the time zones.

    One object per thread.
    """

    def __init__(self, path: Path) -> None:
        self._towns = Towns(path)
        self._known: dict[tuple[float, float], Locality | None] = {}

    def name(self, latitude: float, longitude: float) -> Locality | None:
        """Name a position.

        Args:
            latitude, longitude: degrees, WGS 84.

        Returns:
            The town, or the country alone where none is near, or None in the middle of a sea.
        """
        if not is_position(latitude, longitude):
            return None
        key = (round(latitude, 4), round(longitude, 4))  # 11 m
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = self._look(*key)
        return self._known[key]

    def _look(self, latitude: float, longitude: float) -> Locality | None:
        zone = zone_of(latitude, longitude) or ""
        if latitude < ANTARCTIC:
            return Locality("AQ", "Antarctica", "", "", None, None, zone)
        countries = self._towns.countries_of(zone)
        town = self._towns.pull(latitude, longitude, set(countries))
        if town:
            return Locality(
                town.country_code, town.country, town.region, town.name, town.latitude, town.longitude, zone
            )
        if not countries:  # at sea
            return None
        code, name = next(iter(countries.items()))
        if len(countries) > 1:
            around = self._towns.around(latitude, longitude, COUNTRY_KM)
            near = [found for _, found in around if found.country_code in countries]
            code, name = (near[0].country_code, near[0].country) if near else (code, name)
        return Locality(code, name, "", "", None, None, zone)
