"""A face that somebody covered by hand stays covered, whatever becomes of its row."""

from __future__ import annotations

import pytest

from albums import edit_lists
from albums.errors import Conflict
from albums.models import Edit, EditedCopy, Face, Job, Person, Photo
from albums.services import edit_batches, edits
from processing import borrowed_store, edit_store, veil_store
from tests.conftest import picture

pytestmark = pytest.mark.django_db
LIGHT = {"steps": [{"op": "exposure", "stops": 0.5}]}


@pytest.fixture
def photo(add_photo):
    made = add_photo(data=picture((90, 120, 60)))
    Photo.objects.update(state="ready", width=64, height=48)
    return Photo.objects.get(pk=made.pk)


def face_at(photo, x, person=None):
    return Face.objects.create(
        room=photo.room,
        photo=photo,
        person=person,
        x=x,
        y=8,
        width=16,
        height=16,
        score=1.0,
        sharpness=2.0,
        quality="A",
    )


def blur(whose, *faces):
    chosen = {"faces": [face.pk for face in faces]} if faces else {}
    return {"steps": [{"op": "blur_faces", "whose": whose, **chosen}]}


def boxes_of(edit):
    steps = [step for step in edit.recipe["steps"] if step["op"] == "blur_faces"]
    return [tuple(box) for step in steps for box in step["boxes"]]


LEFT, RIGHT = (0.0625, 0.166667, 0.25, 0.333333), (0.625, 0.166667, 0.25, 0.333333)


@pytest.mark.parametrize("whose", ["all", "chosen", "others"])
def test_faces_stay_covered_when_a_room_forgets_its_faces(alice, photo, whose, monkeypatch):
    face = face_at(photo, 4)
    saved = edits.save_edit(user=alice, photo=photo, recipe=blur(whose, *[face][: whose == "chosen"]), base=0)
    assert boxes_of(saved) == [LEFT]
    Face.objects.all().delete()
    covered = []
    monkeypatch.setattr(
        "processing.operations.blur_faces.veil_faces",
        lambda image, boxes, **how: covered.extend(boxes) or image,
    )
    edit_store.make(photo, saved)
    assert [
        tuple(box) if isinstance(box, tuple) else (box.x, box.y, box.width, box.height) for box in covered
    ] == [(4, 8, 16, 16)]


def test_a_face_that_is_no_more_stays_covered_by_later_versions(alice, photo):
    face, other = face_at(photo, 4), face_at(photo, 40)
    first = edits.save_edit(user=alice, photo=photo, recipe=blur("chosen", face, other), base=0)
    Face.objects.filter(pk=face.pk).delete()
    recipe = first.recipe | {"steps": [*first.recipe["steps"], {"op": "exposure", "stops": 0.5}]}
    recipe["steps"][0] = {**recipe["steps"][0], "how": "pixelate"}
    second = edits.save_edit(user=alice, photo=photo, recipe=recipe, base=1)
    assert set(boxes_of(second)) == {LEFT, RIGHT}
    assert second.recipe["steps"][0]["faces"] == [other.pk]
    again = face_at(photo, 4)  # looked for once more: another key
    third = edits.save_edit(
        user=alice, photo=photo, recipe={"steps": [{**second.recipe["steps"][0], "how": "blur"}]}, base=2
    )
    assert set(boxes_of(third)) == {LEFT, RIGHT}
    assert set(third.recipe["steps"][0]["faces"]) == {other.pk, again.pk}


@pytest.mark.parametrize("whose", ["all", "chosen", "others"])
def test_a_photo_whose_faces_are_forgotten_can_be_edited_further(alice, photo, whose):
    face = face_at(photo, 4)
    first = edits.save_edit(user=alice, photo=photo, recipe=blur(whose, face), base=0)
    Face.objects.all().delete()
    brighter = {"steps": [*first.recipe["steps"], *LIGHT["steps"]]}
    second = edits.save_edit(user=alice, photo=photo, recipe=brighter, base=1)
    assert boxes_of(second) == [LEFT]
    edits.revert(user=alice, photo=photo, base=2)
    face_at(photo, 4)  # looked for once more: another key
    again = edits.save_edit(user=alice, photo=photo, recipe=first.recipe, base=3)
    assert boxes_of(again) == [LEFT]


def test_a_face_that_was_never_covered_and_is_gone_is_told(alice, photo):
    face, other = face_at(photo, 4), face_at(photo, 40)
    edits.save_edit(user=alice, photo=photo, recipe=blur("chosen", other), base=0)
    Face.objects.filter(pk=face.pk).delete()
    with pytest.raises(edits.RecipeRefused) as caught:
        edits.save_edit(user=alice, photo=photo, recipe=blur("chosen", face), base=1)
    assert set(caught.value.fields) == {"steps.0.faces"}


def test_a_face_that_is_not_chosen_any_more_is_shown(alice, photo):
    face, other = face_at(photo, 4), face_at(photo, 40)
    edits.save_edit(user=alice, photo=photo, recipe=blur("chosen", face, other), base=0)
    saved = edits.save_edit(user=alice, photo=photo, recipe=blur("chosen", other), base=1)
    assert boxes_of(saved) == [RIGHT]
    assert edits.save_edit(user=alice, photo=photo, recipe={"steps": []}, base=2).recipe["steps"] == []


def test_whoever_turns_many_photos_uncovers_nobody(alice, bob, photo):
    face_at(photo, 4, Person.objects.create(room=photo.room, user=bob, name="Bob"))
    first = edits.save_edit(user=alice, photo=photo, recipe=blur("others"), base=0)
    edit_batches.turn_many(user=bob, room=photo.room, photo_ids=[photo.pk], quarters=1)
    photo.refresh_from_db()
    assert photo.edit.author == bob
    assert boxes_of(photo.edit) == boxes_of(first) == [LEFT]


def test_other_photos_are_covered_where_their_own_faces_are(alice, photo, add_photo):
    face_at(photo, 4)
    edits.save_edit(user=alice, photo=photo, recipe=blur("all"), base=0)
    other = add_photo(data=picture((9, 120, 160)))
    Photo.objects.update(state="ready", width=64, height=48)
    face_at(other, 40)
    edit_batches.paste(
        user=alice, room=photo.room, photo_ids=[other.pk], from_photo_id=photo.pk, groups=["repair"]
    )
    other.refresh_from_db()
    assert boxes_of(other.edit) == [RIGHT]


def test_a_recipe_is_not_longer_than_its_versions_can_be_kept(alice, photo):
    stroke = {"radius": 0.1, "points": [[0.123456, 0.654321]] * 2000}
    recipe = {"steps": [{"op": "spots", "strokes": [stroke] * 30}]}
    with pytest.raises(edits.RecipeRefused) as caught:
        edits.save_edit(user=alice, photo=photo, recipe=recipe, base=0)
    assert set(caught.value.fields) == {"steps"}


def test_a_face_stays_covered_when_the_photo_behind_it_must_go(alice, photo, add_photo):
    face_at(photo, 4)
    behind = add_photo(data=picture((9, 120, 160)))
    saved = edits.save_edit(user=alice, photo=photo, recipe=blur("all"), base=0)
    edit_store.render(photo.pk)
    cutout = {"op": "cutout", "background": "photo", "photo": [behind.pk]}
    Edit.objects.filter(pk=saved.pk).update(recipe={"steps": [*saved.recipe["steps"], cutout]})
    face_at(behind, 4)
    Face.objects.filter(photo=behind).update(is_veiled=True)
    veil_store.veil(photo.room_id)
    borrowed_store.settle(photo.room_id)
    photo.refresh_from_db()
    assert (photo.edit.number, photo.shown_edit_id, photo.edit.state) == (2, photo.edit_id, "waiting")
    assert boxes_of(photo.edit) == [LEFT]
    assert not EditedCopy.objects.filter(edit__photo=photo).exists()
    assert Job.objects.filter(kind="render", photo=photo).exists()
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    assert photo.edit.state == "ready"
    assert photo.edit.recipe["steps"][0]["op"] == "blur_faces"


def test_copies_that_are_seen_stay_when_they_were_made_again_too_late(alice, photo):
    first = edits.save_edit(user=alice, photo=photo, recipe=LIGHT, base=0)
    edit_store.render(photo.pk)
    photo = Photo.objects.get(pk=photo.pk)
    made = edit_store.make(photo, first)
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=1)
    edit_store.keep(photo, first, made)
    copies = EditedCopy.objects.filter(edit=first)
    assert len(copies) == 5
    assert all(copy.file.storage.exists(copy.file.name) for copy in copies)


def test_what_was_made_while_somebody_hid_is_not_kept(alice, photo, add_photo):
    behind = add_photo(data=picture((9, 120, 160)))
    saved = edits.save_edit(user=alice, photo=photo, recipe=LIGHT, base=0)
    made = edit_store.make(photo, saved)
    saved.recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}]}
    face_at(behind, 4)
    Face.objects.update(is_veiled=True)
    edit_store.keep(photo, saved, made)
    photo.refresh_from_db()
    saved.refresh_from_db()
    assert (photo.shown_edit, saved.state) == (None, "failed")
    assert not EditedCopy.objects.exists()


def test_what_was_good_as_it_is_is_nothing_to_do_again(alice, photo):
    saved = edits.save_edit(user=alice, photo=photo, recipe=LIGHT, base=0)
    edits.undo_edit(user=alice, photo=photo, base=1)
    Edit.objects.filter(pk=saved.pk).update(state="same")
    with pytest.raises(Conflict):
        edits.redo_edit(user=alice, photo=photo, base=0)
    photo.refresh_from_db()
    assert edit_lists.edit_of(photo, alice)["can_redo"] is False
