from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError
from albums.models import Face, Job, Person, Photo, Question
from albums.services import faces
from albums.services.history import undo
from albums.services.photos import trash_photos
from tests.albums.services.conftest import fresh


@pytest.fixture
def photo(add_photo) -> Photo:
    photo = add_photo()
    Photo.objects.filter(pk=photo.pk).update(width=400, height=300)
    return fresh(photo)


def box(x=100, y=100, width=50, height=60) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def test_a_missed_face_is_drawn_and_described_by_a_worker(bob, room, photo):
    face, change = faces.draw(user=bob, photo=photo, **box())
    assert (face.x, face.y, face.width, face.height) == (100, 100, 50, 60)
    assert (face.is_drawn, face.person, bytes(face.descriptor), face.quality) == (True, None, b"", "C")
    assert Job.objects.filter(kind="describe", photo=photo).exists()
    assert change.kind == "draw"


def test_a_face_is_drawn_of_somebody_and_counted(bob, room, photo, make_person):
    anna = make_person(name="Anna")
    face, _ = faces.draw(user=bob, photo=photo, **box(), person=anna)
    assert (face.person, face.assignment, fresh(anna).photo_count) == (anna, "confirmed", 3)


def test_a_name_that_is_in_use_means_that_person(bob, photo, make_person):
    anna = make_person(name="Anna")
    face, _ = faces.draw(user=bob, photo=photo, **box(), name=" anna ")
    assert face.person == anna
    face, _ = faces.draw(user=bob, photo=photo, **box(x=200), name="Berta")
    assert (face.person.name, face.person.photo_count) == ("Berta", 1)


def test_undoing_a_drawing_takes_the_box_and_the_new_person_away(bob, photo):
    face, change = faces.draw(user=bob, photo=photo, **box(), name="Berta")
    undo(user=bob, change=change)
    assert (fresh(face).is_dismissed, fresh(face).person) == (True, None)
    assert not Person.objects.current().exists()
    assert not Face.objects.present().exists()


def test_what_lies_beside_the_photo_is_cut_off(bob, photo):
    face, _ = faces.draw(user=bob, photo=photo, **box(x=-20, y=280, width=60, height=90))
    assert (face.x, face.y, face.width, face.height) == (0, 280, 40, 20)


@pytest.mark.parametrize(
    "values",
    [box(width=7), box(x=395), box(x=500), box(width=-50), box(y=-1000), box(width=10**30, height=1)],
)
def test_a_box_without_room_for_a_face_is_refused(bob, photo, values):
    with pytest.raises(AlbumError):
        faces.draw(user=bob, photo=photo, **values)
    assert not Face.objects.exists()


def test_a_box_that_is_much_longer_than_wide_is_refused(bob, photo):
    with pytest.raises(AlbumError, match="too long"):
        faces.draw(user=bob, photo=photo, x=0, y=0, width=10, height=31)
    assert not photo.faces.exists()


def test_a_face_that_is_marked_is_not_marked_again(bob, photo, add_face):
    add_face(photo, x=105, y=105, width=50, height=60)
    with pytest.raises(AlbumError, match="already marked"):
        faces.draw(user=bob, photo=photo, **box())


def test_drawing_where_a_box_was_taken_away_brings_that_face_back(bob, photo, add_face, make_person):
    anna = make_person(name="Anna")
    known = add_face(photo, x=105, y=105, width=50, height=60, is_dismissed=True, is_sorted=True)
    face, change = faces.draw(user=bob, photo=photo, **box(), person=anna)
    assert (face, face.is_dismissed, face.is_sorted, face.person) == (known, False, False, anna)
    assert not Job.objects.filter(kind="describe").exists()
    undo(user=bob, change=change)
    assert (fresh(known).is_dismissed, fresh(known).person) == (True, None)


def test_a_photo_is_not_flooded_with_faces(bob, photo, monkeypatch):
    monkeypatch.setattr(faces, "MOST_FACES", 2)
    for x in (10, 110):
        faces.draw(user=bob, photo=photo, **box(x=x))
    with pytest.raises(AlbumError, match="at most 2"):
        faces.draw(user=bob, photo=photo, **box(x=210))


def test_nothing_is_drawn_on_a_photo_in_the_trash(alice, room, photo):
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    with pytest.raises(AlbumError):
        faces.draw(user=alice, photo=fresh(photo), **box())


def test_what_is_no_face_leaves_its_album_and_comes_back_with_undo(bob, room, make_person):
    anna = make_person(name="Anna", assignment="confirmed")
    face = anna.faces.first()
    Question.objects.create(room=room, person=anna, face=face, distance=0.5, gain=1)
    change = faces.dismiss(user=bob, room=room, face_ids=[face.pk])
    assert (fresh(face).is_dismissed, fresh(face).person, fresh(anna).photo_count) == (True, None, 1)
    assert not Question.objects.exists()
    assert change.summary == "A box is no face"
    undo(user=bob, change=change)
    assert (fresh(face).is_dismissed, fresh(face).person, fresh(face).assignment) == (
        False,
        anna,
        "confirmed",
    )
    assert fresh(anna).photo_count == 2


def test_records_of_older_versions_are_undone_too(bob, room, make_person, add_face, add_photo):
    from albums.services import people

    anna = make_person(name="Anna")
    face = anna.faces.first()
    change = people.refuse_faces(user=bob, person=anna, face_ids=[face.pk])
    for record in (change.before, change.after):
        record["faces"] = {key: state[:2] for key, state in record["faces"].items()}
    change.save()
    undo(user=bob, change=change)
    assert (fresh(face).person, fresh(face).is_dismissed) == (anna, False)


def test_a_face_that_was_dismissed_is_not_dismissed_again(bob, room, add_photo, add_face):
    face = add_face(add_photo(), is_dismissed=True)
    with pytest.raises(AlbumError):
        faces.dismiss(user=bob, room=room, face_ids=[face.pk])


def test_neither_viewers_nor_outsiders_draw_or_dismiss(vera, charlie, room, photo, add_face):
    face = add_face(photo)
    for user, error in ((vera, PermissionDenied), (charlie, Http404)):
        with pytest.raises(error):
            faces.draw(user=user, photo=photo, **box())
        with pytest.raises(error):
            faces.dismiss(user=user, room=room, face_ids=[face.pk])
    assert Face.objects.present().get() == face


def test_a_person_of_another_room_is_not_drawn(bob, charlie, photo):
    from albums.services.rooms import create_room

    stranger = Person.objects.create(room=create_room(owner=charlie, name="Charlie's"), name="Zoe")
    with pytest.raises(AlbumError):
        faces.draw(user=bob, photo=photo, **box(), person=stranger)
    assert not Face.objects.exists()
