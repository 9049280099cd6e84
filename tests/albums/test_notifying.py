from __future__ import annotations

import pytest

from albums.models import Membership, Notification
from albums.models.talk import NoticeKind
from albums.notification_lists import address_of, lines_of, unread_count
from albums.services.members import leave_room
from albums.services.notifications import mark_all_read, mark_read, tell

pytestmark = pytest.mark.django_db
LIKED, OF_YOU = NoticeKind.LIKED, NoticeKind.NEW_PHOTOS_OF_YOU


def sentences(user) -> list[str]:
    return [line.sentence for line in lines_of(list(Notification.objects.of(user)), user)]


class TestTelling:
    def test_members_but_not_who_did_it_nor_outsiders(self, room, alice, bob, charlie):
        tell(room=room, users=[alice.pk, bob.pk, charlie.pk], kind=NoticeKind.JOINED, actor=bob)
        assert list(Notification.objects.values_list("user", flat=True)) == [alice.pk]

    def test_more_of_a_kind_joins_what_is_unread(self, room, alice, bob, vera):
        tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[1])
        tell(room=room, users=[alice.pk], kind=LIKED, actor=vera, photos=[1, 2])
        row = Notification.objects.get()
        assert (row.count, row.data["photos"], row.data["actors"]) == (3, [2, 1], [vera.pk, bob.pk])

    def test_what_was_read_begins_anew(self, room, alice, bob):
        for photo in (1, 2):
            tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[photo])
            mark_all_read(user=alice)
        assert list(Notification.objects.values_list("count", flat=True)) == [1, 1]

    def test_a_heart_given_twice_counts_once_and_moves_nothing(self, room, alice, bob):
        tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[1])
        first = Notification.objects.get()
        tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[1])
        again = Notification.objects.get()
        assert (again.count, again.updated_at) == (1, first.updated_at)

    def test_photos_are_counted_beyond_those_that_are_kept(self, room, alice):
        tell(room=room, users=[alice.pk], kind=OF_YOU, photos=list(range(150)))
        tell(room=room, users=[alice.pk], kind=OF_YOU, photos=[3, 999])
        row = Notification.objects.get()
        assert (row.count, len(row.data["photos"]), row.data["photos"][0]) == (151, 100, 999)

    def test_many_people_cost_few_queries(self, room, alice, bob, vera, gina, django_assert_max_num_queries):
        with django_assert_max_num_queries(6):
            tell(room=room, users=[alice.pk, bob.pk, vera.pk, gina.pk], kind=NoticeKind.ROOM_ENDS, day="")
        assert Notification.objects.count() == 4


class TestReading:
    def test_only_its_own_reader_marks_it_read(self, room, alice, bob):
        tell(room=room, users=[alice.pk, bob.pk], kind=NoticeKind.ROOM_ENDS, day="2026-08-01")
        mark_read(user=bob, notification=Notification.objects.get(user=alice))
        assert (unread_count(alice), unread_count(bob)) == (1, 1)
        mark_read(user=alice, notification=Notification.objects.get(user=alice))
        assert (unread_count(alice), unread_count(bob)) == (0, 1)

    def test_who_leaves_takes_their_notifications_along(self, room, bob):
        tell(room=room, users=[bob.pk], kind=NoticeKind.ROOM_ENDS, day="2026-08-01")
        leave_room(user=bob, room=room)
        assert not Notification.objects.exists()

    def test_sentences_name_few_and_count_the_others(self, room, alice, bob, vera, gina):
        people = [bob, vera, gina]
        for user in people:
            tell(room=room, users=[alice.pk], kind=NoticeKind.JOINED, actor=user)
        assert sentences(alice) == ["Gina, Vera and Bob joined"]
        Notification.objects.update(count=9)
        assert sentences(alice) == ["Gina, Vera and 7 others joined"]

    def test_somebody_who_is_gone_is_no_name(self, room, alice, bob):
        tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[1])
        bob.delete()
        assert sentences(alice) == ["Somebody likes your photo"]

    def test_new_photos_lead_to_exactly_these(self, room, alice, add_photo):
        photos = [add_photo().pk for _ in range(2)]
        tell(room=room, users=[alice.pk], kind=OF_YOU, photos=photos)
        address = address_of(Notification.objects.get())
        assert address.endswith(f"?mine=1&only={photos[0]},{photos[1]}")

    def test_a_list_costs_the_same_for_one_and_for_many(
        self, client, room, alice, bob, add_photo, django_assert_num_queries
    ):
        def queries() -> int:
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            with CaptureQueriesContext(connection) as found:
                assert client.get("/notifications/").status_code == 200
            return len(found)

        client.force_login(alice)
        tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[add_photo().pk])
        client.get("/notifications/")
        few = queries()
        for _ in range(5):
            mark_all_read(user=alice)
            tell(room=room, users=[alice.pk], kind=LIKED, actor=bob, photos=[add_photo().pk])
        assert queries() == few

    def test_opening_marks_it_read_and_leads_there(self, client, room, alice, bob):
        tell(room=room, users=[alice.pk], kind=NoticeKind.JOINED, actor=bob)
        client.force_login(alice)
        response = client.get(f"/notifications/{Notification.objects.get().pk}/")
        assert response["Location"] == f"/rooms/{room.pk}/members/"
        assert unread_count(alice) == 0


def test_the_switch_is_ones_own(client, room, alice, bob):
    client.force_login(bob)
    client.post(f"/rooms/{room.pk}/mail/", {"on": "0"})
    assert set(Membership.objects.values_list("user", "sends_mail")) == {(alice.pk, True), (bob.pk, False)}
