"""Photos that probably lie on their side: turned upright, or left as they are for good."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from albums.batches import id_batches
from albums.models import EditBatch, Room, TurnProposal
from albums.models.edits import EditOrigin, TurnState
from albums.permissions import Action, require
from albums.services import edit_batches
from processing.recipes import recipe_of

TITLE = gettext_noop("Turned upright")


@transaction.atomic
def accept(*, user: User, room: Room, photo_ids: Collection[int] | None) -> EditBatch:
    """Turn these photos, or all that are proposed (None), as one batch that can be undone."""
    require(user, Action.EDIT_PHOTOS, room)
    chosen = _open(room, photo_ids)
    batch = edit_batches.many(
        user=user,
        room=room,
        recipes_by_photo={
            turn.photo_id: recipe_of([("rotate", {"quarters": turn.quarters})]) for turn in chosen
        },
        title=TITLE,
        origin=EditOrigin.TURN,
        groups=("geometry",),
    )
    _decide(user, chosen, TurnState.ACCEPTED)
    return batch


@transaction.atomic
def decline(*, user: User, room: Room, photo_ids: Collection[int] | None) -> int:
    """These photos are right as they are; they are not asked about again. Answers how many they were."""
    require(user, Action.EDIT_PHOTOS, room)
    chosen = _open(room, photo_ids)
    _decide(user, chosen, TurnState.DECLINED)
    return len(chosen)


def _open(room: Room, photo_ids: Collection[int] | None) -> list[TurnProposal]:
    rows = TurnProposal.objects.filter(
        room=room, state=TurnState.OPEN, photo__deleted_at=None, photo__edit=None
    )
    if photo_ids is None:
        return list(rows.order_by("pk")[: edit_batches.MOST_PHOTOS])
    return [turn for ids in id_batches(photo_ids) for turn in rows.filter(photo__in=ids)]


def _decide(user: User, chosen: Collection[TurnProposal], state: TurnState) -> None:
    for ids in id_batches([turn.pk for turn in chosen]):
        TurnProposal.objects.filter(pk__in=ids).update(
            state=state, decided_by=user, decided_at=timezone.now()
        )
