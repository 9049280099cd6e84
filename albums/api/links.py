"""Addresses in answers. They are paths on this site, made without a URL lookup per photo."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from albums.serving import SIZES

_ROW = 0  # stands for the id in an address until it is known


class RoomLinks:
    """The addresses of one room's photos, faces and people."""

    def __init__(self, room_id: UUID) -> None:
        media = reverse("albums:media", args=[room_id, _ROW, SIZES[0]])
        self._media = media[: -len(f"{_ROW}/{SIZES[0]}")]
        self._photo = _split(reverse("albums:photo", args=[room_id, _ROW]))
        self._crop = _split(reverse("albums:face_crop", args=[room_id, _ROW]))
        self._person = _split(reverse("albums:person", args=[room_id, _ROW]))

    def photo(self, photo_id: int, look: str = "") -> dict[str, str]:
        """Of a photo with its look (Photo.look), which makes another address of its pictures."""
        version = f"?v={look}" if look else ""
        links = {size: f"{self._media}{photo_id}/{size}{version}" for size in SIZES}
        links["page"] = self._photo.format(photo_id)
        return links

    def current(self, photo_id: int, size: str = SIZES[0]) -> str:
        """A picture of a photo whose look is not known here: browsers ask each time whether it is still the same."""
        return f"{self._media}{photo_id}/{size}?v=now"

    def crop(self, face_id: int) -> str:
        return self._crop.format(face_id)

    def person(self, person_id: int) -> str:
        return self._person.format(person_id)


def _split(path: str) -> str:
    """A format string out of an address that has 0 as its id: the last part that is exactly 0."""
    head, _, tail = path.rpartition(f"/{_ROW}/")
    return f"{head}/{{}}/{tail}"


def absolute(request: HttpRequest, path: str) -> str:
    """With scheme and host, for what is sent on to other people."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
