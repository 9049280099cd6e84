"""What is left of somebody who has withdrawn or does not want to be shown, where nobody looks for it at first."""

from __future__ import annotations

import pytest
from django.urls import reverse

from albums.errors import AlbumError
from albums.models import Child, Download, FaceSearch, Person, Photo, ShareLink
from albums.search import Search
from albums.services import concealment, consents, people
from albums.services.downloads import request_download
from albums.services.share_links import create_link, restore_link
from albums.services.share_zips import zip_of
from albums.shared import photos_of, size_of


def yes(user, room, child=None) -> None:
    consents.give(user=user, room=room, child=child, text_version="1", language="en")


@pytest.fixture
def vera_known(room, vera, add_photo, add_face) -> Person:
    yes(vera, room)
    person = Person.objects.create(room=room)
    add_face(add_photo(), person)
    add_photo()
    Photo.objects.update(state="ready")
    people.claim_person(user=vera, person=person)
    person.refresh_from_db()
    return person


def test_a_link_to_the_album_of_who_withdrew_never_opens_the_room(room, alice, vera, vera_known):
    link = create_link(user=alice, room=room, title="Nice ones", search=Search(people=(vera_known.pk,)))
    zip_of(link=link, size=size_of(photos_of(link)))
    consents.withdraw(user=vera, room=room)
    link.refresh_from_db()
    assert not link.is_usable
    assert not link.downloads.exists()
    with pytest.raises(AlbumError):
        restore_link(user=alice, link=link)
    ShareLink.objects.update(revoked_at=None)  # whatever happens
    link.refresh_from_db()
    assert not photos_of(link).exists()


@pytest.mark.parametrize(("is_child", "is_forgotten"), [(False, False), (True, False), (False, True)])
def test_zips_of_an_album_that_was_only_searched_for_go_too(
    room, vera, add_photo, add_face, is_child, is_forgotten
):
    child = Child.objects.create(room=room, guardian=vera, name="Mila") if is_child else None
    yes(vera, room, child)
    face = add_face(add_photo(), Person.objects.create(room=room))
    Photo.objects.update(state="ready")
    FaceSearch.objects.create(
        room=room, user=vera, child=child, state="done", descriptor=b"x" * 512, sure=[face.pk]
    )
    own = request_download(user=vera, room=room, album=f"child-{child.pk}" if child else "mine")
    every = request_download(user=vera, room=room, album="room")
    if is_forgotten:
        FaceSearch.objects.all().delete()
    consents.withdraw(user=vera, room=room, child=child)
    assert [one.pk for one in Download.objects.all()] == [every.pk], own.title


def test_changes_of_who_is_not_shown_are_neither_told_nor_undone_by_others(
    client, room, alice, bob, vera, vera_known
):
    people.name_person(user=alice, person=vera_known, name="Verunka")
    vera_known.refresh_from_db()
    people.name_person(user=vera, person=vera_known, name="V")
    vera_known.refresh_from_db()
    concealment.conceal(user=vera, room=room, veil=True)
    Person.objects.filter(pk=vera_known.pk).update(name="")
    claim = room.changes.order_by("pk").first()
    client.force_login(bob)
    assert b"Verunka" not in client.get(reverse("albums:changes", args=[room.pk])).content
    for change in room.changes.all():
        address = reverse("albums:change_undo", args=[room.pk, change.pk])
        assert client.post(address).status_code == 404
    claim.refresh_from_db()
    assert claim.undone_at is None
    client.force_login(vera)
    assert b"Verunka" in client.get(reverse("albums:changes", args=[room.pk])).content


@pytest.mark.parametrize("is_child", [False, True])
def test_a_link_to_ones_own_album_shows_nothing_once_one_is_not_shown(
    room, bob, add_photo, add_face, is_child
):
    child = Child.objects.create(room=room, guardian=bob, name="Mila") if is_child else None
    yes(bob, room, child)
    person = Person.objects.create(room=room)
    add_face(add_photo(), person)
    Photo.objects.update(state="ready")
    people.claim_person(user=bob, person=person, child=child)
    search = Search(child=child.pk) if child else Search(is_mine=True)
    link = create_link(user=bob, room=room, title="Mine", search=search)
    assert photos_of(link).count() == 1
    concealment.conceal(user=bob, room=room, child=child, veil=False)
    assert not photos_of(link).exists()
