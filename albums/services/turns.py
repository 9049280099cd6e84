"""Photos that probably lie on their side: turned upright, or left as they are for good."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from albums import edit_lists
from albums.batches import id_batches
from albums.models import EditBatch, Room, TurnProposal
from albums.models.edits import EditOrigin, TurnState
from albums.permissions import Action, require
from albums.services import edit_batches
from processing.turning import turned

TITLE = gettext_noop("Turned upright")


@transaction.atomic
def accept(*, user: User, room: Room, photo_ids: Collection[int] | None) -> EditBatch:
    """Turn these photos, or all that are proposed (None), as one batch that can be undone."""
    require(user, Action.EDIT_PHOTOS, room)
    chosen = {turn.photo_id: turn for turn in _open(room, photo_ids)}
    batch = edit_batches.many(
        user=user,
        room=room,
        photo_ids=chosen,
        change=lambda photo, recipe: turned(recipe, chosen[photo.pk].quarters),
        title=TITLE,
        origin=EditOrigin.TURN,
    )
    done = set(batch.edits.values_list("photo", flat=True))  # not those that this user can't edit
    _decide(user, [turn for pk, turn in chosen.items() if pk in done], TurnState.ACCEPTED)
    return batch


@transaction.atomic
def decline(*, user: User, room: Room, photo_ids: Collection[int] | None) -> list[int]:
    """These photos are right as they are; they are not asked about again. Answers which they were."""
    require(user, Action.EDIT_PHOTOS, room)
    chosen = _open(room, photo_ids)
    _decide(user, chosen, TurnState.DECLINED)
    return [turn.photo_id for turn in chosen]


@transaction.atomic
def ask_again(*, user: User, room: Room, photo_ids: Collection[int]) -> int:
    """Take back that these photos are right as they are; answers how many are asked about again."""
    require(user, Action.EDIT_PHOTOS, room)
    count = 0
    for ids in id_batches(photo_ids):
        rows = TurnProposal.objects.filter(room=room, state=TurnState.DECLINED, photo__in=ids)
        count += rows.update(state=TurnState.OPEN, decided_by=None, decided_at=None)
    return count


def _open(room: Room, photo_ids: Collection[int] | None) -> list[TurnProposal]:
    rows = edit_lists.proposed_turns(room).select_for_update(of=("self",))
    if photo_ids is None:
        return list(rows.order_by("pk")[: edit_batches.MOST_PHOTOS])
    return [turn for ids in id_batches(photo_ids) for turn in rows.filter(photo__in=ids).order_by("pk")]


def _decide(user: User, chosen: Collection[TurnProposal], state: TurnState) -> None:
    for ids in id_batches([turn.pk for turn in chosen]):
        TurnProposal.objects.filter(pk__in=ids).update(
            state=state, decided_by=user, decided_at=timezone.now()
        )
