"""When, where and with what camera a photo was taken, as far as its EXIF says. Damaged or impossible values count as absent.

Source: CIPA DC-008-2023 (EXIF 3.0), sections 4.6.5 (date and time, offsets) and 4.6.6 (GPS).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from processing.contracts import Findings, Moment, Picture

version = 2
side_px = 0  # looks at no pixel

DATE_TIME = re.compile(r"(\d{4})[:/.-](\d{1,2})[:/.-](\d{1,2})[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")
OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})$")
FIRST_YEAR = 1839  # the year of the first camera that was sold
MAX_CAMERA_LENGTH = 100
MAX_SERIAL_LENGTH = 64
FARTHEST_ZONE = timedelta(hours=15)  # between a wall clock and UTC: 14 hours, and a clock that is not exact


def analyze(picture: Picture) -> Findings:
    """Read date, place and camera.

    Args:
        picture: only its `metadata` is used.

    Returns:
        facts `taken_at` (aware if the offset is known, else naive local time, or None), `clock_at` (the camera's wall clock,
        naive, or None), `clock_offset_minutes` (of that clock, or None), `satellite_at` (aware, UTC, or None), `latitude` and
        `longitude` (degrees, WGS 84, or None), `camera` and `serial` ("" if unknown).
    """
    tags = picture.metadata
    moment, clock, satellite_at = read_moment(tags), read_clock(tags), _satellite_time(tags)
    offset = clock.utcoffset() if clock else None
    facts = {
        "taken_at": moment.taken_at,
        "clock_at": clock.replace(tzinfo=None) if clock else None,
        "clock_offset_minutes": None if offset is None else round(offset.total_seconds() / 60),
        "satellite_at": satellite_at,
        "latitude": moment.latitude,
        "longitude": moment.longitude,
        "camera": moment.camera,
        "serial": read_serial(tags),
    }
    return Findings(facts=facts)


def read_moment(tags: Mapping[str, Any]) -> Moment:
    """Make sense of raw EXIF tags.

    Args:
        tags: values by name, of any type.

    Returns:
        What could be understood. Never raises on bad values.
    """
    latitude = _degrees(tags.get("GPSLatitude"), tags.get("GPSLatitudeRef"), "N", "S", 90)
    longitude = _degrees(tags.get("GPSLongitude"), tags.get("GPSLongitudeRef"), "E", "W", 180)
    # 0, 0 is what writers without a fix leave.
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        latitude = longitude = None
    return Moment(_taken_at(tags), latitude, longitude, _camera(tags))


def read_clock(tags: Mapping[str, Any]) -> datetime | None:
    """Read the camera's clock: aware if the file says its offset.

    `DateTime` is when the file was last changed: it counts only where nothing else is written, and where the satellites
    do not contradict it.
    """
    clock = _shutter_time(tags) or _local(
        tags, "DateTimeDigitized", "SubsecTimeDigitized", "OffsetTimeDigitized"
    )
    if clock:
        return clock
    changed, satellite_at = _local(tags, "DateTime", "SubsecTime", "OffsetTime"), _satellite_time(tags)
    if changed is None or satellite_at is None:
        return changed
    return changed if abs(changed.replace(tzinfo=UTC) - satellite_at) <= FARTHEST_ZONE else None


def read_serial(tags: Mapping[str, Any]) -> str:
    """Read the serial number of the camera's body; "" where there is none or only a filling of zeros."""
    for name in ("BodySerialNumber", "CameraSerialNumber", "SerialNumber"):
        value = tags.get(name)
        serial = str(value) if isinstance(value, int) else _text(value)
        if serial.strip("0 .-"):
            return serial[:MAX_SERIAL_LENGTH]
    return ""


def _shutter_time(tags: Mapping[str, Any]) -> datetime | None:
    original = _local(tags, "DateTimeOriginal", "SubsecTimeOriginal", "OffsetTimeOriginal")
    if (
        original
        and original.tzinfo is None
        and _text(tags.get("DateTime")) == _text(tags.get("DateTimeOriginal"))
    ):
        offset = _offset(tags.get("OffsetTime"))
        original = original.replace(tzinfo=offset) if offset else original
    return original


def _taken_at(tags: Mapping[str, Any]) -> datetime | None:
    """Prefer the shutter's time, then the scanner's, then the satellites', then the file's last change."""
    return (
        _shutter_time(tags)
        or _local(tags, "DateTimeDigitized", "SubsecTimeDigitized", "OffsetTimeDigitized")
        or _satellite_time(tags)
        or _local(tags, "DateTime", "SubsecTime", "OffsetTime")
    )


def _local(tags: Mapping[str, Any], name: str, fraction_name: str, offset_name: str) -> datetime | None:
    found = DATE_TIME.match(_text(tags.get(name)))
    if not found:
        return None
    numbers = [int(part or 0) for part in found.groups()]
    digits = _text(tags.get(fraction_name))
    microsecond = int(digits[:6].ljust(6, "0")) if digits.isascii() and digits.isdigit() else 0
    return _moment(numbers, microsecond, _offset(tags.get(offset_name)))


def _satellite_time(tags: Mapping[str, Any]) -> datetime | None:
    date = re.match(r"(\d{4})[:/.-](\d{1,2})[:/.-](\d{1,2})$", _text(tags.get("GPSDateStamp")))
    parts = _numbers(tags.get("GPSTimeStamp"))
    if not date or len(parts) != 3:
        return None
    seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    if not 0 <= seconds < 86400:
        return None
    midnight = _moment([*(int(part) for part in date.groups()), 0, 0, 0], 0, UTC)
    return midnight + timedelta(seconds=round(seconds)) if midnight else None


def _moment(numbers: list[int], microsecond: int, zone: timezone | None) -> datetime | None:
    if numbers[0] < FIRST_YEAR:
        return None
    try:
        return datetime(*numbers[:6], microsecond, tzinfo=zone)  # type: ignore[misc, arg-type]
    except ValueError:
        return None


def _offset(value: Any) -> timezone | None:
    found = OFFSET.match("+00:00" if _text(value) == "Z" else _text(value))
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return (
        timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes)) if minutes <= 14 * 60 else None
    )


def _degrees(value: Any, reference: Any, positive: str, negative: str, limit: int) -> float | None:
    parts, side = _numbers(value), _text(reference).upper()[:1]
    if not 1 <= len(parts) <= 3 or side not in (positive, negative):
        return None
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    if not 0 <= degrees <= limit:
        return None
    return round(degrees if side == positive else -degrees, 7)


def _numbers(value: Any) -> list[float]:
    """Read a tuple of rationals; empty if one of them is no finite number >= 0."""
    parts = value if isinstance(value, tuple | list) else [value]
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return []
    return numbers if all(math.isfinite(number) and number >= 0 for number in numbers) else []


def _camera(tags: Mapping[str, Any]) -> str:
    make, model = _text(tags.get("Make")), _text(tags.get("Model"))
    is_named = bool(make) and model.lower().startswith(make.split()[0].lower())
    return (model if is_named else f"{make} {model}").strip()[:MAX_CAMERA_LENGTH]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return " ".join(value.split("\0")[0].split()) if isinstance(value, str) else ""
