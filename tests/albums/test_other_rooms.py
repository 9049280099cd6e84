"""Whoever owns a room of their own can't reach into another one with its ids, in whatever field they send them."""

from __future__ import annotations

from typing import Any

import pytest

from albums.models import (
    Download,
    Face,
    FaceSearch,
    Invitation,
    Membership,
    Person,
    PersonChange,
    Photo,
    Proposal,
    Question,
    Refusal,
    Room,
)
from albums.services import people
from albums.services.invitations import create_invitation
from albums.services.rooms import create_room

# Method, address below Charlie's room, body. Names in braces are ids: those with `my_` of Charlie's room, else of Alice's.
BOX = {"x": "1", "y": "1", "width": "20", "height": "20"}
PAGES = [
    ("post", "people/{person}/name/", {"name": "x"}),
    ("post", "people/{person}/claim/", {}),
    ("post", "people/{my_person}/refuse/", {"faces": "{face}"}),
    ("post", "people/{my_person}/refuse/", {"photos": "{photo}"}),
    ("post", "people/{my_person}/cover/", {"faces": "{face}"}),
    ("post", "people/merge/", {"people": ["{my_person}", "{person}"]}),
    ("post", "faces/{face}/name/", {"name": "x"}),
    ("post", "members/{membership}/role/", {"role": "viewer"}),
    ("post", "members/{membership}/remove/", {}),
    ("post", "members/{membership}/hand-over/", {}),
    ("post", "invitations/{invitation}/revoke/", {}),
    ("post", "changes/{change}/undo/", {}),
    ("post", "photos/trash/", {"photos": "{photo}"}),
    ("post", "photos/retry/", {"photos": "{photo}"}),
    ("post", "cover/", {"photos": "{photo}"}),
    ("post", "downloads/", {"photos": "{photo}"}),
    ("post", "downloads/", {"album": "person-{person}"}),
    ("get", "?person={person}", {}),
    ("get", "?uploader={member}", {}),
    ("get", "people/{my_person}/?same={person}", {}),
    ("get", "invitations/?show={invitation}", {}),
    ("get", "people/{person}/proposals/", {}),
    ("post", "people/{person}/proposals/accept/", {"above": "0"}),
    ("post", "people/{my_person}/proposals/accept/", {"faces": "{face}"}),
    ("post", "people/{my_person}/proposals/refuse/", {"faces": "{face}"}),
    ("get", "label/?person={person}", {}),
    ("post", "label/answer/", {"face": "{face}", "name": "x"}),
    ("post", "label/answer/", {"face": "{face}", "no": "1"}),
    ("post", "label/answer/", {"face": "{my_face}", "person": "{person}"}),
    ("post", "questions/{question}/answer/", {"answer": "yes"}),
    ("post", "questions/0/answer/", {"answer": "yes", "person": "{my_person}", "face": "{face}"}),
    ("post", "questions/0/answer/", {"answer": "yes", "person": "{my_person}", "other": "{person}"}),
    ("post", "photos/{photo}/faces/", BOX),
    ("post", "faces/{face}/dismiss/", {}),
    ("post", "find-me/start/", {"face": "{face}"}),
    ("get", "find-me/", {}),
    ("post", "find-me/accept/", {"faces": "{face}"}),
    ("post", "find-me/accept/", {"shown": "{face}"}),
    ("post", "find-me/decline/", {"faces": "{face}"}),
]
API = [
    ("patch", "", {"cover": "{photo}"}),
    ("patch", "people/{my_person}/", {"cover": "{face}"}),
    ("patch", "people/{person}/", {"name": "x"}),
    ("post", "people/{my_person}/merge/", {"people": ["{person}"]}),
    ("post", "people/{my_person}/refuse/", {"faces": ["{face}"]}),
    ("post", "people/{person}/claim/", {}),
    ("post", "faces/assign/", {"faces": ["{face}"], "person": "{my_person}"}),
    ("post", "faces/assign/", {"faces": ["{my_face}"], "person": "{person}"}),
    ("post", "faces/assign/", {"faces": ["{my_face}", "{face}"], "name": "Mix"}),
    ("post", "people/{my_person}/confirm/", {"faces": ["{face}"]}),
    ("post", "people/{my_person}/proposals/accept/", {"faces": ["{face}"]}),
    ("post", "people/{my_person}/proposals/refuse/", {"faces": ["{face}"]}),
    ("get", "people/{person}/proposals/", {}),
    ("post", "people/{person}/proposals/accept/", {"above": "0"}),
    ("post", "faces/", {"photo": "{photo}", "box": BOX}),
    ("post", "faces/", {"photo": "{my_photo}", "box": BOX, "person": "{person}"}),
    ("delete", "faces/{face}/", {}),
    ("get", "faces/next/?person={person}", {}),
    ("post", "questions/{question}/answer/", {"answer": "yes"}),
    ("post", "find-me/", {"face": "{face}"}),
    ("post", "find-me/accept/", {"faces": ["{face}"]}),
    ("post", "find-me/decline/", {"faces": ["{face}"]}),
    ("post", "changes/{change}/undo/", {}),
    ("delete", "invitations/{invitation}/", {}),
    ("patch", "members/{membership}/", {"role": "viewer"}),
    ("delete", "members/{membership}/", {}),
    ("post", "members/{membership}/hand-over/", {}),
    ("post", "photos/trash/", {"photos": ["{photo}"]}),
    ("delete", "photos/{photo}/", {}),
    ("post", "photos/{photo}/retry/", {}),
    ("post", "downloads/", {"photos": ["{photo}"]}),
    ("post", "downloads/", {"album": "person-{person}"}),
    ("get", "photos/?person={person}", {}),
    ("get", "photos/?q=Ann", {}),
    ("get", "faces/?person={person}", {}),
]


@pytest.fixture
def ids(room, bob, charlie, add_photo, add_face, alice) -> dict[str, Any]:
    mine = create_room(owner=charlie, name="Charlie's room")
    photo, my_photo = add_photo(bob), add_photo(charlie, to=mine)
    person = Person.objects.create(room=room, photo_count=1)
    my_person = Person.objects.create(room=mine, name="Zoe", photo_count=1)
    face = add_face(photo, person, crop="x.jpg")
    change = people.name_person(user=bob, person=person, name="Annegret")
    Proposal.objects.create(room=room, face=face, person=person, probability=0.5)
    FaceSearch.objects.create(room=room, user=bob, state="done", sure=[face.pk])
    FaceSearch.objects.create(room=mine, user=charlie, state="done", sure=[face.pk])  # forged
    question = Question.objects.create(room=room, person=person, face=face, distance=0.4, gain=1)
    return {
        "my_room": mine.pk,
        "my_person": my_person.pk,
        "my_face": add_face(my_photo, my_person).pk,
        "photo": photo.pk,
        "my_photo": my_photo.pk,
        "question": question.pk,
        "person": person.pk,
        "face": face.pk,
        "change": change.pk if change else 0,
        "member": bob.pk,
        "membership": Membership.objects.get(user=bob).pk,
        "invitation": create_invitation(user=alice, room=room).pk,
    }


def rows_of(room: Room) -> list[list[Any]]:
    """Everything of a room that somebody could want to change."""
    tables = (
        *(Photo, Person, Face, Membership, Invitation, PersonChange),
        *(Proposal, Question, FaceSearch),
    )
    return [list(table.objects.filter(room=room).order_by("pk").values()) for table in tables] + [
        list(Room.objects.filter(pk=room.pk).values())
    ]


def filled(value: Any, ids: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    return value.format(**ids)


def check(client, method: str, address: str, body: dict[str, Any], room: Room, **kwargs: Any) -> None:
    before, token = rows_of(room), Invitation.objects.get().token
    answer = getattr(client, method)(address, body, **kwargs)
    assert answer.status_code < 500
    assert rows_of(room) == before
    assert Refusal.objects.count() == 0
    assert Face.objects.exclude(person=None).exclude(room=room).filter(person__room=room).count() == 0
    assert Room.objects.exclude(pk=room.pk).get().cover is None
    taken = {pk for download in Download.objects.all() for pk, _ in download.entries}
    assert not taken & set(room.photos.values_list("pk", flat=True))
    for secret in ("Annegret", "Bob", "Alice", token):
        assert secret not in answer.content.decode()


@pytest.mark.parametrize(("method", "address", "body"), PAGES)
def test_no_page_reaches_into_another_room(client, charlie, room, ids, method, address, body):
    client.force_login(charlie)
    address = f"/rooms/{ids['my_room']}/{address.format(**ids)}"
    check(client, method, address, filled(body, ids), room)


@pytest.mark.parametrize(("method", "address", "body"), API)
def test_nothing_of_the_api_reaches_into_another_room(client, charlie, room, ids, method, address, body):
    client.force_login(charlie)
    address = f"/api/v1/rooms/{ids['my_room']}/{address.format(**ids)}"
    kwargs = {} if method == "get" else {"content_type": "application/json"}
    check(client, method, address, filled(body, ids), room, **kwargs)
