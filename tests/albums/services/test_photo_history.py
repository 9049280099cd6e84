from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from albums.counts import recount_people
from albums.errors import Conflict
from albums.models import Event, Job, Person, Photo, PhotoTag, Place, Tag
from albums.services import events, left_out, tags
from albums.services.photo_history import recorded, undo

pytestmark = pytest.mark.django_db


def change(user, photos, kind="stars", **values):
    room = photos[0].room
    with recorded(user=user, room=room, kind=kind, photos=[photo.pk for photo in photos]) as draft:
        draft.summary = f"{kind} of {len(photos)} photos"
        Photo.objects.filter(pk__in=[photo.pk for photo in photos]).update(**values)
    return draft.made


def test_a_change_goes_back(alice, add_photo):
    photos = [add_photo(), add_photo()]
    Photo.objects.filter(pk=photos[1].pk).update(stars=2)
    made = change(alice, photos, stars=5)
    undo(user=alice, change=made)
    assert [Photo.objects.get(pk=photo.pk).stars for photo in photos] == [0, 2]


def test_a_change_goes_back_once_only(alice, add_photo):
    made = change(alice, [add_photo()], stars=5)
    undo(user=alice, change=made)
    with pytest.raises(Conflict, match="undone already"):
        undo(user=alice, change=made)


def test_only_what_changed_is_kept(alice, add_photo):
    photo, untouched = add_photo(), add_photo()
    with recorded(user=alice, room=photo.room, kind="stars", photos=[photo.pk, untouched.pk]) as draft:
        Photo.objects.filter(pk=photo.pk).update(stars=4)
    assert draft.made.before == {"photo": {str(photo.pk): {"stars": 0}}}
    assert draft.made.after == {"photo": {str(photo.pk): {"stars": 4}}}


def test_what_somebody_changed_since_stays_and_the_rest_goes_back(alice, bob, add_photo):
    photos = [add_photo(), add_photo()]
    made = change(alice, photos, stars=5)
    change(bob, photos[:1], stars=1)
    undo(user=alice, change=made)
    assert [Photo.objects.get(pk=photo.pk).stars for photo in photos] == [1, 0]


def test_where_nothing_can_go_back_nothing_is_noted_as_undone(alice, add_photo):
    photo = add_photo()
    made = change(alice, [photo], stars=5)
    change(alice, [photo], stars=1)
    with pytest.raises(Conflict, match="changed again since"):
        undo(user=alice, change=made)
    made.refresh_from_db()
    assert made.undone_at is None


def test_columns_that_belong_together_go_back_together(alice, room, add_photo):
    """Another place was set by hand since: its source must not become that of the first one."""
    photo = add_photo()
    first, second = (Place.objects.create(room=room, city=city) for city in ("Rome", "Pisa"))
    made = change(alice, [photo], kind="place", place=first, place_source="person")
    change(alice, [photo], kind="place", place=second, place_source="person")
    with pytest.raises(Conflict):
        undo(user=alice, change=made)
    photo.refresh_from_db()
    assert (photo.place, photo.place_source) == (second, "person")


def test_a_time_comes_back_to_the_microsecond(alice, add_photo):
    photos = [add_photo() for _ in range(3)]
    for number, photo in enumerate(photos):
        moment = datetime(2026, 6, 20, 18, 0, number, 123456, UTC)
        Photo.objects.filter(pk=photo.pk).update(taken_at=moment, sort_at=moment, time_source="camera")
    before = list(Photo.objects.order_by("pk").values("taken_at", "sort_at", "time_source"))
    later = datetime(2026, 6, 21, tzinfo=UTC)
    made = change(alice, photos, kind="time", taken_at=later, sort_at=later, time_source="person")
    undo(user=alice, change=made)
    assert list(Photo.objects.order_by("pk").values("taken_at", "sort_at", "time_source")) == before


def test_many_different_values_take_few_queries(alice, add_photo, django_assert_max_num_queries):
    photos = [add_photo() for _ in range(12)]
    for number, photo in enumerate(photos):
        moment = datetime(2026, 6, 20, tzinfo=UTC) + timedelta(minutes=number)
        Photo.objects.filter(pk=photo.pk).update(taken_at=moment, sort_at=moment)
    later = datetime(2026, 6, 21, tzinfo=UTC)
    made = change(alice, photos, kind="time", taken_at=later, sort_at=later)
    with django_assert_max_num_queries(30):
        undo(user=alice, change=made)
    assert Photo.objects.filter(taken_at=later).count() == 0


def test_what_a_row_pointed_to_may_have_gone(alice, room, add_photo):
    photo = add_photo()
    old, new = (Event.objects.create(room=room, starts_at=photo.sort_at, ends_at=photo.sort_at) for _ in "ab")
    Photo.objects.filter(pk=photo.pk).update(event=old)
    made = change(alice, [photo], kind="event", event=new, is_event_fixed=True)
    Event.objects.filter(pk=old.pk).delete()
    undo(user=alice, change=made)
    photo.refresh_from_db()
    assert (photo.event, photo.is_event_fixed) == (None, False)


def test_setting_aside_changes_the_counts_of_people_both_ways(alice, room, add_photo, add_face):
    photo, person = add_photo(), Person.objects.create(room=room, name="Anna")
    add_face(photo, person)
    recount_people([person.pk])
    made = change(alice, [photo], kind="left_out", left_out="aside", is_left_out_fixed=True)
    person.refresh_from_db()
    assert person.photo_count == 0
    undo(user=alice, change=made)
    person.refresh_from_db()
    assert person.photo_count == 1


def test_what_changes_the_order_asks_for_arranging_and_a_caption_does_not(alice, room, add_photo):
    photo = add_photo()
    Photo.objects.update(state="ready", arrange_requests=0)
    Job.objects.all().delete()
    change(alice, [photo], kind="caption", caption="Rex")
    assert not Job.objects.exists()
    change(alice, [photo], kind="left_out", left_out="aside", is_left_out_fixed=True)
    photo.refresh_from_db()
    assert photo.arrange_requests == 1
    assert list(Job.objects.values_list("kind", flat=True)) == ["arrange"]


def tag_photo(user, photo, tag, **values):
    with recorded(user=user, room=photo.room, kind="tags", photos=[photo.pk], has_tags=True) as draft:
        PhotoTag.objects.update_or_create(photo=photo, room=photo.room, tag=tag, defaults=values)
    return draft.made


def test_a_tag_that_was_put_on_comes_off_and_one_that_was_refused_is_as_before(alice, room, add_photo):
    photo = add_photo()
    own = Tag.objects.create(room=room, key="rex", name="Rex", kind="own")
    dog = Tag.objects.create(key="dog", name="dog", kind="category")
    PhotoTag.objects.create(photo=photo, room=room, tag=dog, state="machine", score=0.8)
    put_on = tag_photo(alice, photo, own, state="accepted", by=alice)
    refused = tag_photo(alice, photo, dog, state="refused", by=alice)
    undo(user=alice, change=put_on)
    undo(user=alice, change=refused)
    left = PhotoTag.objects.get()
    assert (left.tag, left.state, left.score, left.by) == (dog, "machine", 0.8, None)


def test_a_machine_that_scores_anew_keeps_nobody_from_undoing(alice, room, add_photo):
    photo = add_photo()
    dog = Tag.objects.create(key="dog", name="dog", kind="category")
    made = tag_photo(alice, photo, dog, state="accepted")
    PhotoTag.objects.update(score=0.3)
    undo(user=alice, change=made)
    assert not PhotoTag.objects.exists()


def test_a_deleted_word_comes_back_with_its_photos(alice, room, add_photo):
    photo = add_photo()
    tag = Tag.objects.create(room=room, key="rex", name="Rex", kind="own", created_by=alice)
    PhotoTag.objects.create(photo=photo, room=room, tag=tag, state="accepted", score=1)
    with recorded(
        user=alice, room=room, kind="tags", photos=[photo.pk], words=[tag.pk], has_tags=True
    ) as draft:
        Tag.objects.filter(pk=tag.pk).delete()
    undo(user=alice, change=draft.made)
    back = Tag.objects.get()
    assert (back.pk, back.name, back.room, back.created_by) == (tag.pk, "Rex", room, alice)
    assert PhotoTag.objects.get().state == "accepted"


def test_a_deleted_word_stays_away_when_the_room_has_made_it_anew(alice, room, add_photo):
    tag = Tag.objects.create(room=room, key="rex", name="Rex", kind="own")
    with recorded(user=alice, room=room, kind="tags", words=[tag.pk]) as draft:
        tag.delete()
    Tag.objects.create(room=room, key="rex", name="REX", kind="own")
    with pytest.raises(Conflict):
        undo(user=alice, change=draft.made)
    assert Tag.objects.get().name == "REX"


def test_a_member_undoes_what_others_did_a_viewer_does_not_and_outsiders_see_nothing(
    alice, bob, vera, charlie, add_photo
):
    made = change(alice, [add_photo()], stars=5)
    with pytest.raises(PermissionDenied):
        undo(user=vera, change=made)
    with pytest.raises(Http404):
        undo(user=charlie, change=made)
    undo(user=bob, change=made)


def test_a_photo_that_has_gone_for_good_keeps_nobody_from_undoing_the_rest(alice, room, add_photo):
    gone, kept = add_photo(), add_photo()
    tag = Tag.objects.create(room=room, key="rex", name="Rex", kind="own")
    rows = [PhotoTag(photo=photo, room=room, tag=tag, state="proposed") for photo in (gone, kept)]
    PhotoTag.objects.bulk_create(rows)
    with recorded(user=alice, room=room, kind="tags", photos=[gone.pk, kept.pk], has_tags=True) as draft:
        PhotoTag.objects.update(state="accepted")
    gone.delete()
    undo(user=alice, change=draft.made)
    assert PhotoTag.objects.get().state == "proposed"


@pytest.fixture
def dinner(room, add_photo):
    """An event of three photos."""
    photos = [add_photo() for _ in range(3)]
    moment = photos[0].sort_at
    event = Event.objects.create(room=room, photo_count=3, starts_at=moment, ends_at=moment)
    Photo.objects.filter(room=room).update(event=event)
    return event, photos


def test_what_leaves_the_albums_leaves_the_count_of_its_event_at_once(alice, room, dinner):
    event, photos = dinner
    made = left_out.set_aside(user=alice, room=room, photo_ids=[photos[0].pk])
    event.refresh_from_db()
    assert event.photo_count == 2
    undo(user=alice, change=made)
    event.refresh_from_db()
    assert event.photo_count == 3


def test_events_count_anew_when_a_move_is_taken_back(alice, room, dinner):
    event, photos = dinner
    other, made = events.move_to_event(user=alice, room=room, photo_ids=[photos[0].pk], to=None, name="Cake")
    undo(user=alice, change=made)
    event.refresh_from_db()
    other.refresh_from_db()
    assert (event.photo_count, other.photo_count) == (3, 0)


def test_who_may_only_look_by_now_takes_nothing_back(bob, room, add_photo):
    made = change(bob, [add_photo()], stars=5)
    room.memberships.filter(user=bob).update(role="viewer")
    with pytest.raises(PermissionDenied):
        undo(user=bob, change=made)


def test_a_deleted_tag_comes_back_after_who_made_it_has_gone(alice, bob, room, add_photo):
    done = tags.put_on(user=bob, room=room, photo_ids=[add_photo().pk], name="Rex")
    made = tags.delete(user=alice, room=room, tag=done.tag)
    bob.delete()
    undo(user=alice, change=made)
    connection.check_constraints()
    assert PhotoTag.objects.filter(tag__key="rex", state="accepted").count() == 1
