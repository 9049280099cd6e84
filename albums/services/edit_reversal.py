"""Batches of edits stopped, taken back and tried again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.batches import id_batches
from albums.errors import Conflict
from albums.models import Edit, EditBatch, Photo, TurnProposal
from albums.models.edits import STAND_IN, EditOrigin, EditState, TurnState
from albums.permissions import Action, require
from albums.services.edit_batches import show_originals
from albums.services.edits import decided_on
from processing import copy_tasks

ANEW = {"state": EditState.WAITING, "failure": "", "attempts": 0, "claimed_until": None}


@transaction.atomic
def cancel(*, user: User, batch: EditBatch) -> EditBatch:
    """Photos that still wait keep what they had; those that are done stay done."""
    require(user, Action.EDIT_PHOTOS, batch.room)
    fresh = _locked(batch)
    if not fresh.edits.filter(state=EditState.WAITING).exists():
        raise Conflict(_("Nothing waits any more; undo it instead."))
    _take_back(fresh, EditState.WAITING)
    fresh.cancelled_at = timezone.now()
    fresh.save(update_fields=["cancelled_at"])
    return fresh


@transaction.atomic
def undo(*, user: User, batch: EditBatch) -> EditBatch:
    """Every photo that nobody has edited since goes back to what it had."""
    require(user, Action.EDIT_PHOTOS, batch.room)
    fresh = _locked(batch)
    if fresh.undone_at is not None:
        raise Conflict(_("This has been undone already."))
    _take_back(fresh, None)
    fresh.undone_at = timezone.now()
    fresh.save(update_fields=["undone_at"])
    return fresh


@transaction.atomic
def try_again(*, user: User, batch: EditBatch) -> int:
    """Have those photos of a batch made once more that have failed; answers how many they are."""
    require(user, Action.EDIT_PHOTOS, batch.room)
    rows = Edit.objects.filter(batch=_locked(batch), state=EditState.FAILED)
    is_wanted = Exists(Photo.objects.filter(edit=OuterRef("pk"), deleted_at=None))
    count = rows.filter(is_wanted).update(**ANEW)
    if not count:
        raise Conflict(_("Nothing of this has failed that could be tried again."))
    copy_tasks.request_rendering_of_many(batch.room_id)
    return count


def _locked(batch: EditBatch) -> EditBatch:
    """Two people who stop or undo the same batch come one after the other."""
    return EditBatch.objects.select_for_update(of=("self",)).select_related("room").get(pk=batch.pk)


def _take_back(batch: EditBatch, state: EditState | None) -> None:
    """Move photos whose latest version is of this batch (and in this state) back to the one before it."""
    ids = list(Photo.objects.filter(_is_of(batch)).order_by().values_list("pk", flat=True))
    for some in id_batches(ids):
        _take_back_some(batch, some, state)
    copy_tasks.request_rendering_of_many(batch.room_id)
    copy_tasks.request_veiling(batch.room_id)


def _is_of(batch: EditBatch) -> Q:
    """A condition on photos: what was decided last is of this batch, or stands for a version of it that can't be shown now."""
    return Q(edit__batch=batch) | Q(edit__key__startswith=STAND_IN, edit__parent__batch=batch)


def _take_back_some(batch: EditBatch, photo_ids: list[int], state: EditState | None) -> None:
    rows = Photo.objects.select_for_update(of=("self",)).filter(_is_of(batch), pk__in=photo_ids)
    photos = {photo.edit_id: photo for photo in rows.order_by("pk")}
    edits = Edit.objects.filter(pk__in=photos).select_related("parent")
    taken = [
        edit
        for edit in edits  # what is shown already is only made once more
        if state is None or (edit.state == state and photos[edit.pk].shown_edit_id != edit.pk)
    ]
    waiting = [edit.pk for edit in taken if edit.state == EditState.WAITING]
    Edit.objects.filter(pk__in=waiting).update(state=EditState.CANCELLED)
    again, unedited = [], []
    for edit in taken:
        photo, before = photos[edit.pk], decided_on(edit).parent
        photo.edit = before
        if before is None or not before.key:
            unedited.append(photo.pk)
        elif photo.shown_edit_id != before.pk or before.state == EditState.FAILED:
            again.append(before.pk)
    Photo.objects.bulk_update([photos[edit.pk] for edit in taken], ["edit"])
    show_originals(unedited)
    Edit.objects.filter(pk__in=again).update(**ANEW)
    if batch.origin == EditOrigin.TURN:  # they are asked about again
        TurnProposal.objects.filter(photo__in=unedited, photo__edit=None, state=TurnState.ACCEPTED).update(
            state=TurnState.OPEN, decided_by=None, decided_at=None
        )
