from __future__ import annotations

import re

import pytest
from django.utils import timezone

from albums.models import Event, Favorite, Person, Photo, PhotoGroup, PhotoTag, Place, Tag


def photos_of(html: str) -> list[int]:
    return [int(key) for key in re.findall(r'data-photo="(\d+)"', html)]


@pytest.fixture
def anna(fill, add_person) -> Person:
    """Anna is on the first of three photos."""
    return add_person(fill(3)[0], name="Anna")


def test_typed_words_lead_to_what_they_mean(open_page, vera, anna, room):
    answer = open_page(vera, "search/", q="anna")
    assert answer.redirect_chain == [(f"/rooms/{room.pk}/?person={anna.pk}", 302)]
    html = answer.content.decode()
    assert len(photos_of(html)) == 1
    assert "<strong>1 photo</strong>" in html
    assert 'class="chip" href="/rooms/' in html


def test_the_form_keeps_what_is_on(open_page, vera, anna, room):
    html = open_page(vera, "", person=anna.pk, q="img").content.decode()
    assert f'<input type="hidden" name="person" value="{anna.pk}">' in html
    assert '<input type="hidden" name="kept" value="img">' in html
    answer = open_page(vera, "search/", person=anna.pk, kept="img", q="jpg")
    assert answer.redirect_chain[0][0] == f"/rooms/{room.pk}/?person={anna.pk}&q=img+jpg"


def test_every_chip_leads_to_the_search_without_it(open_page, vera, anna, room):
    html = open_page(vera, "", person=anna.pk, stars=4, q="x").content.decode()
    links = re.findall(r'<a class="chip" href="([^"]*)"', html)
    assert links == [
        f"/rooms/{room.pk}/?stars=4&amp;q=x",
        f"/rooms/{room.pk}/?person={anna.pk}&amp;q=x",
        f"/rooms/{room.pk}/?person={anna.pk}&amp;stars=4",
    ]


def test_where_nothing_is_found_the_page_says_what_to_leave_out(open_page, vera, anna):
    html = open_page(vera, "", person=anna.pk, stars=4).content.decode()
    assert "No photo fits" in html
    assert "Leave something out" in html
    assert 'class="chip chip-large"' in html
    html = open_page(vera, "", q="<b>cake").content.decode()
    assert "Nothing here is called “&lt;b&gt;cake”" in html


def test_the_page_of_the_search_offers_words(open_page, vera, anna):
    html = open_page(vera, "search/").content.decode()
    assert "Anna" in html
    assert "Best shots" in html
    assert 'role="search"' in html


def test_suggestions_are_options_with_their_way(open_page, vera, anna, room):
    html = open_page(vera, "search/suggestions/", q="an").content.decode()
    assert f'data-href="/rooms/{room.pk}/?person={anna.pk}"' in html
    assert html.count('role="option"') == 2  # and the text as it is
    assert "Search for “an”" in html
    assert open_page(vera, "search/suggestions/").content.decode().strip() == ""
    assert "<script>" not in open_page(vera, "search/suggestions/", q="<script>").content.decode()


def test_strange_input_breaks_no_search(open_page, vera, anna):
    for typed in (
        "\x00",
        "a" * 5000,
        "' OR 1=1 --",
        "%",
        "-",
        "- -",
        "or or",
        "²",
        "9" * 400,
        "31.31.3131",
        "\u202e",
    ):
        assert open_page(vera, "search/", q=typed).status_code == 200, typed
        assert open_page(vera, "search/suggestions/", q=typed).status_code == 200, typed


def test_suggestions_are_quick(client, room, vera, fill, add_person, django_assert_max_num_queries):
    photos = fill(12)
    for number, photo in enumerate(photos):
        add_person(photo, name=f"Person {number}")
    client.force_login(vera)
    client.get(f"/rooms/{room.pk}/search/suggestions/?q=p")
    with django_assert_max_num_queries(14):
        client.get(f"/rooms/{room.pk}/search/suggestions/?q=p")


def test_the_filter_menu_switches_on_and_off(open_page, vera, fill, room):
    fill(2)
    html = open_page(vera).content.decode()
    assert f'href="/rooms/{room.pk}/?best=1"' in html
    assert f'href="/rooms/{room.pk}/?blurred=1"' in html
    html = open_page(vera, best=1, blurred=1).content.decode()
    assert f'href="/rooms/{room.pk}/?blurred=1" aria-current="true"' in html


def test_a_room_says_how_many_photos_albums_hold(open_page, client, vera, fill):
    fill(2)
    fill(3, left_out="duplicate")
    html = open_page(vera).content.decode()
    assert 'id="photo-count">2 photos from' in html
    assert len(photos_of(html)) == 2
    assert "2 photos" in client.get("/rooms/").content.decode()


def test_the_viewer_walks_through_what_was_found(open_page, vera, fill):
    photos = fill(4)
    Photo.objects.filter(pk__in=[photos[0].pk, photos[3].pk]).update(stars=5)
    html = open_page(vera, f"photos/{photos[0].pk}/", stars=5).content.decode()
    assert "1 of 2" in html
    assert f"/photos/{photos[3].pk}/?stars=5" in html
    assert f'data-back="/rooms/{photos[0].room_id}/?stars=5"' in html


def test_the_albums_of_a_room(open_page, vera, bob, room, fill, add_person):
    photos = fill(3)
    add_person(photos[0], name="Anna")
    now = timezone.now()
    event = Event.objects.create(room=room, name="Dinner", starts_at=now, ends_at=now, photo_count=3)
    place = Place.objects.create(room=room, city="Rome", country="Italy", country_code="IT")
    tag = Tag.objects.create(key="beach", name="beach", kind="category")
    Photo.objects.update(event=event, place=place, camera="Nikon D5")
    Photo.objects.filter(pk=photos[2].pk).update(left_out="blurred")
    PhotoTag.objects.create(photo=photos[0], room=room, tag=tag)
    Favorite.objects.create(user=vera, photo=photos[0])
    html = open_page(vera, "albums/").content.decode()
    for words in ("Dinner", "Rome", "Beach", "Nikon D5", "Your favorites", "Best shots", "Anna", "Alice"):
        assert words in html, words
    assert "2 photos" in html
    assert "Sort out" not in html  # viewers decide nothing
    html = open_page(bob, "albums/").content.decode()
    assert "Blurred" in html


def test_what_waits_is_counted(open_page, bob, room, fill):
    photos = fill(2)
    PhotoGroup.objects.create(room=room, kind="duplicates", proposed=photos[0])
    Photo.objects.update(duplicates=PhotoGroup.objects.get())
    assert "The same shot more than once" in open_page(bob, "albums/").content.decode()
    PhotoGroup.objects.update(is_settled=True)
    assert "The same shot" not in open_page(bob, "albums/").content.decode()


def test_the_albums_of_an_empty_room_say_so(open_page, vera):
    html = open_page(vera, "albums/").content.decode()
    assert "Albums make themselves" in html


def test_albums_take_few_queries(client, room, vera, fill, add_person, django_assert_max_num_queries):
    for photo in fill(12):
        add_person(photo)
    client.force_login(vera)
    client.get(f"/rooms/{room.pk}/albums/")
    with django_assert_max_num_queries(30):
        client.get(f"/rooms/{room.pk}/albums/")
