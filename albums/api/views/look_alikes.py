from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages, whole_number
from albums.api.serializers.look_alikes import (
    ApartSerializer,
    ChoiceSerializer,
    ChosenSerializer,
    LookAlikesSerializer,
    SimilarSerializer,
)
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Photo, PhotoChange, PhotoGroup
from albums.permissions import Action, require
from albums.services import best_shots as services
from albums.similarity import similar_photos

MOST_SIMILAR = 200


class LookAlikesViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """Photos of one moment, each group with its best shot."""

    noun = "group of look-alikes"
    queryset = PhotoGroup.objects.none()
    serializer_class = LookAlikesSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        return PhotoGroup.objects.filter(room=self.room).look_alikes().select_related("room").in_order()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the photos of all groups that are shown, in a fixed number of queries."""
        if args and not getattr(self, "swagger_fake_view", False):
            groups = args[0] if kwargs.get("many") else [args[0]]
            kwargs["context"] = {**self.get_serializer_context(), "shots": self.shots_of(groups)}
        return super().get_serializer(*args, **kwargs)

    def shots_of(self, groups: list[PhotoGroup]) -> dict[int, list[Photo]]:
        shots: dict[int, list[Photo]] = defaultdict(list)
        rows = Photo.objects.filter(room=self.room, look_alikes__in=groups).in_albums()
        rows = rows.select_related("uploader", "room", "place", "shown_edit")
        for photo in rows.order_by("look_alike_rank", "sort_at", "pk"):
            shots[photo.look_alikes_id or 0].append(photo)
        return shots

    @extend_schema(request=ChoiceSerializer, responses=ChosenSerializer)
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, room: str, pk: int) -> Response:
        """This photo is the best of them; no machine changes that."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        photo = self.read_body(ChoiceSerializer)["photo"]
        group = self.get_object()
        return self.changed(services.choose_best(user=user_of(request), group=group, photo_id=photo))

    @extend_schema(request=ChoiceSerializer, responses=ChosenSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, room: str, pk: int) -> Response:
        """Keep only this photo: its look-alikes are set aside, out of albums and zips."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        photo = self.read_body(ChoiceSerializer)["photo"]
        group = self.get_object()
        return self.changed(services.keep_only(user=user_of(request), group=group, photo_id=photo))

    @extend_schema(request=ApartSerializer, responses=ChosenSerializer)
    @action(detail=True, methods=["post"])
    def apart(self, request: Request, room: str, pk: int) -> Response:
        """These photos do not belong to the others; no machine puts them together again."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        values = self.read_body(ApartSerializer)
        change = services.take_apart(
            user=user_of(request),
            group=self.get_object(),
            photo_ids=values["photos"],
            is_moment=values["is_moment"],
        )
        return self.changed(change)

    def changed(self, change: PhotoChange) -> Response:
        return Response(ChosenSerializer({"change": change}, context=self.get_serializer_context()).data)


class FindingSimilar(InRoomViewSet):
    """What a photo of a room can, too."""

    @extend_schema(
        responses=SimilarSerializer(many=True),
        filters=False,
        parameters=[
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MOST_SIMILAR, "default": 50}
            )
        ],
    )
    @action(detail=True, pagination_class=None)
    def similar(self, request: Request, room: str, pk: int) -> Response:
        """The photos of the room that look most like this one; none while nobody has looked at it."""
        limit = whole_number(request, "limit", default=50, largest=MOST_SIMILAR)
        found = similar_photos(self.room, self.get_object(), limit)
        photos = Photo.objects.filter(room=self.room).select_related(
            "uploader", "room", "place", "shown_edit"
        )
        by_id = photos.in_bulk([pk for pk, _ in found])
        rows = [{"photo": by_id[pk], "similarity": cosine} for pk, cosine in found if pk in by_id]
        return Response(SimilarSerializer(rows, many=True, context=self.get_serializer_context()).data)
