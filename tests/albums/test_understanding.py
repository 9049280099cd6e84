from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from albums.models import Device, Event, Membership, Person, PhotoTag, Place, Tag
from albums.search import Search
from albums.search_words import fold, words_in
from albums.terms import vocabulary_of
from albums.understanding import starters, suggest, understand


@pytest.fixture
def party(room, bob, add_photo):
    """A room with people, words and places; photos of one weekend in June."""
    photos = [add_photo() for _ in range(2)]
    for photo, moment in zip(photos, ("2026-06-19T18:00:00Z", "2026-06-21T10:00:00Z"), strict=True):
        photo.sort_at = datetime.fromisoformat(moment)
        photo.save()
    for name in ("Anna", "Bert Brecht", "Jörg Ücker", "Eva Lang", "Eva Kurz", "Cleo"):
        Person.objects.create(room=room, name=name, photo_count=3)
    Person.objects.create(room=room, name="Hidden", photo_count=3, is_hidden=True)
    for name, kind in (
        ("beach", "category"),
        ("dogs", "category"),
        ("sea lion", "object"),
        ("party", "category"),
    ):
        tag = Tag.objects.create(key=name, name=name, kind=kind)
        PhotoTag.objects.create(photo=photos[0], room=room, tag=tag)
    Tag.objects.create(key="snow", name="snow", kind="category")  # on no photo
    Place.objects.create(room=room, country_code="IT", country="Italy", city="Rome")
    Place.objects.create(room=room, country_code="US", country="United States", city="New York")
    Event.objects.create(room=room, name="Dinner at Cleo's", photo_count=1, starts_at=datetime(2026, 6, 19, tzinfo=UTC),
                         ends_at=datetime(2026, 6, 19, tzinfo=UTC))  # fmt: skip
    Device.objects.create(room=room, camera="Nikon D5")
    return room


@pytest.fixture
def told(party):
    """What typed words mean, as an address with names instead of ids."""

    def tell(text: str, start: Search | None = None) -> str:
        return spoken(party, understand(start or Search(), text, vocabulary_of(party)))

    return tell


def spoken(room, search: Search) -> str:
    people = {str(person.pk): fold(person.name).split()[0] for person in room.people.all()}
    tags = {str(tag.pk): tag.name for tag in Tag.objects.all()}
    places = {str(place.pk): place.city for place in room.places.all()}
    parts = []
    for name, value in search.parts.items():
        names = people if "person" in name else tags if "tag" in name else places if name == "place" else {}
        parts.append(f"{name}={','.join(names.get(key, key) for key in value.split(','))}")
    return " ".join(parts)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Anna", "person=anna"),
        ("ANNA beach june", "person=anna tag=beach since=2026-06-01 until=2026-06-30"),
        ("anna bert", "person=anna,bert"),
        ("Anna and Bert Brecht", "person=anna,bert"),
        ("photos of Anna with Bert at the beach in Rome", "person=anna,bert tag=beach place=Rome"),
        ("Anna or Bert", "person_any=anna,bert"),
        ("Anna or Bert or Cleo", "person_any=anna,bert,cleo"),
        ("Cleo, Anna or Bert", "person=cleo person_any=anna,bert"),
        ("jorg ucker", "person=jorg"),
        ("eva", "q=eva"),  # there are two
        ("Eva Lang", "person=eva"),
        ("hidden", "q=hidden"),
        ("Anna without Bert", "person=anna not_person=bert"),
        ("anna -bert -beach", "person=anna not_person=bert not_tag=beach"),
        ("not beach", "not_tag=beach"),
        ("without Rome", "q=without Rome"),
        ("dog", "tag=dogs"),
        ("dogs", "tag=dogs"),
        ("sea lion", "tag=sea lion"),
        ("sea", "q=sea"),
        ("snow", "q=snow"),
        ("new york", "place=New York"),
        ("Rome, Italy", "place=Rome"),
        ("italy", "country=IT"),
        ("saturday", "day=2026-06-20"),
        ("Saturday evening", "day=2026-06-20 q=evening"),
        ("20 June 2026", "day=2026-06-20"),
        ("blurred", "quality=blurred"),
        ("best", "best=1"),
        ("only best Anna", "person=anna best=1"),
        ("my favorites", "favorite=1"),
        ("of me", "mine=1"),
        ("5 stars", "stars=5"),
        ("****", "stars=4"),
        ("videos", "kind=video"),
        ("no people", "has_people=0"),
        ("without place", "has_place=0"),
        ("by Bob", "uploader=2"),
        ("Nikon D5 anna", "person=anna camera=Nikon D5"),
        ("dinner at cleo's", "event=1"),
        ("IMG_1234", "q=IMG_1234"),
        ("Anna birthday cake", "person=anna q=birthday cake"),
        ("the cake and Anna", "person=anna q=the cake"),
        ("or", "q=or"),
        ("Anna or", "person=anna q=or"),
        ("without", "q=without"),
        ("", ""),
        ("\u0130 \ud7ff ’ 😀", "q=\u0130 \ud7ff ’ 😀"),
    ],
)  # fmt: skip
def test_typed_words_are_understood(told, bob, typed, meant):
    meant = meant.replace("uploader=2", f"uploader={bob.pk}").replace(
        "event=1", f"event={Event.objects.get().pk}"
    )
    assert told(typed) == meant


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("de", "Anna oder Bert", "person_any=anna,bert"),
        ("de", "Anna und Bert Juni 2026", "person=anna,bert since=2026-06-01 until=2026-06-30"),
        ("de", "Anna ohne Bert", "person=anna not_person=bert"),
        ("de", "hinzugefügt von Bob", "uploader=2"),
        ("fr", "Anna ou Bert", "person_any=anna,bert"),
        ("fr", "Anna et Bert sans Cleo", "person=anna,bert not_person=cleo"),
        ("es", "Anna y Bert sin Cleo", "person=anna,bert not_person=cleo"),
        ("es", "Anna o Bert junio 2026", "person_any=anna,bert since=2026-06-01 until=2026-06-30"),
        ("hi", "Anna या Bert", "person_any=anna,bert"),
        ("hi", "Anna और Bert", "person=anna,bert"),
        ("hi", "Anna Bert के बिना", "person=anna not_person=bert"),  # the word follows
        ("ar", "Anna أو Bert", "person_any=anna,bert"),
        ("ar", "Anna وBert", "person=anna,bert"),  # "and" without a blank
        ("ar", "Anna، Bert بدون Cleo", "person=anna,bert not_person=cleo"),
        ("ar", "Anna or Bert without Cleo", "person_any=anna,bert not_person=cleo"),
    ],
)  # fmt: skip
def test_small_words_are_understood_in_the_readers_language_and_in_english(told, bob, language, typed, meant):
    with override(language):
        assert told(typed) == meant.replace("uploader=2", f"uploader={bob.pk}")


def test_words_that_translators_list_are_understood(told, bob, monkeypatch):
    german = {"by, from, added by": "von, hinzugefügt von", "or": "oder, beziehungsweise"}
    monkeypatch.setattr("albums.search_words.pgettext", lambda _context, text: german.get(text, text))
    words_in.cache_clear()
    with override("de"):
        assert told("von Bob") == f"uploader={bob.pk}"
        assert told("Anna beziehungsweise Bert") == "person_any=anna,bert"
    words_in.cache_clear()


def test_the_name_of_a_place_that_was_merged_leads_to_its_photos(party, told):
    garden = Place.objects.create(room=party, city="Garden", is_own=True)
    Place.objects.filter(room=party, city="Rome").update(merged_into=garden)
    assert told("rome") == "place=Garden"


def test_what_is_typed_comes_on_top_of_what_is_on(party, told):
    anna = party.people.get(name="Anna").pk
    start = Search(people=(anna,), text="cake")
    assert told("Anna bert red", start) == "person=anna,bert q=cake red"


def test_a_person_called_like_a_month_is_meant_as_the_person(party, told):
    Person.objects.create(room=party, name="June", photo_count=1)
    assert told("june") == "person=june"


def test_people_who_upload_are_found_by_name_unless_a_face_has_it(party, told, bob):
    assert told("bob") == f"uploader={bob.pk}"
    Person.objects.create(room=party, name="Bob", photo_count=1)
    assert told("bob") == "person=bob"


@pytest.fixture
def offered(party):
    def offer(text: str) -> list[str]:
        return [suggestion.term.label for suggestion in suggest(Search(), text, vocabulary_of(party))]

    return offer


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("an", "Anna"),
        ("brecht", "Bert Brecht"),
        ("uck", "Jörg Ücker"),
        ("anna be", "Bert Brecht"),
        ("new y", "New York"),
        ("lion", "Sea lion"),
        ("ju", "June 2026"),
        ("20 j", "20 June 2026"),
        ("satur", "Saturday"),
        ("202", "2026"),
        ("5", "5 stars"),
        ("favo", "Favorites"),
        ("nik", "Nikon D5"),
        ("ital", "Italy"),
        ("dinn", "Dinner at Cleo's"),
    ],
)
def test_the_beginning_of_a_word_is_enough_to_be_offered_it(offered, typed, first):
    assert offered(typed)[0] == first


def test_suggestions_are_few_and_none_for_nonsense(offered):
    assert len(offered("e")) <= 8
    assert offered("xyzzy") == []
    assert offered("") == []
    assert offered("hidden") == []
    assert offered("snow") == []


def test_a_suggestion_keeps_the_words_before_it(party):
    def queries(typed: str) -> list[str]:
        return [spoken(party, one.search) for one in suggest(Search(), typed, vocabulary_of(party))]

    assert queries("Anna be")[:2] == ["person=anna,bert", "person=anna best=1"]
    assert queries("Anna or be")[0] == "person_any=anna,bert"
    assert queries("Anna without be")[0] == "person=anna not_person=bert"
    assert queries("cake be")[0] == "person=bert q=cake"


def test_members_who_left_are_not_offered(party, bob, offered):
    assert "Added by Bob" in offered("bob")
    Membership.objects.filter(user=bob).delete()
    assert offered("bob") == []


def test_some_of_every_kind_are_offered_before_anything_is_typed(party):
    terms = list(starters(vocabulary_of(party)))
    assert {term.label for term in terms[:6]} == {
        "Anna",
        "Bert Brecht",
        "Jörg Ücker",
        "Eva Lang",
        "Eva Kurz",
        "Cleo",
    }
    assert [term.label for term in terms[6:]] == [
        "Dinner at Cleo's", "Rome", "New York", "Italy", "United States", "Beach", "Dogs", "Party", "Sea lion",
        "June 2026", "2026", "Best shots", "Favorites", "Photos of me",
    ]  # fmt: skip


def test_the_words_of_a_room_take_few_queries(party, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        suggest(Search(), "anna be", vocabulary_of(party))
