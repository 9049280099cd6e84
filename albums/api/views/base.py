from __future__ import annotations

from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from albums.api.links import RoomLinks
from albums.models import Room

T = TypeVar("T", bound=Model)
NO_ROOM = gettext_lazy("There is no such room, or you are not in it.")


def user_of(request: Request) -> User:
    return cast("User", request.user)


def find(rows: QuerySet[T], sentence: str | Promise, **lookup: Any) -> T:
    """One row, or a 404 that says what is missing."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise NotFound(str(sentence))
    return row


class InRoomViewSet(GenericViewSet[Any]):
    """Something inside a room. The room is looked up first, so that outsiders get 404 whatever they ask for."""

    noun = "row"  # in the 404's sentence
    lookup_value_converter = "row"
    room: Room

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.room = find(Room.objects.visible_to(user_of(request)), NO_ROOM, pk=self.kwargs["room"])

    def rows(self) -> QuerySet[Any]:
        """The rows of this room that this user may read."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):  # the schema is made without a room
            return super().get_queryset()
        return self.rows()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filters are for lists: a single row is found by its id alone."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404 as error:
            raise NotFound(_("There is no such %(noun)s in this room.") % {"noun": self.noun}) from error

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if hasattr(self, "room"):
            context["links"] = RoomLinks(self.room.pk)
        return context

    def read_body(self, serializer_class: type[BaseSerializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The request's body, validated."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context(), **kwargs)
        serializer.is_valid(raise_exception=True)
        return cast("dict[str, Any]", serializer.validated_data)
