"""Rooms end: members hear of it, everything goes, a receipt stays."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from albums import endings
from albums.errors import AlbumError
from albums.models import Download, Face, Notification, Person, Photo, Receipt, Rendition, Room
from albums.services import rooms
from tests.conftest import picture


def in_days(count: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=count)


def confirm(user) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@pytest.fixture
def full_room(room, add_photo, add_face):
    """Two photos with a rendition, a face and its crop each."""
    for seed in range(2):
        photo = add_photo()
        rendition = Rendition(photo=photo, side_px=320, width=32, height=24, size_bytes=9)
        rendition.file.save("x.jpg", ContentFile(picture()))
        face = add_face(photo, Person.objects.create(room=room, name=f"P{seed}"), seed=seed)
        face.crop.save("face.jpg", ContentFile(picture()))
    return room


class TestLastDay:
    def test_a_room_ends_when_its_last_day_is_over_on_its_own_clock(self, room, alice):
        rooms.update_room(user=alice, room=room, ends_on=datetime.date(2099, 5, 3), time_zone="Asia/Tokyo")
        assert room.ends_at == datetime.datetime(2099, 5, 4, tzinfo=ZoneInfo("Asia/Tokyo"))

    def test_it_can_not_end_today(self, room, alice):
        with pytest.raises(AlbumError, match="tomorrow at the earliest"):
            rooms.update_room(user=alice, room=room, ends_on=in_days(-1))
        room.refresh_from_db()
        assert room.ends_on is None

    def test_only_the_owner_sets_it(self, room, bob):
        with pytest.raises(PermissionDenied):
            rooms.update_room(user=bob, room=room, ends_on=in_days(30))

    def test_the_settings_of_an_ending_room_can_be_saved_again(self, room, alice):
        Room.objects.filter(pk=room.pk).update(ends_on=timezone.localdate())
        room.refresh_from_db()
        rooms.update_room(user=alice, room=room, ends_on=room.ends_on, name="Other")
        assert room.name == "Other"


class TestTelling:
    def test_all_members_hear_of_it_once_a_week_before(self, room, alice, bob, gina):
        rooms.update_room(user=alice, room=room, ends_on=in_days(5))
        assert endings.tell_members() == 1
        assert endings.tell_members() == 0
        told = Notification.objects.filter(room=room, kind="ends", data__day=str(in_days(5)))
        assert set(told.values_list("user", "count")) == {(alice.pk, 1), (bob.pk, 1), (gina.pk, 1)}

    def test_nobody_hears_of_it_long_before(self, room, alice, bob):
        confirm(bob)
        rooms.update_room(user=alice, room=room, ends_on=in_days(30))
        assert endings.tell_members() == 0

    def test_a_new_day_is_told_anew(self, room, alice, bob):
        confirm(bob)
        rooms.update_room(user=alice, room=room, ends_on=in_days(5))
        endings.tell_members()
        rooms.update_room(user=alice, room=room, ends_on=in_days(6))
        assert endings.tell_members() == 1

    def test_every_page_of_the_room_says_so_and_offers_a_last_zip(self, room, alice, bob, client):
        rooms.update_room(user=alice, room=room, ends_on=in_days(5))
        client.force_login(bob)
        for name in ("room", "people", "members"):
            page = client.get(reverse(f"albums:{name}", args=[room.pk])).content.decode()
            assert "This room ends on" in page
            assert "Download everything" in page

    def test_who_is_invited_reads_it_before_joining(self, room, alice, client):
        from albums.services.invitations import create_invitation

        rooms.update_room(user=alice, room=room, ends_on=in_days(90))
        invitation = create_invitation(user=alice, room=room)
        assert "The room ends on" in client.get(invitation.get_absolute_url()).content.decode()


class TestEnding:
    def end(self, room) -> int:
        Room.objects.filter(pk=room.pk).update(ends_on=in_days(-2))
        return endings.end_rooms()

    @pytest.mark.django_db(transaction=True)
    def test_rows_and_files_are_gone_and_a_receipt_says_so(self, full_room, settings, alice, bob, charlie):
        confirm(bob)
        bytes_before = sum(Photo.objects.values_list("size_bytes", flat=True))
        assert self.end(full_room) == 1
        for model in (Room, Photo, Rendition, Face, Person):
            assert not model.objects.exists(), model
        assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
        assert not (settings.MEDIA_ROOT / f"rooms/{full_room.pk}").exists()
        receipt = Receipt.objects.get()
        assert (receipt.photos, receipt.renditions, receipt.faces, receipt.descriptors) == (2, 2, 2, 2)
        assert receipt.size_bytes == bytes_before
        assert receipt.ended_at is not None
        assert set(receipt.readers.all()) == {alice, bob}
        assert mail.outbox[-1].to == [bob.email]
        assert "2 photos" in mail.outbox[-1].body

    @pytest.mark.django_db(transaction=True)
    def test_killed_in_the_middle_it_goes_on_with_the_first_numbers(self, full_room, monkeypatch):
        def die(room) -> None:
            Photo.objects.filter(room=room).first().delete()
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(endings, "empty_room", die)
            with pytest.raises(KeyboardInterrupt):
                self.end(full_room)
        assert Receipt.objects.get().ended_at is None
        assert endings.end_rooms() == 1
        receipt = Receipt.objects.get()
        assert receipt.photos == 2
        assert receipt.ended_at is not None

    def test_files_that_nobody_knows_go_too(self, full_room, settings):
        stray = settings.MEDIA_ROOT / f"rooms/{full_room.pk}/renditions/ab/stray.jpg"
        stray.parent.mkdir(parents=True)
        stray.write_bytes(b"x")
        self.end(full_room)
        assert not stray.exists()

    def test_a_room_on_its_last_day_is_left_alone(self, full_room):
        Room.objects.filter(pk=full_room.pk).update(ends_on=timezone.localdate() + datetime.timedelta(days=1))
        assert endings.end_rooms() == 0

    def test_the_receipt_is_there_for_its_members_alone(self, full_room, client, bob, charlie):
        self.end(full_room)
        url = Receipt.objects.get().get_absolute_url()
        client.force_login(charlie)
        assert client.get(url).status_code == 404
        client.force_login(bob)
        assert "has ended" in client.get(url).content.decode()
        assert "Rooms that ended" in client.get(reverse("albums:rooms")).content.decode()

    def test_an_unfinished_receipt_is_not_shown(self, client, alice):
        receipt = Receipt.objects.create(
            room_key="12345678-1234-5678-1234-567812345678",
            room_name="X",
            reason="",
            photos=1,
            faces=0,
            size_bytes=0,
        )
        receipt.readers.add(alice)
        client.force_login(alice)
        assert client.get(receipt.get_absolute_url()).status_code == 404


class TestExpress:
    @pytest.fixture
    def express(self, alice):
        return rooms.create_room(owner=alice, name="My photos", is_express=True)

    def age(self, room, **since) -> None:
        moment = timezone.now() - datetime.timedelta(**since)
        Room.objects.filter(pk=room.pk).update(created_at=moment)
        Photo.objects.filter(room=room).update(uploaded_at=moment)

    def fetch(self, room, user, **ago) -> None:
        Download.objects.create(
            room=room, user=user, title="x", entries=[], photo_count=1, size_bytes=1,
            fetched_at=timezone.now() - datetime.timedelta(**ago),
        )  # fmt: skip

    def test_it_stays_for_a_day_after_the_last_photo(self, express, alice, add_photo):
        add_photo(to=express)
        self.age(express, hours=23)
        Photo.objects.update(state="ready")
        assert endings.end_rooms() == 0
        self.age(express, hours=25)
        assert endings.end_rooms() == 1
        assert not Room.objects.filter(pk=express.pk).exists()

    def test_it_goes_an_hour_after_its_zip_was_fetched(self, express, alice, add_photo):
        add_photo(to=express)
        Photo.objects.update(state="ready")
        self.age(express, hours=3)
        self.fetch(express, alice, minutes=30)
        assert endings.end_rooms() == 0
        Download.objects.update(fetched_at=timezone.now() - datetime.timedelta(minutes=61))
        assert endings.end_rooms() == 1

    def test_photos_added_after_the_download_keep_it(self, express, alice, add_photo):
        self.fetch(express, alice, hours=2)
        add_photo(to=express)
        assert endings.end_rooms() == 0

    def test_it_waits_for_photos_that_are_being_processed(self, express, add_photo):
        add_photo(to=express)
        self.age(express, hours=30)
        assert endings.end_rooms() == 0
        self.age(express, days=4)
        assert endings.end_rooms() == 1

    def test_a_kept_room_stays(self, express, alice, client):
        self.age(express, days=2)
        client.force_login(alice)
        assert "cleans itself up" in client.get(express.get_absolute_url()).content.decode()
        client.post(reverse("albums:room_keep", args=[express.pk]))
        assert endings.end_rooms() == 0
        assert "cleans itself up" not in client.get(express.get_absolute_url()).content.decode()

    def test_its_page_leads_to_the_zip_as_soon_as_there_are_photos(self, express, alice, client, add_photo):
        client.force_login(alice)
        assert "Get the zip" not in client.get(express.get_absolute_url()).content.decode()
        add_photo(to=express)
        assert "Get the zip" in client.get(express.get_absolute_url()).content.decode()

    def test_usual_rooms_never_go_by_themselves(self, full_room):
        self.age(full_room, days=400)
        assert endings.end_rooms() == 0

    def test_a_zone_that_only_the_browser_knows_does_not_stop_it(self, client, alice):
        client.force_login(alice)
        client.post(reverse("albums:room_express"), {"name": "Summer", "time_zone": "Moon/Tycho"})
        assert Room.objects.get().time_zone == Room(name="x").time_zone

    def test_the_page_opens_one(self, client, alice):
        client.force_login(alice)
        client.post(reverse("albums:room_express"), {"name": "Summer", "time_zone": "Europe/Rome"})
        room = Room.objects.get(name="Summer")
        assert (room.is_express, room.time_zone, room.upload_policy) == (True, "Europe/Rome", "owner")


def test_the_api_sets_the_day_and_keeps_an_express_room(api_client_of, alice):
    api = api_client_of(alice)
    made = api.post("/api/v1/rooms/", {"name": "Fast", "is_express": True}).json()
    assert made["is_express"] is True
    url = f"/api/v1/rooms/{made['id']}/"
    assert api.patch(url, {"ends_on": str(in_days(9)), "is_express": False}).json()["ends_on"] == str(
        in_days(9)
    )
    assert Room.objects.get().is_express is False
    assert api.patch(url, {"ends_on": "2020-01-01"}).status_code == 400


@pytest.fixture
def api_client_of():
    from rest_framework.test import APIClient

    def make(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return make
