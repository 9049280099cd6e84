from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.links import RoomLinks
from albums.api.serializers.downloads import AlbumSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Person, Room
from albums.services.downloads import album_photos, album_size


class AlbumViewSet(InRoomViewSet):
    """What can be downloaded as one zip: the room, the photos that you are on, those of each person."""

    queryset = Room.objects.none()
    serializer_class = AlbumSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=AlbumSerializer(many=True))
    def list(self, request: Request, room: str) -> Response:
        links = RoomLinks(self.room.pk)
        people = Person.objects.visible_to(user_of(request)).filter(room=self.room).shown()
        rows = [self._of(album, links) for album in ("room", "mine")]
        sizes = self.room.faces.all().album_sizes()
        rows += [
            _of_person(person, sizes.get(person.pk, (0, 0)), self.room, links)
            for person in people.for_strip()
        ]
        return Response(AlbumSerializer(rows, many=True).data)

    def _of(self, album: str, links: RoomLinks) -> dict[str, Any]:
        title, photos = album_photos(user=user_of(self.request), room=self.room, album=album)
        first = photos.filter(state="ready").in_order().values_list("pk", flat=True).first()
        cover = links.photo(first)["320"] if first else None
        return {"id": album, "title": title, "cover": cover, **album_size(photos)._asdict()}


def _of_person(person: Person, size: tuple[int, int], room: Room, links: RoomLinks) -> dict[str, Any]:
    return {
        "id": f"person-{person.pk}",
        "title": f"{room.name} - {person.label}",
        "photos": size[0],
        "size_bytes": size[1],
        "cover": links.crop(person.cover.pk) if person.cover and person.cover.crop else None,
    }
