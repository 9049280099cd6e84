"""Fields that refuse what a database can't hold, instead of failing there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

LARGEST_ID = 2**63 - 1
MOST_IDS = 5_000
MOST_HASHES = 500
EARLIEST_YEAR, LATEST_YEAR = 1800, 3000  # of anything that a camera or a person can mean


class IdField(serializers.IntegerField):
    """The primary key of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool):  # JSON's true would be the number 1
            self.fail("invalid")
        return super().to_internal_value(data)


class IdsField(serializers.ListField):
    """Primary keys; each counts once, in the order in which they came."""

    child = IdField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=MOST_IDS, **kwargs)

    def to_internal_value(self, data: Any) -> list[int]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class HashField(serializers.RegexField):
    """SHA-256 of a file, as 64 hexadecimal digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[0-9a-fA-F]{64}\Z", **kwargs)
        self.error_messages["invalid"] = "A SHA-256 is written as 64 hexadecimal digits."

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).lower()


class TimeField(serializers.DateTimeField):
    """A moment: ISO 8601, within the years that every database can hold."""

    def to_internal_value(self, value: Any) -> datetime:
        return within_reason(super().to_internal_value(value))


@extend_schema_field(OpenApiTypes.STR)
class FileTimeField(serializers.Field):
    """When a file was changed: ISO 8601, or milliseconds since 1970 as browsers give it."""

    def to_internal_value(self, data: Any) -> datetime | None:
        text = str(data).strip()[:40]
        if not text:
            return None
        try:
            return within_reason(_moment(text))
        except (ValueError, OverflowError, OSError) as error:
            raise serializers.ValidationError(
                _("Send the time as ISO 8601 or as milliseconds since 1970, or leave it out.")
            ) from error


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text) / 1000, tz=UTC)
    except ValueError:
        moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def within_reason(moment: datetime) -> datetime:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise serializers.ValidationError(
            _("The year must be between %(earliest_year)s and %(latest_year)s.")
            % {"earliest_year": EARLIEST_YEAR, "latest_year": LATEST_YEAR}
        )
    return moment


def validate_id(value: str) -> int:
    """A primary key out of an address."""
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value[:20]) <= LARGEST_ID or len(value) > 19:
        raise ValidationError(_("“%(value)s” is no id; ids are whole numbers.") % {"value": value[:20]})
    return int(value)
