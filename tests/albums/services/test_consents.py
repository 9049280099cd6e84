"""Without a yes nothing is looked for; a no deletes everything at once and for good."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from albums.errors import AlbumError, Conflict
from albums.models import (
    Consent,
    Face,
    FaceMemory,
    FaceSearch,
    Membership,
    Person,
    PersonChange,
    Proposal,
    Question,
    Refusal,
)
from albums.services import children, consents, find_me, people
from albums.services.history import undo
from albums.services.members import leave_room, remove_member
from processing import store
from processing.contracts import FaceFinding, Region
from processing.face_store import save_faces
from processing.people_store import group_faces
from processing.pipeline import FaceWithCrop
from tests.albums.services.conftest import fresh
from tests.conftest import picture


def yes(user, room, child=None) -> Consent:
    return consents.give(user=user, room=room, child=child, text_version="1", language="de")


def selfie() -> ContentFile:
    return ContentFile(picture("pink"), "selfie.jpg")


@pytest.fixture
def known(room, vera, make_person, add_photo, add_face, django_capture_on_commit_callbacks):
    """Vera said yes, is on three photos under her name, was searched for, asked about and merged."""
    yes(vera, room)
    person = make_person(3, name="")
    for face in Face.objects.filter(person=person):
        face.crop.save("face.jpg", ContentFile(b"jpeg"))
    people.claim_person(user=vera, person=person)
    other = make_person(1, name="Veronica")
    people.merge_people(user=room.memberships.get(role="owner").user, into=fresh(person), others=[other])
    stranger = add_face(add_photo(), seed=9)
    Proposal.objects.create(room=room, face=stranger, person=person, probability=0.9)
    Question.objects.create(room=room, person=person, face=stranger, distance=0.4, gain=1)
    Refusal.objects.create(face=stranger, person=person)
    FaceMemory.objects.create(room=room, sha256="0" * 64, x=1, y=1, width=9, height=9, person=person)
    FaceSearch.objects.create(room=room, user=vera, state="done", descriptor=b"x" * 512)
    return fresh(person)


def test_nothing_is_looked_for_without_a_yes(room, vera, make_person):
    with pytest.raises(consents.ConsentNeeded) as refused:
        find_me.start(user=vera, room=room, selfie=selfie())
    assert (refused.value.code, refused.value.status) == ("consent_needed", 409)
    with pytest.raises(consents.ConsentNeeded):
        people.claim_person(user=vera, person=make_person())
    assert not FaceSearch.objects.exists()
    yes(vera, room)
    assert find_me.start(user=vera, room=room, selfie=selfie()).state == "waiting"


def test_a_consent_keeps_text_language_and_times(room, vera):
    first = yes(vera, room)
    assert (first.text_version, first.language, first.withdrawn_at) == ("1", "de", None)
    assert yes(vera, room) == first
    second = consents.give(user=vera, room=room, text_version="2")
    assert fresh(first).withdrawn_at
    assert consents.current(vera, room) == second
    consents.withdraw(user=vera, room=room)
    assert consents.current(vera, room) is None
    assert Consent.objects.count() == 2


def test_nobody_speaks_for_anothers_child_or_room(room, vera, bob, charlie):
    child = children.add_child(user=vera, room=room, name="Mia")
    with pytest.raises(AlbumError, match="no such child"):
        yes(bob, room, child)
    with pytest.raises(AlbumError, match="no such child"):
        children.remove_child(user=bob, child=child)
    with pytest.raises(Http404):
        yes(charlie, room)


def test_withdrawing_leaves_nothing_and_says_so(room, vera, known, django_capture_on_commit_callbacks):
    crops = [face.crop for face in Face.objects.filter(person=known).exclude(crop="")]
    faces = set(Face.objects.filter(person=known).values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        done = consents.withdraw(user=vera, room=room)
    assert done.summary == (
        "Deleted: 4 face descriptions, 3 cut-out faces, your name on 4 photos, your selfie’s description."
    )
    assert not Person.objects.filter(room=room).exists()
    assert not FaceSearch.objects.exists()
    assert not Proposal.objects.exists()
    assert not Question.objects.exists()
    assert not Refusal.objects.exists()
    assert not any(crop.storage.exists(crop.name) for crop in crops)
    left = Face.objects.filter(pk__in=faces)
    assert {(bytes(face.descriptor), face.crop.name, face.person, face.is_dismissed) for face in left} == {
        (b"", "", None, True)
    }
    assert not FaceMemory.objects.exclude(person=None).exists()
    text = str(list(PersonChange.objects.values_list("summary", "before", "after")))
    assert "Vera" not in text
    assert "Veronica" not in text
    assert not any(str(pk) in text for pk in [known.pk, *faces])


def test_what_was_withdrawn_is_neither_undone_nor_found_again(room, vera, known):
    changes = list(PersonChange.objects.filter(room=room))
    photos = [face.photo for face in Face.objects.filter(person=known)]
    consents.withdraw(user=vera, room=room)
    for change in changes:
        with pytest.raises((PersonChange.DoesNotExist, Conflict)):
            undo(user=room.memberships.get(role="owner").user, change=fresh(change))
    import numpy as np

    for photo in photos:  # a newer analyzer looks again, and finds the face a little aside
        finding = FaceFinding(
            region=Region(11, 10, 20, 20), score=2.0, descriptor=np.ones(128, "f4"), sharpness=2.0, pose=0, quality="A"
        )  # fmt: skip
        save_faces(photo, [FaceWithCrop(finding, b"jpeg")])
    assert not Face.objects.filter(photo__in=photos).exclude(descriptor=b"", crop="").exists()
    group_faces(room.pk)
    assert not Face.objects.filter(photo__in=photos, person__isnull=False).exists()


def test_who_says_yes_again_is_found_again(room, vera, bob, known, quiet_queue):
    photos = {face.photo_id for face in Face.objects.filter(person=known)}
    yes(bob, room)
    consents.withdraw(user=vera, room=room)
    consents.give(user=bob, room=room, text_version="2")  # somebody else's yes brings nothing back
    assert not Face.objects.filter(photo__in=photos, is_dismissed=False).exists()
    yes(vera, room)
    boxes = Face.objects.filter(photo__in=photos, is_dismissed=False, withdrawal="")
    assert {face.photo_id for face in boxes} == photos
    assert all(store.undescribed(pk).exists() for pk in photos)
    assert room.jobs.filter(kind="describe").count() == len(photos)


@pytest.mark.parametrize("way", ["leaving", "removed"])
def test_who_is_gone_has_withdrawn(room, alice, vera, known, way):
    child = children.add_child(user=vera, room=room, name="Mia")
    yes(vera, room, child)
    if way == "leaving":
        leave_room(user=vera, room=room)
    else:
        remove_member(user=alice, membership=Membership.objects.get(room=room, user=vera))
    assert not Person.objects.exists()
    assert not FaceSearch.objects.exists()
    assert consents.current(vera, room) is None
    assert not room.children.exists()


def test_a_childs_album_is_its_guardians(room, vera, bob, make_person, add_photo, add_face):
    mia, tom = (children.add_child(user=vera, room=room, name=name) for name in ("Mia", "Tom"))
    with pytest.raises(consents.ConsentNeeded, match="Mia"):
        find_me.start(user=vera, room=room, selfie=selfie(), child=mia)
    for child in (mia, tom):
        yes(vera, room, child)
        find_me.start(user=vera, room=room, selfie=selfie(), child=child)
    face = add_face(add_photo())
    FaceSearch.objects.filter(child=mia).update(sure=[face.pk], state="done")
    find_me.accept(user=vera, room=room, face_ids=[face.pk], child=mia)
    person = Person.objects.get(child=mia)
    assert (person.name, person.user, fresh(face).person) == ("Mia", None, person)
    yes(bob, room)
    with pytest.raises(Conflict, match="Somebody else"):
        people.claim_person(user=bob, person=person)
    done = children.remove_child(user=vera, child=mia)
    assert done.summary.startswith("Deleted: 1 face description, Mia’s name on 1 photo")
    assert not Person.objects.exists()
    assert FaceSearch.objects.get().child == tom
