"""Labelling by keys in a real browser: the next face is there at once, and no answer is lost on its way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from albums.models import Face, Person, Proposal, Question
from tests.browsing import IN_A_BROWSER, signed_in, watch
from tests.processes import wait_until

pytestmark = IN_A_BROWSER
FACES = 20
BUSY_SECONDS = 60


@pytest.fixture
def page(live_server, browser, alice):
    """A page in which Alice is signed in; fails where a script did."""
    window = signed_in(
        browser, live_server.url, alice, base_url=live_server.url, viewport={"width": 1440, "height": 900}
    )
    page = window.new_page()
    complaints = watch(page)
    yield page
    assert complaints == []


@pytest.fixture
def faces(add_photo, add_face) -> list[Face]:
    """Faces of nobody yet, without pictures: pictures are asked for beside the answers, and the test's database is one."""
    return [add_face(add_photo(), seed=number) for number in range(FACES)]


@pytest.fixture
def nina(room) -> Person:
    return Person.objects.create(room=room, name="Nina")


def now_asked(page) -> int:
    return int(page.get_attribute("[data-asked-stage] [data-asked]", "data-asked"))


def answered(page):
    return page.expect_response(re.compile(r"/answer/$|/undo/$|/accept/$|/refuse/$"))


def wait_for_person(face_id: int, person: Person | None) -> None:
    """Whose the face is on the server; what is taken back may take several requests, one after the other."""
    wait_until(lambda: Face.objects.get(pk=face_id).person == person, BUSY_SECONDS)


def wait_for_faces(person: Person, count: int) -> None:
    wait_until(lambda: person.faces.count() == count, BUSY_SECONDS, lambda: str(person.faces.count()))


def test_a_key_labels_the_face_and_the_next_one_is_there(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    face = now_asked(page)
    with answered(page):
        page.keyboard.press("1")
    assert now_asked(page) != face
    wait_for_person(face, nina)
    page.locator("[data-label-progress]", has_text="1 of 10").wait_for()
    page.locator("[data-asked-said]", has_text="Nina, 1 of 10").wait_for()
    with answered(page):
        page.keyboard.press("u")
    assert now_asked(page) == face
    wait_for_person(face, None)


def test_typing_names_the_face(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    face = now_asked(page)
    page.keyboard.type("Olga")
    with answered(page):
        page.keyboard.press("Enter")
    assert Face.objects.get(pk=face).person.name == "Olga"


def test_skipping_sends_nothing_and_undo_comes_back(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    face = now_asked(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    assert now_asked(page) != face
    page.keyboard.press("Control+z")
    page.keyboard.press("u")
    assert now_asked(page) == face


def test_no_connection_loses_no_answer(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    labelled = []
    page.context.set_offline(True)
    for _ in range(3):
        labelled.append(now_asked(page))
        page.keyboard.press("1")
    page.locator("[data-toast]", has_text="your answers are kept").wait_for()
    page.context.set_offline(False)
    page.locator("[data-label-progress]", has_text="3 of 10").wait_for()
    assert set(nina.faces.values_list("pk", flat=True)) == set(labelled)


def test_leaving_the_page_sends_what_waits_at_once(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    page.evaluate(
        """() => {
            window.sent = [];
            window.fetch = (url, options) => new Promise(() => sent.push([new URL(url).pathname, options.keepalive]));
        }"""
    )
    for _ in range(3):
        page.keyboard.press("1")
    answer = [f"/rooms/{room.pk}/label/answer/", True]
    assert page.evaluate("() => sent") == [answer]  # one after the other
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("() => sent") == [answer] * 3


def test_what_found_no_connection_is_sent_by_the_next_page(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    labelled = {now_asked(page)}
    page.context.set_offline(True)
    page.keyboard.press("1")
    labelled.add(now_asked(page))
    page.keyboard.press("1")
    page.locator("[data-toast]", has_text="your answers are kept").wait_for()
    page.evaluate("() => { window.fetch = () => new Promise(() => {}) }")  # this page sends nothing any more
    page.context.set_offline(False)
    page.reload()
    page.locator("[data-label-progress]", has_text="2 of 10").wait_for()
    assert set(nina.faces.values_list("pk", flat=True)) == labelled


def test_the_line_says_how_many_it_takes(page, room, faces, nina):
    for face, probability in zip(faces, (0.97, 0.85, 0.7, 0.3), strict=False):
        Proposal.objects.create(room=room, face=face, person=nina, probability=probability)
    page.goto(f"/rooms/{room.pk}/people/{nina.pk}/proposals/")
    button = page.locator("[data-line-accept]")
    assert button.inner_text() == "Accept 2 faces at 80 % or more"
    page.locator("[data-line-range]").fill("60")
    assert button.inner_text() == "Accept 3 faces at 60 % or more"
    assert page.locator(".proposal-line + .proposal").get_attribute("data-percent") == "70"
    with answered(page):
        button.click()
    wait_for_faces(nina, 3)
    expect(page.locator(".proposal")).to_have_count(1)
    with answered(page):
        page.locator("[data-toast-action]:visible").click()
    wait_for_faces(nina, 0)
    expect(page.locator(".proposal")).to_have_count(4)


def test_guesses_are_answered_by_keys(page, room, faces, nina):
    for face, probability in zip(faces, (0.3, 0.6, 0.9), strict=False):
        Proposal.objects.create(room=room, face=face, person=nina, probability=probability)
    page.goto(f"/rooms/{room.pk}/people/{nina.pk}/proposals/")
    page.keyboard.press("ArrowRight")
    with answered(page):
        page.keyboard.press("n")
    expect(page.locator(".proposal[data-percent='60']")).to_be_focused()
    with answered(page):
        page.keyboard.press("y")
    assert list(nina.faces.all()) == [faces[1]]
    with answered(page):
        page.keyboard.press("u")
    wait_for_faces(nina, 0)


def test_questions_go_on_by_keys_to_the_end(page, room, faces, nina):
    others = [Person.objects.create(room=room, photo_count=1) for _ in range(2)]
    for other, face in zip(others, faces, strict=False):
        Face.objects.filter(pk=face.pk).update(person=other)
        Question.objects.create(room=room, person=nina, other=other, distance=0.4, gain=1)
    page.goto(f"/rooms/{room.pk}/questions/")
    with answered(page):
        page.keyboard.press("y")
    with answered(page):
        page.keyboard.press("n")
    page.locator("[data-asked-empty]", has_text="Every doubt is settled").wait_for()
    assert nina.faces.count() == 1
