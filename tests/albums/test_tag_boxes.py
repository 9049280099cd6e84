"""Where the thing is that a tag names: on the photo as it is shown, in the viewer and in the API."""

from __future__ import annotations

import pytest

from albums.models import Edit, Photo, PhotoTag, Tag
from albums.services import edits
from processing import fetched_models
from tests.conftest import picture

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 600, 400
LEFT, RIGHT = [20, 40, 100, 200], [420, 40, 150, 300]
TURN = {"steps": [{"op": "rotate", "quarters": 1}]}
MIRROR = {"steps": [{"op": "mirror", "across": True}]}
CROP = {"steps": [{"op": "crop", "left": 0.5}]}


@pytest.fixture
def photo(add_photo) -> Photo:
    """600 x 400 with two dogs, and with a word that nobody knows the place of."""
    photo = add_photo(data=picture("teal", (WIDTH, HEIGHT)))
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=WIDTH, height=HEIGHT)
    dog = Tag.objects.create(key="dog", name="dog", kind="category")
    beach = Tag.objects.create(key="beach", name="beach", kind="category")
    PhotoTag.objects.create(photo=photo, room=photo.room, tag=dog, score=0.9, boxes=[LEFT, RIGHT])
    PhotoTag.objects.create(photo=photo, room=photo.room, tag=beach, score=0.8)
    photo.refresh_from_db()
    return photo


def edited(photo: Photo, user, recipe: dict, size: tuple[int, int]) -> None:
    edit = edits.save_edit(user=user, photo=photo, recipe=recipe, base=0)
    Photo.objects.filter(pk=photo.pk).update(shown_edit=edit, edited_width=size[0], edited_height=size[1])


def boxes(*found: tuple[int, int, int, int]) -> list[dict[str, int]]:
    return [dict(zip(("x", "y", "width", "height"), box, strict=True)) for box in found]


def told(client, photo: Photo) -> list[list[dict[str, int]]]:
    """The boxes of dog and beach, the same by all three ways."""
    base = f"/api/v1/rooms/{photo.room_id}/photos/"
    answers = [
        client.get(f"{base}{photo.pk}/tags/").json(),
        client.get(f"{base}{photo.pk}/").json()["tags"],
        client.get(base).json()["results"][0]["tags"],
    ]
    assert answers[0] == answers[1] == answers[2]
    return [row["boxes"] for row in answers[0]]


@pytest.mark.parametrize(
    ("recipe", "size", "expected"),
    [
        (None, (WIDTH, HEIGHT), [(20, 40, 100, 200), (420, 40, 150, 300)]),
        (TURN, (HEIGHT, WIDTH), [(160, 20, 200, 100), (60, 420, 300, 150)]),
        (MIRROR, (WIDTH, HEIGHT), [(480, 40, 100, 200), (30, 40, 150, 300)]),
        (CROP, (300, HEIGHT), [(120, 40, 150, 300)]),  # the first was cut away
    ],
)
def test_page_and_api_tell_places_on_the_photo_as_shown(client, alice, photo, recipe, size, expected):
    if recipe:
        edited(photo, alice, recipe, size)
    client.force_login(alice)
    assert told(client, photo) == [boxes(*expected), []]
    page = client.get(photo.get_absolute_url()).content.decode()
    assert 'data-boxes="{}"'.format(", ".join(" ".join(map(str, box)) for box in expected)) in page
    assert page.count("data-word-where") == 1
    assert "Show where dog is on the photo" in page


def test_a_thing_that_an_edit_has_cut_away_has_no_place_but_stays_a_tag(client, alice, photo):
    edited(photo, alice, {"steps": [{"op": "crop", "top": 0.9}]}, (WIDTH, 40))
    client.force_login(alice)
    assert told(client, photo) == [[], []]
    page = client.get(photo.get_absolute_url()).content.decode()
    assert "data-boxes" not in page
    assert ">dog<" in page


def test_an_edit_of_an_operation_that_is_gone_leaves_places_where_they_were(client, alice, photo):
    edited(photo, alice, TURN, (HEIGHT, WIDTH))
    Edit.objects.update(recipe={"steps": [{"op": "gone"}]})
    client.force_login(alice)
    assert told(client, photo)[0] == boxes((20, 40, 100, 200), (420, 40, 150, 300))


def test_on_a_video_nothing_is_outlined_as_it_moves_on(client, alice, photo):
    Photo.objects.filter(pk=photo.pk).update(kind="video")
    client.force_login(alice)
    page = client.get(photo.get_absolute_url()).content.decode()
    assert "data-boxes" not in page
    assert "dog" in page


def test_places_cost_no_queries_of_their_own(
    client, alice, room, photo, add_photo, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(alice)
    url = f"/api/v1/rooms/{room.pk}/photos/"
    edited(photo, alice, TURN, (HEIGHT, WIDTH))
    client.get(url)
    with CaptureQueriesContext(connection) as with_places:
        client.get(url)
    PhotoTag.objects.update(boxes=None)
    with django_assert_num_queries(len(with_places)):
        client.get(url)


def test_words_of_things_are_said_in_the_readers_language(monkeypatch):
    from albums import tag_words

    monkeypatch.setattr(tag_words, "gettext", {"bicycle": "Fahrrad", "teddy bear": "Teddybär"}.get)
    assert tag_words.word_of(Tag(name="teddy bear", kind="object")) == "Teddybär"
    assert tag_words.word_of(Tag(name="teddy bear", kind="own")) == "teddy bear"  # somebody's own word
    assert tag_words.word_of(Tag(name="golden retriever", kind="object")) == "golden retriever"
    monkeypatch.setattr(tag_words, "gettext", lambda word: {"teddy bear": "Teddybär"}.get(word, word))
    assert tag_words.stored_word(" teddybär") == "teddy bear"


def test_whoever_keeps_the_site_is_told_what_would_find_more(client, alice, room, monkeypatch, tmp_path):
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path))
    client.force_login(alice)
    url = f"/rooms/{room.pk}/tags/"
    assert "models fetch" not in client.get(url).content.decode()
    alice.is_staff = True
    alice.save()
    page = client.get(url).content.decode()
    assert "manage.py models fetch fasterrcnn-mobilenet" in page
    assert "manage.py models fetch resnet50" in page
    assert "deeplab" not in page
    (tmp_path / fetched_models.DETECTORS[0]).write_bytes(b"")
    assert "fasterrcnn" not in client.get(url).content.decode()
