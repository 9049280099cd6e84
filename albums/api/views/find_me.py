from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.parsers import JSONParser
from albums.api.serializers.faces import (
    FaceIdsSerializer,
    SearchSerializer,
    SelfieSerializer,
    TappedFaceSerializer,
)
from albums.api.serializers.people import PersonChangedSerializer
from albums.api.uploads import require_length
from albums.api.views.asked_children import CHILD, asked_child
from albums.api.views.base import InRoomViewSet, user_of
from albums.api.views.people import changed
from albums.models import Child, Face, FaceSearch, PersonChange
from albums.services import find_me as services
from albums.services.deciding import own_person


class FindMeViewSet(InRoomViewSet):
    """Your own search for yourself in a room; nobody else sees it."""

    queryset = FaceSearch.objects.none()
    serializer_class = SearchSerializer
    parser_classes = (JSONParser, MultiPartParser)
    pagination_class = None
    filter_backends = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        require_length(request, services.MAX_SELFIE_BYTES)
        super().initial(request, *args, **kwargs)

    @extend_schema(parameters=[CHILD], responses=SearchSerializer)
    def retrieve(self, request: Request, room: str) -> Response:
        """What was found and is not answered yet; ask again while `state` is `waiting`."""
        search = services.search_of(user_of(request), self.room, asked_child(self))
        if search is None:
            raise NotFound(_("You have not looked for yourself in this room."))
        return Response(self.found(search))

    @extend_schema(
        parameters=[CHILD],
        request={"multipart/form-data": SelfieSerializer, "application/json": TappedFaceSerializer},
        responses={201: SearchSerializer},
    )
    def create(self, request: Request, room: str) -> Response:
        """Look for yourself with a selfie, which is not kept, or with your face on one of the photos."""
        user, child = user_of(request), asked_child(self)
        if isinstance(request.data, Mapping) and "selfie" in request.data:
            selfie = self.read_body(SelfieSerializer)["selfie"]
            search = services.start(user=user, room=self.room, selfie=selfie, child=child)
        else:
            key = self.read_body(TappedFaceSerializer)["face"]
            face = Face.objects.visible_to(user).present().filter(room=self.room, pk=key).first()
            if face is None:
                raise ValidationError({"face": ["There is no such face in this room."]})
            search = services.start(user=user, room=self.room, face=face, child=child)
        return Response(self.found(search), status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[CHILD], responses={204: None})
    def destroy(self, request: Request, room: str) -> Response:
        """Delete the search and the numbers of your face. Who said "this is me" stays who they are."""
        services.forget(user=user_of(request), room=self.room, child=asked_child(self))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[CHILD], request=FaceIdsSerializer, responses=PersonChangedSerializer)
    def accept(self, request: Request, room: str) -> Response:
        """These are me. Groups that are mostly accepted come along whole."""
        faces = self.read_body(FaceIdsSerializer)["faces"]
        child = asked_child(self)
        change = services.accept(user=user_of(request), room=self.room, face_ids=faces, child=child)
        return self.answer(change, child)

    @extend_schema(parameters=[CHILD], request=FaceIdsSerializer, responses=PersonChangedSerializer)
    def decline(self, request: Request, room: str) -> Response:
        """These are not me, and are not shown again."""
        faces = self.read_body(FaceIdsSerializer)["faces"]
        child = asked_child(self)
        change = services.decline(user=user_of(request), room=self.room, face_ids=faces, child=child)
        return self.answer(change, child)

    def answer(self, change: PersonChange | None, child: Child | None) -> Response:
        me = own_person(user_of(self.request), self.room, child)
        return Response(changed(self, me, [change]))

    def found(self, search: FaceSearch) -> dict[str, Any]:
        declined, user = set(search.declined), user_of(self.request)
        wanted = {*search.sure, *search.maybe} - declined
        faces = Face.objects.visible_to(user).in_albums().filter(room=self.room, pk__in=wanted)
        rows = (
            faces.filter(person__user=None, person__child=None)
            .select_related("person", "photo__shown_edit")
            .defer("descriptor")
        )  # nobody's by now
        open_faces = {row.pk: row for row in rows}
        answer = {
            "state": search.state,
            "failure": search.failure,
            "created_at": search.created_at,
            "searched_at": search.searched_at,
            "sure": [open_faces[pk] for pk in search.sure if pk in open_faces],
            "maybe": [open_faces[pk] for pk in search.maybe if pk in open_faces],
        }
        return dict(self.get_serializer(answer).data)
