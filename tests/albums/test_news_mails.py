from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from albums import news_mails
from albums.models import Membership, Notification, Room
from albums.models.talk import NoticeKind
from albums.services.notifications import tell
from albums.services.rooms import create_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings):
    settings.PUBLIC_URL = "https://photos.example.org"


@pytest.fixture
def reader(bob):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    return bob


def tell_of_photos(room: Room, user, photos: list[int]) -> None:
    tell(room=room, users=[user.pk], kind=NoticeKind.NEW_PHOTOS_OF_YOU, photos=photos)


def pass_time(**much: int) -> None:
    """As if everything had happened so long ago."""
    gone = timedelta(**much)
    for row in Notification.objects.all():
        row.created_at -= gone
        row.updated_at -= gone
        row.mailed_at = row.mailed_at and row.mailed_at - gone
        row.save()


def test_one_mail_for_all_rooms_once_it_is_quiet(site, room, alice, reader):
    other = create_room(owner=alice, name="Lake")
    Membership.objects.create(room=other, user=reader, role="member")
    tell_of_photos(room, reader, [1, 2, 3])
    tell(room=other, users=[reader.pk], kind=NoticeKind.ROOM_ENDS, day="2026-08-01")
    assert news_mails.send_due() == 0
    pass_time(minutes=31)
    assert news_mails.send_due() == 1
    assert news_mails.send_due() == 0
    sent = mail.outbox[0]
    assert sent.to == [reader.email]
    assert sent.subject == "[Photoroom] News from 2 rooms"
    for text in ("3 new photos of you", "This room ends on 1 August 2026.", "Lake", room.name):
        assert text in sent.body
    assert sent.alternatives[0][1] == "text/html"
    assert "https://photos.example.org/notifications/" in sent.alternatives[0][0]


def test_the_next_mail_tells_of_the_rest_and_comes_hours_later(site, room, reader):
    tell_of_photos(room, reader, [1, 2, 3])
    pass_time(minutes=31)
    news_mails.send_due()
    tell_of_photos(room, reader, [4])
    pass_time(minutes=31)
    assert news_mails.send_due() == 0
    pass_time(hours=5)
    assert news_mails.send_due() == 1
    assert "1 new photo of you in" in mail.outbox[1].subject


def test_no_mail_to_guests_nor_about_rooms_that_are_switched_off_nor_of_what_was_read(
    room, alice, reader, gina
):
    tell(room=room, users=[gina.pk, alice.pk], kind=NoticeKind.ROOM_ENDS, day="2026-08-01")
    tell_of_photos(room, reader, [1])
    Membership.objects.filter(user=reader).update(sends_mail=False)
    pass_time(hours=9)
    assert news_mails.send_due() == 0
    Membership.objects.filter(user=reader).update(sends_mail=True)
    Notification.objects.update(read_at=timezone.now())
    assert news_mails.send_due() == 0


def test_where_it_never_becomes_quiet_a_mail_goes_out_all_the_same(room, reader):
    tell_of_photos(room, reader, [1])
    pass_time(hours=7)
    tell_of_photos(room, reader, [2])
    assert news_mails.send_due() == 1


def test_a_mail_server_that_is_away_loses_nothing(room, reader, monkeypatch):
    tell_of_photos(room, reader, [1, 2])
    pass_time(minutes=31)
    with monkeypatch.context() as patch:
        patch.setattr(
            "django.core.mail.EmailMessage.send",
            lambda self: (_ for _ in ()).throw(SMTPServerDisconnected("away")),
        )
        assert news_mails.send_due() == 0
    assert Notification.objects.get().mailed_at is None
    assert news_mails.send_due() == 1
    assert "2 new photos of you" in mail.outbox[0].body


def test_a_worker_that_is_killed_while_sending_sends_nothing_twice(room, reader, monkeypatch):
    tell_of_photos(room, reader, [1])
    pass_time(minutes=31)
    monkeypatch.setattr(
        "django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        news_mails.send_due()
    monkeypatch.undo()
    assert news_mails.send_due() == 0


def test_one_click_ends_the_mail_without_signing_in(site, client, room, reader):
    tell_of_photos(room, reader, [1])
    pass_time(minutes=31)
    news_mails.send_due()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.search(r"<https://photos.example.org(/mail/off/[^>]+)>", headers["List-Unsubscribe"])[1]
    assert room.name in client.get(path).content.decode().replace("&#x27;", "'")
    mine = Membership.objects.filter(user=reader)
    assert mine.get().sends_mail  # looking changes nothing
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not mine.get().sends_mail
    assert client.post(path[:-3] + "x/", {}).status_code == 404


def test_a_mail_speaks_its_readers_language(room, reader, monkeypatch):
    from django.utils import translation

    said: list[str] = []
    monkeypatch.setattr(
        news_mails, "subject_of", lambda rooms: said.append(translation.get_language()) or "x"
    )
    type(reader).objects.filter(pk=reader.pk).update(language="de")
    tell_of_photos(room, reader, [1])
    pass_time(minutes=31)
    news_mails.send_due()
    assert said == ["de"]
