"""What people say about places: set, cleared, renamed, merged; kept, and undone."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError, Conflict, NameTaken
from albums.models import Photo, Place
from albums.services import places
from albums.services.photo_history import undo
from albums.services.places import PlaceChoice
from processing.arranging import places as arranging
from processing.notes_store import photos_with_notes

pytestmark = pytest.mark.django_db
ROME = (41.8902, 12.4922)


@pytest.fixture
def photo(add_photo) -> Photo:
    return add_photo()


def put(user, photo: Photo, **choice: object):
    return places.set_place(user=user, room=photo.room, photo_ids=[photo.pk], choice=PlaceChoice(**choice))


def where(photo: Photo) -> tuple[str | None, str]:
    photo.refresh_from_db()
    return (str(photo.place) if photo.place else None, photo.place_source)


def arrange(room) -> None:
    Photo.objects.filter(room=room).update(state="ready")
    arranging.arrange(room, frozenset(room.photos.values_list("pk", flat=True)))


def test_a_town_found_by_name_is_set_and_stays(alice, room, photo):
    Photo.objects.filter(pk=photo.pk).update(latitude=ROME[0], longitude=ROME[1])
    lisbon = places.find_towns("lisbon")[0]
    put(alice, photo, town=lisbon.id)
    arrange(room)
    assert where(photo) == ("Lisbon", "person")
    assert photo.place.time_zone == "Europe/Lisbon"


def test_the_town_is_the_same_place_that_positions_lead_to(alice, room, photo, add_photo):
    put(alice, photo, town=places.find_towns("rome")[0].id)
    other = add_photo()
    Photo.objects.filter(pk=other.pk).update(latitude=ROME[0], longitude=ROME[1])
    arrange(room)
    other.refresh_from_db()
    assert other.place == Photo.objects.get(pk=photo.pk).place


def test_a_pin_takes_the_town_around_it(alice, photo):
    put(alice, photo, latitude=48.8584, longitude=2.2945)
    assert where(photo) == ("Paris", "person")


def test_a_pin_with_a_name_keeps_its_spot(alice, photo):
    put(alice, photo, latitude=48.8584, longitude=2.2945, name="  Grandma's\tgarden ")
    assert where(photo) == ("Grandma's garden", "person")
    assert (photo.place.latitude, photo.place.country, photo.place.is_own) == (48.8584, "France", True)


def test_a_name_alone_is_enough(alice, photo):
    put(alice, photo, name="Grandma's garden")
    assert where(photo)[0] == "Grandma's garden"
    assert (photo.place.country, photo.place.latitude) == ("", None)


def test_the_same_name_is_the_same_place(alice, photo, add_photo):
    put(alice, photo, name="Grandma's garden")
    other = add_photo()
    put(alice, other, name="grandma's GARDEN")
    assert Place.objects.count() == 1


def test_a_typed_town_is_found_without_any_script(alice, photo):
    put(alice, photo, text="Springfield, Illinois")
    assert where(photo)[0] == "Springfield"
    assert photo.place.region == "Illinois"


def test_a_typed_place_of_the_room_comes_first(alice, room, photo):
    home = Place.objects.create(room=room, city="Paris", is_own=True)
    put(alice, photo, text="paris")
    photo.refresh_from_db()
    assert photo.place == home


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"place": 10**12},
        {"town": 10**9},
        {"text": "Nowhereville on the Moon"},
        {"latitude": 91.0, "longitude": 0.0},
        {"latitude": 30.0, "longitude": -40.0},  # the middle of the Atlantic, without a name
        {"name": "x" * 200},
    ],
)
def test_a_choice_that_means_nothing_is_refused(alice, photo, choice):
    with pytest.raises(AlbumError):
        put(alice, photo, **choice)
    assert where(photo) == (None, "")


def test_places_of_other_rooms_are_none(alice, photo):
    from albums.services.rooms import create_room

    other = create_room(owner=alice, name="Other")
    foreign = Place.objects.create(room=other, city="Rome")
    with pytest.raises(AlbumError, match="not in this room"):
        put(alice, photo, place=foreign.pk)


def test_undo_brings_the_old_place_back(alice, room, photo):
    Photo.objects.filter(pk=photo.pk).update(latitude=ROME[0], longitude=ROME[1])
    arrange(room)
    change = put(alice, photo, name="Garden")
    undo(user=alice, change=change)
    assert where(photo) == ("Rome", "gps")


def test_undo_after_a_run_in_between_finds_the_place_again(alice, room, photo):
    Photo.objects.filter(pk=photo.pk).update(latitude=ROME[0], longitude=ROME[1])
    arrange(room)
    change = put(alice, photo, name="Garden")
    arrange(room)  # nobody is in Rome: the row goes
    undo(user=alice, change=change)
    arrange(room)
    assert where(photo) == ("Rome", "gps")


def test_a_cleared_place_is_told_nowhere_although_the_file_knows_it(client, alice, room, photo):
    Photo.objects.filter(pk=photo.pk).update(latitude=41.8902, longitude=12.4922, place_source="gps")
    page = f"/rooms/{room.pk}/photos/{photo.pk}/"
    client.force_login(alice)
    assert "41.8902" in client.get(page).content.decode()
    places.clear_place(user=alice, room=room, photo_ids=[photo.pk])
    answer = client.get(f"/api/v1/rooms/{room.pk}/photos/{photo.pk}/").json()
    assert (answer["latitude"], answer["longitude"], answer["place"]) == (None, None, None)
    assert "41.8902" not in client.get(page).content.decode()
    notes = photos_with_notes(room, [photo.pk])[photo.pk][1]
    assert notes.place.latitude is None


def test_a_cleared_place_stays_cleared(alice, room, photo):
    Photo.objects.filter(pk=photo.pk).update(latitude=ROME[0], longitude=ROME[1])
    arrange(room)
    places.clear_place(user=alice, room=room, photo_ids=[photo.pk])
    arrange(room)
    assert where(photo) == (None, "person")


def test_forgetting_leaves_it_to_the_machine_again(alice, room, photo):
    Photo.objects.filter(pk=photo.pk).update(latitude=ROME[0], longitude=ROME[1])
    put(alice, photo, name="Garden")
    places.forget_place(user=alice, room=room, photo_ids=[photo.pk])
    photo.refresh_from_db()
    assert photo.arrange_requests > 0
    arrange(room)
    assert where(photo) == ("Rome", "gps")
    with pytest.raises(AlbumError, match="None of these"):
        places.forget_place(user=alice, room=room, photo_ids=[photo.pk])


def test_a_renamed_place_can_be_undone(alice, room):
    rome = Place.objects.create(room=room, city="Rome", key="IT|Lazio|Rome", detail="Trastevere")
    change = places.rename_place(user=alice, place=rome, name="The wedding")
    assert (str(rome), rome.is_own) == ("The wedding", True)
    undo(user=alice, change=change)
    rome.refresh_from_db()
    assert (str(rome), rome.is_own) == ("Trastevere", False)


def test_the_name_of_another_place_asks_first_and_then_merges(alice, room, photo):
    garden, other = (Place.objects.create(room=room, city=name, is_own=True) for name in ("Garden", "Yard"))
    put(alice, photo, place=other.pk)
    with pytest.raises(NameTaken) as taken:
        places.rename_place(user=alice, place=other, name="garden")
    assert taken.value.person == garden
    places.rename_place(user=alice, place=other, name="garden", merge=True)
    assert where(photo)[0] == "Garden"


def test_a_merge_moves_photos_and_can_be_undone(alice, room, photo):
    rome = Place.objects.create(room=room, city="Rome", key="IT|Lazio|Rome")
    vatican = Place.objects.create(room=room, city="Vatican City", key="VA||Vatican City")
    older = Place.objects.create(room=room, city="Old", merged_into=vatican)
    Photo.objects.filter(pk=photo.pk).update(place=vatican, place_source="gps")
    change = places.merge_places(user=alice, into=rome, others=[vatican])
    assert where(photo) == ("Rome", "gps")
    older.refresh_from_db()
    assert older.merged_into == rome
    assert list(Place.objects.filter(room=room).current()) == [rome]
    undo(user=alice, change=change)
    assert where(photo) == ("Vatican City", "gps")
    assert set(Place.objects.filter(room=room).current()) == {rome, vatican}


def test_a_place_is_not_merged_with_itself(alice, room):
    rome = Place.objects.create(room=room, city="Rome")
    with pytest.raises(AlbumError, match="at least two"):
        places.merge_places(user=alice, into=rome, others=[rome])


def test_photos_that_are_not_here_are_left_out(alice, room, photo):
    with pytest.raises(AlbumError, match="at least one"):
        places.set_place(user=alice, room=room, photo_ids=[photo.pk + 99], choice=PlaceChoice(name="Garden"))


def test_viewers_and_outsiders_change_nothing(vera, charlie, room, photo):
    rome = Place.objects.create(room=room, city="Rome")
    for who, refusal in ((vera, PermissionDenied), (charlie, Http404)):
        with pytest.raises(refusal):
            put(who, photo, place=rome.pk)
        with pytest.raises(refusal):
            places.clear_place(user=who, room=room, photo_ids=[photo.pk])
        with pytest.raises(refusal):
            places.rename_place(user=who, place=rome, name="x")
        with pytest.raises(refusal):
            places.merge_places(user=who, into=rome, others=[rome])


def test_an_undo_never_parts_a_place_from_who_set_it(alice, room, add_photo):
    photo = add_photo(alice)
    ids = [photo.pk]
    place = Place.objects.create(room=room, city="Lake", is_own=True)
    Photo.objects.filter(pk=photo.pk).update(place=place, place_source="person")
    cleared = places.clear_place(user=alice, room=room, photo_ids=ids)
    places.forget_place(user=alice, room=room, photo_ids=ids)
    with pytest.raises(Conflict):
        undo(user=alice, change=cleared)
    photo.refresh_from_db()
    assert (photo.place, photo.place_source) == (None, "")
