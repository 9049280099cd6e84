from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.places import (
    PlaceChangedSerializer,
    PlaceIdsSerializer,
    PlacePatchSerializer,
    PlaceSerializer,
    PointsSerializer,
    TownsSerializer,
)
from albums.api.views.base import InRoomViewSet, user_of
from albums.maps import DEEPEST_ZOOM, placed, points_of, read_box
from albums.models import PhotoChange, Place
from albums.permissions import Action, require
from albums.search import Search
from albums.services import places as services

NOT_HERE = _("Some of these places are not in this room (any more).")
BOX = OpenApiParameter("box", str, description="south,west,north,east in degrees.")
PLACE = OpenApiParameter(
    "place", int, description="Photos of this place only; all other filters of photos hold, too."
)
ZOOM = OpenApiParameter("zoom", int, description="0 (the world) to 19; how fine the squares are.")
TEXT = OpenApiParameter("q", str, description="The beginning of a name; after a comma a region or a country.")
LATITUDE = OpenApiParameter("latitude", float, description="Instead of q: the town of a point.")
LONGITUDE = OpenApiParameter("longitude", float)


class PlaceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The places of a room: towns, and what people call them. Names: GeoNames (CC BY 4.0)."""

    noun = "place"
    queryset = Place.objects.none()
    serializer_class = PlaceSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        places = Place.objects.visible_to(user_of(self.request)).filter(room=self.room)
        return places.current().with_counts().order_by("-photo_count", "id")

    @extend_schema(request=PlacePatchSerializer, responses=PlaceChangedSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Rename it in this room. The name of another place is a 409 `name_taken`, or with `merge` makes them one."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        place = self.get_object()
        values = self.read_body(PlacePatchSerializer)
        change = services.rename_place(user=user_of(request), place=place, **values)
        return self.answer(place, change)

    @extend_schema(request=PlaceIdsSerializer, responses=PlaceChangedSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, room: str, pk: int) -> Response:
        """These places are this place: their photos go here, also those still to come."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        into = self.get_object()
        wanted = self.read_body(PlaceIdsSerializer)["places"]
        others = list(self.rows().filter(pk__in=wanted))
        if len(others) != len(wanted):
            raise ValidationError({"places": [NOT_HERE]})
        return self.answer(into, services.merge_places(user=user_of(request), into=into, others=others))

    @extend_schema(parameters=[BOX, PLACE, ZOOM], responses=PointsSerializer)
    @action(detail=False, pagination_class=None)
    def points(self, request: Request, room: str) -> Response:
        """Where photos lie on the map; at most 800 points."""
        if request.query_params.get("box") and read_box(request.query_params["box"]) is None:
            raise ValidationError({"box": ["Send four numbers in degrees: south,west,north,east."]})
        query = QueryDict(request.META.get("QUERY_STRING", ""))
        photos = Search.of(query).photos(self.room, user_of(request)).filter(state="ready")
        is_single, points = points_of(placed(photos), self._zoom(request))
        return Response({"is_single": is_single, "points": [point._asdict() for point in points]})

    @extend_schema(parameters=[TEXT, LATITUDE, LONGITUDE], responses=TownsSerializer)
    @action(detail=False, pagination_class=None)
    def towns(self, request: Request, room: str) -> Response:
        """Towns of the whole world by the beginning of their name, the largest first; or the town of a point."""
        query = request.query_params
        if "latitude" in query or "longitude" in query:
            town = services.town_at(
                self._degrees(query, "latitude", 90), self._degrees(query, "longitude", 180)
            )
            found = [town] if town else []
        else:
            found = services.find_towns(query.get("q", ""))
        return Response(TownsSerializer({"towns": found}).data)

    def answer(self, place: Place, change: PhotoChange | None) -> Response:
        """The place as it is now (the one it was merged into), and what can be undone."""
        place.refresh_from_db()
        current = self.rows().filter(pk=place.merged_into_id or place.pk).first()
        answer = {"place": current, "changes": [change] if change else []}
        return Response(PlaceChangedSerializer(answer, context=self.get_serializer_context()).data)

    @staticmethod
    def _zoom(request: Request) -> int:
        text = request.query_params.get("zoom", "3")
        if not (text.isascii() and text.isdigit() and int(text[:3]) <= DEEPEST_ZOOM):
            raise ValidationError({"zoom": [f"A whole number from 0 to {DEEPEST_ZOOM}."]})
        return int(text[:3])

    @staticmethod
    def _degrees(query: QueryDict, name: str, most: int) -> float:
        try:
            value = float(query.get(name, "")[:20])
        except ValueError as error:
            raise ValidationError({name: ["Send a number of degrees."]}) from error
        if not -most <= value <= most:
            raise ValidationError({name: [f"Send a number from -{most} to {most}."]})
        return value
