from __future__ import annotations

import pytest

from albums.models import Face, PersonChange

BOX = {"x": 100, "y": 120, "width": 200, "height": 220}


@pytest.fixture
def photo(fill):
    return fill(1)[0]


def test_a_face_is_drawn_named_and_shown_with_its_box(press, bob, room, photo):
    html = press(bob, f"photos/{photo.pk}/faces/", **BOX, name="Nina").content.decode()
    face = Face.objects.get()
    assert (face.is_drawn, face.person.name) == (True, "Nina")
    assert 'data-box="100 120 200 220" data-name="Nina"' in html
    assert "Undo" in html


def test_a_face_is_drawn_without_a_name(press, bob, photo):
    html = press(bob, f"photos/{photo.pk}/faces/", **BOX).content.decode()
    assert Face.objects.get().is_drawn
    assert 'data-box="100 120 200 220"' in html


def test_drawing_is_undone(press, bob, photo):
    press(bob, f"photos/{photo.pk}/faces/", **BOX)
    press(bob, f"changes/{PersonChange.objects.get().pk}/undo/")
    assert not photo.faces.present().exists()


@pytest.mark.parametrize("box", [{}, {"x": "1", "y": "2", "width": "many", "height": "3"}, {"x": "--1"}])
def test_no_box_is_a_sentence(press, bob, photo, box):
    html = press(bob, f"photos/{photo.pk}/faces/", **box).content.decode()
    assert "Draw a box around the face first." in html
    assert not Face.objects.exists()


@pytest.mark.parametrize("box", [BOX | {"width": 2, "height": 2}, BOX | {"x": 5000}, BOX | {"x": -900}])
def test_a_box_that_can_not_be_a_face_is_refused_with_a_sentence(press, bob, photo, box):
    html = press(bob, f"photos/{photo.pk}/faces/", **box).content.decode()
    assert not Face.objects.exists()
    assert "box" in html.partition("data-toasts")[2].partition("</p>")[0]


def test_who_may_only_look_draws_nothing(open_page, press, vera, photo):
    assert "data-draw-start" not in open_page(vera, f"photos/{photo.pk}/").content.decode()
    assert press(vera, f"photos/{photo.pk}/faces/", **BOX).status_code == 403


def test_members_can_draw_on_photos_and_not_on_videos(open_page, bob, fill, photo):
    assert "data-draw-start" in open_page(bob, f"photos/{photo.pk}/").content.decode()
    video = fill(1, kind="video", content_type="video/mp4")[0]
    assert "data-draw-start" not in open_page(bob, f"photos/{video.pk}/").content.decode()


def test_a_box_without_a_face_goes_and_comes_back(press, open_page, bob, photo, add_face):
    face = add_face(photo)
    html = press(bob, f"faces/{face.pk}/dismiss/").content.decode()
    assert f'data-face="{face.pk}"' not in html
    assert "Undo" in html
    press(bob, f"changes/{PersonChange.objects.get().pk}/undo/")
    assert f'data-face="{face.pk}"' in open_page(bob, f"photos/{photo.pk}/").content.decode()


def test_a_face_offers_to_find_whose_it_is_until_they_are_found(open_page, bob, fill, add_face, add_person):
    photos = fill(2)
    add_face(photos[0])
    assert "Find me: this is my face" in open_page(bob, f"photos/{photos[0].pk}/").content.decode()
    add_person(photos[1], user=bob, name="Bob")
    assert "Find me: this is my face" not in open_page(bob, f"photos/{photos[0].pk}/").content.decode()
