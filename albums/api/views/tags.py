from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.tags import (
    AnswersSerializer,
    ChangedSerializer,
    NewTagSerializer,
    ReviewedSerializer,
    TagNameSerializer,
    TagSerializer,
)
from albums.api.views.base import InRoomViewSet, find, user_of
from albums.models import PhotoTag, Tag
from albums.permissions import Action, require
from albums.search import number
from albums.services import tags as services
from albums.tag_lists import Word, counts_of, to_review, words_of


class TagViewSet(InRoomViewSet):
    """Words for what the photos show: the room's own, and those of the site that some photo carries."""

    noun = "tag"
    queryset = Tag.objects.none()
    serializer_class = TagSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        return Tag.objects.known_in(self.room.pk)

    @extend_schema(responses=TagSerializer(many=True))
    def list(self, request: Request, room: str) -> Response:
        """Most used first."""
        page = self.paginate_queryset(words_of(self.room))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=TagSerializer)
    def retrieve(self, request: Request, room: str, pk: int) -> Response:
        return Response(self.get_serializer(self.word_of(self.get_object())).data)

    @extend_schema(request=NewTagSerializer, responses={201: TagSerializer, 200: TagSerializer})
    def create(self, request: Request, room: str) -> Response:
        """A word of the room's own; 200 where the room knows it already."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        values = self.read_body(NewTagSerializer)
        tag, is_new = services.make(
            user=user_of(request), room=self.room, name=values["name"], is_of_site=values["site"]
        )
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(self.word_of(tag)).data, status=code)

    @extend_schema(request=TagNameSerializer, responses=ChangedSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Call it otherwise; only the room's own."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        tag, name = self.get_object(), self.read_body(TagNameSerializer)["name"]
        return changed(services.rename(user=user_of(request), room=self.room, tag=tag, name=name))

    @extend_schema(request=None, responses={200: ChangedSerializer})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Take it away, from all photos too; only the room's own. It can be undone."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        return changed(services.delete(user=user_of(request), room=self.room, tag=self.get_object()))

    @extend_schema(
        methods=["get"],
        responses=ReviewedSerializer(many=True),
        parameters=[OpenApiParameter("tag", OpenApiTypes.INT, description="Of this tag only.")],
        operation_id="tags_review_list",
    )
    @extend_schema(methods=["post"], request=AnswersSerializer, responses=ChangedSerializer)
    @action(detail=False, methods=["get", "post"])
    def review(self, request: Request, room: str) -> Response:
        """What nobody has decided about, least certain first; POST says what is right and what is wrong."""
        user = user_of(request)
        require(user, Action.EDIT_PHOTOS, self.room)
        if request.method == "POST":
            values = self.read_body(AnswersSerializer)
            return changed(services.answer(user=user, room=self.room, **values))
        tag = None
        if text := request.query_params.get("tag"):
            tag = find(self.rows(), "There is no such tag in this room.", pk=number(text) or 0)
        page = self.paginate_queryset(to_review(self.room, tag).select_related("tag"))
        return self.get_paginated_response(ReviewedSerializer(page, many=True).data)

    def word_of(self, tag: Tag) -> Word:
        used = PhotoTag.objects.filter(tag=tag)
        counts, proposed = (
            counts_of(self.room, states, used) for states in (("machine", "accepted"), ("proposed",))
        )
        return Word(tag, counts.get(tag.pk, 0), proposed.get(tag.pk, 0))


def changed(change: Any) -> Response:
    return Response(ChangedSerializer({"change": change}).data)
