"""Who may open which page, and that every page keeps the strict content security policy."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from albums.models import Invitation, PersonChange

OK, FORBIDDEN, HIDDEN, SIGN_IN = 200, 403, 404, 302
EVERYBODY = {"alice": OK, "bob": OK, "gina": OK, "vera": OK, "charlie": HIDDEN, None: SIGN_IN}
OWNER = {
    "alice": OK,
    "bob": FORBIDDEN,
    "gina": FORBIDDEN,
    "vera": FORBIDDEN,
    "charlie": HIDDEN,
    None: SIGN_IN,
}
PAGES = {
    "": EVERYBODY,
    "progress/": EVERYBODY,
    "photos/{photo}/": EVERYBODY,
    "people/": EVERYBODY,
    "people/?hidden": EVERYBODY,
    "people/names/": EVERYBODY,
    "people/{person}/": EVERYBODY,
    "people/{person}/faces/": EVERYBODY,
    "mine/": EVERYBODY,
    "members/": EVERYBODY,
    "trash/": EVERYBODY,
    "failed/": EVERYBODY,
    "changes/": EVERYBODY,
    "invitations/": OWNER,
    "settings/": OWNER,
    "delete/": OWNER,
}


@pytest.fixture
def address(room, alice, bob, gina, vera, charlie, fill, add_person):
    """The address of a page in a room that has something of everything."""
    photos = fill(3)
    fill(1, state="failed", failure="The file is damaged.")
    fill(1, kind="video", seconds=65.0)
    fill(1, deleted_at=photos[0].sort_at, deleted_by=alice)
    person = add_person(*photos[:2], name="Nina")
    add_person(photos[2], is_hidden=True)
    add_person(photos[2], name="Alice", user=alice)
    Invitation.objects.create(room=room)
    PersonChange.objects.create(room=room, actor=bob, kind="name", summary="A is now B", before={}, after={})
    return lambda page: f"/rooms/{room.pk}/{page.format(photo=photos[0].pk, person=person.pk)}"


@pytest.mark.parametrize(
    ("page", "answers"), PAGES.items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_pages_open_for_whom_they_should(client, request, address, page, answers):
    for who, status in answers.items():
        client.logout()
        if who:
            client.force_login(request.getfixturevalue(who))
        assert client.get(address(page)).status_code == status, who


class InlineCode(HTMLParser):
    """Collects what `script-src 'self'; style-src 'self'` forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or "style" in names or any(name.startswith("on") for name in names):
            self.found.append(self.get_starttag_text() or tag)
        if tag == "script" and "src" not in names and names.get("type") != "application/json":
            self.found.append(self.get_starttag_text() or tag)


@pytest.mark.parametrize("page", [*PAGES, "/", "/rooms/", "/rooms/new/", "/j/", "join"])
def test_pages_carry_no_inline_code(client, alice, room, address, page):
    if page not in ("/", "/j/", "join"):
        client.force_login(alice)
    where = page if page.startswith("/") else address(page)
    if page == "join":
        where = room.invitations.first().get_absolute_url()
    response = client.get(where)
    parser = InlineCode()
    parser.feed(response.content.decode())
    assert response.status_code == 200
    assert parser.found == []


def test_pages_that_are_not_there_say_so_in_words(client, alice):
    client.force_login(alice)
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_who_may_not_do_something_reads_why(client, vera, room):
    client.force_login(vera)
    response = client.get(f"/rooms/{room.pk}/settings/")
    assert "Only the owner of this room can do that." in response.content.decode()


@pytest.mark.parametrize("page", ["upload/", "photos/trash/", "photos/retry/", "people/merge/", "leave/"])
def test_buttons_do_nothing_on_get(client, bob, room, page):
    client.force_login(bob)
    assert client.get(f"/rooms/{room.pk}/{page}").status_code == 405
