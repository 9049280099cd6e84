from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls.converters import StringConverter

from albums.api.fields import validate_id


class RowConverter:
    """A primary key in an address; what no database could hold leads nowhere."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        try:
            return validate_id(value)
        except ValidationError as error:
            raise ValueError(value) from error

    def to_url(self, value: int) -> str:
        return str(value)


class AnythingConverter(StringConverter):
    """Whatever is left of an address, line breaks too, which `path` does not take."""

    regex = "(?s:.+)"
