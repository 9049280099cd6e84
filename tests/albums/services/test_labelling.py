from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from albums.models import Face, LabelOrder, Person, Proposal
from albums.services import labelling
from tests.albums.services.conftest import faces_of
from tests.conftest import picture


def asked(user, room, **kwargs) -> list[int]:
    return [found.face.pk for found in labelling.next_faces(user=user, room=room, **kwargs)]


def test_faces_come_in_the_order_that_teaches_most(bob, room, make_person):
    pks = sorted(faces_of(make_person(4)))
    order = [pks[2], pks[0], pks[3]]
    LabelOrder.objects.create(room=room, faces=order)
    assert asked(bob, room) == [*order, pks[1]]
    assert asked(bob, room, limit=2) == order[:2]


def test_what_is_decided_hidden_dismissed_or_deleted_is_not_asked(
    bob, room, make_person, add_face, add_photo
):
    make_person(name="Anna", assignment="confirmed")
    make_person(is_hidden=True)
    add_face(add_photo(), is_dismissed=True)
    gone = add_face(add_photo(data=picture("red")))
    type(gone.photo).objects.filter(pk=gone.photo_id).update(deleted_at="2026-01-01T00:00Z")
    open_face = add_face(add_photo())
    LabelOrder.objects.create(room=room, faces=list(Face.objects.values_list("pk", flat=True)))
    assert asked(bob, room) == [open_face.pk]


def test_without_an_order_the_largest_nameless_groups_come_first(bob, room, make_person):
    named, small, large = make_person(4, name="Anna"), make_person(1), make_person(3)
    found = labelling.next_faces(user=bob, room=room)
    assert [one.face.person for one in found[:2]] == [large, small]
    assert found[-1].face.person == named


def test_candidates_are_the_guess_the_second_the_own_group_and_who_is_often_there(
    bob, room, make_person, add_photo, add_face
):
    often, rare = make_person(3, name="Often"), make_person(1, name="Rare")
    own, second = make_person(2, name="Own"), make_person(1, name="Second")
    make_person(5, name="Hidden", is_hidden=True)
    face = own.faces.first()
    LabelOrder.objects.create(room=room, faces=[face.pk])
    Proposal.objects.create(room=room, face=face, person=rare, second=second, probability=0.7)
    [found] = labelling.next_faces(user=bob, room=room, limit=1)
    assert found.candidates == [(rare, 0.7), (second, None), (own, None), (often, None)]


def test_there_are_at_most_nine_candidates(bob, room, make_person, add_photo, add_face):
    for number in range(12):
        Person.objects.create(room=room, name=f"Person {number}")
    add_face(add_photo())
    [found] = labelling.next_faces(user=bob, room=room)
    assert len(found.candidates) == 9


def test_one_person_can_be_labelled_alone_the_most_doubtful_first(bob, room, make_person):
    anna, other = make_person(1, name="Anna"), make_person(3)
    sure, doubtful, _ = other.faces.order_by("pk")
    for face, probability in ((sure, 0.9), (doubtful, 0.4)):
        Proposal.objects.create(room=room, face=face, person=anna, probability=probability)
    assert asked(bob, room, person=anna) == [doubtful.pk, sure.pk, anna.faces.get().pk]


def test_the_price_does_not_grow_with_the_faces(bob, room, make_person):
    costs = []
    for count in (2, 20):
        for _ in range(count):
            anna = make_person(1, name="Anna")
            face = make_person(1).faces.get()
            Proposal.objects.create(room=room, face=face, person=anna, probability=0.4)
        LabelOrder.objects.update_or_create(
            room=room, defaults={"faces": list(Face.objects.values_list("pk", flat=True))}
        )
        with CaptureQueriesContext(connection) as queries:
            found = labelling.next_faces(user=bob, room=room)
            assert all(one.face.photo.sha256 and one.candidates[0][0].cover is None for one in found)
        costs.append(len(queries))
    assert costs[0] >= costs[1]
    assert max(costs) <= 6


def test_a_viewer_labels_nothing(vera, room):
    with pytest.raises(PermissionDenied):
        labelling.next_faces(user=vera, room=room)


def test_progress_counts_what_is_learned_from(room, make_person, add_face, add_photo):
    anna = make_person(10, name="Anna", assignment="named")
    berta = make_person(3, name="Berta")
    add_face(add_photo(), berta, assignment="confirmed")
    add_face(add_photo(), berta, assignment="confirmed", quality="C")
    rows = labelling.progress(room)
    assert [(row.person, row.labelled, row.recognized, row.is_done) for row in rows] == [
        (anna, 10, 10, True),
        (berta, 1, 5, False),
    ]
    assert (labelling.needed(anna), labelling.needed(berta)) == (0, 9)
