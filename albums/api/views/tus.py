"""The protocol tus 1.0 (tus.io): core, creation, termination, expiration. What it means is in albums.tus."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from albums import tus
from albums.errors import AlbumError
from albums.models import Room, Upload
from albums.upload_files import discard, expires_at

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PATCH_TYPE = "application/offset+octet-stream"
_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


class WrongVersion(AlbumError):
    code = "tus_version"
    status = 412


class LengthMissing(AlbumError):
    code = "length_missing"
    status = 411


class TusView(APIView):
    """What both addresses share: the version, the headers, and methods in X-HTTP-Method-Override."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise WrongVersion(
                gettext("This site speaks tus %(version)s; send the header Tus-Resumable: %(version)s.")
                % {"version": VERSION}
            )

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.request.method == "OPTIONS" else IsAuthenticated()]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        headers = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS}
        return Response(status=204, headers=headers | {"Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES)})


@extend_schema(exclude=True)
class UploadsView(TusView):
    def post(self, request: Request, room_id: UUID) -> Response:
        """Announce a file; the answer's Location takes its bytes."""
        user = signed_in(request)
        metadata = parse_metadata(request.headers.get("Upload-Metadata", ""))
        if not _SHA256.fullmatch(metadata.get("sha256", "")):
            raise AlbumError(
                gettext("Upload-Metadata must hold the file's SHA-256 as 64 hexadecimal digits under sha256.")
            )
        upload = tus.create_upload(
            user=user,
            room=get_object_or_404(Room.objects.visible_to(user), pk=room_id),
            filename=metadata.get("filename", ""),
            sha256=metadata["sha256"].lower(),
            size_bytes=whole_number(request, "Upload-Length"),
            modified_at=parse_milliseconds(metadata.get("last_modified", "")),
        )
        location = reverse("api:upload", args=[room_id, upload.pk])
        return Response(
            status=201, headers={"Location": location} | progress_headers(upload, tus.Progress(0))
        )


@extend_schema(exclude=True)
class UploadView(TusView):
    def head(self, request: Request, room_id: UUID, upload_id: UUID) -> Response:
        """Where to go on."""
        upload = own_upload(request, room_id, upload_id)
        length = {"Upload-Length": str(upload.size_bytes)}
        return Response(headers=length | progress_headers(upload, tus.progress_of(upload)))

    def patch(self, request: Request, room_id: UUID, upload_id: UUID) -> Response:
        """Take the next bytes."""
        upload = own_upload(request, room_id, upload_id)
        if request.content_type != PATCH_TYPE:
            raise UnsupportedMediaType(request.content_type, f"Send the bytes as {PATCH_TYPE}.")
        if not request.headers.get("Content-Length"):
            raise LengthMissing(
                gettext("Send the number of bytes of this part in the header Content-Length.")
            )
        progress = tus.append(
            upload,
            offset=whole_number(request, "Upload-Offset"),
            length=whole_number(request, "Content-Length"),
            source=request._request,  # unread: request.data would parse it
        )
        return Response(status=204, headers=progress_headers(upload, progress))

    def delete(self, request: Request, room_id: UUID, upload_id: UUID) -> Response:
        """Give up."""
        discard(own_upload(request, room_id, upload_id))
        return Response(status=204)


def signed_in(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (IsAuthenticated has let it through)
    return request.user


def own_upload(request: Request, room_id: UUID, upload_id: UUID) -> Upload:
    uploads = Upload.objects.filter(user=signed_in(request), room=room_id).select_related("room", "user")
    return get_object_or_404(uploads, pk=upload_id)


def progress_headers(upload: Upload, progress: tus.Progress) -> dict[str, str]:
    """The offset, then either when it expires or which photo it has become."""
    headers = {"Upload-Offset": str(progress.offset)}
    if progress.photo is None:
        return headers | {"Upload-Expires": http_date(expires_at(upload).timestamp())}
    return headers | {"Upload-Photo": str(progress.photo.pk), "Upload-Result": progress.result}


def whole_number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not _WHOLE_NUMBER.fullmatch(value):
        raise AlbumError(
            gettext("The header %(header)s must be a whole number of bytes.") % {"header": header}
        )
    return int(value)


def parse_metadata(header: str) -> dict[str, str]:
    """Read Upload-Metadata: pairs of a name and a base64 value, divided by commas."""
    metadata = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            metadata[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise AlbumError(
                gettext("Upload-Metadata can't be read: the value of %(name)s is no base64 of UTF-8.")
                % {"name": name[:40]}
            ) from error
    return metadata


def parse_milliseconds(text: str) -> datetime | None:
    """A browser's File.lastModified; None for nonsense, as nothing depends on it."""
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
