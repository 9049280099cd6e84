"""What becomes untrue when a photo comes back from the trash."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from albums.batches import id_batches
from albums.models import Notification, TakedownRequest
from albums.models.privacy import RequestState
from albums.models.talk import NoticeKind

NOT_ANSWERED = {"state": RequestState.OPEN, "answer": "", "answered_by": None, "answered_at": None}


@transaction.atomic
def reopen_requests(photo_ids: Collection[int]) -> None:
    """Who asked to have one of these photos taken down waits for an answer again; of several requests the latest."""
    for batch in id_batches(photo_ids):
        asked = TakedownRequest.objects.filter(photo__in=batch, user__isnull=False)
        waiting: set[tuple[int, int | None]] = set(
            asked.filter(state=RequestState.OPEN).values_list("photo", "user")
        )
        for request in asked.filter(state=RequestState.DONE).order_by("-answered_at", "-pk"):
            key = (request.photo_id, request.user_id)
            if key in waiting:
                continue
            waiting.add(key)
            TakedownRequest.objects.filter(pk=request.pk).update(**NOT_ANSWERED)
            _unsay(request)


def _unsay(request: TakedownRequest) -> None:
    """It is not read any more that the photo was taken down."""
    told = Notification.objects.filter(
        room=request.room_id, user=request.user_id, kind=NoticeKind.TAKEDOWN_ANSWERED, read_at=None
    )
    told.filter(data__photo=request.photo_id, count=1).delete()
