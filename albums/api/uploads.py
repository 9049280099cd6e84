"""What is decided about an upload before its first byte is read."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.request import Request

from albums.errors import TooLarge

FORM_BYTES = 1024 * 1024  # for the form around the file


def read_to_disk(request: HttpRequest) -> None:
    """However small: then the service always has a file that it can read twice."""
    request.upload_handlers = [TemporaryFileUploadHandler(request)]


def require_length(request: Request, most_bytes: int | None = None) -> None:
    """Refuse by the length that the client announces, which the server then reads at most."""
    most_bytes = most_bytes or settings.MAX_UPLOAD_BYTES
    if int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes + FORM_BYTES:
        raise TooLarge(
            _("Files can have at most %(number)s MB; this one is larger.") % {"number": most_bytes // 2**20}
        )
