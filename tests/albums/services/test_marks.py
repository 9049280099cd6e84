from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError
from albums.models import Favorite, Photo
from albums.services import marks
from albums.services.photo_history import undo

pytestmark = pytest.mark.django_db


def test_stars_are_given_and_undone(alice, room, add_photo):
    photos = [add_photo().pk, add_photo().pk]
    change = marks.give_stars(user=alice, room=room, photo_ids=photos, stars=4)
    assert change.summary == "4 stars for 2 photos"
    assert set(Photo.objects.values_list("stars", flat=True)) == {4}
    undo(user=alice, change=change)
    assert set(Photo.objects.values_list("stars", flat=True)) == {0}


def test_the_same_stars_again_change_nothing(alice, room, add_photo):
    photo = add_photo().pk
    marks.give_stars(user=alice, room=room, photo_ids=[photo], stars=4)
    assert marks.give_stars(user=alice, room=room, photo_ids=[photo], stars=4) is None


@pytest.mark.parametrize("stars", [-1, 6])
def test_there_are_at_most_five_stars(alice, room, add_photo, stars):
    with pytest.raises(AlbumError, match="1 to 5"):
        marks.give_stars(user=alice, room=room, photo_ids=[add_photo().pk], stars=stars)


def test_a_caption_is_trimmed_and_undone(alice, add_photo):
    photo = add_photo()
    change = marks.write_caption(user=alice, photo=photo, caption="  Rex\n at the lake ")
    assert Photo.objects.get().caption == "Rex at the lake"
    assert marks.write_caption(user=alice, photo=photo, caption="Rex at the lake") is None
    undo(user=alice, change=change)
    assert Photo.objects.get().caption == ""


def test_a_caption_is_not_endless(alice, add_photo):
    with pytest.raises(AlbumError, match="500"):
        marks.write_caption(user=alice, photo=add_photo(), caption="x" * 501)


def test_everybody_has_favorites_of_their_own_viewers_too(alice, vera, room, add_photo):
    photo = add_photo().pk
    assert marks.like(user=vera, room=room, photo_ids=[photo], is_favorite=True) == [photo]
    assert marks.like(user=vera, room=room, photo_ids=[photo], is_favorite=True) == []
    assert not Favorite.objects.filter(user=alice).exists()
    assert marks.like(user=vera, room=room, photo_ids=[photo], is_favorite=False) == [photo]
    assert not Favorite.objects.exists()


def test_viewers_give_no_stars_and_outsiders_have_no_favorites(vera, charlie, room, add_photo):
    photo = add_photo()
    with pytest.raises(PermissionDenied):
        marks.give_stars(user=vera, room=room, photo_ids=[photo.pk], stars=1)
    with pytest.raises(PermissionDenied):
        marks.write_caption(user=vera, photo=photo, caption="x")
    with pytest.raises(Http404):
        marks.like(user=charlie, room=room, photo_ids=[photo.pk], is_favorite=True)
