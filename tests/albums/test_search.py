from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from albums.models import Device, Event, Favorite, Person, Photo, PhotoTag, Place, Room, Tag
from albums.search import PARAMETERS, Search


def search(query: str) -> Search:
    return Search.of(QueryDict(query))


@pytest.fixture
def found(room, alice):
    """The file names that an address finds, as somebody."""

    def find(query: str, user=alice) -> set[str]:
        return {photo.filename.removesuffix(".jpg") for photo in search(query).photos(room, user)}

    return find


@pytest.fixture
def beach(room, bob, add_photo, add_face) -> dict[str, Photo]:
    """Anna and Bert on the beach, Anna alone, Bert in the dark, and nobody on a blurred one."""
    photos = {name: add_photo(name=f"{name}.jpg") for name in ("both", "anna", "bert", "nobody")}
    anna, bert = (Person.objects.create(room=room, name=name) for name in ("Anna", "Bert"))
    for name, people in {"both": (anna, bert), "anna": (anna,), "bert": (bert,)}.items():
        for number, person in enumerate(people):
            add_face(photos[name], person, seed=number, x=100 * number)
    tag = Tag.objects.create(key="beach", name="beach", kind="category")
    for name in ("both", "anna"):
        PhotoTag.objects.create(photo=photos[name], room=room, tag=tag, state="machine")
    PhotoTag.objects.create(photo=photos["bert"], room=room, tag=tag, state="proposed")
    place = Place.objects.create(room=room, country_code="IT", country="Italy", city="Rome")
    event = Event.objects.create(
        room=room,
        name="Dinner",
        starts_at=datetime(2026, 6, 20, tzinfo=UTC),
        ends_at=datetime(2026, 6, 20, tzinfo=UTC),
    )
    change(photos["both"], place=place, event=event, camera="Nikon D5", stars=5, caption="At the sea")
    change(photos["anna"], uploader=bob, stars=3, quality="soft", look_alike_rank=2)
    change(photos["bert"], exposure="dark", look_alike_rank=1)
    change(photos["nobody"], quality="blurred", left_out="blurred")
    return photos


def change(photo: Photo, **columns: object) -> None:
    for name, value in columns.items():
        setattr(photo, name, value)
    photo.save()


def test_every_filter_has_a_parameter_of_its_own():
    assert {field.name for field in fields(Search)} == set(PARAMETERS)
    assert len({parameter.name for parameter in PARAMETERS.values()}) == len(PARAMETERS)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("", ""),
        ("person=5&person=3,5", "?person=5,3"),
        ("q=%20a%20%20b%00", "?q=a+b"),
        ("mine=1&favorite=true&best=0", "?mine=1&favorite=1"),
        ("has_place=0&has_people=1", "?has_place=0&has_people=1"),
        ("day=2026-06-20&since=2026-02-30&until=20.6.2026&month=13&weekday=7", "?day=2026-06-20&weekday=7"),
        (
            "day=20260620&stars=6&kind=film&quality=sharp&left_out=any",
            "?day=2026-06-20&quality=sharp&left_out=any",
        ),
        ("country=it&uploader=x&event=-1&place=²&tag=9999999999999999999999", "?country=IT"),
        ("person=0001&nothing=1", "?person=1"),
        ("country=%00%00", ""),
        ("camera=Nikon+D5&q=a%26b", "?camera=Nikon+D5&q=a%26b"),
    ],
)
def test_an_address_has_one_canonical_form(typed, canonical):
    assert search(typed).query == canonical
    assert search(canonical.removeprefix("?")) == search(typed)


def test_only_so_many_ids_are_read():
    assert len(search("person=" + ",".join(str(number) for number in range(1, 200))).people) == 50


def test_people_are_all_one_of_them_or_none(beach, found):
    anna, bert = Person.objects.order_by("name").values_list("pk", flat=True)
    assert found(f"person={anna}") == {"both", "anna"}
    assert found(f"person={anna},{bert}") == {"both"}
    assert found(f"person={anna}&person={bert}") == {"both"}
    assert found(f"person_any={anna},{bert}") == {"both", "anna", "bert"}
    assert found(f"person={anna}&not_person={bert}") == {"anna"}
    assert found(f"not_person={anna},{bert}") == set()
    assert found(f"not_person={anna},{bert}&blurred=1") == {"nobody"}
    assert found("has_people=0&blurred=1") == {"nobody"}
    assert found("has_people=1&blurred=1") == {"both", "anna", "bert"}
    assert found("person=999999") == set()


def test_a_photo_with_two_faces_of_a_person_comes_once(beach, found, add_face, room, alice):
    anna = Person.objects.get(name="Anna")
    add_face(beach["anna"], anna, seed=9, x=300)
    assert search(f"person={anna.pk}").photos(room, alice).count() == 2


def test_tags_count_when_found_or_accepted_not_when_proposed(beach, found):
    tag = Tag.objects.get().pk
    assert found(f"tag={tag}") == {"both", "anna"}
    assert found(f"not_tag={tag}") == {"bert"}
    PhotoTag.objects.filter(photo=beach["anna"]).update(state="refused")
    PhotoTag.objects.filter(photo=beach["bert"]).update(state="accepted")
    assert found(f"tag={tag}") == {"both", "bert"}


def test_columns(beach, found, bob):
    assert found(f"uploader={bob.pk}") == {"anna"}
    assert found(f"place={Place.objects.get().pk}") == found("country=IT") == found("has_place=1") == {"both"}
    assert found("has_place=0") == {"anna", "bert"}
    assert found(f"event={Event.objects.get().pk}") == {"both"}
    assert found("camera=Nikon+D5") == {"both"}
    assert found("stars=3") == {"both", "anna"}
    assert found("stars=4") == {"both"}
    assert found("exposure=dark") == {"bert"}
    assert found("quality=soft") == {"anna"}
    assert found("best=1") == {"both", "bert"}
    assert found("kind=video") == set()


def test_a_camera_is_found_by_its_device(beach, found, room):
    device = Device.objects.create(room=room, camera="Nikon D5", serial="1")
    change(beach["bert"], device=device)
    assert found(f"device={device.pk}") == {"bert"}


def test_what_is_left_out_is_found_only_where_it_is_asked_for(beach, found):
    assert found("") == {"both", "anna", "bert"}
    assert found("blurred=1") == {"both", "anna", "bert", "nobody"}
    assert found("quality=blurred") == {"nobody"}
    assert found("left_out=blurred") == found("left_out=any") == {"nobody"}
    assert found("left_out=duplicate") == set()
    change(beach["both"], left_out="aside")
    assert found("left_out=any") == {"both", "nobody"}
    assert found("blurred=1") == {"anna", "bert", "nobody"}
    change(beach["both"], deleted_at=datetime.now(UTC))
    assert found("left_out=any") == {"nobody"}


def test_favorites_and_oneself_are_of_who_asks(beach, found, alice, bob):
    Favorite.objects.create(user=bob, photo=beach["bert"])
    Person.objects.filter(name="Anna").update(user=bob)
    assert found("favorite=1", bob) == {"bert"}
    assert found("mine=1", bob) == {"both", "anna"}
    assert found("favorite=1", alice) == found("mine=1", alice) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SEA", {"both"}),
        ("anna", {"both", "anna"}),
        ("Rome", {"both"}),
        ("italy", {"both"}),
        ("dinner", {"both"}),
        ("beach", {"both", "anna"}),
        ("nikon", {"both"}),
        ("bob", {"anna"}),
        ("anna beach", {"both", "anna"}),
        ("anna dinner sea", {"both"}),
        ("bert beach rome", {"both"}),
        ("anna nowhere", set()),
        ("%", set()),
        ("_", set()),
        ("'; drop table", set()),
    ],
)
def test_every_word_stands_in_something_that_is_written_about_a_photo(beach, found, text, expected):
    assert found(f"q={text.replace('%', '%25').replace(';', '%3B')}") == expected


def test_text_looks_into_no_other_room(beach, found, alice):
    other = Room.objects.create(name="Other")
    Person.objects.create(room=other, name="Zoe")
    Tag.objects.create(room=other, key="zoe", name="zoe", kind="own")
    assert found("q=zoe") == set()


@pytest.fixture
def days(room, add_photo) -> None:
    """Around midnight in Rome, some with a clock of their own."""
    Room.objects.update(time_zone="Europe/Rome")
    room.refresh_from_db()
    for name, moment, offset in (
        ("friday", "2026-06-19T21:59:00Z", None),
        ("saturday", "2026-06-19T22:01:00Z", None),
        ("new_york", "2026-06-20T03:00:00Z", -240),  # still Friday there
        ("tokyo", "2026-06-20T15:30:00Z", 540),  # already Sunday there
        ("rome", "2026-06-20T15:30:00Z", 120),
    ):
        change(add_photo(name=f"{name}.jpg"), sort_at=datetime.fromisoformat(moment),
               taken_at=datetime.fromisoformat(moment), taken_offset_minutes=offset)  # fmt: skip


def test_a_day_is_the_day_on_the_clock_of_the_place(days, found):
    assert found("day=2026-06-20") == {"saturday", "rome"}
    assert found("day=2026-06-19") == {"friday", "new_york"}
    assert found("day=2026-06-21") == {"tokyo"}
    assert found("since=2026-06-20") == {"saturday", "rome", "tokyo"}
    assert found("until=2026-06-19") == {"friday", "new_york"}
    assert found("since=2026-06-20&until=2026-06-20") == {"saturday", "rome"}
    assert found("weekday=6") == {"saturday", "rome"}
    assert found("weekday=7") == {"tokyo"}
    assert found("month=6&weekday=5") == {"friday", "new_york"}
    assert found("month=7") == set()
    assert found("day=2026-06-20&since=2026-06-21") == set()


def test_the_days_of_the_grid_are_the_days_that_are_searched(days, room, alice):
    for photo in room.photos.all():
        query = f"day={photo.local_time.date().isoformat()}"
        assert photo in search(query).photos(room, alice)


def test_dates_far_away_are_searched_without_a_fault(days, found):
    assert found("day=1800-01-01") == found("day=9000-12-31") == set()
    assert search("day=0001-01-01").day is None
    assert search("day=9999-12-31").day is None
    assert search("since=2026-06-20").since == date(2026, 6, 20)
