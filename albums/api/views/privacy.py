from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums import consent_texts
from albums.api.pagination import NumberedPages
from albums.api.serializers.privacy import (
    ChildSerializer,
    ConcealSerializer,
    ConsentStateSerializer,
    NewChildSerializer,
    NewConsentSerializer,
    NewTakedownSerializer,
    TakedownAnswerSerializer,
    TakedownSerializer,
    WithdrawalSerializer,
)
from albums.api.views.asked_children import CHILD, asked_child
from albums.api.views.base import InRoomViewSet, user_of
from albums.faces_policy import finds_faces
from albums.models import Child, Consent, TakedownRequest
from albums.permissions import Action, allows, require, role_of
from albums.services import children, concealment, consents, takedowns


class ConsentViewSet(InRoomViewSet):
    """Your yes to having your face, or your child's, looked for in this room."""

    queryset = Consent.objects.none()
    serializer_class = ConsentStateSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[CHILD], responses=ConsentStateSerializer)
    def retrieve(self, request: Request, room: str) -> Response:
        return Response(self.state(asked_child(self)))

    @extend_schema(parameters=[CHILD], request=NewConsentSerializer, responses={201: ConsentStateSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Say yes, after the text of this version was shown."""
        values = self.read_body(NewConsentSerializer)
        child = asked_child(self)
        if values["text_version"] != consent_texts.VERSION:
            sentence = _("This is not the text of today. Show the one of version %(version)s.")
            raise ValidationError({"text_version": [sentence % {"version": consent_texts.VERSION}]})
        consents.give(user=user_of(request), room=self.room, child=child, **values)
        return Response(self.state(child), status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[CHILD], responses={200: WithdrawalSerializer})
    def destroy(self, request: Request, room: str) -> Response:
        """Take it back. Everything that was known of the face is deleted at once; the answer says what."""
        done = consents.withdraw(user=user_of(request), room=self.room, child=asked_child(self))
        return Response(WithdrawalSerializer(done).data)

    @extend_schema(parameters=[CHILD], request=ConcealSerializer, responses=ConsentStateSerializer)
    def conceal(self, request: Request, room: str) -> Response:
        """Don't show me: others see me in no list, search or suggestion, and blurred if I want that."""
        values = self.read_body(ConcealSerializer)
        child = asked_child(self)
        concealment.conceal(user=user_of(request), room=self.room, child=child, veil=values["veil"])
        return Response(self.state(child))

    @extend_schema(parameters=[CHILD], responses=ConsentStateSerializer)
    def reveal(self, request: Request, room: str) -> Response:
        """Show me like everybody else again."""
        child = asked_child(self)
        concealment.reveal(user=user_of(request), room=self.room, child=child)
        return Response(self.state(child))

    def state(self, child: Child | None) -> dict[str, Any]:
        user = user_of(self.request)
        person = concealment.own_person(user, self.room, child)
        state = {
            "finds_faces": finds_faces(self.room),
            "text_version": consent_texts.VERSION,
            "consent": consents.current(user, self.room, child),
            "is_concealed": bool(person and person.is_concealed),
            "is_veiled": bool(person and person.is_veiled),
        }
        return dict(ConsentStateSerializer(state).data)


class ChildViewSet(mixins.ListModelMixin, InRoomViewSet):
    """The children that you look after in this room; nobody else sees them."""

    noun = "child"
    queryset = Child.objects.none()
    serializer_class = ChildSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        mine = children.children_of(user_of(self.request), self.room)
        return mine.select_related("person").prefetch_related("consents")

    @extend_schema(request=NewChildSerializer, responses={201: ChildSerializer})
    def create(self, request: Request, room: str) -> Response:
        values = self.read_body(NewChildSerializer)
        child = children.add_child(user=user_of(request), room=self.room, **values)
        return Response(self.get_serializer(child).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={200: WithdrawalSerializer})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Remove a child; everything that was known of its face is deleted at once."""
        done = children.remove_child(user=user_of(request), child=self.get_object())
        return Response(WithdrawalSerializer(done).data)


class TakedownViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """ "Take down this photo of me": the owner of the room sees all requests, everybody else their own."""

    noun = "request"
    queryset = TakedownRequest.objects.none()
    serializer_class = TakedownSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        user = user_of(self.request)
        found = TakedownRequest.objects.filter(room=self.room).select_related("user", "room")
        decides = allows(role_of(user, self.room), Action.DELETE_PHOTO, self.room)
        return found if decides else found.filter(user=user)

    @extend_schema(request=NewTakedownSerializer, responses={201: TakedownSerializer})
    def create(self, request: Request, room: str) -> Response:
        values = self.read_body(NewTakedownSerializer)
        photo = self.room.photos.present().filter(pk=values["photo"]).first()
        if photo is None:
            raise ValidationError({"photo": [_("There is no such photo in this room.")]})
        asked = takedowns.ask(user=user_of(request), photo=photo, reason=values["reason"])
        return Response(self.get_serializer(asked).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TakedownAnswerSerializer, responses=TakedownSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, room: str, pk: int) -> Response:
        """Take the photo down, or say why it stays; who asked is told."""
        require(user_of(request), Action.DELETE_PHOTO, self.room)
        values = self.read_body(TakedownAnswerSerializer)
        done = takedowns.answer(user=user_of(request), request=self.get_object(), **values)
        return Response(self.get_serializer(done).data)
