from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError, Conflict
from albums.models import PhotoTag, Room, Tag
from albums.services import tags
from albums.services.photo_history import undo
from albums.services.photos import trash_photos

pytestmark = pytest.mark.django_db


def states(photo):
    return dict(PhotoTag.objects.filter(photo=photo).values_list("tag__name", "state"))


@pytest.fixture
def dog(db):
    return Tag.objects.create(key="dog", name="dog", kind="category")


def test_a_word_is_made_once_however_it_is_written(alice, room):
    first, is_new = tags.make(user=alice, room=room, name="  Our dog  Rex ")
    again, is_new_again = tags.make(user=alice, room=room, name="our DOG rex")
    assert (first.name, first.kind, first.room) == ("Our dog Rex", "own", room)
    assert (again, is_new, is_new_again) == (first, True, False)


def test_a_word_that_the_site_knows_is_taken_from_there(alice, room, dog):
    assert tags.make(user=alice, room=room, name="Dog") == (dog, False)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\x00"])
def test_what_is_no_word_is_refused(alice, room, name):
    with pytest.raises(AlbumError):
        tags.make(user=alice, room=room, name=name)


def test_only_staff_makes_words_of_the_whole_site(alice, room):
    with pytest.raises(AlbumError, match="administrator"):
        tags.make(user=alice, room=room, name="Our club", is_of_site=True)
    alice.is_staff = True
    assert tags.make(user=alice, room=room, name="Our club", is_of_site=True)[0].room is None


def test_tagging_counts_what_changed_and_can_be_undone(alice, room, add_photo):
    photos = [add_photo(), add_photo()]
    tags.put_on(user=alice, room=room, photo_ids=[photos[0].pk], name="Rex")
    done = tags.put_on(user=alice, room=room, photo_ids=[photo.pk for photo in photos], name="Rex")
    assert (done.count, done.change.summary) == (1, "1 photo tagged “Rex”")
    undo(user=alice, change=done.change)
    assert [states(photo) for photo in photos] == [{"Rex": "accepted"}, {}]


def test_what_has_the_word_already_changes_nothing(alice, room, add_photo):
    photo = add_photo()
    tags.put_on(user=alice, room=room, photo_ids=[photo.pk], name="Rex")
    assert tags.put_on(user=alice, room=room, photo_ids=[photo.pk], name="Rex").change is None


def test_photos_of_other_rooms_and_of_the_trash_are_left_alone(alice, room, add_photo):
    other = Room.objects.create(name="Other")
    elsewhere, trashed, here = add_photo(to=room), add_photo(), add_photo()
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(room=other)
    trash_photos(user=alice, room=room, photo_ids=[trashed.pk])
    chosen = [elsewhere.pk, trashed.pk, here.pk]
    assert tags.put_on(user=alice, room=room, photo_ids=chosen, name="Rex").count == 1
    with pytest.raises(AlbumError, match="Choose at least one photo"):
        tags.put_on(user=alice, room=room, photo_ids=[elsewhere.pk], name="Rex")


def test_a_word_of_another_room_can_not_be_put_on(alice, room, add_photo):
    foreign = Tag.objects.create(room=Room.objects.create(name="Other"), key="x", name="x", kind="own")
    with pytest.raises(AlbumError):
        tags.decide(user=alice, room=room, tag=foreign, photo_ids=[add_photo().pk], is_right=True)


def test_a_score_of_the_machine_survives_a_decision_and_its_undo(alice, room, dog, add_photo):
    photo = add_photo()
    PhotoTag.objects.create(photo=photo, room=room, tag=dog, state="proposed", score=0.4)
    done = tags.decide(user=alice, room=room, tag=dog, photo_ids=[photo.pk], is_right=True)
    assert PhotoTag.objects.values_list("state", "score", "by").get() == ("accepted", 0.4, alice.pk)
    undo(user=alice, change=done.change)
    assert PhotoTag.objects.values_list("state", "score", "by").get() == ("proposed", 0.4, None)


def test_many_answers_are_one_change_and_leave_what_somebody_decided_meanwhile(alice, room, dog, add_photo):
    rows = [
        PhotoTag.objects.create(photo=add_photo(), room=room, tag=dog, state=state, score=0.5)
        for state in ("proposed", "machine", "accepted")
    ]
    change = tags.answer(user=alice, room=room, right=[rows[0].pk], wrong=[rows[1].pk, rows[2].pk])
    assert change.summary == "“dog” right for 1 and wrong for 1 photos"
    found = dict(PhotoTag.objects.values_list("pk", "state"))
    assert [found[row.pk] for row in rows] == ["accepted", "refused", "accepted"]
    assert tags.answer(user=alice, room=room, right=[rows[2].pk]) is None


def test_removing_by_name_takes_it_off_those_that_have_it(alice, room, add_photo):
    having, other = add_photo(), add_photo()
    tags.put_on(user=alice, room=room, photo_ids=[having.pk], name="Rex")
    done = tags.remove_by_name(user=alice, room=room, photo_ids=[having.pk, other.pk], name="rex")
    assert done.count == 1
    assert (states(having), states(other)) == ({"Rex": "refused"}, {})
    with pytest.raises(AlbumError, match="No photo in this room"):
        tags.remove_by_name(user=alice, room=room, photo_ids=[other.pk], name="cat")


def test_a_word_is_renamed_and_that_is_undone(alice, room):
    tag, _ = tags.make(user=alice, room=room, name="Rex")
    change = tags.rename(user=alice, room=room, tag=tag, name="Our Rex")
    assert (tag.name, tag.key) == ("Our Rex", "our rex")
    undo(user=alice, change=change)
    tag.refresh_from_db()
    assert (tag.name, tag.key) == ("Rex", "rex")


def test_a_word_can_not_take_the_name_of_another(alice, room, dog):
    tag, _ = tags.make(user=alice, room=room, name="Rex")
    with pytest.raises(Conflict):
        tags.rename(user=alice, room=room, tag=tag, name="DOG")


def test_words_of_the_site_are_not_renamed_or_deleted_in_a_room(alice, room, dog):
    for attempt in (lambda: tags.rename(user=alice, room=room, tag=dog, name="x"),
                    lambda: tags.delete(user=alice, room=room, tag=dog)):  # fmt: skip
        with pytest.raises(AlbumError, match="whole site"):
            attempt()


def test_a_deleted_word_comes_back_on_its_photos(alice, room, add_photo):
    photo = add_photo()
    tag = tags.put_on(user=alice, room=room, photo_ids=[photo.pk], name="Rex").tag
    change = tags.delete(user=alice, room=room, tag=tag)
    assert not PhotoTag.objects.exists()
    undo(user=alice, change=change)
    assert states(photo) == {"Rex": "accepted"}


def test_viewers_may_not_and_outsiders_see_nothing(vera, charlie, room, add_photo):
    photo = add_photo()
    with pytest.raises(PermissionDenied):
        tags.put_on(user=vera, room=room, photo_ids=[photo.pk], name="Rex")
    with pytest.raises(Http404):
        tags.put_on(user=charlie, room=room, photo_ids=[photo.pk], name="Rex")
    assert not Tag.objects.exists()


def test_tagging_many_costs_few_queries(alice, room, add_photo, django_assert_max_num_queries):
    photos = [add_photo().pk for _ in range(15)]
    with django_assert_max_num_queries(30):
        tags.put_on(user=alice, room=room, photo_ids=photos, name="Rex")
