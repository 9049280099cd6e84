"""What happens when two do something at the same moment: each gets what it had read before the other one was done."""

from __future__ import annotations

import threading
from datetime import timedelta

import numpy as np
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from albums import news_mails
from albums.errors import AlbumError, Gone
from albums.models import Consent, Download, Face, Job, Notification, Photo, ShareLink
from albums.models.jobs import JobKind, JobState
from albums.models.talk import NoticeKind
from albums.services import consents
from albums.services.face_modes import set_face_mode
from albums.services.notifications import tell
from albums.services.share_links import change_link, create_link, revoke_link
from albums.services.share_zips import zip_of
from albums.shared import photos_of, size_of
from processing import face_mode_store, store, tasks
from processing.contracts import FaceFinding, Region
from processing.pipeline import Analyzed, FaceWithCrop

# SQLite lets one transaction in after the other: nothing can cross there.
on_two_connections = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)


def at_once(*works) -> None:
    ready = threading.Barrier(len(works))

    def run(work) -> None:
        try:
            ready.wait()
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_two_looks_at_the_news_claim_each_piece_once(room, bob):
    """The second one waits for the rows of the first, and then finds nothing left."""
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    tell(room=room, users=[bob.pk], kind=NoticeKind.NEW_PHOTOS_OF_YOU, photos=[1, 2])
    Notification.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    has_claimed = threading.Event()
    claimed: list[int] = []

    def first() -> None:
        with transaction.atomic():
            claimed.append(len(news_mails.claim(bob.pk)))
            has_claimed.set()
            threading.Event().wait(0.5)

    def second() -> None:
        has_claimed.wait(5)
        claimed.append(len(news_mails.claim(bob.pk)))

    at_once(first, second)
    assert sorted(claimed) == [0, 1]


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_two_looks_send_one_mail(room, bob, settings):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    tell(room=room, users=[bob.pk], kind=NoticeKind.NEW_PHOTOS_OF_YOU, photos=[1, 2])
    Notification.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    at_once(*[lambda: news_mails.send_to(bob.pk)] * 4)
    assert len(mail.outbox) == 1


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_six_tellers_at_once_lose_nothing_and_wait_for_nobody_for_ever(room, alice, bob, vera, gina):
    users = [bob.pk, vera.pk, gina.pk]
    works = [
        lambda number=number: tell(
            room=room,
            users=users if number % 2 else users[::-1],
            kind=NoticeKind.NEW_PHOTOS_OF_YOU,
            photos=[number],
        )
        for number in range(6)
    ]
    at_once(*works)
    for user in users:
        notice = Notification.objects.get(user=user)
        assert (notice.count, sorted(notice.data["photos"])) == (6, [0, 1, 2, 3, 4, 5])


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_two_fingers_on_yes_are_one_consent(room, bob):
    at_once(*[lambda: consents.give(user=bob, room=room, text_version="1")] * 4)
    assert Consent.objects.filter(user=bob, withdrawn_at=None).count() == 1
    assert Consent.objects.count() == 1


@pytest.mark.django_db
def test_a_zip_follows_what_its_link_allows_by_now(room, alice, add_photo):
    add_photo()
    Photo.objects.update(state="ready")
    link = create_link(user=alice, room=room, title="Lake", shows_metadata=True)
    read_before = ShareLink.objects.select_related("room").get(pk=link.pk)
    size = size_of(photos_of(link))
    change_link(user=alice, link=link, shows_metadata=False)
    assert zip_of(link=read_before, size=size).options["metadata"] == "strip"
    change_link(user=alice, link=link, allows_downloads=False)
    with pytest.raises(AlbumError, match="switched off"):
        zip_of(link=read_before, size=size)
    change_link(user=alice, link=link, allows_downloads=True)
    revoke_link(user=alice, link=link)
    with pytest.raises(Gone):
        zip_of(link=read_before, size=size)
    assert not Download.objects.exists()


def analyzed_with_a_face() -> Analyzed:
    finding = FaceFinding(
        region=Region(10, 10, 20, 20), score=2.0, descriptor=np.ones(128, "f4"), sharpness=2.0, pose=0, quality="A"
    )  # fmt: skip
    return Analyzed("photo", "JPEG", 64, 48, None, "#000000", faces=[FaceWithCrop(finding, b"jpeg")])


@pytest.mark.django_db
def test_faces_written_while_they_are_switched_off_and_after_that_was_settled_go_too(
    room, alice, add_photo, monkeypatch, django_capture_on_commit_callbacks
):
    """On PostgreSQL a worker may ask for the mode, the host changes it, all of that is settled, and then the worker writes."""
    photo = add_photo()
    save_analyses = store.save_analyses

    def save_meanwhile(*what) -> None:
        set_face_mode(user=alice, room=room, mode="off")
        face_mode_store.settle(room.pk)
        Job.objects.filter(kind=JobKind.MODE).update(state=JobState.DONE)
        save_analyses(*what)

    monkeypatch.setattr(store, "save_analyses", save_meanwhile)
    monkeypatch.setattr(store, "analyze_file", lambda *_a, **_kw: analyzed_with_a_face())
    job = Job.objects.get(kind=JobKind.ANALYZE, photo=photo)
    tasks.analyze_photo(job.pk)
    assert Job.objects.filter(kind=JobKind.MODE, state=JobState.QUEUED).exists()
    face_mode_store.settle(room.pk)
    assert not Face.objects.exists()


@pytest.mark.django_db
def test_crops_of_faces_that_are_just_found_again_are_not_taken_for_lost(room, alice, add_photo, monkeypatch):
    """Its host switches faces on again while a worker still deletes what "off" left; another one has written a crop, and no row yet."""
    photo = add_photo()
    set_face_mode(user=alice, room=room, mode="off")
    storage = Face._meta.get_field("crop").storage
    forget_faces = face_mode_store.forgetting.forget_faces
    written: list[str] = []

    def meanwhile(of) -> tuple[int, int]:
        counts = forget_faces(of)
        written.append(storage.save(f"rooms/{room.pk}/faces/00/{photo.sha256}.jpg", ContentFile(b"jpeg")))
        return counts

    monkeypatch.setattr(face_mode_store.forgetting, "forget_faces", meanwhile)
    face_mode_store.settle(room.pk)
    assert storage.exists(written[0])
    monkeypatch.undo()
    face_mode_store.settle(room.pk)  # the next one finds that it is really nobody's
    assert not storage.exists(written[0])
