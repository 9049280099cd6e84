"""Labelling by keys in a real browser: the next face is there at once, and no answer is lost on its way."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from albums.models import Face, Person, Proposal, Question

CHROMIUM = (
    os.environ.get("PHOTOROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: `apt-get install chromium`"),
]
FACES = 20


@pytest.fixture
def page(monkeypatch, live_server, client, alice):
    """A browser in which Alice is signed in."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's own thread
    client.force_login(alice)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
        context.add_cookies([cookie])
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        yield page
        assert page.errors == []
        browser.close()


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


def is_of(face_id: int, person: Person | None) -> bool:
    return Face.objects.get(pk=face_id).person == person


def test_a_key_labels_the_face_and_the_next_one_is_there(page, room, faces, nina):
    page.goto(f"/rooms/{room.pk}/label/")
    face = now_asked(page)
    with answered(page):
        page.keyboard.press("1")
    assert now_asked(page) != face
    assert is_of(face, nina)
    page.locator("[data-label-progress]", has_text="1 of 10").wait_for()
    page.locator("[data-asked-said]", has_text="Nina, 1 of 10").wait_for()
    with answered(page):
        page.keyboard.press("u")
    assert now_asked(page) == face
    assert is_of(face, None)


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
    with answered(page), answered(page), answered(page):
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
    assert page.evaluate("sent") == [answer]  # one after the other
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("sent") == [answer] * 3


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
    assert nina.faces.count() == 3
    assert page.locator(".proposal").count() == 1
    with answered(page):
        page.locator("[data-toast-action]:visible").click()
    assert nina.faces.count() == 0
    assert page.locator(".proposal").count() == 4


def test_guesses_are_answered_by_keys(page, room, faces, nina):
    for face, probability in zip(faces, (0.3, 0.6, 0.9), strict=False):
        Proposal.objects.create(room=room, face=face, person=nina, probability=probability)
    page.goto(f"/rooms/{room.pk}/people/{nina.pk}/proposals/")
    page.keyboard.press("ArrowRight")
    with answered(page):
        page.keyboard.press("n")
    assert page.evaluate("document.activeElement.dataset.percent") == "60"
    with answered(page):
        page.keyboard.press("y")
    assert list(nina.faces.all()) == [faces[1]]
    with answered(page):
        page.keyboard.press("u")
    assert nina.faces.count() == 0


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
