from __future__ import annotations

import pytest

from albums.models import Person, PhotoTag, Tag
from albums.services import faces as face_services
from albums.services import history
from albums.services import tags as services
from processing import tag_store
from processing.contracts import Findings, Region, TagFinding
from processing.pipeline import Analyzed

pytestmark = pytest.mark.django_db


def analyzed(*tags, **values):
    made = Analyzed.__new__(Analyzed)
    made.findings = {"content": Findings(tags=list(tags))} if values.get("is_seen", True) else {}
    if "objects" in values:
        made.findings["objects"] = Findings(tags=values["objects"])
    made.errors = values.get("errors", {})
    return made


def found(name, score=0.9, *, is_sure=True, kind="category", regions=()):
    return TagFinding(name, score, kind, is_sure, tuple(regions))


def states(photo):
    rows = PhotoTag.objects.filter(photo=photo).order_by("tag__key")
    return [(row.tag.key, row.state, row.score) for row in rows.select_related("tag")]


def test_what_is_sure_is_found_and_the_rest_is_proposed(add_photo):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("Dog"), found("beach", 0.4, is_sure=False)))
    assert states(photo) == [("beach", "proposed", 0.4), ("dog", "machine", 0.9)]
    assert Tag.objects.get(key="dog").room is None


def test_the_places_of_a_thing_are_kept(add_photo):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("dog", regions=[Region(1, 2, 3, 4), Region(5, 6, 7, 8)])))
    assert PhotoTag.objects.get().boxes == [[1, 2, 3, 4], [5, 6, 7, 8]]
    tag_store.save_tags(photo, analyzed(found("dog", regions=[Region(1, 2, 3, 5)])))
    assert PhotoTag.objects.get().boxes == [[1, 2, 3, 5]]
    tag_store.save_tags(photo, analyzed(found("dog")))
    assert PhotoTag.objects.get().boxes is None


PLACE = Region(1, 2, 3, 4)


@pytest.mark.parametrize(
    ("seen", "detected", "score", "state"),
    [
        (found("dog", 0.95), found("dog", 0.6, is_sure=False, regions=[PLACE]), 0.95, "machine"),
        (found("dog", 0.4, is_sure=False), found("dog", 0.8, regions=[PLACE]), 0.8, "machine"),
        (found("dog", 0.62), found("dog", 0.65, is_sure=False, regions=[PLACE]), 0.65, "machine"),
        (
            found("dog", 0.4, is_sure=False, kind="object"),
            found("Dog", 0.5, is_sure=False, regions=[PLACE]),
            0.5,
            "proposed",
        ),
    ],
)
def test_a_word_that_two_analyzers_see_is_as_certain_as_the_surer_says(
    add_photo, seen, detected, score, state
):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(seen, objects=[detected]))
    row = PhotoTag.objects.select_related("tag").get()
    assert (row.score, row.state, row.boxes, row.tag.kind) == (score, state, [[1, 2, 3, 4]], "category")


def test_a_decided_word_learns_where_its_thing_is_and_stays_decided(alice, room, add_photo):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("dog")))
    dog = Tag.objects.get(key="dog")
    services.decide(user=alice, room=room, tag=dog, photo_ids=[photo.pk], is_right=True)
    tag_store.save_tags(photo, analyzed(found("dog", 0.3, is_sure=False, regions=[PLACE])))
    row = PhotoTag.objects.get()
    assert (row.state, row.score, row.boxes) == ("accepted", 0.9, [[1, 2, 3, 4]])


def test_where_one_analyzer_failed_what_it_had_seen_stays(add_photo):
    photo = add_photo()
    tag_store.save_tags(
        photo, analyzed(found("dog"), objects=[found("chair"), found("dog", regions=[PLACE])])
    )
    tag_store.save_tags(photo, analyzed(found("dog", 0.8), errors={"objects": "The model is missing."}))
    assert states(photo) == [("chair", "machine", 0.9), ("dog", "machine", 0.8)]
    assert PhotoTag.objects.get(tag__key="dog").boxes == [[1, 2, 3, 4]]
    tag_store.save_tags(photo, analyzed(found("dog", 0.8)))
    assert states(photo) == [("dog", "machine", 0.8)]


def test_looking_again_changes_scores_and_takes_away_what_is_not_seen_any_more(add_photo):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("dog"), found("cat")))
    tag_store.save_tags(photo, analyzed(found("dog", 0.5, is_sure=False)))
    assert states(photo) == [("dog", "proposed", 0.5)]


def test_an_analyzer_that_failed_takes_nothing_away(add_photo):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("dog")))
    tag_store.save_tags(photo, analyzed(is_seen=False))
    assert states(photo) == [("dog", "machine", 0.9)]


def test_what_people_decided_is_never_overwritten(alice, room, add_photo):
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("dog"), found("cat")))
    dog, cat = Tag.objects.get(key="dog"), Tag.objects.get(key="cat")
    services.decide(user=alice, room=room, tag=dog, photo_ids=[photo.pk], is_right=False)
    services.decide(user=alice, room=room, tag=cat, photo_ids=[photo.pk], is_right=True)
    tag_store.save_tags(photo, analyzed(found("dog", 0.99)))
    assert [row[:2] for row in states(photo)] == [("cat", "accepted"), ("dog", "refused")]


def test_a_rooms_own_word_of_the_same_name_is_taken(room, add_photo):
    own = Tag.objects.create(room=room, key="dog", name="Dog", kind="own")
    photo = add_photo()
    tag_store.save_tags(photo, analyzed(found("dog")))
    assert PhotoTag.objects.get().tag == own


def test_own_words_stay_when_a_photo_is_looked_at_again(room, add_photo):
    photo = add_photo()
    own = Tag.objects.create(room=room, key="rex", name="Rex", kind="own")
    PhotoTag.objects.create(photo=photo, room=room, tag=own, state="proposed", score=0.7)
    tag_store.save_tags(photo, analyzed(found("dog")))
    assert [key for key, *_ in states(photo)] == ["dog", "rex"]


def test_a_photo_costs_few_queries(add_photo, django_assert_max_num_queries):
    names = [f"thing {number}" for number in range(12)]
    tag_store.save_tags(add_photo(), analyzed(*(found(name) for name in names)))
    photo = add_photo()
    with django_assert_max_num_queries(4):
        tag_store.save_tags(photo, analyzed(*(found(name) for name in names)))


def big_photo(add_photo):
    photo = add_photo()
    type(photo).objects.filter(pk=photo.pk).update(width=100, height=80)
    photo.refresh_from_db()
    return photo


@pytest.mark.parametrize(("count", "word"), [(1, "portrait"), (2, "couple"), (3, "group"), (5, "group")])
def test_faces_say_portrait_couple_and_group(add_photo, add_face, count, word):
    photo = big_photo(add_photo)
    for at in range(count):
        add_face(photo, seed=at, x=10 + 15 * at)
    tag_store.save_people_tags([photo.pk])
    assert [key for key, *_ in states(photo)] == [word]


def test_a_small_face_in_the_background_makes_no_couple(add_photo, add_face):
    photo = big_photo(add_photo)
    add_face(photo)
    add_face(photo, seed=1, x=70, width=5, height=5)
    tag_store.save_people_tags([photo.pk])
    assert [key for key, *_ in states(photo)] == ["portrait"]


def test_the_words_follow_when_a_face_is_taken_away_and_when_it_comes_back(alice, room, add_photo, add_face):
    photo = big_photo(add_photo)
    first, _ = add_face(photo, Person.objects.create(room=room)), add_face(photo, seed=1, x=50)
    tag_store.save_people_tags([photo.pk])
    assert [key for key, *_ in states(photo)] == ["couple"]
    change = face_services.dismiss(user=alice, room=room, face_ids=[first.pk])
    assert [key for key, *_ in states(photo)] == ["portrait"]
    history.undo(user=alice, change=change)
    assert [key for key, *_ in states(photo)] == ["couple"]


def test_a_drawn_face_counts(alice, room, add_photo, add_face):
    photo = big_photo(add_photo)
    add_face(photo)
    tag_store.save_people_tags([photo.pk])
    face_services.draw(user=alice, photo=photo, x=50, y=10, width=20, height=20)
    assert [key for key, *_ in states(photo)] == ["couple"]


def test_whoever_says_group_is_not_corrected_by_faces(alice, room, add_photo, add_face):
    photo = big_photo(add_photo)
    services.put_on(user=alice, room=room, photo_ids=[photo.pk], name="group")
    add_face(photo)
    tag_store.save_people_tags([photo.pk])
    assert [row[:2] for row in states(photo)] == [("group", "accepted")]


def test_a_refused_portrait_stays_refused(alice, room, add_photo, add_face):
    photo = big_photo(add_photo)
    add_face(photo)
    tag_store.save_people_tags([photo.pk])
    tag = Tag.objects.get(key="portrait")
    services.decide(user=alice, room=room, tag=tag, photo_ids=[photo.pk], is_right=False)
    tag_store.save_people_tags([photo.pk])
    assert [row[:2] for row in states(photo)] == [("portrait", "refused")]
