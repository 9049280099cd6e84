"""The head of a room's page: what it holds, from how many people, what it does with faces, and one's own album."""

from __future__ import annotations

from albums import faces_policy
from albums.services.downloads import album_photos, album_size
from albums.views.joining import counts_of
from albums.views.places import Place


def room_head(place: Place) -> dict[str, object]:
    host = place.room.memberships.filter(role="owner").select_related("user").first()
    _, mine = album_photos(user=place.user, room=place.room, album="mine")
    return {
        "host": host.user if host else None,
        "mode": faces_policy.describe(place.room),
        "finds_faces": faces_policy.finds_faces(place.room),
        "my_size": album_size(mine),
        **counts_of(place.room),
    }
