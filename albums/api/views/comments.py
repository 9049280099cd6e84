from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.filters import IdFilter
from albums.api.serializers.comments import CommentSerializer, NewCommentSerializer
from albums.api.views.base import InRoomViewSet, find, user_of
from albums.models import Comment
from albums.permissions import Action, require
from albums.services import comments as services


class CommentCursor(CursorPagination):
    """The latest first."""

    page_size = 50
    ordering = ("-created_at", "-id")


class CommentFilter(django_filters.FilterSet):
    photo = IdFilter(field_name="photo_id", label="Below this photo.")

    class Meta:
        model = Comment
        fields: tuple[str, ...] = ()


class CommentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """What people say about photos, the latest first."""

    noun = "comment"
    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    pagination_class = CommentCursor
    filterset_class = CommentFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action not in (
            "destroy",
            "restore",
        ):  # those are for whoever wrote it, also when comments are off
            require(user_of(request), Action.COMMENT, self.room)

    def rows(self) -> QuerySet[Any]:
        comments = Comment.objects.filter(room=self.room)
        comments = comments.filter(photo__deleted_at=None) if self.action == "restore" else comments.shown()
        return comments.select_related("author", "room")

    @extend_schema(request=NewCommentSerializer, responses={201: CommentSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Say something about a photo; at most 30 times in ten minutes."""
        values = self.read_body(NewCommentSerializer)
        photos = self.room.photos.present().select_related("room")
        photo = find(photos, "There is no such photo in this room.", pk=values["photo"])
        comment = services.add_comment(user=user_of(request), photo=photo, text=values["text"])
        return Response(self.get_serializer(comment).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Authors delete what they wrote, the owner whatever stands there; restore/ brings it back."""
        services.delete_comment(user=user_of(request), comment=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, room: str, pk: int) -> Response:
        services.restore_comment(user=user_of(request), comment=self.get_object())
        return Response(self.get_serializer(self.get_object()).data)
