"""Faces, boxes and clicks go along with crops, turns, mirrors and angles: measured on the pixels themselves."""

from __future__ import annotations

import random

import numpy as np
import pytest

from albums import shown_boxes
from albums.models import Edit, Face, Photo
from albums.services import edits
from processing import editing, recipes
from processing.contracts import Region
from tests.conftest import picture

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 600, 400
FACE = Region(300, 180, 60, 80)


def a_recipe(random_: random.Random) -> dict:
    """Some geometry, in any order, that keeps the middle of the photo."""
    steps = [
        {"op": "rotate", "quarters": random_.randrange(1, 4)},
        {"op": "mirror", random_.choice(["across", "down"]): True},
        {"op": "straighten", "angle": round(random_.uniform(-12, 12), 1)},
        {
            "op": "crop",
            "left": random_.uniform(0, 0.2),
            "top": random_.uniform(0, 0.2),
            "right": random_.uniform(0.8, 1),
            "bottom": random_.uniform(0.8, 1),
        },
    ]
    return {"steps": random_.sample(steps, random_.randrange(1, 5))}


def shown(recipe: dict) -> Photo:
    """A photo in memory of which this edit is shown."""
    photo = Photo(pk=1, width=WIDTH, height=HEIGHT)
    photo.shown_edit = Edit(pk=7, recipe=recipe, number=1)
    return photo


def measured(recipe: dict, box: Region) -> tuple[int, int, int, int]:
    """Where a white box on black comes to lie: left, top, right, bottom in pixels."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[box.y : box.y + box.height, box.x : box.x + box.width] = 255
    cooked = editing.cook(pixels, recipes.parse(recipe))
    rows, columns = np.nonzero(cooked[:, :, 0] > 40)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("seed", range(60))
def test_a_face_is_where_its_pixels_are_within_one_pixel(seed):
    recipe = a_recipe(random.Random(seed))
    photo = shown(recipe)
    box = shown_boxes.shown_box(Face(x=FACE.x, y=FACE.y, width=FACE.width, height=FACE.height), photo)
    found = (box.x, box.y, box.x + box.width, box.y + box.height)
    assert max(abs(a - b) for a, b in zip(found, measured(recipe, FACE), strict=True)) <= 1, recipe


@pytest.mark.parametrize("seed", range(60))
def test_a_box_that_is_drawn_on_the_shown_photo_comes_back_to_where_it_was(seed):
    random_ = random.Random(seed)
    recipe = a_recipe(random_)
    photo = shown(recipe)
    drawn = shown_boxes.shown_box(Face(x=FACE.x, y=FACE.y, width=FACE.width, height=FACE.height), photo)
    kept = shown_boxes.original_box(photo, **drawn._asdict())
    is_upright = not any(step["op"] == "straighten" for step in recipe["steps"])
    if is_upright:
        assert (
            max(abs(a - b) for a, b in zip(kept, (FACE.x, FACE.y, FACE.width, FACE.height), strict=True)) <= 1
        )
    else:  # the upright box around a tilted one is larger, but its middle stays
        assert abs(kept.x + kept.width / 2 - (FACE.x + FACE.width / 2)) <= 1.5
        assert abs(kept.y + kept.height / 2 - (FACE.y + FACE.height / 2)) <= 1.5


def test_a_face_that_was_cut_away_has_no_place():
    photo = shown({"steps": [{"op": "crop", "right": 0.4}]})
    assert shown_boxes.shown_box(Face(x=FACE.x, y=FACE.y, width=60, height=80), photo) is None


def test_an_unedited_photo_has_its_boxes_where_they_are():
    photo = Photo(pk=1, width=WIDTH, height=HEIGHT)
    assert shown_boxes.shown_box(Face(x=1, y=2, width=30, height=40), photo) == (1, 2, 30, 40)
    assert shown_boxes.original_box(photo, x=1, y=2, width=30, height=40) == (1, 2, 30, 40)


@pytest.fixture
def turned(alice, bob, add_photo, add_face) -> Photo:
    """600 x 400 with a face, turned to the right and shown so."""
    photo = add_photo(data=picture("teal", (WIDTH, HEIGHT)))
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=WIDTH, height=HEIGHT)
    add_face(photo, x=FACE.x, y=FACE.y, width=FACE.width, height=FACE.height)
    edit = edits.save_edit(
        user=alice, photo=photo, recipe={"steps": [{"op": "rotate", "quarters": 1}]}, base=0
    )
    Photo.objects.filter(pk=photo.pk).update(shown_edit=edit, edited_width=HEIGHT, edited_height=WIDTH)
    photo.refresh_from_db()
    return photo


TURNED = {"x": HEIGHT - FACE.y - FACE.height, "y": FACE.x, "width": FACE.height, "height": FACE.width}


def test_viewer_and_api_tell_boxes_of_the_shown_photo(client, alice, room, turned):
    client.force_login(alice)
    page = client.get(turned.get_absolute_url()).content.decode()
    assert 'data-box="{x} {y} {width} {height}"'.format(**TURNED) in page
    assert 'data-width="400" data-height="600"' in page
    url = f"/api/v1/rooms/{room.pk}"
    face = turned.faces.get()
    assert client.get(f"{url}/faces/{face.pk}/").json()["box"] == TURNED
    answer = client.get(f"{url}/photos/{turned.pk}/").json()
    assert answer["faces"][0]["box"] == TURNED
    assert (answer["width"], answer["height"]) == (WIDTH, HEIGHT)
    assert (answer["shown_width"], answer["shown_height"]) == (HEIGHT, WIDTH)
    assert (answer["is_edited"], answer["edit_number"]) == (True, 1)
    assert answer["urls"]["full"].endswith(f"/full?v={turned.look}")


def test_a_face_drawn_on_the_shown_photo_is_kept_on_the_original(client, alice, room, turned):
    turned.faces.all().delete()
    client.force_login(alice)
    url = f"/api/v1/rooms/{room.pk}/faces/"
    answer = client.post(url, {"photo": turned.pk, "box": TURNED}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["face"]["box"] == TURNED
    face = turned.faces.get()
    assert (face.x, face.y, face.width, face.height) == (FACE.x, FACE.y, FACE.width, FACE.height)
    face.delete()
    client.post(f"/rooms/{room.pk}/photos/{turned.pk}/faces/", TURNED | {"name": ""})
    face = turned.faces.get()
    assert (face.x, face.y, face.width, face.height) == (FACE.x, FACE.y, FACE.width, FACE.height)


def test_a_face_that_was_cut_away_stays_in_its_album(client, alice, room, turned):
    Edit.objects.update(recipe={"steps": [{"op": "crop", "right": 0.3}]})
    client.force_login(alice)
    page = client.get(turned.get_absolute_url()).content.decode()
    assert 'data-box=""' in page
    face = turned.faces.get()
    assert client.get(f"/api/v1/rooms/{room.pk}/faces/{face.pk}/").json()["box"] is None
    assert face in Face.objects.present()
