"""A guest signs in to an account that exists already."""

import pytest
from knox.models import AuthToken

from accounts.models import User
from accounts.services import merge_guest_into_account
from albums.errors import Conflict
from albums.models import Download, Membership, Person, PersonChange
from albums.services import people as people_services
from albums.services import rooms as room_services
from albums.services.history import undo
from tests.accounts.conftest import sign_in, user_of

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def role_in(room, user) -> str | None:
    return Membership.objects.filter(room=room, user=user).values_list("role", flat=True).first()


def test_sign_in_page_tells_the_guest_what_comes_along(guest_client):
    page = guest_client.get("/account/login/")

    assert page.status_code == 200
    assert "You are here as Gina" in page.content.decode()


def test_looking_at_the_sign_in_page_changes_nothing_for_the_guest(guest_client, gina):
    guest_client.get("/account/login/")
    sign_in(guest_client, gina, "wrong")

    assert user_of(guest_client) == gina
    assert User.objects.filter(pk=gina.pk).exists()


def test_wrong_password_leaves_the_guest_signed_in(guest_client, gina, charlie):
    sign_in(guest_client, charlie, "wrong")

    assert user_of(guest_client) == gina


def test_guest_who_signs_in_takes_rooms_and_photos_along(guest_client, gina, charlie, room, add_photo):
    photo = add_photo(gina)

    response = sign_in(guest_client, charlie, next=f"/rooms/{room.pk}/")

    assert response["Location"] == f"/rooms/{room.pk}/"
    assert user_of(guest_client) == charlie
    assert role_in(room, charlie) == "member"
    photo.refresh_from_db()
    assert photo.uploader == charlie
    assert not User.objects.filter(pk=gina.pk).exists()


def test_session_of_the_guest_is_kept_under_a_new_key(guest_client, charlie):
    session = guest_client.session
    session["waits"] = "invitation"
    session.save()

    sign_in(guest_client, charlie)

    assert guest_client.session["waits"] == "invitation"
    assert guest_client.session.session_key != session.session_key


def test_downloads_and_changes_come_along(gina, charlie, room):
    download = Download.objects.create(
        room=room, user=gina, title="Room", entries=[], photo_count=0, size_bytes=0
    )
    change = PersonChange.objects.create(room=room, actor=gina, kind="name", summary="x", before={}, after={})

    merge_guest_into_account(guest=gina, account=charlie)

    download.refresh_from_db()
    change.refresh_from_db()
    assert download.user == change.actor == charlie


@pytest.mark.parametrize(
    ("guest_role", "own_role", "kept"),
    [("member", "viewer", "member"), ("viewer", "member", "member"), ("viewer", "owner", "owner")],
)
def test_higher_role_is_kept(gina, charlie, guest_role, own_role, kept):
    room = room_services.create_room(owner=charlie, name="Lake")
    Membership.objects.filter(room=room, user=charlie).update(role=own_role)
    Membership.objects.create(room=room, user=gina, role=guest_role)

    merge_guest_into_account(guest=gina, account=charlie)

    assert role_in(room, charlie) == kept
    assert room.memberships.count() == 1


def test_room_that_the_guest_owns_keeps_exactly_one_owner(gina, charlie):
    room = room_services.create_room(owner=gina, name="Lake")
    Membership.objects.create(room=room, user=charlie, role="viewer")

    merge_guest_into_account(guest=gina, account=charlie)

    assert role_in(room, charlie) == "owner"
    assert room.memberships.filter(role="owner").count() == 1


def test_claim_of_the_guest_comes_along(gina, charlie, room, add_photo, add_face):
    person = Person.objects.create(room=room, name="Gina", user=gina)
    add_face(add_photo(), person)

    merge_guest_into_account(guest=gina, account=charlie)

    person.refresh_from_db()
    assert person.user == charlie


def test_two_claims_in_one_room_become_one_person(gina, charlie, room, add_photo, add_face):
    Membership.objects.create(room=room, user=charlie, role="member")
    hers = Person.objects.create(room=room, name="Gina", user=gina)
    his = Person.objects.create(room=room, name="Charlie", user=charlie)
    face = add_face(add_photo(), hers)
    add_face(add_photo(), his, seed=1)

    merge_guest_into_account(guest=gina, account=charlie)

    face.refresh_from_db()
    hers.refresh_from_db()
    assert face.person == his
    assert hers.merged_into == his
    assert Person.objects.get(user=charlie) == his


def test_undoing_a_claim_of_a_guest_who_is_gone_gives_it_to_nobody(
    gina, charlie, alice, room, add_photo, add_face
):
    person = Person.objects.create(room=room)
    add_face(add_photo(), person)
    people_services.claim_person(user=gina, person=person)
    release = people_services.release_person(user=gina, person=person)
    merge_guest_into_account(guest=gina, account=charlie)

    with pytest.raises(Conflict):
        undo(user=alice, change=release)

    person.refresh_from_db()
    assert person.user is None


def test_tokens_of_the_guest_do_not_open_the_account(gina, charlie):
    AuthToken.objects.create(gina)

    merge_guest_into_account(guest=gina, account=charlie)

    assert not AuthToken.objects.exists()


def test_only_guests_are_merged_and_only_into_accounts(gina, alice, bob):
    for guest, account in [(bob, alice), (gina, gina)]:
        with pytest.raises(ValueError, match="only a guest"):
            merge_guest_into_account(guest=guest, account=account)

    assert User.objects.filter(pk__in=[gina.pk, bob.pk]).count() == 2


def test_consents_children_and_searches_come_along_once_each(gina, charlie, room, add_photo):
    from albums.models import Child, Comment, Consent, FaceSearch, Notification, TakedownRequest

    Membership.objects.create(room=room, user=charlie, role="member")
    photo = add_photo(gina)
    for user in (gina, charlie):
        child = Child.objects.create(room=room, guardian=user, name="Mia")
        Consent.objects.create(room=room, user=user, child=child, text_version="1")
        FaceSearch.objects.create(room=room, user=user)
        FaceSearch.objects.create(room=room, user=user, child=child)
        Notification.objects.create(room=room, user=user, kind="comment", count=2)
        TakedownRequest.objects.create(room=room, photo=photo, user=user)
    Comment.objects.create(room=room, photo=photo, author=gina, text="Lovely!")

    merge_guest_into_account(guest=gina, account=charlie)

    own = Consent.objects.filter(user=charlie, child=None)
    assert [own.filter(withdrawn_at=None).count(), own.count()] == [1, 2]
    assert sorted(Child.objects.filter(guardian=charlie).values_list("name", flat=True)) == ["Mia", "Mia (2)"]
    assert Consent.objects.filter(user=charlie, child__isnull=False, withdrawn_at=None).count() == 2
    assert FaceSearch.objects.filter(user=charlie).count() == FaceSearch.objects.count() == 3
    assert list(Notification.objects.values_list("user", "count")) == [(charlie.pk, 4)]
    assert TakedownRequest.objects.get().user == charlie
    assert Comment.objects.get().author == charlie
