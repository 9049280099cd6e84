from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Comment, Favorite
from albums.reactions import comments_of, likes_of
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


def test_comments_come_in_pages_without_gaps_though_many_are_of_one_moment(alice, room, add_photo):
    photo = add_photo()
    moment = datetime(2026, 6, 20, tzinfo=UTC)
    rows = [
        Comment(
            room=room, photo=photo, author=alice, text=str(n), created_at=moment + timedelta(minutes=n // 60)
        )
        for n in range(120)
    ]
    Comment.objects.bulk_create(rows)
    seen: list[str] = []
    page = comments_of(photo)
    assert page.total == 120
    while page.comments:
        seen = [one.text for one in page.comments] + seen
        if page.earlier is None:
            break
        page = comments_of(photo, (page.earlier.created_at, page.earlier.pk))
    assert seen == [str(n) for n in range(120)]


def test_who_likes_it_is_one_sentence(alice, bob, vera, gina, add_photo):
    photo = add_photo()

    def like(*users):
        Favorite.objects.all().delete()
        for user in users:
            Favorite.objects.create(user=user, photo=photo)
        return likes_of(photo, alice).sentence

    assert like() == ""
    assert like(bob) == "Bob likes this"
    assert like(bob, vera) == "Vera and Bob like this"
    assert like(bob, vera, gina) == "Gina, Vera and 1 other like this"
    assert like(alice) == "You like this"
    assert like(alice, bob) == "You and Bob like this"
    assert like(alice, bob, vera) == "You, Vera and 1 other like this"


def test_of_many_likes_some_have_names_and_all_count(alice, add_photo):
    photo = add_photo()
    users = [alice, *(make_user(f"User{n}") for n in range(110))]
    Favorite.objects.bulk_create([Favorite(user=user, photo=photo) for user in users])
    likes = likes_of(photo, alice)
    assert (likes.count, likes.is_mine, len(likes.names), likes.more) == (111, True, 100, 10)
    assert likes.sentence == "You, User109 and 109 others like this"
