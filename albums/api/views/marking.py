"""Words, stars, captions and favorites of photos, as addresses below photos/."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.serializers.comments import LikesSerializer
from albums.api.serializers.photos import MovedPhotosSerializer, PhotoDetailSerializer
from albums.api.serializers.tags import (
    ChangedSerializer,
    FavoritesSerializer,
    MarksSerializer,
    PhotoTagSerializer,
    PutTagSerializer,
    PutTagsSerializer,
    StarsSerializer,
)
from albums.api.views.base import InRoomViewSet, find, user_of
from albums.api.views.tags import changed
from albums.models import Tag
from albums.permissions import Action, require
from albums.reactions import likes_of
from albums.services import marks
from albums.services import tags as services
from albums.tag_lists import tags_of


class Marking(InRoomViewSet):
    """What people say about photos."""

    @extend_schema(request=MarksSerializer, responses=PhotoDetailSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Caption and stars; what is left out stays."""
        user = user_of(request)
        require(user, Action.EDIT_PHOTOS, self.room)
        photo, values = self.get_object(), self.read_body(MarksSerializer)
        with transaction.atomic():
            if "caption" in values:
                marks.write_caption(user=user, photo=photo, caption=values["caption"])
            if "stars" in values:
                marks.give_stars(user=user, room=self.room, photo_ids=[photo.pk], stars=values["stars"])
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        methods=["get"],
        responses=PhotoTagSerializer(many=True),
        operation_id="photos_tags_list",
        filters=False,
    )
    @extend_schema(methods=["post"], request=PutTagSerializer, responses=ChangedSerializer)
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def tags(self, request: Request, room: str, pk: int) -> Response:
        """The words of a photo, most certain first; POST puts one on it, or agrees to one that is proposed."""
        photo = self.get_object()
        if request.method == "GET":
            return Response(PhotoTagSerializer(tags_of(photo), many=True).data)
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        return changed(self.tag([photo.pk], self.read_body(PutTagSerializer)).change)

    @extend_schema(request=None, responses={200: ChangedSerializer})
    @action(detail=True, methods=["delete"], url_path="tags/<int:tag>")
    def untag(self, request: Request, room: str, pk: int, tag: int) -> Response:
        """Remove a word; it is never found or proposed there again."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        photo = self.get_object()
        return changed(self.tag([photo.pk], {"tag": tag}, is_right=False).change)

    @extend_schema(request=PutTagsSerializer, responses=ChangedSerializer, operation_id="photos_tag_many")
    @action(detail=False, methods=["post"], url_path="tags")
    def tag_many(self, request: Request, room: str) -> Response:
        """Tag many photos, or take a tag off them."""
        user = user_of(request)
        require(user, Action.EDIT_PHOTOS, self.room)
        values = self.read_body(PutTagsSerializer)
        photos = values["photos"]
        if values["remove"] and "name" in values:
            done = services.remove_by_name(user=user, room=self.room, photo_ids=photos, name=values["name"])
            return changed(done.change)
        return changed(self.tag(photos, values, is_right=not values["remove"]).change)

    def tag(self, photos: list[int], values: dict[str, Any], *, is_right: bool = True) -> services.Tagged:
        user = user_of(self.request)
        if "name" in values:
            return services.put_on(user=user, room=self.room, photo_ids=photos, name=values["name"])
        known = Tag.objects.known_in(self.room.pk)
        tag = find(known, "There is no such tag in this room.", pk=values["tag"])
        return services.decide(user=user, room=self.room, tag=tag, photo_ids=photos, is_right=is_right)

    @extend_schema(request=StarsSerializer, responses=ChangedSerializer, operation_id="photos_stars_many")
    @action(detail=False, methods=["post"])
    def stars(self, request: Request, room: str) -> Response:
        """Give many photos 1 to 5 stars, or take theirs away (0)."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        values = self.read_body(StarsSerializer)
        change = marks.give_stars(
            user=user_of(request), room=self.room, photo_ids=values["photos"], stars=values["stars"]
        )
        return changed(change)

    @extend_schema(
        request=FavoritesSerializer, responses=MovedPhotosSerializer, operation_id="photos_favorite_many"
    )
    @action(detail=False, methods=["post"])
    def favorites(self, request: Request, room: str) -> Response:
        """Your own favorites; answers the photos that this changed."""
        values = self.read_body(FavoritesSerializer)
        found = marks.like(
            user=user_of(request),
            room=self.room,
            photo_ids=values["photos"],
            is_favorite=values["is_favorite"],
        )
        return Response({"photos": found})

    @extend_schema(responses=LikesSerializer)
    @action(detail=True, methods=["get"])
    def likes(self, request: Request, room: str, pk: int) -> Response:
        """Who likes it. Nobody is told where the room has comments switched off."""
        require(user_of(request), Action.COMMENT, self.room)
        return Response(LikesSerializer(likes_of(self.get_object(), user_of(request))).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put", "delete"])
    def favorite(self, request: Request, room: str, pk: int) -> Response:
        """Make it one of your favorites, or no longer."""
        photo = self.get_object()
        is_favorite = request.method == "PUT"
        marks.like(user=user_of(request), room=self.room, photo_ids=[photo.pk], is_favorite=is_favorite)
        return Response(status=status.HTTP_204_NO_CONTENT)
