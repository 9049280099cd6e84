from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.filters import FaceFilter
from albums.api.pagination import NumberedPages
from albums.api.serializers.faces import AssignSerializer, FaceSerializer
from albums.api.serializers.people import PersonChangedSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.api.views.people import changed
from albums.models import Face, Person
from albums.permissions import Action, require
from albums.services.people import move_faces


class FaceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The faces on the photos of a room."""

    noun = "face"
    queryset = Face.objects.none()
    serializer_class = FaceSerializer
    pagination_class = NumberedPages
    filterset_class = FaceFilter

    def rows(self) -> QuerySet[Any]:
        faces = Face.objects.visible_to(user_of(self.request)).filter(room=self.room).present()
        return faces.select_related("person").defer("descriptor").order_by("id")

    @extend_schema(request=AssignSerializer, responses=PersonChangedSerializer)
    @action(detail=False, methods=["post"])
    def assign(self, request: Request, room: str) -> Response:
        """These faces are this person, or a new one."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        values = self.read_body(AssignSerializer)
        person = None
        if values["person"] is not None:
            person = Person.objects.current().filter(room=self.room, pk=values["person"]).first()
            if person is None:
                raise ValidationError({"person": ["There is no such person in this room."]})
        change = move_faces(
            user=user_of(request), room=self.room, face_ids=values["faces"], to=person, name=values["name"]
        )
        face = Face.objects.filter(room=self.room, pk__in=values["faces"]).select_related("person").first()
        return Response(changed(self, face.person if face else None, [change]))
