from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError
from albums.models import Comment, Notification
from albums.services import comments, marks
from albums.services.comments import add_comment, delete_comment, restore_comment
from albums.services.photos import trash_photos

pytestmark = pytest.mark.django_db


def test_viewers_and_guests_comment_and_the_uploader_is_told(alice, vera, gina, room, add_photo):
    photo = add_photo(alice)
    add_comment(user=vera, photo=photo, text="  Lovely   light\r\n\r\n\r\n\r\nWhere is it?\x00 ")
    add_comment(user=gina, photo=photo, text="👩‍👩‍👧")
    add_comment(user=alice, photo=photo, text="Rome")
    texts = list(Comment.objects.values_list("text", flat=True))
    assert texts == ["Lovely light\n\nWhere is it?", "👩‍👩‍👧", "Rome"]
    told = Notification.objects.get(user=alice, kind="comment")
    assert told.count == 2, "nobody is told of what they said themselves"


@pytest.mark.parametrize("text", ["", " \n ", "\u202e\u200f", "\x00", "x" * 1001])
def test_what_says_nothing_or_too_much_is_refused_in_words(alice, add_photo, text):
    with pytest.raises(AlbumError, match=r"Write something|at most 1000"):
        add_comment(user=alice, photo=add_photo(), text=text)


def test_nobody_comments_where_they_are_off_or_on_what_lies_in_the_trash(
    alice, bob, charlie, room, add_photo
):
    photo = add_photo()
    with pytest.raises(Http404):
        add_comment(user=charlie, photo=photo, text="Hello")
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    photo.refresh_from_db()
    with pytest.raises(AlbumError, match="in the trash"):
        add_comment(user=bob, photo=photo, text="Hello")
    room.allows_comments = False
    room.save()
    with pytest.raises(PermissionDenied, match="switched comments off"):
        add_comment(user=bob, photo=add_photo(), text="Hello")


def test_many_at_once_are_too_many_also_where_they_were_deleted(bob, room, add_photo, monkeypatch):
    monkeypatch.setattr(comments, "MOST_AT_ONCE", 2)
    photo = add_photo()
    for text in ("One", "Two"):
        delete_comment(user=bob, comment=add_comment(user=bob, photo=photo, text=text))
    with pytest.raises(AlbumError, match="Wait a little") as refusal:
        add_comment(user=bob, photo=photo, text="Three")
    assert refusal.value.status == 429


def test_authors_and_the_owner_delete_and_bring_back(alice, bob, gina, charlie, add_photo):
    comment = add_comment(user=bob, photo=add_photo(gina), text="Hello")
    with pytest.raises(PermissionDenied):
        delete_comment(user=gina, comment=comment)
    with pytest.raises(Http404):
        delete_comment(user=charlie, comment=comment)
    delete_comment(user=bob, comment=comment)
    assert not Comment.objects.shown().exists()
    comment.refresh_from_db()
    restore_comment(user=bob, comment=comment)
    assert Comment.objects.shown().exists()
    delete_comment(user=alice, comment=comment)
    comment.refresh_from_db()
    with pytest.raises(PermissionDenied):
        restore_comment(user=bob, comment=comment)


def test_a_heart_tells_the_uploader_once_and_not_where_comments_are_off(alice, bob, vera, room, add_photo):
    photo = add_photo(alice)
    for is_favorite in (True, False, True):
        marks.like(user=bob, room=room, photo_ids=[photo.pk], is_favorite=is_favorite)
    marks.like(user=alice, room=room, photo_ids=[photo.pk], is_favorite=True)
    assert Notification.objects.get(user=alice, kind="like").count == 1
    room.allows_comments = False
    marks.like(user=vera, room=room, photo_ids=[photo.pk], is_favorite=True)
    assert Notification.objects.get(user=alice, kind="like").count == 1
