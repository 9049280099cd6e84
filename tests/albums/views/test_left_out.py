import pytest

from albums.models import Person, Photo
from albums.templatetags.left_out import Apart
from processing.arranging import left_out
from tests.conftest import picture

BLURRED = {"best": 0.02, "next": 0.0, "across": 0.1, "common": 0.0, "noise": 0.5, "contrast": 2.7}
SHARP = {"best": 0.6, "next": 0.5, "across": 0.7, "common": 0.45, "noise": 0.5, "contrast": 3.8}


@pytest.fixture
def judged(add_photo):
    """Makes a photo of which the analyzer has said this about its edges."""

    count = 0

    def make(edges=BLURRED, **columns) -> Photo:
        nonlocal count
        count += 1
        photo = add_photo(data=picture((40 * count % 256, 25 * count % 256, 90)))
        photo.analyses.create(analyzer="sharpness", version=1, data=edges)
        Photo.objects.filter(pk=photo.pk).update(state="ready", width=1600, height=1200, **columns)
        photo.refresh_from_db()
        return photo

    return make


def reasons(room) -> list[str]:
    return list(room.photos.order_by("pk").values_list("left_out", flat=True))


def arrange(room) -> None:
    left_out.arrange(room, frozenset(room.photos.values_list("pk", flat=True)))


def test_a_blurred_photo_leaves_the_albums_and_a_sharp_one_stays(room, judged):
    judged(), judged(SHARP)
    arrange(room)
    assert reasons(room) == ["blurred", ""]
    assert list(room.photos.order_by("pk").values_list("quality", flat=True)) == ["blurred", "sharp"]


def test_it_comes_back_when_it_is_not_called_blurred_any_more(room, judged):
    photo = judged()
    arrange(room)
    photo.analyses.update(data=SHARP)
    arrange(room)
    assert reasons(room) == [""]


def test_what_somebody_decided_stays(room, judged):
    judged(is_left_out_fixed=True)
    judged(SHARP, is_left_out_fixed=True, left_out="blurred")
    judged(SHARP, left_out="aside", is_left_out_fixed=True)
    judged(left_out="duplicate")
    arrange(room)
    assert reasons(room) == ["", "blurred", "aside", "duplicate"]


def test_a_video_is_never_blurred(room, judged):
    judged(kind="video", quality="blurred", sharpness=0.1)
    arrange(room)
    assert reasons(room) == [""]
    assert room.photos.get().quality == ""


def test_a_photo_that_nobody_could_judge_stays(room, judged):
    judged({})
    arrange(room)
    assert reasons(room) == [""]


def test_a_sharp_face_keeps_a_photo_in_the_albums(room, judged, add_face):
    add_face(judged(), width=400, height=400, sharpness=2.0)
    arrange(room)
    assert (room.photos.get().quality, room.photos.get().left_out) == ("sharp", "")


def test_counts_of_people_follow(room, judged, add_face):
    person = Person.objects.create(room=room, name="Anna", photo_count=2)
    add_face(judged(), person, width=30, height=30)
    add_face(judged(SHARP), person)
    arrange(room)
    person.refresh_from_db()
    assert person.photo_count == 1


def test_a_second_run_changes_nothing(room, judged, django_assert_num_queries):
    judged(), judged(SHARP)
    arrange(room)
    before = list(room.photos.values())
    arrange(room)
    assert list(room.photos.values()) == before


def test_many_photos_take_as_many_queries_as_two(room, judged, django_assert_max_num_queries):
    for _ in range(6):
        judged()
    with django_assert_max_num_queries(16):
        arrange(room)


def test_the_owner_keeps_blurred_photos_in_the_albums(room, judged, alice, client):
    judged()
    judged(is_left_out_fixed=True)
    arrange(room)
    client.force_login(alice)
    address = f"/rooms/{room.pk}/left-out/switch/"
    client.post(address, {"shows_blurred": "1"})
    assert reasons(room) == ["", ""]
    arrange(room)
    assert reasons(room) == ["", ""]
    client.post(address, {"shows_blurred": "0"})
    assert reasons(room) == ["blurred", ""]


def test_the_page_shows_each_reason_and_brings_back_with_undo(room, judged, bob, client):
    photo = judged()
    judged(SHARP, left_out="aside", is_left_out_fixed=True)
    arrange(room)
    client.force_login(bob)
    page = client.get(f"/rooms/{room.pk}/left-out/").content.decode()
    assert f'data-photo="{photo.pk}"' in page
    assert "left_out=blurred" in page
    other = client.get(f"/rooms/{room.pk}/left-out/?why=aside").content.decode()
    assert f'data-photo="{photo.pk}"' not in other
    answer = client.post(f"/rooms/{room.pk}/photos/bring-back/", {"photos": photo.pk}, follow=True)
    assert "brought back" in answer.content.decode()
    arrange(room)
    assert reasons(room)[0] == ""


def test_the_room_says_how_many_are_set_apart(room, judged, vera, client):
    judged()
    arrange(room)
    client.force_login(vera)
    assert "1 blurred photo" in client.get(f"/rooms/{room.pk}/").content.decode()
    assert "Bring back" not in client.get(f"/rooms/{room.pk}/left-out/").content.decode()


def test_the_viewer_says_why_a_photo_is_in_no_album(room, judged, alice, client):
    photo = judged(exposure="dark")
    arrange(room)
    client.force_login(alice)
    page = client.get(f"/rooms/{room.pk}/photos/{photo.pk}/").content.decode()
    assert "Blurred, so it is in no album." in page
    assert "Blurred, too dark" in page
    assert "Bring it back" in page


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (Apart(14, 9, 0), "14 blurred photos · 9 duplicates"),
        (Apart(1, 0, 0), "1 blurred photo"),
        (Apart(2, 1, 3), "2 blurred photos · 1 duplicate · 3 other photos"),
        (Apart(0, 0, 0), ""),
    ],
)
def test_the_line_says_how_many_of_each(apart, words):
    assert apart.words == words
