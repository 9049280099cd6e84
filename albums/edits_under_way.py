"""What is being edited in a room right now: for the line above its grids, which asks again by itself until all is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, QuerySet
from django.utils import timezone

from accounts.models import User
from albums.models import Edit, EditBatch, Room
from albums.models.edits import CLAIM, EditState

PACE = timedelta(seconds=90)  # what was begun in this time says how fast it goes
LEAST_FOR_PACE = 3
FAILURES_SHOWN = timedelta(hours=1)  # since a batch was begun; its own page has them for ever
PACE_COUNTS = {"count": Count("pk"), "first": Min("claimed_until"), "last": Max("claimed_until")}
NO_PACE = {"count": 0}
ENDED = (EditState.READY, EditState.SAME, EditState.FAILED)


@dataclass(frozen=True, slots=True)
class EditsUnderWay:
    """How far the edits of a room are: a count of rows, so always true."""

    waiting: int = 0  # photos of batches, and single ones
    total: int = 0  # photos of the batches that are under way
    finished: int = 0  # of these
    batches: list[UUID] = field(default_factory=list)
    failed: int = 0  # photos that the reader's own batches could not edit lately
    seconds_left: int | None = None  # None: nothing waits, or nothing was finished lately to judge by

    @property
    def only_batch(self) -> UUID | None:
        """The one that a button can stop; None where there are several."""
        return self.batches[0] if len(self.batches) == 1 else None


def edits_under_way(room: Room, user: User) -> EditsUnderWay:
    """One small query where nothing is under way."""
    waiting, failed = _counted(room, user)
    if not waiting:
        return EditsUnderWay(failed=failed)
    batches = [batch for batch in waiting if batch is not None]
    total = sum(EditBatch.objects.filter(pk__in=batches).values_list("total", flat=True))
    left = sum(waiting[batch] for batch in batches)
    count = sum(waiting.values())
    return EditsUnderWay(
        waiting=count,
        total=total,
        finished=max(0, total - left),
        batches=batches,
        failed=failed,
        seconds_left=seconds_left(batches, count) if batches else None,
    )


def _counted(room: Room, user: User) -> tuple[dict[UUID | None, int], int]:
    """How many photos wait for their copies, by batch, and how many failed lately; two counts in one query.

    None stands for single ones; what lies in the trash, or was replaced before it was made, is not waited for. A failed photo looks
    as before because an edit of one of this user's latest batches failed, and nobody has edited it since.
    """
    waiting = Edit.objects.filter(
        state=EditState.WAITING, photo__room=room, photo__edit=F("pk"), photo__deleted_at=None
    )
    since = timezone.now() - FAILURES_SHOWN
    mine = EditBatch.objects.filter(room=room, author=user, created_at__gt=since, undone_at=None)
    failed = Edit.objects.filter(
        batch__in=mine, state=EditState.FAILED, photo__edit=F("pk"), photo__deleted_at=None
    )
    counts = [
        rows.order_by().values_list("state", "batch").annotate(count=Count("pk"))
        for rows in (waiting, failed)
    ]
    found = list(counts[0].union(counts[1], all=True))
    return (
        {batch: count for state, batch, count in found if state == EditState.WAITING},
        sum(count for state, _batch, count in found if state == EditState.FAILED),
    )


def seconds_left(batches: Collection[UUID], waiting: int) -> int | None:
    """The pace of these batches together in the last ninety seconds, carried on."""
    return _carried_on(_begun_lately(batches).aggregate(**PACE_COUNTS), waiting)


def seconds_left_of_each(waiting: Mapping[UUID, int]) -> dict[UUID, int | None]:
    """The same for each batch by itself: in one query whatever their number; in none where nothing waits.

    Args:
        waiting: how many photos of each batch wait.
    """
    if not waiting:
        return {}
    rows = _begun_lately(waiting).order_by().values("batch").annotate(**PACE_COUNTS)
    lately = {row["batch"]: row for row in rows}
    return {batch: _carried_on(lately.get(batch, NO_PACE), count) for batch, count in waiting.items()}


def _begun_lately(batches: Collection[UUID]) -> QuerySet[Edit]:
    begun_since = timezone.now() - PACE
    return Edit.objects.filter(batch__in=batches, state__in=ENDED, claimed_until__gt=begun_since + CLAIM)


def _carried_on(lately: Mapping[str, Any], waiting: int) -> int | None:
    if not waiting or lately["count"] < LEAST_FOR_PACE:
        return None
    elapsed = (lately["last"] - lately["first"]).total_seconds()
    return max(1, round(waiting * elapsed / (lately["count"] - 1)))
