"""Photos that people set aside: they stay in the room, but in no album, zip or count, and can always be brought back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError
from albums.models import Photo, PhotoChange, PhotoGroup, Room
from albums.models.photos import LeftOut
from albums.permissions import Action, require
from albums.services.photo_history import recorded

NO_PHOTOS = gettext_lazy("Choose at least one photo of this room.")


@transaction.atomic
def set_aside(
    *, user: User, room: Room, photo_ids: Collection[int], reason: str = LeftOut.ASIDE
) -> PhotoChange | None:
    """Take photos out of albums, zips and counts. None if all of them have been set aside for this reason already."""
    require(user, Action.EDIT_PHOTOS, room)
    if reason not in (LeftOut.ASIDE, LeftOut.DUPLICATE):
        raise AlbumError(gettext("Photos are set aside as duplicates, or without a reason."))
    return _leave_out(user, room, photo_ids, reason, "set aside")


@transaction.atomic
def bring_back(*, user: User, room: Room, photo_ids: Collection[int]) -> PhotoChange | None:
    """Put photos back into the albums, whyever they were left out; no machine takes them out again. None if all were there."""
    require(user, Action.EDIT_PHOTOS, room)
    return _leave_out(user, room, photo_ids, "", "brought back")


def _leave_out(
    user: User, room: Room, photo_ids: Collection[int], reason: str, what: str
) -> PhotoChange | None:
    now: dict[int, tuple[str, bool]] = {}
    for batch in id_batches(set(photo_ids)):
        rows = Photo.objects.filter(room=room, pk__in=batch).present()
        now.update(
            {key: (old, fixed) for key, old, fixed in rows.values_list("pk", "left_out", "is_left_out_fixed")}
        )
    if not now:
        raise AlbumError(NO_PHOTOS)
    changed = [key for key, state in now.items() if state != (reason, True) and (reason or state[0])]
    if not changed:
        return None
    with recorded(user=user, room=room, kind="left_out", photos=changed) as draft:
        draft.summary = f"{counted(len(changed))} {what}"
        leave_out(changed, reason)
    return draft.made


def leave_out(photo_ids: Collection[int], reason: str) -> None:
    """Write it, as something that a person decided; for services that record it."""
    for batch in id_batches(photo_ids):
        Photo.objects.filter(pk__in=batch).update(left_out=reason, is_left_out_fixed=True)


def release_copies(gone: Collection[int]) -> list[int]:
    """Bring back the largest copy of each shot whose kept photo has just gone to the trash; answers these photos.

    Else the shot would be in no album any more, and nobody would know. The group is asked about again.
    """
    groups: set[int] = set()
    for batch in id_batches(gone):
        kept = Photo.objects.filter(pk__in=batch, left_out="", duplicates__isnull=False)
        groups |= set(kept.values_list("duplicates", flat=True))
    best: dict[int, tuple[int, int, int]] = {}
    has_one: set[int] = set()
    for batch in id_batches(groups):
        rows = Photo.objects.filter(duplicates__in=batch, state="ready").present()
        for key, group, why, *size in rows.values_list(
            "pk", "duplicates", "left_out", "width", "height", "size_bytes"
        ):
            if why == LeftOut.DUPLICATE:
                best[group] = max(best.get(group, (0, 0, 0)), (size[0] * size[1], size[2], key))
            elif not why:
                has_one.add(group)
    back = {group: key for group, (_, _, key) in best.items() if group not in has_one}
    for batch in id_batches(back.values()):
        Photo.objects.filter(pk__in=batch).update(left_out="", is_left_out_fixed=False)
    for batch in id_batches(back):
        PhotoGroup.objects.filter(pk__in=batch).update(is_settled=False)
    return list(back.values())


def counted(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"
