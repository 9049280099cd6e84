from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.fields import LARGEST_ID
from albums.api.filters import FaceFilter
from albums.api.pagination import NumberedPages, whole_number
from albums.api.serializers.faces import AssignSerializer, DrawSerializer, FaceSerializer, LabelFaceSerializer
from albums.api.serializers.people import DrawnSerializer, PersonChangedSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.api.views.people import changed
from albums.models import Face, Person
from albums.permissions import Action, require
from albums.services import faces as services
from albums.services.labelling import next_faces
from albums.services.people import move_faces
from albums.shown_boxes import original_box

MOST_NEXT = 100


class FaceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The faces on the photos of a room."""

    noun = "face"
    queryset = Face.objects.none()
    serializer_class = FaceSerializer
    pagination_class = NumberedPages
    filterset_class = FaceFilter

    def rows(self) -> QuerySet[Any]:
        faces = Face.objects.visible_to(user_of(self.request)).filter(room=self.room).present()
        return faces.select_related("person", "photo__shown_edit").defer("descriptor").order_by("id")

    @extend_schema(request=DrawSerializer, responses={201: DrawnSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Mark a face that was missed. Its crop and its likeness come a moment later."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        values = self.read_body(DrawSerializer)
        photo = (
            self.room.photos.present().filter(pk=values["photo"]).select_related("room", "shown_edit").first()
        )
        if photo is None:
            raise ValidationError({"photo": ["There is no such photo in this room."]})
        person = self.chosen_person(values["person"])
        face, change = services.draw(
            user=user_of(request),
            photo=photo,
            person=person,
            name=values["name"],
            **original_box(photo, **values["box"])._asdict(),
        )
        answer = {"face": self.get_serializer(face).data, **changed(self, face.person, [change])}
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(responses={200: PersonChangedSerializer})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """This is no face. It does not come back when the photo is looked at again."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        face = self.get_object()
        change = services.dismiss(user=user_of(request), room=self.room, face_ids=[face.pk])
        return Response(changed(self, face.person, [change]))

    @extend_schema(
        responses=LabelFaceSerializer(many=True),
        operation_id="faces_next",
        filters=False,
        parameters=[
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_NEXT, "default": 24}),
            OpenApiParameter(
                "person", {"type": "integer", "minimum": 1}, description="Only for this person."
            ),
        ],
    )
    @action(detail=False, url_path="next", pagination_class=None)
    def following(self, request: Request, room: str) -> Response:
        """The faces whose label teaches most, with who they may be."""
        limit = whole_number(request, "limit", default=24, largest=MOST_NEXT)
        person = None
        if "person" in request.query_params:
            person = self.chosen_person(whole_number(request, "person", default=1, largest=LARGEST_ID))
        found = next_faces(user=user_of(request), room=self.room, limit=limit, person=person)
        context = self.get_serializer_context()
        return Response(LabelFaceSerializer(found, many=True, context=context).data)

    def chosen_person(self, key: int | None) -> Person | None:
        if key is None:
            return None
        person = Person.objects.current(user_of(self.request)).filter(room=self.room, pk=key).first()
        if person is None:
            raise ValidationError({"person": ["There is no such person in this room."]})
        return person

    @extend_schema(request=AssignSerializer, responses=PersonChangedSerializer)
    @action(detail=False, methods=["post"])
    def assign(self, request: Request, room: str) -> Response:
        """These faces are this person, or a new one."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        values = self.read_body(AssignSerializer)
        person = self.chosen_person(values["person"])
        change = move_faces(
            user=user_of(request), room=self.room, face_ids=values["faces"], to=person, name=values["name"]
        )
        face = (
            Face.objects.visible_to(user_of(self.request))
            .filter(room=self.room, pk__in=values["faces"])
            .select_related("person")
            .first()
        )
        return Response(changed(self, face.person if face else None, [change]))
