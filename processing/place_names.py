"""EDGE: better names of places from a Nominatim server, where an administrator switched that on.

Its rules are kept (https://operations.osmfoundation.org/policies/nominatim/): one request a second for the whole site,
an own User-Agent, every answer kept, nothing asked that is not shown; the pages name the source. No other host than the
one in the settings is ever asked, and only rounded positions are sent.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import defaultdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from albums.models import Photo, Place, PlaceName
from albums.models.photos import PlaceSource
from processing.towns import distance_km, fold

logger = logging.getLogger(__name__)

SECONDS_APART = 1.1  # between two requests of the whole site
TIMEOUT_SECONDS = 10
MOST_FAILURES = 3  # in a row: the server is away, the next run tries again
MOST_REQUESTS = 200  # in one run
RETRY_AFTER = timedelta(hours=6)
RECENT = timedelta(days=7)  # rooms that were filled so lately are looked at again
DIGITS = 3  # of degrees: about 110 m
TIGHT_KM = 1.5  # a place whose photos lie within this is a quarter, not a whole city
TIGHT_SHARE = 0.9
ZOOM = 16
# The smallest first. Source: https://nominatim.org/release-docs/latest/api/Output/#addressdetails
PARTS = ("neighbourhood", "quarter", "suburb", "city_district", "hamlet", "village")
SLOT = 999.0  # the row of no position: when the next request may be made
USER_AGENT = "Photoroom/0.1 (self-hosted photo rooms; {site})"


def improve(room_id: uuid.UUID) -> bool:
    """Name the room's places more closely, where all photos of a city lie in one quarter of it; True if a name changed.

    Whatever fails is tried again in a later run.
    """
    if not settings.NOMINATIM_URL:
        return False
    places = Place.objects.filter(room=room_id, is_own=False, merged_into=None).exclude(key="")
    middles = middles_of(room_id)
    changed, failures, requests = [], 0, 0
    for place in places:
        middle = middles.get(place.pk)
        answer: dict[str, Any] | None = {}
        if middle:
            answer = known_answer(*middle)
            if answer is None and failures < MOST_FAILURES and requests < MOST_REQUESTS:
                requests += 1
                answer = ask(*middle)
                failures = 0 if answer is not None else failures + 1
            if answer is None or "failed" in answer:
                continue
        detail = detail_of(answer or {}, place)
        if detail != place.detail:
            changed.append(place.pk)
            places.filter(pk=place.pk).update(detail=detail)
    if changed:  # events carry the names of places
        one_each = Photo.objects.filter(place__in=changed).order_by("place").values_list("place", "pk")
        Photo.objects.filter(pk__in=dict(one_each).values()).disarrange()
    return bool(changed)


def recent_rooms() -> list[uuid.UUID]:
    """Rooms whose places may still lack a name, because a server was away or their photos have just come."""
    since = timezone.now() - RECENT
    return list(
        Photo.objects.filter(uploaded_at__gte=since).order_by().values_list("room", flat=True).distinct()
    )


def middles_of(room_id: uuid.UUID) -> dict[int, tuple[float, float]]:
    """The rounded middle of each place whose photos lie close together."""
    positions: dict[int, list[tuple[float, float]]] = defaultdict(list)
    photos = Photo.objects.filter(room=room_id, place_source=PlaceSource.GPS, place__isnull=False).present()
    for place, *position in photos.order_by().values_list("place", "latitude", "longitude"):
        positions[place].append((position[0], position[1]))
    found = {}
    for place, spots in positions.items():
        latitudes, longitudes = sorted(spot[0] for spot in spots), sorted(spot[1] for spot in spots)
        middle = latitudes[len(spots) // 2], longitudes[len(spots) // 2]
        close = sum(distance_km(*middle, *spot) <= TIGHT_KM for spot in spots)
        if close >= TIGHT_SHARE * len(spots):
            found[place] = round(middle[0], DIGITS), round(middle[1], DIGITS)
    return found


def known_answer(latitude: float, longitude: float) -> dict[str, Any] | None:
    """What was said before; an empty answer while a failure is too fresh to try again; None if it has to be asked."""
    row = PlaceName.objects.filter(latitude=latitude, longitude=longitude).first()
    if row is None or ("failed" in row.answer and row.asked_at < timezone.now() - RETRY_AFTER):
        return None
    return dict(row.answer)


def ask(latitude: float, longitude: float) -> dict[str, Any] | None:
    """Ask the server when it is this site's turn, and keep what it says; None if that failed."""
    from geopy.exc import GeopyError

    wait_for_turn()
    try:
        location = _geocoder().reverse((latitude, longitude), zoom=ZOOM, language="en", addressdetails=True)
    except (GeopyError, OSError, ValueError) as error:
        logger.warning("the Nominatim server gave no name: %s", type(error).__name__)
        _keep(latitude, longitude, {"failed": type(error).__name__})
        return None
    address = location.raw.get("address") if location else None
    answer = {
        part: str(address[part])[:120] for part in PARTS if isinstance(address, dict) and address.get(part)
    }
    _keep(latitude, longitude, answer)
    return answer


def wait_for_turn() -> None:
    """Wait until this site may ask again: a row holds the next free moment, for all processes on all machines."""
    with transaction.atomic():
        PlaceName.objects.get_or_create(latitude=SLOT, longitude=SLOT)
        row = PlaceName.objects.select_for_update().get(latitude=SLOT, longitude=SLOT)
        now = timezone.now()
        turn = max(now, row.asked_at)
        row.asked_at = turn + timedelta(seconds=SECONDS_APART)
        row.save(update_fields=["asked_at"])
    time.sleep((turn - now).total_seconds())


def detail_of(answer: dict[str, Any], place: Place) -> str:
    """The smallest part of a city that has a name of its own."""
    found = next((str(answer[part]) for part in PARTS if answer.get(part)), "")
    return "" if fold(found) in (fold(place.city), fold(place.region)) else found[:120]


def _keep(latitude: float, longitude: float, answer: dict[str, Any]) -> None:
    PlaceName.objects.update_or_create(
        latitude=latitude, longitude=longitude, defaults={"answer": answer, "asked_at": timezone.now()}
    )


def _geocoder() -> Any:
    from geopy.geocoders import Nominatim

    from processing.one_host import OneHostAdapter

    parts = urlsplit(settings.NOMINATIM_URL)
    return Nominatim(
        domain=f"{parts.netloc}{parts.path}".rstrip("/"),
        scheme=parts.scheme,
        timeout=TIMEOUT_SECONDS,
        user_agent=USER_AGENT.format(site=settings.PUBLIC_URL or "private"),
        adapter_factory=lambda **options: OneHostAdapter(host=parts.netloc, **options),
    )
