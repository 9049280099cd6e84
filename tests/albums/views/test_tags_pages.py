from __future__ import annotations

import pytest

from albums.models import Favorite, Photo, PhotoTag, Tag
from albums.services import tags
from albums.tag_lists import count_to_review, to_review, with_covers, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dog(db):
    return Tag.objects.create(key="dog", name="dog", kind="category")


def ready(photo, tag, state="machine", score=0.9):
    Photo.objects.filter(pk=photo.pk).update(state="ready")
    return PhotoTag.objects.create(photo=photo, room=photo.room, tag=tag, state=state, score=score)


def test_the_tags_of_a_room_come_with_counts_of_photos_in_albums(client, alice, room, dog, add_photo):
    for _ in range(3):
        ready(add_photo(), dog)
    left_out = add_photo()
    ready(left_out, dog)
    Photo.objects.filter(pk=left_out.pk).update(left_out="blurred")
    client.force_login(alice)
    page = client.get(f"/rooms/{room.pk}/tags/").content.decode()
    assert "3 photos" in page


def test_a_tag_shows_its_photos_and_what_is_proposed(client, alice, room, dog, add_photo):
    found, proposed = add_photo(name="found.jpg"), add_photo(name="perhaps.jpg")
    ready(found, dog)
    ready(proposed, dog, "proposed", 0.4)
    client.force_login(alice)
    page = client.get(f"/rooms/{room.pk}/tags/{dog.pk}/").content.decode()
    assert f'data-photo="{found.pk}"' in page
    assert f'data-photo="{proposed.pk}"' not in page
    assert "1 more photo may show dog" in page


def test_the_least_certain_is_asked_first(client, alice, room, dog, add_photo):
    rows = [ready(add_photo(), dog, "proposed", score) for score in (0.95, 0.52, 0.3)]
    client.force_login(alice)
    page = client.get(f"/rooms/{room.pk}/tags/review/").content.decode()
    places = [page.index(f'data-row="{row.pk}"') for row in (rows[1], rows[2], rows[0])]
    assert places == sorted(places)


def test_without_a_script_all_that_the_page_shows_are_right_at_once(client, alice, room, dog, add_photo):
    rows = [ready(add_photo(), dog, "proposed", 0.5) for _ in range(2)]
    client.force_login(alice)
    answer = {"all": "right", "rows": [row.pk for row in rows]}
    page = client.post(f"/rooms/{room.pk}/tags/review/answer/", answer, follow=True).content.decode()
    assert "“dog” right for 2 photos." in page
    assert "Undo" in page
    assert set(PhotoTag.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_script_gets_the_change_that_can_be_undone(client, alice, room, dog, add_photo):
    row = ready(add_photo(), dog, "proposed", 0.5)
    client.force_login(alice)
    address = f"/rooms/{room.pk}/tags/review/answer/"
    told = client.post(address, {"wrong": row.pk}, headers={"accept": "application/json"}).json()
    assert told["photo_changes"] == list(room.photo_changes.values_list("pk", flat=True))
    row.refresh_from_db()
    assert row.state == "refused"


def test_the_next_page_of_the_review_goes_on_where_the_last_one_ended(
    client, alice, room, dog, add_photo, monkeypatch
):
    monkeypatch.setattr("albums.views.tags.REVIEWED_AT_ONCE", 2)
    rows = [ready(add_photo(), dog, "proposed", 0.5) for _ in range(5)]
    client.force_login(alice)
    seen, query = [], ""
    for _ in range(3):
        page = client.get(f"/rooms/{room.pk}/tags/review/{query}")
        seen += [row.pk for row in page.context["page"].rows]
        query = page.context["page"].next_query
    assert seen == [row.pk for row in rows]
    assert query == ""


def test_the_viewer_shows_what_is_certain_before_what_is_proposed(client, alice, room, dog, add_photo):
    photo = add_photo()
    ready(photo, dog)
    ready(photo, Tag.objects.create(key="beach", name="beach", kind="category"), "proposed", 0.99)
    page_of = f"/rooms/{room.pk}/photos/{photo.pk}/"
    client.force_login(alice)
    page = client.get(page_of).content.decode()
    assert 0 < page.index(">dog<") < page.index(">beach<")
    client.post(f"{page_of}tags/", {"remove": dog.pk})
    client.post(f"{page_of}favorite/", {"favorite": "1"})
    client.post(f"{page_of}stars/", {"stars": "5"})
    page = client.get(page_of).content.decode()
    assert ">dog<" not in page
    assert page.count("star is-on") == 5
    assert Favorite.objects.get().user == alice


def test_a_viewer_sees_tags_and_may_not_change_them(client, alice, vera, room, add_photo):
    photo = add_photo()
    tags.put_on(user=alice, room=room, photo_ids=[photo.pk], name="Rex")
    client.force_login(vera)
    page = client.get(f"/rooms/{room.pk}/photos/{photo.pk}/").content.decode()
    assert ">Rex<" in page
    assert "data-tag-input" not in page
    assert "data-favorite" in page


def test_an_undo_of_favorites_takes_back_only_those_that_are_new(client, alice, room, add_photo):
    old, new = add_photo(), add_photo()
    Favorite.objects.create(user=alice, photo=old)
    client.force_login(alice)
    address = f"/rooms/{room.pk}/photos/favorites/"
    client.post(address, {"photos": [old.pk, new.pk], "favorite": "1"})
    client.post(f"{address}?favorite=0", {"photos": [new.pk]})
    assert list(Favorite.objects.values_list("photo", flat=True)) == [old.pk]


def test_pages_cost_the_same_with_many_tags(client, alice, room, add_photo, django_assert_max_num_queries):
    photo = add_photo()
    for number in range(30):
        tag = Tag.objects.create(key=f"t{number}", name=f"t{number}", kind="category")
        ready(photo, tag)
    client.force_login(alice)
    for page in ("tags/", "tags/review/", "tags/words/"):
        with django_assert_max_num_queries(18):
            client.get(f"/rooms/{room.pk}/{page}")


def test_cover_of_a_word_is_what_somebody_accepted_else_what_is_most_certain(room, add_photo):
    likely, likelier, gone = add_photo(), add_photo(), add_photo()
    tag = Tag.objects.create(name="pier", key="pier", kind="category")
    for photo, score in ((likely, 0.6), (likelier, 0.8), (gone, 0.9)):
        PhotoTag.objects.create(photo=photo, room=room, tag=tag, score=score, state="machine")
    Photo.objects.filter(pk=gone.pk).update(left_out="aside")
    (word,) = with_covers(room, words_of(room))
    assert word.cover == likelier
    PhotoTag.objects.filter(photo=likely).update(state="accepted")
    (word,) = with_covers(room, words_of(room))
    assert word.cover == likely
    assert count_to_review(room) == count_to_review(room, tag) == to_review(room).count() == 1
