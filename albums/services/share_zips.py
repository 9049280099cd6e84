"""The zip of a share link: one for everybody who wants the same, whoever asked first."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from albums.errors import AlbumError, Gone
from albums.models import Download, ShareLink
from albums.models.downloads import DownloadState
from albums.shared import Size, photos_of, title_of
from albums.veils import veils_in
from albums.zip_options import ZipOptions
from albums.zip_plans import plan
from albums.zip_rows import edit_of
from processing import tasks
from processing.exporting.choices import Metadata
from processing.exporting.names import safe_component

MOST_KEPT = 3  # zips of one link; older ones are of photos that it had before
CHANGED = "Some photos of this link have changed since. Start the download again."


def options_of(link: ShareLink, size: Size) -> ZipOptions:
    """Photos as everybody sees them, as the files are where metadata is shown; else without any, and so is a zip with a photo whose place was cleared."""
    is_told = link.shows_metadata and not size.cleared
    return ZipOptions(metadata=Metadata.AS_IS if is_told else Metadata.STRIP)


@transaction.atomic
def zip_of(*, link: ShareLink, size: Size) -> Download:
    """The zip of what the link shows now; what has to be prepared is asked for once."""
    # two visitors at once share one zip, and nobody gets what its owner has just forbidden
    link = ShareLink.objects.select_for_update(of=("self",)).select_related("room").get(pk=link.pk)
    if link.revoked_at:
        raise Gone(_(CHANGED))
    if not link.allows_downloads:
        raise AlbumError(_("Downloads are switched off for this link."))
    options = options_of(link, size)
    photos = photos_of(link)
    planned = plan(link.room, photos, options)
    entries = planned.rows
    if not entries:
        raise AlbumError(_("There is no photo here yet, so there is nothing to download."))
    wanted = {row[0] for row in entries}
    veils = {
        pk: veil.number for pk, veil in veils_in(link.room_id).items() if pk in wanted and veil.is_for(None)
    }
    title = _file_title(link)
    described = json.dumps([options.as_json(), entries, sorted(veils.items()), title, planned.damaged])
    key = hashlib.sha256(described.encode()).hexdigest()
    same = link.downloads.filter(content_key=key).order_by("-created_at").first()
    if same and same.state != DownloadState.FAILED:
        return same
    is_prepared = options.changes_bytes or not planned.is_sent_as_it_is or bool(veils)
    download = Download.objects.create(
        room=link.room,
        share_link=link,
        content_key=key,
        title=title,
        entries=entries,
        options=options.as_json(),
        state=DownloadState.PREPARING if is_prepared else DownloadState.READY,
        photo_count=len(wanted),
        file_count=len(entries),
        size_bytes=planned.size_bytes,
    )
    if is_prepared:
        tasks.request_pack(room_id=link.room_id, download_id=download.pk)
    kept = list(link.downloads.order_by("-created_at").values_list("pk", flat=True)[:MOST_KEPT])
    link.downloads.exclude(pk__in=kept).delete()
    return download


def find_zip(link: ShareLink, download_id: UUID) -> Download | None:
    download = link.downloads.select_related("room").filter(pk=download_id).first()
    if download is not None:
        download.title = _file_title(link)  # its first one may name somebody who does not want to be shown
    return download


def _file_title(link: ShareLink) -> str:
    return safe_component(title_of(link), fallback="photos")[:160]


def require_current(link: ShareLink, download: Download) -> None:
    """Gone unless every photo of a zip is still shown by its link, and as it is in the zip: what left the link leaves its zips, too."""
    shown = dict(photos_of(link).order_by().values_list("pk", "shown_edit"))
    for entry in download.entries:
        # also who has edited a photo since may have cut off or covered what nobody outside is to see
        if entry[0] and (entry[0] not in shown or edit_of(entry) != (shown[entry[0]] or 0)):
            raise Gone(_(CHANGED))
