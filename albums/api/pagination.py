"""Pages of lists: a cursor for photos, which arrive while somebody reads; page numbers for short lists."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from albums.api.fields import validate_id

ORDERINGS = ("-sort_at", "sort_at")
STALE_CURSOR = _("This cursor is not valid; start again without it.")


def page_size_of(request: Request, default: int, largest: int) -> int:
    return whole_number(request, "page_size", default=default, largest=largest, what="The page's size")


def whole_number(request: Request, name: str, *, default: int, largest: int, what: str = "This") -> int:
    """A number from 1 to `largest` out of the address."""
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or not 1 <= int(text) <= largest:
        raise serializers.ValidationError({name: [f"{what} is a whole number from 1 to {largest}."]})
    return int(text)


class NumberedPages(PageNumberPagination):
    """Short lists: people, members, invitations."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"
    invalid_page_message = "There is no such page of this list."

    def get_page_size(self, request: Request) -> int:
        return page_size_of(request, self.page_size, self.max_page_size)


class PhotoCursor(BasePagination):
    """Photos by (sort_at, id), so that no photo comes twice or is left out while others are added.

    DRF's own cursor looks at the first column only and gives up after 1,000 equal ones; files that came out of one
    archive often share their time to the second.
    """

    page_size = 100
    max_page_size = 1000
    ordering = ORDERINGS[0]

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        size = page_size_of(request, self.page_size, self.max_page_size)
        ordering = request.query_params.get("ordering", self.ordering)
        if ordering not in ORDERINGS:
            raise serializers.ValidationError({"ordering": [f"Order by one of: {', '.join(ORDERINGS)}."]})
        is_back, position = _read(request.query_params.get("cursor", ""))
        descends = ordering.startswith("-") != is_back
        rows = queryset.order_by(*(("-sort_at", "-id") if descends else ("sort_at", "id")))
        if position:
            rows = rows.filter(_beyond(*position, descends=descends))
        found = list(rows[: size + 1])
        has_more, page = len(found) > size, found[:size]
        if is_back:
            page.reverse()
        # Whoever came from one side can go back to it; on the other side there is more only if it was seen.
        self.next = _write("n", page[-1]) if page and (has_more or is_back) else None
        self.previous = _write("p", page[0]) if page and (has_more if is_back else position) else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self._link(self.next), "previous": self._link(self.previous), "results": data}
        )

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return replace_query_param(remove_query_param(self.address, "cursor"), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "From next or previous.",
            },
            {"name": "page_size", "in": "query", "schema": size},
            {"name": "ordering", "in": "query", "schema": {"type": "string", "enum": list(ORDERINGS)}},
        ]


def _beyond(sort_at: datetime, row_id: int, *, descends: bool) -> Q:
    """The rows after this position; the first condition is there for the index."""
    if descends:
        return Q(sort_at__lte=sort_at) & (Q(sort_at__lt=sort_at) | Q(id__lt=row_id))
    return Q(sort_at__gte=sort_at) & (Q(sort_at__gt=sort_at) | Q(id__gt=row_id))


def _write(direction: str, row: Any) -> str:
    text = f"{direction}|{row.sort_at.isoformat()}|{row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, tuple[datetime, int] | None]:
    if not cursor:
        return False, None
    try:
        text = base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor[:200]) % 4)).decode("ascii")
        direction, sort_at, row_id = text.split("|")
        moment = datetime.fromisoformat(sort_at)
        position = moment, validate_id(row_id)
    except (ValueError, binascii.Error, ValidationError) as error:
        raise serializers.ValidationError({"cursor": [STALE_CURSOR]}) from error
    if direction not in "np" or moment.tzinfo is None or not 2 <= moment.year <= 9998:
        raise serializers.ValidationError({"cursor": [STALE_CURSOR]})
    return direction == "p", position
