"""Who gets what at every address of the site, in one table (routes.txt). A new route without a row fails here.

A cell is the status of the answer; `login` is the way to the sign-in page.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.test.client import encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from albums import consent_texts, tus
from albums.counts import recount_people
from albums.models import (
    Child,
    Comment,
    Device,
    EditPreview,
    Event,
    FaceSearch,
    Membership,
    Notification,
    Person,
    Photo,
    PhotoGroup,
    PhotoTag,
    Place,
    Question,
    Receipt,
    Room,
    Tag,
    TakedownRequest,
    TurnProposal,
)
from albums.services import edit_batches, edit_presets, photo_history
from albums.services import people as people_services
from albums.services.downloads import request_download
from albums.services.invitations import create_invitation
from albums.services.photos import trash_photos
from albums.services.share_links import create_link
from albums.services.share_zips import zip_of
from albums.shared import photos_of, size_of
from tests.conftest import picture

WHO = (
    "alice",
    "bob",
    "vera",
    "gina",
    "charlie",
    "nobody",
)  # owner, member, viewer, guest, outsider, anonymous
TABLE = Path(__file__).parent / "routes.txt"
ADMIN = "admin/"
TUS = {"Tus-Resumable": "1.0.0"}

RECIPE = {"steps": [{"op": "exposure", "stops": 0.5}]}
# What is sent; {names} stand for ids that `world` made. Anything not listed sends nothing.
BODIES: dict[str, Any] = {
    "POST api/v1/rooms/": {"name": "Another"},
    "PATCH api/v1/rooms/<uuid:room>/": {"name": "Renamed"},
    "PATCH api/v1/rooms/<uuid:room>/members/<row:pk>/": {"role": "member"},
    "POST api/v1/rooms/<uuid:room>/photos/check/": {"sha256": ["{sha256}"]},
    "POST api/v1/rooms/<uuid:room>/duplicates/<row:pk>/keep/": {"photo": "{photo}"},
    "POST api/v1/rooms/<uuid:room>/photos/set-aside/": {"photos": ["{photo}"]},
    "POST api/v1/rooms/<uuid:room>/photos/bring-back/": {"photos": ["{photo}"]},
    "POST api/v1/rooms/<uuid:room>/photos/trash/": {"photos": ["{photo}"]},
    "POST api/v1/rooms/<uuid:room>/photos/restore/": {"photos": ["{trashed}"]},
    "PATCH api/v1/rooms/<uuid:room>/people/<row:pk>/": {"name": "Renamed"},
    "POST api/v1/rooms/<uuid:room>/people/<row:pk>/merge/": {"people": ["{other}"]},
    "POST api/v1/rooms/<uuid:room>/people/<row:pk>/refuse/": {"faces": ["{face}"]},
    "POST api/v1/rooms/<uuid:room>/faces/assign/": {"faces": ["{face}"], "person": "{other}"},
    "POST api/v1/rooms/<uuid:room>/people/<row:pk>/confirm/": {"faces": ["{face}"]},
    "POST api/v1/rooms/<uuid:room>/people/<row:pk>/proposals/accept/": {"faces": ["{face}"]},
    "POST api/v1/rooms/<uuid:room>/people/<row:pk>/proposals/refuse/": {"faces": ["{face}"]},
    "POST api/v1/rooms/<uuid:room>/faces/": {
        "photo": "{photo}",
        "box": {"x": "40", "y": "20", "width": "20", "height": "20"},
        "person": "{other}",
    },
    "POST api/v1/rooms/<uuid:room>/questions/<row:pk>/answer/": {"answer": "yes"},
    "POST api/v1/rooms/<uuid:room>/find-me/": {"face": "{face}"},
    "POST api/v1/rooms/<uuid:room>/find-me/accept/": {"faces": ["{face}"]},
    "POST api/v1/rooms/<uuid:room>/find-me/decline/": {"faces": ["{face}"]},
    "POST api/v1/rooms/<uuid:room>/downloads/": {"album": "room"},
    "POST api/v1/rooms/<uuid:room>/downloads/estimate/": {"album": "room"},
    "PATCH api/v1/rooms/<uuid:room>/places/<row:pk>/": {"name": "Renamed"},
    "POST api/v1/rooms/<uuid:room>/places/<row:pk>/merge/": {"places": ["{other_place}"]},
    "POST api/v1/rooms/<uuid:room>/photos/place/": {"photos": ["{photo}"], "place": "{place_id}"},
    "POST api/v1/rooms/<uuid:room>/photos/times/": {"photos": ["{photo}"], "shift_seconds": "3600"},
    "POST api/v1/rooms/<uuid:room>/events/": {"photos": ["{photo}"], "name": "Dinner"},
    "PATCH api/v1/rooms/<uuid:room>/events/<row:pk>/": {"name": "Dinner"},
    "POST api/v1/rooms/<uuid:room>/events/<row:pk>/photos/": {"photos": ["{second}"]},
    "POST api/v1/rooms/<uuid:room>/events/<row:pk>/merge/": {"events": ["{other_event}"]},
    "POST api/v1/rooms/<uuid:room>/events/release/": {"photos": ["{second}"]},
    "PATCH api/v1/rooms/<uuid:room>/devices/<row:pk>/": {"shift_seconds": "60"},
    "POST rooms/<uuid:room_id>/events/<int:event_id>/name/": {"name": "Dinner"},
    "POST rooms/<uuid:room_id>/events/<int:event_id>/merge/": {"other": "{other_event}"},
    "POST rooms/<uuid:room_id>/photos/event/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/photos/event/move/": {"photos": "{photo}", "event": "{other_event}"},
    "POST rooms/<uuid:room_id>/photos/times/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/photos/times/set/": {
        "photos": "{photo}",
        "how": "shift",
        "sign": "+",
        "hours": "1",
    },
    "POST rooms/<uuid:room_id>/cameras/<int:device_id>/clock/": {"sign": "+", "hours": "1"},
    "POST rooms/<uuid:room_id>/cameras/<int:device_id>/answer/": {"answer": "no"},
    "POST rooms/<uuid:room_id>/places/set/": {"photos": "{photo}", "place": "{place_id}"},
    "POST rooms/<uuid:room_id>/places/<int:place_id>/name/": {"name": "Renamed"},
    "POST rooms/<uuid:room_id>/places/<int:place_id>/merge/": {"into": "{other_place}"},
    "POST api/v1/join/": {"invitation": "{token}"},
    "POST api/v1/token/": {"email": "alice@example.org", "password": "correct horse"},
    "PATCH api/v1/me/": {"name": "Renamed"},
    "POST rooms/new/": {"name": "Another", "upload_policy": "members", "time_zone": "UTC"},
    "POST rooms/express/": {"name": "My photos"},
    "POST rooms/<uuid:room_id>/settings/": {
        "name": "Renamed",
        "upload_policy": "members",
        "time_zone": "UTC",
    },
    "POST rooms/<uuid:room_id>/delete/": {"name": "Alice's party"},
    "POST rooms/<uuid:room_id>/cover/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/photos/set-aside/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/photos/bring-back/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/duplicates/<int:group_id>/keep/": {"photo": "{photo}"},
    "POST rooms/<uuid:room_id>/photos/trash/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/photos/restore/": {"photos": "{trashed}"},
    "POST rooms/<uuid:room_id>/photos/retry/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/downloads/": {"album": "room"},
    "POST rooms/<uuid:room_id>/people/merge/": {"people": ["{person}", "{other}"]},
    "POST rooms/<uuid:room_id>/people/<int:person_id>/name/": {"name": "Renamed"},
    "POST rooms/<uuid:room_id>/people/<int:person_id>/hide/": {"hidden": "1"},
    "POST rooms/<uuid:room_id>/people/<int:person_id>/refuse/": {"faces": "{face}"},
    "POST rooms/<uuid:room_id>/people/<int:person_id>/cover/": {"faces": "{face}"},
    "POST rooms/<uuid:room_id>/faces/<int:face_id>/name/": {"name": "Renamed"},
    "POST rooms/<uuid:room_id>/members/<int:membership_id>/role/": {"role": "member"},
    "POST rooms/<uuid:room_id>/invitations/": {"role": "member"},
    "POST rooms/<uuid:room_id>/photos/<int:photo_id>/faces/": {
        "x": "1",
        "y": "2",
        "width": "30",
        "height": "40",
    },
    "POST rooms/<uuid:room_id>/find-me/start/": {"face": "{face}"},
    "POST rooms/<uuid:room_id>/find-me/accept/": {"faces": "{face}"},
    "POST rooms/<uuid:room_id>/find-me/decline/": {"faces": "{face}"},
    "POST rooms/<uuid:room_id>/label/answer/": {"face": "{face}", "person": "{other}"},
    "POST rooms/<uuid:room_id>/questions/<int:question_id>/answer/": {"answer": "yes"},
    "POST rooms/<uuid:room_id>/people/<int:person_id>/proposals/accept/": {"faces": "{face}"},
    "POST rooms/<uuid:room_id>/people/<int:person_id>/proposals/refuse/": {"faces": "{face}"},
    "POST api/v1/rooms/<uuid:room>/tags/": {"name": "Our cat"},
    "PATCH api/v1/rooms/<uuid:room>/tags/<row:pk>/": {"name": "Rexy"},
    "PATCH api/v1/rooms/<uuid:room>/photos/<row:pk>/": {"caption": "Rex", "stars": "4"},
    "POST api/v1/rooms/<uuid:room>/photos/<row:pk>/tags/": {"name": "Rex"},
    "POST api/v1/rooms/<uuid:room>/photos/tags/": {"photos": ["{photo}"], "tag": "{tag}"},
    "POST api/v1/rooms/<uuid:room>/photos/stars/": {"photos": ["{photo}"], "stars": "4"},
    "POST api/v1/rooms/<uuid:room>/photos/favorites/": {"photos": ["{photo}"]},
    "POST api/v1/rooms/<uuid:room>/comments/": {"photo": "{photo}", "text": "Lovely"},
    "POST rooms/<uuid:room_id>/photos/<int:photo_id>/comments/": {"text": "Lovely"},
    "POST rooms/<uuid:room_id>/tags/new/": {"name": "Our cat"},
    "POST rooms/<uuid:room_id>/tags/<int:tag_id>/name/": {"name": "Rexy"},
    "POST rooms/<uuid:room_id>/photos/<int:photo_id>/tags/": {"name": "Rex"},
    "POST rooms/<uuid:room_id>/photos/<int:photo_id>/stars/": {"stars": "4"},
    "POST rooms/<uuid:room_id>/photos/<int:photo_id>/caption/": {"caption": "Rex"},
    "POST rooms/<uuid:room_id>/photos/tags/": {"photos": "{photo}", "tag_name": "Rex"},
    "POST rooms/<uuid:room_id>/photos/stars/": {"photos": "{photo}", "stars": "4"},
    "POST rooms/<uuid:room_id>/photos/favorites/": {"photos": "{photo}"},
    "POST api/v1/rooms/<uuid:room>/look-alikes/<row:pk>/choose/": {"photo": "{photo}"},
    "POST api/v1/rooms/<uuid:room>/look-alikes/<row:pk>/keep/": {"photo": "{photo}"},
    "POST api/v1/rooms/<uuid:room>/look-alikes/<row:pk>/apart/": {"photos": ["{photo}"]},
    "POST rooms/<uuid:room_id>/best/<int:moment_id>/choose/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/best/<int:moment_id>/keep/": {"photos": "{photo}"},
    "POST rooms/<uuid:room_id>/best/<int:moment_id>/apart/": {"photos": "{photo}"},
    "PUT api/v1/rooms/<uuid:room>/mail/": {"sends_mail": "false"},
    "POST rooms/<uuid:room_id>/mail/": {"on": "0"},
    "POST api/v1/rooms/<uuid:room>/consent/": {"text_version": consent_texts.VERSION},
    "PUT api/v1/rooms/<uuid:room>/concealment/": {"veil": True},
    "POST api/v1/rooms/<uuid:room>/children/": {"name": "Mia"},
    "POST api/v1/rooms/<uuid:room>/takedowns/": {"photo": "{photo}"},
    "POST api/v1/rooms/<uuid:room>/takedowns/<row:pk>/answer/": {"is_taken_down": True},
    "POST rooms/<uuid:room_id>/consent/": {"version": consent_texts.VERSION},
    "POST rooms/<uuid:room_id>/children/new/": {"name": "Mia"},
    "POST rooms/<uuid:room_id>/requests/<int:takedown_id>/answer/": {"decision": "down"},
    "POST rooms/<uuid:room_id>/settings/faces/": {"face_mode": "off", "confirmed": "1"},
    "POST api/v1/rooms/<uuid:room>/share-links/": {"title": "Lake"},
    "PATCH api/v1/rooms/<uuid:room>/share-links/<row:pk>/": {"title": "Sea"},
    "POST rooms/<uuid:room_id>/share-links/<int:share_id>/": {"title": "Sea"},
    "PUT api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/": {"recipe": RECIPE, "base": 1},
    "POST api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/undo/": {"base": 1},
    "POST api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/redo/": {"base": 1},
    "POST api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/revert/": {"base": 1},
    "POST api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/preview/": {"page": "abc", "recipe": RECIPE},
    "POST api/v1/rooms/<uuid:room>/edit-presets/": {"name": "Evening", "recipe": RECIPE},
    "PATCH api/v1/rooms/<uuid:room>/edit-presets/<row:pk>/": {"name": "Morning"},
    "POST api/v1/rooms/<uuid:room>/edits/": {"photos": ["{second}"], "recipe": RECIPE},
    "POST api/v1/rooms/<uuid:room>/turns/accept/": {"photos": ["{second}"]},
    "POST api/v1/rooms/<uuid:room>/turns/decline/": {"photos": ["{second}"]},
    "POST rooms/<uuid:room_id>/edits/new/": {"photos": "{second}", "deed": "right"},
    "POST rooms/<uuid:room_id>/edits/choose/": {"photos": "{second}"},
    "POST rooms/<uuid:room_id>/edits/presets/<int:preset_id>/name/": {"name": "Morning"},
    "POST rooms/<uuid:room_id>/turns/accept/": {"photos": "{second}"},
    "POST rooms/<uuid:room_id>/turns/decline/": {"photos": "{second}"},
    "POST rooms/<uuid:room_id>/turns/ask-again/": {"photos": "{second}"},
    "POST j/": {"code": "{token}"},
    "POST j/<str:token>/": {"display_name": "Gustav"},
}
# Where the usual row would show nothing: somebody else's in the trash, and who said "this is me".
OTHER_ROWS = {
    "POST api/v1/rooms/<uuid:room>/comments/<row:pk>/restore/": "deleted_comment",
    "POST api/v1/rooms/<uuid:room>/photos/<row:pk>/restore/": "trashed",
    "DELETE api/v1/rooms/<uuid:room>/people/<row:pk>/claim/": "claimed",
}
QUERIES = {
    "GET api/v1/rooms/<uuid:room>/photos/tiles/": "?photos={photo}",
    "GET api/v1/join/": "?invitation={token}",
    "GET api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/preview/": "?page=alice",
    "GET api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/preview/picture/": "?page=alice",
    "DELETE api/v1/rooms/<uuid:room>/photos/<row:photo>/edit/preview/": "?page=alice",
}
EXTRA_HEADERS = {
    "POST api/v1/rooms/<uuid:room_id>/uploads/": {
        "Upload-Length": "5",
        "Upload-Metadata": "sha256 " + "MDAw" * 21 + "MA==",
    },
    "PATCH api/v1/rooms/<uuid:room_id>/uploads/<uuid:upload_id>/": {"Upload-Offset": "0"},
}


@pytest.fixture
def world(everybody_said_yes, room, alice, bob, vera, gina, charlie, add_photo, add_face) -> dict[str, Any]:
    """A room with one of everything; what an address needs, by the name of its parameter."""
    photo, second, trashed = add_photo(alice), add_photo(bob), add_photo(alice)
    trash_photos(user=alice, room=room, photo_ids=[trashed.pk])
    person, other = Person.objects.create(room=room, name="Anna"), Person.objects.create(room=room)
    claimed = Person.objects.create(room=room, name="Berta", user=bob)
    face = add_face(photo, person)
    face.crop.save("face.jpg", ContentFile(picture()))
    add_face(second, other, seed=1)
    recount_people([person.pk, other.pk])
    question = Question.objects.create(room=room, person=person, other=other, distance=0.4, gain=1)
    for user in (alice, bob, vera, gina):
        FaceSearch.objects.create(room=room, user=user, state="done", sure=[face.pk])
    change = people_services.hide_person(user=bob, person=other, is_hidden=False)
    with photo_history.recorded(user=bob, room=room, kind="stars", photos=[photo.pk]) as draft:
        draft.summary = "3 stars for 1 photo"
        type(photo).objects.filter(pk=photo.pk).update(stars=3)
    photo_change = draft.made
    tag = Tag.objects.create(room=room, key="rex", name="Rex", kind="own")
    PhotoTag.objects.create(photo=second, room=room, tag=tag, state="proposed", score=0.6)
    child = Child.objects.create(room=room, guardian=bob, name="Tim")
    takedown = TakedownRequest.objects.create(room=room, photo=photo, user=charlie)
    comment = Comment.objects.create(room=room, photo=photo, author=bob, text="Lovely")
    deleted_comment = Comment.objects.create(
        room=room, photo=photo, author=bob, text="Hm", deleted_at=timezone.now(), deleted_by=bob
    )
    receipt = Receipt.objects.create(
        room_key=uuid.uuid4(),
        room_name="Old",
        reason="It ended.",
        photos=1,
        faces=1,
        size_bytes=1,
        ended_at=timezone.now(),
    )
    receipt.readers.set([alice, bob, vera, gina])
    notification = Notification.objects.create(room=room, user=alice, kind="joined")
    group = PhotoGroup.objects.create(room=room, kind="duplicates", proposed=photo)
    moment = PhotoGroup.objects.create(room=room, kind="look_alikes", proposed=photo)
    for rank, one in enumerate((photo, second), start=1):
        type(one).objects.filter(pk=one.pk).update(look_alikes=moment, look_alike_rank=rank)
    type(photo).objects.filter(pk__in=[photo.pk, second.pk]).update(duplicates=group, state="ready")
    share = create_link(user=alice, room=room, title="Lake", shows_metadata=True)
    share_zip = zip_of(link=share, size=size_of(photos_of(share)))
    upload = tus.create_upload(user=bob, room=room, filename="x.mp4", sha256="0" * 64, size_bytes=5)
    invitation = create_invitation(user=alice, room=room)
    download = request_download(user=alice, room=room)
    member = Membership.objects.get(room=room, user=vera).pk
    town = Place.objects.create(room=room, city="Rome", key="IT|Lazio|Rome")
    when = {"starts_at": timezone.now(), "ends_at": timezone.now()}
    dinner, walk = (Event.objects.create(room=room, photo_count=1, **when) for _ in range(2))
    device = Device.objects.create(room=room, camera="Canon", proposed_seconds=3600)
    type(photo).objects.filter(pk=photo.pk).update(event=dinner, device=device)
    type(photo).objects.filter(pk=second.pk).update(event=walk, is_event_fixed=True)
    edits = world_of_edits(alice, room, photo, second)
    garden = Place.objects.create(room=room, city="Grandma's garden", is_own=True)
    return {
        **edits,
        "room": room.pk, "room_id": room.pk, "photo": photo.pk, "photo_id": photo.pk, "sha256": photo.sha256,
        "size": "original", "person": person.pk, "person_id": person.pk, "other": other.pk, "face": face.pk,
        "trashed": trashed.pk, "claimed": claimed.pk, "face_id": face.pk, "change_id": change.pk, "photo_change_id": photo_change.pk, "question_id": question.pk, "receipt_id": receipt.pk, "upload_id": upload.pk, "invitation_id": invitation.pk, "tag_id": tag.pk, "tag": tag.pk,
        "share_id": share.pk, "share_token": share.token, "zip_id": share_zip.pk, "child_id": child.pk, "takedown_id": takedown.pk, "token": invitation.token, "download_id": download.pk, "name": "photos.zip", "membership_id": member,
        "notification_id": notification.pk, "comment_id": comment.pk, "deleted_comment": deleted_comment.pk, "rest": "nowhere/", "key": "x", "uidb36": "1",
        "group_id": group.pk, "moment_id": moment.pk, "place_id": town.pk, "other_place": garden.pk,
        "event_id": dinner.pk, "other_event": walk.pk, "device_id": device.pk, "second": second.pk,
        "pk": {"comments": comment.pk, "children": child.pk, "takedowns": takedown.pk, "places": town.pk, "events": dinner.pk, "devices": device.pk, "members": member, "invitations": invitation.pk, "photos": photo.pk, "people": person.pk,
               "faces": face.pk, "downloads": download.pk, "changes": change.pk, "photo-changes": photo_change.pk, "tags": tag.pk, "questions": question.pk, "duplicates": group.pk, "look-alikes": moment.pk, "share-links": share.pk, "receipts": receipt.pk, "notifications": notification.pk, "edits": edits["batch_id"], "edit-presets": edits["preset_id"]},
        "users": {"alice": alice, "bob": bob, "vera": vera, "gina": gina, "charlie": charlie, "nobody": None},
    }  # fmt: skip


def world_of_edits(alice: User, room: Room, photo: Photo, second: Photo) -> dict[str, Any]:
    """One photo with an edit of a batch and a preview of Alice's, the other one lying on its side; a preset of the room."""
    Photo.objects.filter(pk__in=[photo.pk, second.pk]).update(width=64, height=48)
    batch = edit_batches.turn_many(user=alice, room=room, photo_ids=[photo.pk], quarters=1)
    TurnProposal.objects.create(room=room, photo=second, quarters=1, confidence=0.9)
    preset = edit_presets.add_preset(user=alice, room=room, name="Warm", recipe=RECIPE, is_rooms=True)
    preview = EditPreview.objects.create(photo=photo, user=alice, page="alice", number=1, state="ready")
    preview.content_type = "image/jpeg"
    preview.file.save("preview.jpg", ContentFile(picture()))
    return {"batch_id": batch.pk, "preset_id": preset.pk}


def routes(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback


def rows() -> list[tuple[str, str, list[str]]]:
    """Method, route and the six cells of every line that is no comment."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return [(cells[0], "" if cells[1] == "/" else cells[1], cells[2:]) for cells in lines]


def methods_of(callback: Any) -> list[str]:
    """What a view of the API answers to; a page gets at least a GET or a POST."""
    if hasattr(callback, "actions"):
        found = callback.actions
    elif hasattr(callback, "cls"):
        found = [name for name in callback.cls.http_method_names if hasattr(callback.cls, name)]
    else:
        return []
    return [name.upper() for name in found if name.upper() not in ("HEAD", "OPTIONS")]


def test_every_route_has_a_row():
    described = {route for _, route, _ in rows()}
    existing = {route for route, _ in routes() if not route.startswith(ADMIN)}
    assert sorted(existing - described) == []
    assert sorted(described - existing) == [], "rows of routes that are gone"


def test_every_method_of_the_api_has_a_row():
    described = {(method, route) for method, route, _ in rows()}
    existing = {(method, route) for route, callback in routes() for method in methods_of(callback)}
    assert sorted(existing - described) == []


@pytest.mark.parametrize(
    "part", ["api/v1/rooms/<uuid:room>/p", "api/", "rooms/<uuid:room_id>/p", "rooms/", ""]
)
def test_everybody_gets_what_the_table_says(world, part):
    parts = ["api/v1/rooms/<uuid:room>/p", "api/", "rooms/<uuid:room_id>/p", "rooms/", ""]
    wrong = []
    for method, route, expected in rows():
        if next(start for start in parts if route.startswith(start)) == part:
            found = [answer(world, method, route, name) for name in WHO]
            if found != expected:
                wrong.append(
                    f"{method:6} {route or '/':75} {' '.join(found)}\n   the table says {' '.join(expected)}"
                )
    assert not wrong, "\n".join(wrong)


def test_nobody_without_staff_rights_gets_into_the_administration(world):
    for route, _ in routes():
        if route.startswith(ADMIN):
            address = re.sub(r"<[^>]+>|\(\?P.*\)\$?", "1", route)
            for name in WHO:
                assert answer(world, "GET", address, name) in ("302", "403", "404", "login"), (route, name)


def answer(world: dict[str, Any], method: str, route: str, name: str) -> str:
    """The status that somebody gets; what the request did to the database is taken back."""
    cache.clear()
    client = Client(raise_request_exception=False)
    if world["users"][name]:
        client.force_login(world["users"][name])
    with transaction.atomic():
        key = f"{method} {route}"
        response = client.generic(method, address_of(key, world), **request_of(key, world))
        transaction.set_rollback(True)
    if response.status_code == 302 and "/login/" in response["Location"]:
        return "login"
    return str(response.status_code)


def address_of(key: str, world: dict[str, Any]) -> str:
    """The address of a route, with the ids of the world in it."""
    route, ids = key.split(" ", 1)[1], world["pk"]
    row = next((ids[part] for part in route.split("/") if part in ids), None)
    values = world | {"pk": world[OTHER_ROWS[key]] if key in OTHER_ROWS else row}
    simple = re.sub(r"[\^$]", "", re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route))
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), simple)
    return f"/{path}{QUERIES.get(key, '').format_map(values)}"


def request_of(key: str, world: dict[str, Any]) -> dict[str, Any]:
    headers = TUS | EXTRA_HEADERS.get(key, {}) if "/uploads/" in key else {}
    if key == "PATCH api/v1/rooms/<uuid:room_id>/uploads/<uuid:upload_id>/":
        return {"data": b"12", "content_type": "application/offset+octet-stream", "headers": headers}
    if key in ("POST api/v1/rooms/<uuid:room>/photos/", "POST rooms/<uuid:room_id>/upload/"):
        name = "file" if "api" in key else "files"
        return form({name: ContentFile(picture("red"), name="red.jpg")})
    values = filled(BODIES.get(key, {}), world)
    if " api/" in key:
        return {"data": json.dumps(values), "content_type": "application/json", "headers": headers}
    return form(values) if key.startswith("POST") else {}


def form(values: dict[str, Any]) -> dict[str, Any]:
    return {"data": encode_multipart("edge", values), "content_type": "multipart/form-data; boundary=edge"}


def filled(value: Any, world: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(inner, world) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, world) for inner in value]
    return world[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
