"""The host decides what happens with faces, and the rest follows whatever is running meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from albums.errors import AlbumError, Conflict
from albums.models import Analysis, Face, FaceSearch, Job, Person, PersonChange, Photo, Proposal
from albums.services import consents, find_me, people
from albums.services.face_modes import set_face_mode
from albums.services.faces import draw
from albums.services.progress import room_progress
from processing import face_mode_store, store
from processing.contracts import FaceFinding, Region
from processing.people_store import group_faces
from processing.pipeline import Analyzed, FaceWithCrop
from tests.albums.services.conftest import fresh
from tests.conftest import picture


@pytest.fixture
def party(room, bob, make_person):
    """Bob said yes and is known; Anna was named by others."""
    consents.give(user=bob, room=room, text_version="1")
    me, anna = make_person(2), make_person(2)
    people.claim_person(user=bob, person=me)
    people.name_person(user=bob, person=anna, name="Anna")
    for face in Face.objects.all():
        face.crop.save("face.jpg", ContentFile(picture()))
    for photo in Photo.objects.all():
        Photo.objects.filter(pk=photo.pk).update(state="ready")
        Analysis.objects.create(photo=photo, analyzer="faces", version=3)
    return fresh(me), fresh(anna)


def test_only_the_host_decides_and_only_what_there_is(room, alice, bob):
    with pytest.raises(PermissionDenied):
        set_face_mode(user=bob, room=room, mode="off")
    with pytest.raises(AlbumError):
        set_face_mode(user=alice, room=room, mode="some")
    assert set_face_mode(user=alice, room=room, mode="everyone") == ""


def test_switching_faces_off_deletes_them_at_once(
    room, alice, bob, party, django_capture_on_commit_callbacks
):
    crops = [face.crop for face in Face.objects.all()]
    with django_capture_on_commit_callbacks(execute=True):
        said = set_face_mode(user=alice, room=room, mode="off")
    assert said == "Deleted: 4 faces and 2 people. No faces are looked for in this room any more."
    for model in (Face, Person, PersonChange, FaceSearch, Proposal):
        assert not model.objects.filter(room=room).exists(), model
    assert not any(crop.storage.exists(crop.name) for crop in crops)
    assert not Analysis.objects.filter(analyzer="faces").exists()
    with pytest.raises(Conflict) as refused:
        find_me.start(user=bob, room=room, selfie=ContentFile(picture(), "me.jpg"))
    assert refused.value.code == "faces_off"
    assert group_faces(room.pk).is_whole
    assert "faces" not in store.analyzers_for(fresh(room))


def test_what_a_worker_writes_meanwhile_goes_too(room, alice, add_photo):
    """The photo was being looked at with faces when its host switched them off."""
    photo = Photo.objects.select_related("room").get(pk=add_photo().pk)
    finding = FaceFinding(
        region=Region(10, 10, 20, 20), score=2.0, descriptor=np.ones(128, "f4"), sharpness=2.0, pose=0, quality="A"
    )  # fmt: skip
    analyzed = Analyzed("photo", "JPEG", 64, 48, None, "#000000", faces=[FaceWithCrop(finding, b"jpeg")])
    set_face_mode(user=alice, room=room, mode="off")
    store.save(photo, analyzed)
    assert not Face.objects.exists()
    late = Face.objects.create(photo=photo, room=room, x=1, y=1, width=9, height=9, score=1, descriptor=b"x")
    late.crop.save("late.jpg", ContentFile(b"jpeg"))
    lost = late.crop.storage.save(f"rooms/{room.pk}/faces/00/lost.jpg", ContentFile(b"jpeg"))
    for _ in range(2):  # killed and run again
        assert face_mode_store.settle(room.pk) == []
    assert not Face.objects.exists()
    assert not late.crop.storage.exists(lost)


def test_faces_are_looked_for_again_when_they_are_switched_on(room, alice, bob, party):
    set_face_mode(user=alice, room=room, mode="off")
    set_face_mode(user=alice, room=room, mode="everyone")
    assert set(face_mode_store.settle(room.pk)) == set(Photo.objects.values_list("pk", flat=True))
    assert consents.current(bob, room)  # Bob's yes holds


def test_what_is_blurred_stays_so_whatever_the_host_decides(room, alice, bob, party):
    from albums.services import concealment
    from albums.veils import is_veiled_for

    concealment.conceal(user=bob, room=room, veil=True)
    photo = Face.objects.filter(person=party[0]).first().photo
    for mode in ("off", "everyone", "consenting"):
        set_face_mode(user=alice, room=room, mode=mode)
        assert is_veiled_for(photo, alice), mode
    assert not Person.objects.exists()


def test_only_people_who_said_yes_are_left(room, alice, bob, party):
    me, _anna = party
    said = set_face_mode(user=alice, room=room, mode="consenting")
    assert said == "1 person with 2 faces who have not said yes: their albums and names are gone."
    assert list(Person.objects.values_list("pk", flat=True)) == [me.pk]
    assert Face.objects.filter(person=None).exclude(descriptor=b"").count() == 2
    assert "Anna" not in str(list(PersonChange.objects.values_list("summary", "before", "after")))


def test_nobody_is_grouped_named_or_suggested_before_a_yes(room, alice, bob, party, add_photo, add_face):
    me, anna = party
    strangers = list(Face.objects.filter(person=anna))
    set_face_mode(user=alice, room=room, mode="consenting")
    strangers += [add_face(add_photo(), seed=77) for _ in range(3)]  # a group elsewhere
    own = add_face(add_photo(), seed=0)  # looks like Bob
    Face.objects.update(is_sorted=False)
    group_faces(room.pk)
    assert set(Person.objects.values_list("pk", flat=True)) == {me.pk}
    assert (
        not Face.objects.filter(pk__in=[face.pk for face in strangers], person__isnull=False)
        .exclude(person=me)
        .exists()
    )
    with pytest.raises(Conflict, match="only people who said yes"):
        people.move_faces(user=bob, room=room, face_ids=[strangers[0].pk], to=None, name="Anna")
    photo = add_photo()
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=640, height=480)
    with pytest.raises(Conflict, match="only people who said yes"):
        draw(user=bob, photo=fresh(photo), x=10, y=10, width=60, height=60, name="Anna")
    assert people.confirm_faces(user=alice, person=me, face_ids=[own.pk])


def test_who_says_yes_later_gets_an_album(room, alice, vera, party):
    stranger = Face.objects.filter(person=party[1]).first()
    set_face_mode(user=alice, room=room, mode="consenting")
    consents.give(user=vera, room=room, text_version="1")
    find_me.start(user=vera, room=room, face=stranger)
    FaceSearch.objects.update(sure=[stranger.pk], state="done")
    find_me.accept(user=vera, room=room, face_ids=[stranger.pk])
    assert fresh(stranger).person.user == vera
    consents.withdraw(user=vera, room=room)
    assert not Person.objects.filter(user=vera).exists()


def test_progress_counts_the_photos_that_are_looked_at_once_more(room, alice, party):
    photos = list(Photo.objects.filter(room=room).order_by("pk"))
    Job.objects.all().delete()
    assert room_progress(fresh(room)).is_busy is False
    set_face_mode(user=alice, room=room, mode="off")
    off = room_progress(fresh(room))
    assert (off.waiting, off.is_sorting) == (0, False)  # nothing is looked for, so nothing is waited for
    Job.objects.all().delete()
    set_face_mode(user=alice, room=room, mode="everyone")
    begun = room_progress(fresh(room))  # before any worker has heard of it
    assert (begun.finished, begun.total, begun.is_busy) == (0, len(photos), True)
    Job.objects.filter(kind="mode").delete()
    for photo in photos[1:]:  # one has been looked at
        Job.objects.create(kind="analyze", room=room, photo=photo)
    now = room_progress(fresh(room))
    assert (now.finished, now.ready, now.again) == (1, len(photos), len(photos) - 1)
    Job.objects.filter(kind="analyze").update(state="done")
    assert room_progress(fresh(room)).finished == len(photos)
