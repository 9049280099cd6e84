from __future__ import annotations

import pytest

from albums.models import Photo, PhotoGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_groups(room, fill):
    """Groups of two copies each, the first larger."""

    def add(count: int) -> list[PhotoGroup]:
        photos = fill(2 * count)
        groups = [
            PhotoGroup.objects.create(
                room=room,
                kind="duplicates",
                proposed=one,
                data={
                    "members": [one.pk, other.pk],
                    "kinds": {str(one.pk): "best", str(other.pk): "smaller copy"},
                },
            )
            for one, other in zip(photos[::2], photos[1::2], strict=True)
        ]
        for group, one, other in zip(groups, photos[::2], photos[1::2], strict=True):
            Photo.objects.filter(pk__in=[one.pk, other.pk]).update(duplicates=group)
            Photo.objects.filter(pk=other.pk).update(width=600, height=400)
        return groups

    return add


def test_page_shows_copies_with_reasons(alice, open_page, add_groups):
    add_groups(1)
    text = open_page(alice, "duplicates/").content.decode()
    assert "Largest picture" in text
    assert "Smaller copy" in text
    assert "1,200 × 800" in text
    assert "Keep all" in text


def test_viewer_sees_copies_and_no_buttons(vera, open_page, add_groups):
    add_groups(1)
    text = open_page(vera, "duplicates/").content.decode()
    assert "Smaller copy" in text
    assert "data-shot-keep" not in text
    assert "Keep the best" not in text


def test_page_takes_as_many_queries_for_many_groups(
    alice, open_page, add_groups, django_assert_max_num_queries
):
    add_groups(12)
    with django_assert_max_num_queries(32):
        assert open_page(alice, "duplicates/").content.decode().count('class="copies"') == 12


def test_empty_page_says_so(alice, open_page):
    assert "No duplicates" in open_page(alice, "duplicates/").content.decode()


def test_keeping_one_offers_undo(alice, press, add_groups, room):
    (group,) = add_groups(1)
    text = press(alice, f"duplicates/{group.pk}/keep/", photo=group.proposed_id).content.decode()
    assert "One of 2 duplicates kept" in text
    assert "/photo-changes/" in text
    assert Photo.objects.filter(room=room).left_out("duplicate").count() == 1


def test_best_of_all_and_keep_all(alice, press, add_groups, room):
    one, _, _ = add_groups(3)
    press(alice, f"duplicates/{one.pk}/keep-all/")
    press(alice, "duplicates/keep-best/")
    assert Photo.objects.filter(room=room).left_out("duplicate").count() == 2


def test_selected_photos_are_set_aside_and_come_back(alice, press, fill, room):
    photos = fill(2)
    press(alice, "photos/set-aside/", photos=[photo.pk for photo in photos])
    assert Photo.objects.filter(room=room).left_out("aside").count() == 2
    press(alice, "photos/bring-back/", photos=[photos[0].pk])
    assert Photo.objects.filter(room=room).left_out().count() == 1
