from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from albums import housekeeping
from albums.models import Consent, FaceSearch, Job, Person
from processing import jobs, search_store, tasks
from processing.contracts import FaceFinding, Matches, Region
from processing.errors import ProcessingError
from tests import samples
from tests.conftest import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everybody_said_yes")]
VECTOR = np.linspace(0, 0.1, 128, dtype="<f4")


@pytest.fixture
def analyzer(monkeypatch):
    """Sees a face on every selfie, or what a test wants it to see."""

    def use(see=lambda _: FaceFinding(Region(1, 1, 9, 9), 1.0, VECTOR, 2.0, 0, "A")):
        monkeypatch.setattr(search_store.face_analyzer, "describe_selfie", see)

    use()
    return use


@pytest.fixture
def finds(monkeypatch):
    """A face search whose answer is known."""

    def use(sure=(), maybe=()):
        answer = Matches(tuple(face.pk for face in sure), tuple(face.pk for face in maybe))
        monkeypatch.setattr(search_store.face_search, "search", lambda *_: answer)

    use()
    return use


@pytest.fixture
def search(room, bob) -> FaceSearch:
    return FaceSearch.objects.create(room=room, user=bob, selfie=picture())


def test_a_selfie_is_described_and_gone_and_the_search_answered(
    room, search, add_photo, add_face, analyzer, finds
):
    one, two = add_face(add_photo()), add_face(add_photo())
    finds(sure=[one], maybe=[two])
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.state, search.selfie, bytes(search.descriptor)) == ("done", None, VECTOR.tobytes())
    assert (search.sure, search.maybe) == ([one.pk], [two.pk])
    assert search.searched_at


def test_a_selfie_without_a_face_says_what_to_do_and_is_gone(room, search, analyzer):
    def see(_):
        raise ProcessingError("No face was found on this picture.")

    analyzer(see)
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.state, search.selfie, search.descriptor) == ("failed", None, None)
    assert search.failure == "No face was found on this picture."


def test_a_selfie_that_is_no_picture_is_refused_in_a_sentence(room, search):
    FaceSearch.objects.update(selfie=b"nothing like a picture")
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.state, search.selfie) == ("failed", None)
    assert search.failure.endswith(".")


def test_a_search_that_is_withdrawn_while_its_selfie_is_looked_at_stays_gone(room, search, analyzer):
    def see(_):
        FaceSearch.objects.all().delete()
        return FaceFinding(Region(1, 1, 9, 9), 1.0, VECTOR, 2.0, 0, "A")

    analyzer(see)
    search_store.search_room(room.pk)
    assert not FaceSearch.objects.exists()


def test_a_second_selfie_is_not_answered_with_the_first_one(room, search, analyzer):
    later = picture("red")

    def see(_):
        FaceSearch.objects.update(selfie=later)
        return FaceFinding(Region(1, 1, 9, 9), 1.0, VECTOR, 2.0, 0, "A")

    analyzer(see)
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.state, bytes(search.selfie), search.descriptor) == ("waiting", later, None)


def test_nobody_is_looked_for_whose_consent_is_gone(room, search, analyzer):
    Consent.objects.update(withdrawn_at=timezone.now())
    search_store.search_room(room.pk)
    assert not FaceSearch.objects.exists()


def test_a_tapped_face_is_searched_for(room, bob, add_photo, add_face, finds):
    face = add_face(add_photo())
    search = FaceSearch.objects.create(room=room, user=bob, face=face)
    finds(sure=[face])
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.state, bytes(search.descriptor), search.sure) == ("done", face.descriptor, [face.pk])


def test_a_tapped_face_that_has_gone_is_said_in_a_sentence(room, bob):
    search = FaceSearch.objects.create(room=room, user=bob)
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.state, search.failure) == ("failed", search_store.NOT_THERE)


def test_faces_of_other_members_are_never_shown_and_ones_own_are_no_question(
    room, alice, search, add_photo, add_face, analyzer, finds
):
    theirs = Person.objects.create(room=room, user=alice)
    mine = Person.objects.create(room=room, user=search.user)
    taken, own, loose = (add_face(add_photo(), person) for person in (theirs, mine, None))
    finds(sure=[taken, own], maybe=[taken, own, loose])
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.sure, search.maybe) == ([own.pk], [loose.pk])


def test_who_is_known_is_not_shown_faces_that_somebody_confirmed_as_another(
    room, search, add_photo, add_face, analyzer, finds
):
    anna = Person.objects.create(room=room, name="Anna")
    confirmed = add_face(add_photo(), anna, assignment="confirmed")
    finds(sure=[confirmed])
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert search.sure == [confirmed.pk]  # this may be Anna
    Person.objects.create(room=room, user=search.user)
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert search.sure == []


def test_what_the_user_declined_is_not_shown_again(room, search, add_photo, add_face, analyzer, finds):
    face = add_face(add_photo())
    FaceSearch.objects.update(declined=[face.pk])
    finds(sure=[face], maybe=[face])
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert (search.sure, search.maybe) == ([], [])


def test_new_photos_are_found_for_who_searched_before(room, search, add_photo, add_face, analyzer, finds):
    search_store.search_room(room.pk)
    face = add_face(add_photo())
    finds(sure=[face])
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert search.sure == [face.pk]


def test_a_failed_search_is_not_answered(room, search, finds):
    FaceSearch.objects.update(state="failed", selfie=None, descriptor=VECTOR.tobytes())
    search_store.search_room(room.pk)
    search.refresh_from_db()
    assert search.state == "failed"


def test_a_search_job_that_is_given_up_takes_the_selfie_away(room, search, analyzer, settings):
    def see(_):
        raise KeyError("bug")

    analyzer(see)
    job_id = jobs.request(kind="find", room_id=room.pk)
    tasks.find_members(job_id)
    search.refresh_from_db()
    assert (search.state, bytes(search.selfie)) == ("waiting", picture())
    Job.objects.update(attempts=settings.JOB_MAX_ATTEMPTS - 1)
    tasks.find_members(job_id)
    search.refresh_from_db()
    assert (search.state, search.selfie, search.failure) == ("failed", None, jobs.SEARCH_FAILED)


def test_a_selfie_that_nobody_looked_at_for_an_hour_is_removed(search):
    assert housekeeping.expire_selfies() == 0
    FaceSearch.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert housekeeping.expire_selfies() == 1
    search.refresh_from_db()
    assert (search.state, search.selfie, search.failure) == ("failed", None, housekeeping.TOO_LONG)


def test_who_waits_is_not_held_back_by_a_search_for_later(
    room, search, quiet_queue, django_capture_on_commit_callbacks
):
    FaceSearch.objects.update(state="done", selfie=None, descriptor=VECTOR.tobytes())
    with django_capture_on_commit_callbacks(execute=True):
        tasks.request_search_again(room.pk)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.request_search(room.pk)
    job = Job.objects.get(kind="find")
    assert quiet_queue[-2:] == [job.pk, job.pk]


def test_a_real_selfie_finds_the_photos_of_its_person(
    room, bob, add_photo, django_capture_on_commit_callbacks
):
    from processing import people_store, store

    photos = samples.face_photos()
    selfie = next(path for path, person in photos if person == "Barack").read_bytes()
    for path, _ in photos:
        store.analyze(add_photo(data=path.read_bytes(), name=path.name).pk)
    people_store.group_faces(room.pk)
    search = FaceSearch.objects.create(room=room, user=bob, selfie=selfie)
    search_store.search_room(room.pk)
    search.refresh_from_db()
    found = set(room.faces.filter(pk__in=search.sure).values_list("photo__filename", flat=True))
    assert found == {path.name for path, person in photos if person == "Barack"}
