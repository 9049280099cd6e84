from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound

from albums.api.views.base import InRoomViewSet, find, user_of
from albums.models import Child
from albums.search import number
from albums.services.children import children_of

CHILD = OpenApiParameter(
    "child",
    OpenApiTypes.INT,
    description="A child that you look after in this room; without it this is about yourself.",
)


def asked_child(view: InRoomViewSet) -> Child | None:
    """The child that a request is about, `?child=`; None for who asks, 404 for a child of somebody else."""
    text = view.request.query_params.get("child", "")
    if not text:
        return None
    key = number(text)
    if key is None:
        raise NotFound(_("You look after no such child in this room."))
    found = children_of(user_of(view.request), view.room)
    return find(found, _("You look after no such child in this room."), pk=key)
