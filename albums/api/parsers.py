from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from albums.api.errors import TooLarge


class JSONParser(parsers.JSONParser):
    """JSON of a bounded length: DRF reads the stream itself, past Django's own limit."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        most_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request = (parser_context or {}).get("request")
        if request is not None and int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes:
            raise TooLarge(f"A request can have at most {most_bytes // 2**20} MB of JSON. Send it in parts.")
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error
