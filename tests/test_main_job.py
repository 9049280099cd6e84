"""The job that the product exists for, by hand: a real site, a real worker, real faces, a real browser.

Alice opens a room and adds photos of Barack and of Barack and Joe together; Joe comes in by the link, on a phone, without an
account, adds his own photo, says which face is his, and gets the zip of exactly the photos that he is on.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.browsing import IN_A_BROWSER, open_window, watch
from tests.processes import Site
from tests.samples import face_photos

pytestmark = [*IN_A_BROWSER, pytest.mark.real_worker]
BARRIER_MS = 300_000  # for a worker that loads its models on a busy machine
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "data")
    site.wait_for("Photoroom is at")
    yield site
    site.end()


@pytest.fixture
def photos(tmp_path) -> dict[str, Path]:
    """Three photos of Barack, one of Joe, and one of both together, made of two of them."""
    by_name = {path.name: path for path, _ in face_photos()}
    left, right = (Image.open(by_name[name]).convert("RGB") for name in ("obama.jpg", "biden.jpg"))
    height = 600
    sides = [image.resize((round(image.width * height / image.height), height)) for image in (left, right)]
    both = Image.new("RGB", (sum(side.width for side in sides), height))
    both.paste(sides[0], (0, 0))
    both.paste(sides[1], (sides[0].width, 0))
    both.save(tmp_path / "both.jpg", quality=92)
    return by_name | {"both.jpg": tmp_path / "both.jpg"}


def open_room(page, address: str) -> str:
    """Sign up as Alice, open a room; answers the link to share."""
    page.goto(f"{address}/account/signup/")
    page.fill("[name=display_name]", "Alice")
    page.fill("[name=email]", "alice@example.org")
    page.fill("[name=password1]", "correct horse battery")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda address: not address.endswith("/account/signup/"))
    page.goto(f"{address}/rooms/new/")
    page.fill("[name=name]", "Summer party")
    page.get_by_role("button", name="Open the room").click()
    page.wait_for_url(re.compile(r"/rooms/[0-9a-f-]{36}/"))
    room = page.url.split("?")[0]
    page.goto(f"{room}invitations/")
    token = re.search(r"/j/([A-Za-z0-9_-]{20,})/", page.content())
    assert token, "the invitations page shows no link"
    page.goto(room)
    return f"{address}/j/{token[1]}/"


def upload(page, *files: Path) -> None:
    page.locator("[data-upload-input]").first.set_input_files([str(file) for file in files])


def wait_for_tiles(page, count: int) -> None:
    page.wait_for_function(
        "count => document.querySelectorAll('main img[src*=\"/320\"]').length >= count",
        arg=count,
        timeout=BARRIER_MS,
    )


def wait_for_people(page, count: int) -> None:
    page.wait_for_function(
        "count => document.querySelectorAll('#people-strip a.strip-person').length >= count",
        arg=count,
        timeout=BARRIER_MS,
    )


def test_a_friend_gets_the_photos_that_they_are_on(site, browser, photos):
    address = f"http://127.0.0.1:{site.port}"
    desk = open_window(browser, viewport={"width": 1440, "height": 900}).new_page()
    complaints = watch(desk, all_errors=True)
    link = open_room(desk, address)
    upload(desk, photos["obama.jpg"], photos["obama2.jpg"], photos["both.jpg"])
    wait_for_tiles(desk, 3)
    wait_for_people(desk, 2)

    phone = open_window(browser, **PHONE, accept_downloads=True).new_page()
    complaints_of_phone = watch(phone, all_errors=True)
    phone.goto(link)
    assert "Summer party" in phone.inner_text("main")
    phone.fill("[name=display_name]", "Joe")
    phone.get_by_role("button", name="Come in").click()
    phone.wait_for_url(re.compile(r"/rooms/"))
    room = phone.url.split("?")[0]
    upload(phone, photos["biden.jpg"])
    wait_for_tiles(phone, 4)

    joe = find_joe(phone, room, photos)
    phone.get_by_role("link", name="Find my photos").click()
    phone.get_by_role(
        "button", name="Yes, look for me"
    ).click()  # there is no camera here: his face is tapped
    phone.locator(f"form[action$='/people/{joe}/claim/'] button").click()
    button = phone.locator("button", has_text=re.compile(r"Download 2 photos"))
    button.wait_for(timeout=BARRIER_MS)
    with phone.expect_download() as started:
        button.click()
    data = Path(started.value.path()).read_bytes()
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == ["biden.jpg", "both.jpg"]
    assert archive.read("biden.jpg") == photos["biden.jpg"].read_bytes()
    assert complaints + complaints_of_phone == []


def find_joe(page, room: str, photos: dict[str, Path]) -> int:
    """The person on two photos of whom one is Joe's own, as the API tells; waits until the room is sorted."""
    script = """async ([room, name]) => {
        const api = room.replace('/rooms/', '/api/v1/rooms/');
        const json = async address => (await fetch(address, {headers: {Accept: 'application/json'}})).json();
        const found = (await json(api + 'photos/')).results.find(photo => photo.filename === name);
        if (!found) return null;
        const faces = (await json(`${api}photos/${found.id}/`)).faces;
        const person = faces.length === 1 && faces[0].person;
        if (!person) return null;
        return (await json(`${api}people/${person.id}/`)).photo_count === 2 ? person.id : null;
    }"""
    for _ in range(120):
        person = page.evaluate(script, [room, photos["biden.jpg"].name])
        if person:
            return int(person)
        page.wait_for_timeout(1000)
    raise AssertionError("Joe's two photos never came together: " + page.inner_text("main"))
