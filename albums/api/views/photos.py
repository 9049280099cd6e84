from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from albums.api.filters import PhotoFilter
from albums.api.pagination import PhotoCursor
from albums.api.serializers.events import PhotosTimedSerializer, PhotosTimesSerializer
from albums.api.serializers.photos import (
    HashesSerializer,
    KnownSerializer,
    ListedPhotoSerializer,
    MovedPhotosSerializer,
    PhotoDetailSerializer,
    PhotoIdsSerializer,
    RetriedSerializer,
    UploadResultSerializer,
    UploadSerializer,
)
from albums.api.serializers.places import PhotosPlacedSerializer, PhotosPlaceSerializer
from albums.api.uploads import read_to_disk, require_length
from albums.api.views.base import InRoomViewSet, user_of
from albums.api.views.duplicates import SettingAside
from albums.api.views.look_alikes import FindingSimilar
from albums.api.views.marking import Marking
from albums.api.views.outlining import Outlining
from albums.models import Photo
from albums.permissions import Action, require, require_delete, seen_photos
from albums.services.photos import add_photo, known_hashes, restore_photos, retry_photos, trash_photos
from albums.services.places import PlaceChoice, clear_place, forget_place, set_place
from albums.services.times import forget_times, set_time, shift_times


class PhotoViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Marking,
    SettingAside,
    FindingSimilar,
    Outlining,
    InRoomViewSet,
):
    """The photos and videos of a room."""

    noun = "photo"
    queryset = Photo.objects.none()
    pagination_class = PhotoCursor
    filterset_class = PhotoFilter

    is_upload = False  # known before `action`, because DRF looks for parsers first

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        self.is_upload = request.method == "POST" and self.action_map.get("post") == "create"
        if self.is_upload:
            read_to_disk(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.is_upload:
            require_length(request)
        super().initial(request, *args, **kwargs)

    def get_parsers(self) -> list[BaseParser]:
        return [MultiPartParser()] if self.is_upload else super().get_parsers()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return ListedPhotoSerializer if self.action == "list" else PhotoDetailSerializer

    def rows(self) -> QuerySet[Any]:
        photos = seen_photos(user_of(self.request), self.room).select_related(
            "uploader", "room", "place", "shown_edit"
        )
        photos = photos.with_marks(user_of(self.request))
        return photos if self.action == "list" else photos.with_faces(user_of(self.request))

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: UploadResultSerializer, 200: UploadResultSerializer},
    )
    def create(self, request: Request, room: str) -> Response:
        """Upload one file. The same content twice is one photo: then the answer is 200 and `duplicate`."""
        require(user_of(request), Action.UPLOAD, self.room)  # before the body is read
        values = self.read_body(UploadSerializer)
        file = values["file"]
        photo, result = add_photo(
            room=self.room,
            uploader=user_of(request),
            file=file,
            filename=values["filename"] or file.name,
            sha256=values["sha256"],
            last_modified=values["last_modified"],
        )
        answer = UploadResultSerializer(
            {"result": result, "photo": photo}, context=self.get_serializer_context()
        )
        code = status.HTTP_200_OK if result == "duplicate" else status.HTTP_201_CREATED
        return Response(answer.data, status=code)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Into the trash, from where it can be restored."""
        photo = self.get_object()
        require_delete(user_of(request), photo)
        trash_photos(user=user_of(request), room=self.room, photo_ids=[photo.pk])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=HashesSerializer, responses=KnownSerializer)
    @action(detail=False, methods=["post"])
    def check(self, request: Request, room: str) -> Response:
        """Which of these files the room has already, by SHA-256; they need not be sent."""
        hashes = self.read_body(HashesSerializer)["sha256"]
        known = known_hashes(user=user_of(request), room=self.room, hashes=hashes)
        return Response({"known": sorted(known)})

    @extend_schema(request=PhotoIdsSerializer, responses=MovedPhotosSerializer)
    @action(detail=False, methods=["post"])
    def trash(self, request: Request, room: str) -> Response:
        """Answers those that lie in the trash now; ids that the room does not have are left out."""
        photos = self.read_body(PhotoIdsSerializer)["photos"]
        return Response({"photos": trash_photos(user=user_of(request), room=self.room, photo_ids=photos)})

    @extend_schema(
        request=PhotoIdsSerializer, responses=MovedPhotosSerializer, operation_id="photos_restore_many"
    )
    @action(detail=False, methods=["post"], url_path="restore")
    def restore_many(self, request: Request, room: str) -> Response:
        photos = self.read_body(PhotoIdsSerializer)["photos"]
        return Response({"photos": restore_photos(user=user_of(request), room=self.room, photo_ids=photos)})

    @extend_schema(request=None, responses=RetriedSerializer)
    @action(detail=False, methods=["post"], url_path="retry-failed")
    def retry_failed(self, request: Request, room: str) -> Response:
        """Process everything again that failed."""
        return Response({"retried": retry_photos(user=user_of(request), room=self.room)})

    @extend_schema(request=None, responses=PhotoDetailSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, room: str, pk: int) -> Response:
        photo = self.get_object()
        restore_photos(user=user_of(request), room=self.room, photo_ids=[photo.pk])
        return self.retrieve(request)

    @extend_schema(request=None, responses=PhotoDetailSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, room: str, pk: int) -> Response:
        require(user_of(request), Action.RETRY, self.room)
        photo = self.get_object()
        retry_photos(user=user_of(request), room=self.room, photo_ids=[photo.pk])
        return self.retrieve(request)

    @extend_schema(request=PhotosPlaceSerializer, responses=PhotosPlacedSerializer)
    @action(detail=False, methods=["post"])
    def place(self, request: Request, room: str) -> Response:
        """Say where photos were taken; it stays so. `change` can be undone at photo-changes/{id}/undo/."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        values = self.read_body(PhotosPlaceSerializer)
        photos, do = values.pop("photos"), values.pop("do")
        who: Any = {"user": user_of(request), "room": self.room, "photo_ids": photos}
        if do == "set":
            change = set_place(**who, choice=PlaceChoice(**values))
        else:
            change = clear_place(**who) if do == "clear" else forget_place(**who)
        return Response(PhotosPlacedSerializer({"change": change}).data)

    @extend_schema(request=PhotosTimesSerializer, responses=PhotosTimedSerializer)
    @action(detail=False, methods=["post"])
    def times(self, request: Request, room: str) -> Response:
        """Say when photos were taken; it stays so. `change` can be undone at photo-changes/{id}/undo/."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        values = self.read_body(PhotosTimesSerializer)
        who: Any = {"user": user_of(request), "room": self.room, "photo_ids": values["photos"]}
        if values["forget"]:
            change = forget_times(**who)
        elif "shift_seconds" in values:
            change = shift_times(**who, seconds=values["shift_seconds"])
        else:
            change = set_time(**who, local_time=values["local_time"])
        return Response(PhotosTimedSerializer({"change": change}).data)
