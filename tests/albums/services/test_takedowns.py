"""Somebody on a photo asks for it to be taken down; the owner answers, and both are told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError, Conflict
from albums.models import Notification, TakedownRequest
from albums.services import takedowns
from albums.services.photos import restore_photos
from tests.albums.services.conftest import fresh


@pytest.fixture
def asked(vera, bob, add_photo) -> TakedownRequest:
    return takedowns.ask(user=vera, photo=add_photo(bob), reason=" I look awful. ")


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).values_list("kind", flat=True))


def test_everybody_in_the_room_asks_once_and_the_owner_is_told(asked, alice, vera, bob, charlie):
    assert (asked.state, asked.reason, told(alice), told(vera)) == ("open", "I look awful.", ["takedown"], [])
    with pytest.raises(Conflict, match="asked for this already"):
        takedowns.ask(user=vera, photo=asked.photo)
    takedowns.ask(user=bob, photo=asked.photo)
    with pytest.raises(Http404):
        takedowns.ask(user=charlie, photo=asked.photo)


def test_only_the_owner_answers(asked, bob, vera):
    for user in (bob, vera):
        with pytest.raises(PermissionDenied):
            takedowns.answer(user=user, request=asked, is_taken_down=True)
    assert fresh(asked).state == "open"


def test_taking_down_answers_all_who_asked_and_can_be_undone(asked, alice, bob, vera, room):
    other = takedowns.ask(user=bob, photo=asked.photo)
    takedowns.answer(user=alice, request=asked, is_taken_down=True)
    assert (fresh(asked).state, fresh(other).state, bool(fresh(asked.photo).deleted_at)) == (
        "done",
        "done",
        True,
    )
    assert (told(vera), told(bob)) == (["answer"], ["answer"])
    with pytest.raises(Conflict):
        takedowns.answer(user=alice, request=asked, is_taken_down=False, answer="No.")
    assert restore_photos(user=alice, room=room, photo_ids=[asked.photo_id])
    assert (fresh(asked).state, fresh(asked).answered_by, fresh(other).state) == ("open", None, "open")
    assert told(vera) == []  # that it was taken down is not true any more
    takedowns.answer(user=alice, request=fresh(asked), is_taken_down=False, answer="You are not on it.")


def test_of_several_requests_for_a_photo_that_comes_back_the_latest_is_open_again(asked, alice, vera, room):
    takedowns.answer(user=alice, request=asked, is_taken_down=True)
    TakedownRequest.objects.filter(pk=asked.pk).update(user=None)  # who asked has deleted the account
    restore_photos(user=alice, room=room, photo_ids=[asked.photo_id])
    assert (fresh(asked).state, fresh(asked).is_put_back) == ("done", True)
    again = takedowns.ask(user=vera, photo=fresh(asked.photo))
    takedowns.answer(user=alice, request=again, is_taken_down=True)
    TakedownRequest.objects.filter(pk=asked.pk).update(user=vera)
    restore_photos(user=alice, room=room, photo_ids=[asked.photo_id])
    assert (fresh(again).state, fresh(asked).state) == ("open", "done")


def test_a_photo_is_kept_with_a_sentence(asked, alice, vera):
    with pytest.raises(AlbumError, match="why"):
        takedowns.answer(user=alice, request=asked, is_taken_down=False)
    takedowns.answer(user=alice, request=asked, is_taken_down=False, answer="You are not on it.")
    assert (fresh(asked).state, fresh(asked).answer) == ("refused", "You are not on it.")
    assert takedowns.ask(user=vera, photo=asked.photo).state == "open"  # asked again
