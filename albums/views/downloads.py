from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from albums.api.token_access import accept_token
from albums.errors import AlbumError
from albums.models import Download
from albums.permissions import Action, require
from albums.zip_downloads import download_response


@require_safe
@accept_token
def download_zip(request: HttpRequest, download_id: UUID, name: str = "") -> HttpResponseBase:
    """The zip itself; `name` in the address is only for people. It is there for nobody but who asked for it."""
    mine = Download.objects.select_related("room").filter(user=request.user.pk)
    download = get_object_or_404(mine, pk=download_id)
    require(request.user, Action.DOWNLOAD, download.room)
    try:
        return download_response(request, download)
    except AlbumError as error:
        context = {"reason": str(error), "room": download.room}
        return render(request, "albums/download_refused.html", context, status=error.status)
