from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.share_links import (
    NewShareLinkSerializer,
    ShareLinkChangeSerializer,
    ShareLinkSerializer,
    ShareVisitSerializer,
)
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import ShareLink
from albums.permissions import Action, require
from albums.search import Search
from albums.services.share_links import change_link, create_link, restore_link, revoke_link
from albums.shared import links_of


class ShareLinkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """Links that show photos to people outside the room. Members see and change their own, the owner all."""

    noun = "link"
    queryset = ShareLink.objects.none()
    serializer_class = ShareLinkSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(user_of(request), Action.SHARE, self.room)

    def rows(self) -> QuerySet[Any]:
        return links_of(user_of(self.request), self.room)

    @extend_schema(request=NewShareLinkSerializer, responses={201: ShareLinkSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Share a selection (`photos`), an album (`query`) or the whole room (neither)."""
        values = self.read_body(NewShareLinkSerializer)
        photos, query = values.pop("photos", None), values.pop("query")
        link = create_link(
            user=user_of(request),
            room=self.room,
            photo_ids=photos,
            search=Search.of(QueryDict(query.replace("\x00", "").lstrip("?"))),
            **values,
        )
        return Response(self.get_serializer(self.rows().get(pk=link.pk)).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ShareLinkChangeSerializer, responses=ShareLinkSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Its address and its photos stay."""
        link = self.get_object()
        change_link(
            user=user_of(request), link=link, **self.read_body(ShareLinkChangeSerializer, partial=True)
        )
        return Response(self.get_serializer(link).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Withdraw it: it shows nothing any more. Its log stays, and it can be restored."""
        revoke_link(user=user_of(request), link=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=ShareLinkSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, room: str, pk: int) -> Response:
        """Let a withdrawn link work again."""
        link = self.get_object()
        restore_link(user=user_of(request), link=link)
        return Response(self.get_serializer(link).data)

    @extend_schema(responses=ShareVisitSerializer(many=True))
    @action(detail=True)
    def visits(self, request: Request, room: str, pk: int) -> Response:
        """Who looked and downloaded, latest first. Visitors are told apart within one day, and that is all."""
        page = self.paginate_queryset(self.get_object().visits.all())
        return self.get_paginated_response(ShareVisitSerializer(page, many=True).data)
