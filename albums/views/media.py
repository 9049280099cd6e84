"""The bytes of photos and faces. Who is not in the room learns nothing, not even that they exist."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from albums.api.token_access import accept_token
from albums.models import Face, Photo
from albums.permissions import sees
from albums.serving import face_crop_response, photo_response


@require_safe
@accept_token
def photo_media(request: HttpRequest, room_id: UUID, photo_id: int, size: str) -> HttpResponseBase:
    photos = Photo.objects.visible_to(request.user).select_related("room")
    photo = get_object_or_404(photos, pk=photo_id, room=room_id)
    if not sees(request.user, photo):
        raise Http404(_("This photo is in the trash."))
    viewer = (
        None if "wall" in request.GET else request.user
    )  # on a screen for everybody nobody sees more than others
    return photo_response(request, photo, size, user=viewer, is_download="download" in request.GET)


@require_safe
@accept_token
def face_crop(request: HttpRequest, room_id: UUID, face_id: int) -> HttpResponseBase:
    faces = Face.objects.visible_to(request.user).present().select_related("photo")
    face = get_object_or_404(faces, pk=face_id, room=room_id)
    return face_crop_response(request, face, user=request.user)
