"""When somebody was last in a room, and what has come since."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from albums.models import Membership, Photo
from albums.querysets import Anyone, RoomQuerySet

ABSENCE = timedelta(minutes=30)  # who comes back after it visits anew
STEP = timedelta(minutes=5)  # a visit is noted again only after so long: most pages write nothing


def with_new_counts(rooms: RoomQuerySet, user: Anyone) -> RoomQuerySet:
    """Adds `new_count`: photos of others that came since this user last looked at the room."""
    seen = Membership.objects.filter(room=OuterRef("room"), user=user.pk or 0).values("seen_at")[:1]
    fresh = (
        Photo.objects.filter(room=OuterRef("pk"), uploaded_at__gt=Subquery(seen))
        .in_albums()
        .filter(~Q(uploader=user.pk or 0) | Q(uploader=None))
    )
    counted = fresh.order_by().values("room").annotate(n=Count("pk")).values("n")
    return rooms.annotate(
        new_count=Coalesce(Subquery(counted, output_field=models.IntegerField()), models.Value(0))
    )
