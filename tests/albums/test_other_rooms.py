"""Whoever owns a room of their own can't reach into another one with its ids, in whatever field they send them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction

from albums.models import (
    Device,
    Download,
    Event,
    Face,
    FaceSearch,
    Favorite,
    Invitation,
    Membership,
    Person,
    PersonChange,
    Photo,
    PhotoChange,
    PhotoGroup,
    PhotoTag,
    Place,
    Proposal,
    Question,
    Refusal,
    Room,
    Tag,
)
from albums.services import people
from albums.services.invitations import create_invitation
from albums.services.photo_history import recorded
from albums.services.rooms import create_room

pytestmark = pytest.mark.usefixtures("everybody_said_yes")

# Method, address below Charlie's room, body. Names in braces are ids: those with `my_` of Charlie's room, else of Alice's.
SECRETS = ("Secretdinner", "Secretville", "Secretcam", "Secretword", "Secret stars")
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
    ("post", "downloads/", {"album": "event-{event}"}),
    ("post", "downloads/", {"album": "place-{place}"}),
    ("post", "downloads/", {"album": "tag-{tag}"}),
    ("post", "downloads/", {"album": "search?event={event}"}),
    ("post", "downloads/options/", {"photos": "{photo}"}),
    ("post", "photo-changes/{photo_change}/undo/", {}),
    ("get", "changes/", {}),
    ("post", "photos/set-aside/", {"photos": "{photo}"}),
    ("post", "photos/bring-back/", {"photos": "{photo}"}),
    ("post", "photos/tags/", {"photos": "{photo}", "tag_name": "x"}),
    ("post", "photos/stars/", {"photos": "{photo}", "stars": "4"}),
    ("post", "photos/favorites/", {"photos": "{photo}"}),
    ("post", "photos/{photo}/tags/", {"name": "x"}),
    ("post", "photos/{my_photo}/tags/", {"accept": "{tag}"}),
    ("post", "photos/{photo}/stars/", {"stars": "4"}),
    ("post", "photos/{photo}/caption/", {"caption": "x"}),
    ("post", "photos/{photo}/favorite/", {}),
    ("get", "photos/{photo}/similar/", {}),
    ("post", "photos/times/", {"photos": "{photo}"}),
    ("post", "photos/times/set/", {"photos": "{photo}", "how": "shift", "sign": "+", "hours": "1"}),
    ("post", "photos/event/", {"photos": "{photo}"}),
    ("post", "photos/event/move/", {"photos": "{photo}", "event": "new"}),
    ("post", "photos/event/move/", {"photos": "{my_photo}", "event": "{event}"}),
    ("get", "events/{event}/", {}),
    ("post", "events/{event}/name/", {"name": "x"}),
    ("post", "events/{event}/merge/", {"other": "{event}"}),
    ("post", "events/{my_event}/merge/", {"other": "{event}"}),
    ("post", "cameras/{device}/clock/", {"sign": "+", "hours": "1"}),
    ("post", "cameras/{my_device}/clock/", {"photos": "{photo}", "date": "2026-06-20", "time": "10:00"}),
    ("post", "cameras/{device}/answer/", {"answer": "yes"}),
    ("get", "cameras/", {}),
    ("get", "places/", {}),
    ("get", "places/{place}/", {}),
    ("get", "places/{my_place}/?same={place}", {}),
    ("post", "places/{place}/name/", {"name": "x"}),
    ("post", "places/{my_place}/merge/", {"into": "{place}"}),
    ("get", "places/choose/?photos={photo}", {}),
    ("get", "places/choose/?event={event}", {}),
    ("post", "places/set/", {"photos": "{photo}", "place": "{my_place}"}),
    ("post", "places/set/", {"event": "{event}", "place": "{my_place}"}),
    ("post", "places/set/", {"photos": "{my_photo}", "place": "{place}"}),
    ("post", "duplicates/{group}/keep/", {"photo": "{photo}"}),
    ("post", "duplicates/{my_group}/keep/", {"photo": "{photo}"}),
    ("post", "duplicates/{group}/keep-all/", {}),
    ("post", "best/{moment}/choose/", {"photos": "{photo}"}),
    ("post", "best/{my_moment}/choose/", {"photos": "{photo}"}),
    ("post", "best/{my_moment}/keep/", {"photos": "{photo}"}),
    ("post", "best/{my_moment}/apart/", {"photos": "{photo}"}),
    ("get", "tags/", {}),
    ("get", "tags/words/", {}),
    ("get", "tags/{tag}/", {}),
    ("get", "tags/review/?tag={tag}", {}),
    ("post", "tags/review/answer/", {"right": "{photo_tag}"}),
    ("post", "tags/{tag}/name/", {"name": "x"}),
    ("post", "tags/{tag}/delete/", {}),
    ("get", "albums/", {}),
    ("get", "timeline/", {}),
    ("get", "?event={event}", {}),
    ("get", "?place={place}&tag={tag}&device={device}", {}),
    ("get", "search/?typed=Secretville", {}),
    ("get", "search/suggestions/?typed=Secret", {}),
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
    ("get", "photos/?tag={tag}", {}),
    ("get", "photos/?event={event}", {}),
    ("get", "photos/?place={place}", {}),
    ("get", "photos/?device={device}", {}),
    ("get", "photos/?q=Secret", {}),
    ("get", "albums/", {}),
    ("get", "search/?q=Secret", {}),
    ("post", "photo-changes/{photo_change}/undo/", {}),
    ("get", "photo-changes/", {}),
    ("post", "photos/set-aside/", {"photos": ["{photo}"]}),
    ("post", "photos/bring-back/", {"photos": ["{photo}"]}),
    ("post", "photos/tags/", {"photos": ["{photo}"], "name": "x"}),
    ("post", "photos/tags/", {"photos": ["{my_photo}"], "tag": "{tag}"}),
    ("post", "photos/stars/", {"photos": ["{photo}"], "stars": "4"}),
    ("post", "photos/favorites/", {"photos": ["{photo}"]}),
    ("put", "photos/{photo}/favorite/", {}),
    ("patch", "photos/{photo}/", {"caption": "x"}),
    ("get", "photos/{photo}/similar/", {}),
    ("get", "photos/{photo}/tags/", {}),
    ("post", "photos/{my_photo}/tags/", {"tag": "{tag}"}),
    ("delete", "photos/{my_photo}/tags/{tag}/", {}),
    ("post", "photos/times/", {"photos": ["{photo}"], "shift_seconds": "60"}),
    ("post", "photos/place/", {"photos": ["{photo}"], "place": "{my_place}"}),
    ("post", "photos/place/", {"photos": ["{my_photo}"], "place": "{place}"}),
    ("post", "events/", {"photos": ["{photo}"]}),
    ("patch", "events/{event}/", {"name": "x"}),
    ("post", "events/{my_event}/photos/", {"photos": ["{photo}"]}),
    ("post", "events/{my_event}/merge/", {"events": ["{event}"]}),
    ("post", "events/release/", {"photos": ["{photo}"]}),
    ("get", "devices/", {}),
    ("patch", "devices/{device}/", {"shift_seconds": "60"}),
    ("patch", "devices/{my_device}/", {"photo": "{photo}", "local_time": "2026-06-20T10:00:00"}),
    ("post", "devices/{device}/accept/", {}),
    ("get", "places/", {}),
    ("get", "places/points/?place={place}", {}),
    ("patch", "places/{place}/", {"name": "x"}),
    ("post", "places/{my_place}/merge/", {"places": ["{place}"]}),
    ("get", "duplicates/{group}/", {}),
    ("post", "duplicates/{my_group}/keep/", {"photo": "{photo}"}),
    ("post", "duplicates/keep-proposed/", {"groups": ["{group}"]}),
    ("get", "look-alikes/{moment}/", {}),
    ("post", "look-alikes/{my_moment}/choose/", {"photo": "{photo}"}),
    ("post", "look-alikes/{my_moment}/keep/", {"photo": "{photo}"}),
    ("post", "look-alikes/{my_moment}/apart/", {"photos": ["{photo}"]}),
    ("get", "tags/", {}),
    ("get", "tags/{tag}/", {}),
    ("patch", "tags/{tag}/", {"name": "x"}),
    ("delete", "tags/{tag}/", {}),
    ("get", "tags/review/?tag={tag}", {}),
    ("post", "tags/review/", {"right": ["{photo_tag}"]}),
    ("post", "downloads/", {"album": "event-{event}"}),
    ("post", "downloads/", {"album": "place-{place}"}),
    ("post", "downloads/", {"album": "tag-{tag}"}),
    ("post", "downloads/estimate/", {"photos": ["{photo}"]}),
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
    theirs, own = in_order(room, photo), in_order(mine, my_photo)
    with recorded(user=bob, room=room, kind="stars", photos=[photo.pk]) as draft:
        draft.summary = "Secret stars"
        Photo.objects.filter(pk=photo.pk).update(stars=3)
    return {
        **theirs,
        **{f"my_{name}": pk for name, pk in own.items()},
        "photo_change": draft.made.pk,
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


def in_order(room: Room, photo: Photo) -> dict[str, int]:
    """One of everything that puts a room's photos in order, around one photo."""
    secret = "Secret" if room.name.startswith("Alice") else "Open"
    moment = photo.sort_at
    event = Event.objects.create(
        room=room, name=f"{secret}dinner", starts_at=moment, ends_at=moment, photo_count=1
    )
    place = Place.objects.create(room=room, city=f"{secret}ville", latitude=41.9, longitude=12.5)
    device = Device.objects.create(room=room, camera=f"{secret}cam", proposed_seconds=60)
    tag = Tag.objects.create(room=room, key=f"{secret}word".lower(), name=f"{secret}word", kind="own")
    on_photo = PhotoTag.objects.create(room=room, photo=photo, tag=tag, state="proposed")
    group = PhotoGroup.objects.create(room=room, kind="duplicates", proposed=photo)
    look_alikes = PhotoGroup.objects.create(room=room, kind="look_alikes", proposed=photo)
    Photo.objects.filter(pk=photo.pk).update(
        event=event, place=place, place_source="gps", device=device, duplicates=group, look_alikes=look_alikes,
        look_alike_rank=1, state="ready", taken_at=moment, time_source="camera",
    )  # fmt: skip
    rows = {
        "event": event,
        "place": place,
        "device": device,
        "tag": tag,
        "photo_tag": on_photo,
        "group": group,
    }
    return {name: row.pk for name, row in rows.items()} | {"moment": look_alikes.pk}


def rows_of(room: Room) -> list[list[Any]]:
    """Everything of a room that somebody could want to change."""
    tables = (
        *(Photo, Person, Face, Membership, Invitation, PersonChange),
        *(Proposal, Question, FaceSearch, Event, Place, Device, PhotoTag, PhotoGroup, PhotoChange, Tag),
    )
    likes = list(Favorite.objects.filter(photo__room=room).values())
    return (
        [likes]
        + [list(table.objects.filter(room=room).order_by("pk").values()) for table in tables]
        + [list(Room.objects.filter(pk=room.pk).values())]
    )


def filled(value: Any, ids: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    return value.format(**ids)


def check(
    client, before: Any, method: str, address: str, body: dict[str, Any], room: Room, **kwargs: Any
) -> None:
    token = Invitation.objects.get().token
    answer = getattr(client, method)(address, body, **kwargs)
    assert answer.status_code < 500
    assert rows_of(room) == before
    assert Refusal.objects.count() == 0
    assert Face.objects.exclude(person=None).exclude(room=room).filter(person__room=room).count() == 0
    assert Room.objects.exclude(pk=room.pk).get().cover is None
    for column in ("event", "place", "device", "duplicates", "look_alikes"):
        assert not Photo.objects.exclude(room=room).filter(**{f"{column}__room": room}).exists()
    assert not PhotoTag.objects.exclude(room=room).filter(tag__room=room).exists()
    taken = {pk for download in Download.objects.all() for pk, _ in download.entries}
    assert not taken & set(room.photos.values_list("pk", flat=True))
    for secret in ("Annegret", "Bob", "Alice", token, *SECRETS):
        assert secret not in answer.content.decode()


@contextmanager
def taken_back() -> Generator[None]:
    """Whatever is done in here is undone at the end: hundreds of attempts on rooms that are made once."""
    caches["default"].clear()  # or the limits of one attempt count for the next one
    sid = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(sid)


def test_no_page_reaches_into_another_room(client, charlie, room, ids, subtests):
    client.force_login(charlie)
    before = rows_of(room)
    for method, address, body in PAGES:
        with subtests.test(f"{method} {address} {body}"), taken_back():
            url = f"/rooms/{ids['my_room']}/{address.format(**ids)}"
            check(client, before, method, url, filled(body, ids), room)


def test_nothing_of_the_api_reaches_into_another_room(client, charlie, room, ids, subtests):
    client.force_login(charlie)
    before = rows_of(room)
    for method, address, body in API:
        with subtests.test(f"{method} {address} {body}"), taken_back():
            url = f"/api/v1/rooms/{ids['my_room']}/{address.format(**ids)}"
            kwargs = {} if method == "get" else {"content_type": "application/json"}
            check(client, before, method, url, filled(body, ids), room, **kwargs)
