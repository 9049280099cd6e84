from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from albums import shelves
from albums.api.links import RoomLinks
from albums.api.serializers.downloads import AlbumSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Person, Room
from albums.services.downloads import album_photos, album_size
from albums.shelves import Album

OWN = ("room", "mine", "favorites", "best")


class AlbumViewSet(InRoomViewSet):
    """What can be downloaded as one zip: the room, your own albums, those of each person, event, place and tag."""

    queryset = Room.objects.none()
    serializer_class = AlbumSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=AlbumSerializer(many=True))
    def list(self, request: Request, room: str) -> Response:
        self.links = RoomLinks(self.room.pk)
        rows = [self._own(name) for name in OWN]
        rows += self._people()
        rows += self._rows("event", shelves.events_of(self.room))
        rows += self._rows("place", shelves.places_of(self.room))
        rows += self._rows("tag", shelves.tags_of(self.room))
        return Response(rows)  # as the serializer says; thousands of people would take it seconds

    def _own(self, name: str) -> dict[str, Any]:
        title, photos = album_photos(user=user_of(self.request), room=self.room, album=name)
        size = album_size(photos)
        first = (
            photos.filter(state="ready").in_order().values_list("pk", flat=True).first()
            if size.photos
            else None
        )
        cover = self.links.current(first) if first else None
        return {"id": name, "kind": name, "title": title, "cover": cover, **size._asdict()}

    def _people(self) -> Iterator[dict[str, Any]]:
        sizes = self.room.faces.all().album_sizes()
        user = user_of(self.request)
        people = Person.objects.visible_to(user).filter(room=self.room).shown(user).for_strip()
        for key, name, cover, crop in people.values_list("pk", "name", "cover", "cover__crop"):
            photos, size_bytes = sizes.get(key, shelves.NOTHING)
            yield {
                "id": f"person-{key}",
                "kind": "person",
                "title": f"{self.room.name} - {name or f'Person {key}'}",
                "photos": photos,
                "size_bytes": size_bytes,
                "cover": self.links.crop(cover) if crop else None,
            }

    def _rows(self, kind: str, albums: Iterable[Album]) -> Iterator[dict[str, Any]]:
        for album in albums:
            yield {
                "id": f"{kind}-{album.row.pk}",
                "kind": kind,
                "title": f"{self.room.name} - {album.row}",
                "photos": album.photos,
                "size_bytes": album.size_bytes,
                "cover": self.links.current(album.cover_id) if album.cover_id else None,
            }
