"""Photos, renditions and crops of faces as HTTP answers, for the pages and the API alike. Who may see them is asked before.

Here is decided who gets a photo itself and who a copy on which faces are blurred (albums/veils.py): whoever forgets to say who
is looking gets the copy, and while there is none nobody else gets anything.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import PurePath

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from albums import edited_copies, lost_copies, veils
from albums.blobs import FileRange, internal_name
from albums.models import Face, Photo, VeiledCopy
from albums.models.photos import look_of
from albums.permissions import Action, allows, role_of
from albums.querysets import Anyone
from albums.ranges import PRIVATE_CHECKED, PRIVATE_FOREVER, ranged_response
from albums.veil_pictures import hidden_face, photo_in_waiting, wants_picture
from albums.veils import Box, Veil
from processing.exporting.names import safe_component

logger = logging.getLogger(__name__)

ORIGINAL, FULL = "original", "full"  # the untouched file; what is shown, as large as it is
SIZES = ("320", "640", "1280", "2048", FULL, ORIGINAL)
BASES = ("base-640", "base-1280", "base-2048")  # of the unedited photo, for whoever edits it
# What browsers show and cannot run; everything else is only ever saved.
SHOWN_TYPES = frozenset(
    f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "avif", "heic", "heif", "tiff")
) | {"video/mp4", "video/quicktime"}
CROP_CACHE = "private, max-age=3600"  # a face may be withdrawn: not kept for long
CROP_MARGIN = 0.35  # as processing.renditions.crop_face cuts, of the face's longer side


def photo_response(
    request: HttpRequest,
    photo: Photo,
    size: str,
    *,
    user: Anyone | None = None,
    is_download: bool = False,
) -> HttpResponseBase:
    """One photo as its original or as a rendition of that many pixels; Http404 while there is none.

    `user` is who is looking, None somebody outside the room.
    """
    if size not in SIZES and size not in BASES:
        raise Http404("Photos come in the sizes 320, 640, 1280, 2048, full and original.")
    veil = veils.veil_of(photo)
    if veil.is_for(user):
        return _veiled_response(request, photo, size, veil, is_download=is_download)
    cache_control = _cache_control(request, photo, veil)
    if size in BASES:
        _require_editor(user, photo)
        size = size.removeprefix("base-")
    elif photo.shown_edit_id and size != ORIGINAL:
        return _edited_response(request, photo, size, is_download=is_download, cache_control=cache_control)
    if size == FULL and not photo.is_video and photo.content_type not in SHOWN_TYPES:
        size = str(
            photo.renditions.order_by("-side_px").values_list("side_px", flat=True).first() or ORIGINAL
        )
    if size in (ORIGINAL, FULL):
        return _original_response(request, photo, is_download=is_download, cache_control=cache_control)
    rendition = photo.renditions.filter(side_px=int(size)).first()
    if rendition is None:
        raise Http404("This photo is not ready in this size yet. Try again in a moment.")
    return _file_response(
        request,
        rendition.file,
        size=rendition.size_bytes,
        etag=f"{photo.sha256[:32]}-{size}-{rendition.pk}",
        content_type="image/jpeg",
        filename=f"{PurePath(photo.filename).stem}-{size}.jpg",
        is_download=is_download,
        cache_control=cache_control,
    )


def _require_editor(user: Anyone | None, photo: Photo) -> None:
    """Only who may edit a photo sees what it was before."""
    if user is None or not allows(role_of(user, photo.room), Action.EDIT_PHOTOS, photo.room):
        raise Http404("Only members who may edit this photo see it without its edits.")


def _original_response(
    request: HttpRequest, photo: Photo, *, is_download: bool, cache_control: str
) -> HttpResponseBase:
    is_shown = photo.content_type in SHOWN_TYPES
    return _file_response(
        request,
        photo.original,
        size=photo.size_bytes,
        etag=photo.sha256,
        content_type=photo.content_type if is_shown else "application/octet-stream",
        filename=photo.filename,
        is_download=is_download or not is_shown,
        cache_control=cache_control,
    )


def _edited_response(
    request: HttpRequest, photo: Photo, size: str, *, is_download: bool, cache_control: str
) -> HttpResponseBase:
    """What was made of a photo; where its file is gone it is made again, and nobody gets what it was before."""
    copy = edited_copies.copy_of(photo, 0 if size == FULL else int(size))
    try:
        if copy is None:
            raise FileNotFoundError(size)
        suffix = PurePath(copy.file.name or "").suffix
        return _file_response(
            request,
            copy.file,
            size=copy.size_bytes,
            etag=f"{PurePath(copy.file.name or '').stem[-64:]}-{copy.crc32:08x}",
            content_type=copy.content_type,
            filename=f"{PurePath(photo.filename).stem}{'' if size == FULL else '-' + size}{suffix}",
            is_download=is_download,
            cache_control=cache_control,
            is_made_again=True,
        )
    except FileNotFoundError as error:
        if lost_copies.make_again(photo):
            raise Http404(_("This photo is being prepared. Try again in a moment.")) from error
        raise Http404(
            _(
                "The edited picture of this photo could not be made again. Edit the photo once more, or go back to the original."
            )
        ) from error


def veiled_copy(photo: Photo, veil: Veil, side_px: int) -> VeiledCopy | None:
    """The copy of this size (0: full) that blurs exactly what is to be blurred now."""
    return photo.veiled_copies.filter(side_px=side_px, veil=veil.number).first()


def _veiled_response(
    request: HttpRequest, photo: Photo, size: str, veil: Veil, *, is_download: bool
) -> HttpResponseBase:
    is_full = size in (ORIGINAL, FULL)
    if size in BASES:
        raise Http404(_("Somebody on this photo asked not to be shown, so others can't edit it."))
    if is_full and photo.is_video:
        raise Http404(veils.no_video_sentence())
    copy = veiled_copy(photo, veil, 0 if is_full else int(size))
    if copy is None:
        if (
            wants_picture(request) and not is_download and "wall" not in request.GET
        ):  # a wall shows another photo
            return photo_in_waiting(photo)
        raise Http404(
            _("Somebody on this photo asked not to be shown. It is being prepared; try again in a moment.")
        )
    stem = PurePath(photo.filename).stem or "photo"
    return _file_response(
        request,
        copy.file,
        size=copy.size_bytes,
        etag=f"{photo.sha256[:32]}-{copy.side_px}-v{copy.veil}",
        content_type=copy.content_type,
        filename=f"{stem}{copy.suffix}" if is_full else f"{stem}-{size}{copy.suffix}",
        is_download=is_download,
        cache_control=_cache_control(request, photo, veil),
    )


def _cache_control(request: HttpRequest, photo: Photo, veil: Veil) -> str:
    """Kept forever only under the address that names this very veil and edit: another one is another address."""
    asked = request.GET.get("v", "")
    return (
        PRIVATE_FOREVER
        if ("" if asked == "0" else asked) == look_of(veil.number, photo.shown_edit_id)
        else PRIVATE_CHECKED
    )


def face_crop_response(request: HttpRequest, face: Face, *, user: Anyone | None = None) -> HttpResponseBase:
    """The small picture of one face; Http404 where there is none, or somebody on it asked not to be shown."""
    if not face.crop.name or not Face.objects.seen_by(user).filter(pk=face.pk).exists():
        raise Http404("There is no picture of this face.")
    veil = veils.veil_of(face.photo)
    if veil.is_for(user) and any(_is_on_crop(face, box) for box in veil.boxes_for(user)):
        if wants_picture(request):
            return hidden_face()
        raise Http404(_("Somebody on this picture asked not to be shown."))
    return _file_response(
        request,
        face.crop,
        size=face.crop.size,
        etag=f"face-{face.pk}-{PurePath(face.crop.name).stem}",
        content_type="image/jpeg",
        filename=f"face-{face.pk}.jpg",
        cache_control=PRIVATE_CHECKED if veil.boxes else CROP_CACHE,
    )


def _is_on_crop(face: Face, box: Box) -> bool:
    """Whether the square that was cut out around a face shows anything of a box."""
    half = max(face.width, face.height) * (0.5 + CROP_MARGIN)
    x, y = face.x + face.width / 2, face.y + face.height / 2
    # Near the photo's edge the square is moved inside: by no more than half of it.
    return abs(box.x + box.width / 2 - x) < 2 * half + box.width / 2 and (
        abs(box.y + box.height / 2 - y) < 2 * half + box.height / 2
    )


def _file_response(
    request: HttpRequest,
    file: FieldFile,
    *,
    size: int,
    etag: str,
    content_type: str,
    filename: str,
    is_download: bool = False,
    cache_control: str = PRIVATE_FOREVER,
    is_made_again: bool = False,
) -> HttpResponseBase:
    name = file.name or ""
    try:
        return ranged_response(
            request,
            size=size,
            etag=etag,
            content_type=content_type,
            filename=safe_component(filename, fallback="photo"),
            open_range=partial(FileRange, file.storage, name),
            disposition="attachment" if is_download else "inline",
            cache_control=cache_control,
            internal_name=internal_name(file.storage, name),
        )
    except FileNotFoundError as error:
        if is_made_again:
            raise
        logger.exception("%s is not in the storage", name)
        raise Http404("The file of this photo is missing. Tell the administrator of this site.") from error
