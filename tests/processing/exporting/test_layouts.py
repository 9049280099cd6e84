"""Which folder each photo lies in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processing.exporting.choices import Layout
from processing.exporting.layouts import Group, Item, day_group, event_group, paths, place_group
from processing.exporting.names import ArcNames

SLOW = [HealthCheck.too_slow]  # of a busy machine


def test_flat_is_without_folders_and_without_collisions() -> None:
    items = [Item(1, "a.jpg", (Group(1, ("Anna",)),)), Item(2, "A.JPG")]
    assert paths(items, Layout.FLAT) == [(1, "a.jpg"), (2, "A (2).JPG")]


def test_who_is_on_a_photo_has_it_in_their_folder_and_strangers_come_last() -> None:
    anna, ben = Group(1, ("Anna",)), Group(2, ("Ben",))
    items = [Item(1, "a.jpg"), Item(2, "b.jpg", (ben, anna)), Item(3, "c.jpg", (anna, anna))]
    assert paths(items, Layout.PERSON) == [
        (2, "Anna/b.jpg"),
        (3, "Anna/c.jpg"),
        (2, "Ben/b.jpg"),
        (1, "Without known people/a.jpg"),
    ]


def test_two_people_of_one_name_have_two_folders() -> None:
    items = [Item(n, "a.jpg", (Group(n, ("Anna",)),)) for n in (1, 2)]
    assert paths(items, Layout.PERSON) == [(1, "Anna/a.jpg"), (2, "Anna (2)/a.jpg")]


def test_days_stand_in_the_order_of_time() -> None:
    items = [
        Item(1, "a.jpg", (day_group(date(2026, 10, 1)),)),
        Item(2, "a.jpg", (day_group(date(2026, 9, 30)),)),
    ]
    assert [path for _, path in paths(items, Layout.DAY)] == [
        "2026-09-30 Wednesday/a.jpg",
        "2026-10-01 Thursday/a.jpg",
    ]


def test_places_share_the_folder_of_their_country() -> None:
    groups = [
        place_group("Italy", "", ""),
        place_group("Italy", "Lazio", "Rome"),
        place_group("Italy", "", "Pisa"),
    ]
    items = [Item(n, "a.jpg", (group,)) for n, group in enumerate(groups) if group]
    assert [path for _, path in paths(items, Layout.PLACE)] == [
        "Italy/a.jpg",
        "Italy/Pisa/a.jpg",
        "Italy/Rome/a.jpg",
    ]
    assert place_group("", "", "") is None


def test_events_are_numbered() -> None:
    items = [Item(1, "a.jpg", (event_group(7, 2, "Dinner"),)), Item(2, "b.jpg", (event_group(3, 1, "Walk"),))]
    assert [path for _, path in paths(items, Layout.EVENT)] == ["01 Walk/b.jpg", "02 Dinner/a.jpg"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "CON", "..", "", "\u202egpj.exe", "x" * 500])
def test_folders_never_leave_the_archive(name: str) -> None:
    (path,) = [path for _, path in paths([Item(1, name, (Group(1, (name,)),))], Layout.TAG)]
    assert path.count("/") == 1
    assert ".." not in path.split("/")
    assert all(0 < len(part.encode()) <= 255 for part in path.split("/"))


words = st.text(max_size=12)
groups = st.lists(st.builds(Group, st.integers(0, 5), st.tuples(words), st.integers(0, 2)), max_size=3)


@settings(deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.tuples(words, groups), max_size=12), st.sampled_from(list(Layout)))
def test_no_two_files_collide_and_nothing_is_lost(
    found: list[tuple[str, list[Group]]], layout: Layout
) -> None:
    items = [Item(number, name, tuple(inside)) for number, (name, inside) in enumerate(found)]
    placed = paths(items, layout)
    folded = [path.casefold() for _, path in placed]
    assert len(set(folded)) == len(folded)
    assert {key for key, _ in placed} == set(range(len(items)))
    assert placed == paths(items, layout)


def test_reserved_names_are_left_alone() -> None:
    names = ArcNames()
    names.reserve("index.html")
    assert paths([Item(1, "INDEX.html")], Layout.FLAT, names) == [(1, "INDEX (2).html")]
