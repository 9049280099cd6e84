from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from albums.forms import ShiftForm
from albums.models import Device, Photo
from albums.permissions import Action
from albums.services import clocks as services
from albums.services.times import spoken
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room, say_photo_change
from albums.views.times import checked, wall_clock

CAMERAS_SHOWN = 200
SAMPLES = 5


@dataclass(frozen=True)
class Camera:
    """A camera as its page shows it."""

    device: Device
    photo_count: int
    samples: list[Photo]
    pair: tuple[Photo, Photo] | None  # the same moment, by this camera and by another one

    @property
    def timed(self) -> Photo | None:
        """A photo of it whose time comes from its clock."""
        return next((photo for photo in self.samples if photo.time_source in services.BY_CLOCK), None)

    @property
    def shift(self) -> str:
        return spoken(self.device.shift_seconds) if self.device.shift_seconds else ""

    @property
    def proposal(self) -> str:
        """What its clock is off by, by which other cameras suggest it; empty if they suggest nothing."""
        proposed = self.device.proposed_seconds
        return "" if proposed is None else spoken(proposed - self.device.shift_seconds)[1:]

    @property
    def is_proposed_later(self) -> bool:
        return (self.device.proposed_seconds or 0) > self.device.shift_seconds

    @property
    def parts(self) -> dict[str, int | str]:
        """The shift, cut for the form."""
        days, rest = divmod(abs(self.device.shift_seconds), 86400)
        return {
            "sign": "-" if self.device.shift_seconds < 0 else "+",
            "days": days,
            "hours": rest // 3600,
            "minutes": rest % 3600 // 60,
            "seconds": rest % 60,
        }


@in_room()
def cameras_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Whose camera took what, and by how much its clock is off."""
    devices = place.room.devices.select_related("uploader").annotate(
        photo_count=Count("photos", filter=Q(photos__deleted_at=None, photos__left_out=""))
    )
    shown = list(devices.filter(photo_count__gt=0).order_by("-photo_count", "id")[:CAMERAS_SHOWN])
    cameras = cameras_of(shown)
    asking = [camera for camera in cameras if camera.pair]
    return render_room(request, place, "albums/cameras.html", "cameras", cameras=cameras, asking=asking)


def cameras_of(devices: Sequence[Device]) -> list[Camera]:
    keys = samples_of([device.pk for device in devices])
    wanted = {pk for pks in keys.values() for pk in pks}
    pairs = {device.pk: pair for device in devices if (pair := evidence_of(device))}
    wanted |= {pk for pair in pairs.values() for pk in pair}
    photos = {photo.pk: photo for photo in Photo.objects.filter(pk__in=wanted).present().with_files()}
    return [
        Camera(
            device,
            device.photo_count,  # type: ignore[attr-defined]
            [photos[pk] for pk in keys.get(device.pk, []) if pk in photos],
            pair_of(pairs.get(device.pk), photos),
        )
        for device in devices
    ]


def evidence_of(device: Device) -> tuple[int, int] | None:
    """The pair of photos that shows the proposal best."""
    if device.proposed_seconds is None:
        return None
    pairs = [pair for pair in device.evidence if isinstance(pair, list) and len(pair) == 2]
    return (int(pairs[0][0]), int(pairs[0][1])) if pairs else None


def pair_of(pair: tuple[int, int] | None, photos: dict[int, Photo]) -> tuple[Photo, Photo] | None:
    if pair is None or pair[0] not in photos or pair[1] not in photos:
        return None
    return photos[pair[0]], photos[pair[1]]


def samples_of(devices: list[int]) -> dict[int, list[int]]:
    """A few photos of each camera, in one query."""
    rows = (
        Photo.objects.in_albums()
        .filter(device__in=devices, renditions__side_px=320)
        .annotate(
            at=Window(RowNumber(), partition_by=[F("device")], order_by=[F("sort_at").asc(), F("pk").asc()])
        )
        .filter(at__lte=SAMPLES)
        .values_list("device", "pk")
    )
    found: dict[int, list[int]] = {}
    for device, pk in rows:
        found.setdefault(device, []).append(pk)
    return found


def device_of(place: Place, device_id: int) -> Device:
    return get_object_or_404(place.room.devices.select_related("room"), pk=device_id)


@in_room(Action.EDIT_PHOTOS)
@deed
def camera_clock(request: HttpRequest, place: Place, device_id: int) -> HttpResponse:
    """By how much its clock was off; or when one of its photos was really taken."""
    device = device_of(place, device_id)
    if photo_ids := chosen_photos(request):
        photo = get_object_or_404(device.photos.present().select_related("place", "room"), pk=photo_ids[0])
        change = services.shift_by_photo(
            user=place.user, device=device, photo=photo, local_time=wall_clock(request)
        )
    else:
        seconds = 0 if "reset" in request.POST else checked(ShiftForm(request.POST)).total_seconds
        change = services.shift_camera(user=place.user, device=device, seconds=seconds)
    say_photo_change(request, place, change)
    return go_back(request, "albums:cameras", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def camera_answer(request: HttpRequest, place: Place, device_id: int) -> HttpResponse:
    """Yes or no to the shift that other cameras suggest."""
    device = device_of(place, device_id)
    if request.POST.get("answer") == "yes":
        change = services.accept_proposal(user=place.user, device=device)
    else:
        change = services.decline_proposal(user=place.user, device=device)
    say_photo_change(request, place, change)
    return go_back(request, "albums:cameras", place.room.pk)
