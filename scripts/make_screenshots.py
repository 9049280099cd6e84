"""Take screenshots of every main page with sample photos: `make screenshots`.

    .venv/bin/python scripts/make_screenshots.py [--keep] [NAME ...]

Starts a site of its own in .cache/screenshots, fills the demonstration room, waits until everything is looked at, and takes
each page at 390 and 1440 pixels in light and dark into .cache/screenshots/all. The few that the README shows are written to
docs/screenshots. With names, only these pages; --keep goes on with the site of the last run.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".cache/screenshots"
ALL = WORK / "all"
SHOWN = ROOT / "docs/screenshots"
SIZES: dict[str, Any] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
READY_SECONDS = 240
PANEL_MS = 800  # until the viewer's information is there
PATIENCE_MS = 90_000  # a page on a machine that does much else
# Name and path below the room; {person} and the like stand for the first link of that kind on the page before the colon;
# what follows a second colon is below that link.
PAGES = {
    "landing": "/",
    "rooms": "/rooms/",
    "room": "",
    "photo": "photos:a[data-viewer-link]",
    "edit": "photos://li[contains(., 'together.jpg')]//a[@data-viewer-link]:edit/",
    "edits": "edits/",
    "turns": "turns/",
    "people": "people/",
    "person": "people/:.person-link",
    "albums": "albums/",
    "events": "events/",
    "event": "events/:.covers .cover-link",
    "places": "places/",
    "place": "places/:.cover-link",
    "tags": "tags/",
    "tag": "tags/:.cover-link",
    "best": "best/",
    "duplicates": "duplicates/",
    "mine": "mine/",
    "find-me": "find-me/",
    "search": "search/",
    "trash": "trash/",
    "activity": "activity/",
    "changes": "changes/",
    "left-out": "left-out/",
    "failed": "failed/",
    "downloads": "downloads/",
    "invitations": "invitations/",
    "members": "members/",
    "share-links": "share-links/",
    "privacy": "privacy/",
    "timeline": "timeline/",
    "settings": "settings/",
    "label": "label/",
    "account": "/account/",
    "login": "/account/login/",
    "styleguide": "/styleguide/",
}
# What the README shows: page, size, scheme.
CHOSEN = (
    ("room", "desk", "light"),
    ("room", "phone", "dark"),
    ("photo", "desk", "dark"),
    ("people", "phone", "light"),
    ("edit", "desk", "dark"),
    ("albums", "desk", "dark"),
    ("mine", "phone", "light"),
)
QUALITY = 80
EDITED_PHOTO = "together.jpg"
RECIPE = {
    "steps": [
        {"op": "crop", "top": 0.02, "bottom": 0.6},
        {"op": "exposure", "stops": 0.2},
        {"op": "shadows", "amount": 0.35},
        {"op": "whites", "amount": -0.1},
    ]
}


def main() -> None:
    """Fill, wait, look."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--keep", action="store_true", help="go on with the site of the last run")
    options = parser.parse_args()
    if not options.keep:
        shutil.rmtree(WORK / "data", ignore_errors=True)
    ALL.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "PHOTOROOM_DATA": str(WORK / "data"),
        "PHOTOROOM_PORT": str(free_port()),
        "OMP_NUM_THREADS": "1",
    }
    room, password = fill(environment)
    wanted = {name: path for name, path in PAGES.items() if not options.names or name in options.names}
    with site(environment), sync_playwright() as playwright:
        chromium = (
            os.environ.get("PHOTOROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        state = sign_in(browser, room, password)
        wait_until_looked_at(browser, state, room)
        name_people(environment)
        edit_one(environment)
        wait_until_looked_at(browser, state, room)
        for size, box in SIZES.items():
            for scheme in SCHEMES:
                is_phone = size == "phone"
                window = browser.new_context(
                    viewport=box,
                    color_scheme=scheme,
                    reduced_motion="reduce",
                    storage_state=state,
                    is_mobile=is_phone,
                    has_touch=is_phone,
                )
                window.set_default_timeout(PATIENCE_MS)
                print(f"{size}, {scheme}", flush=True)
                page = window.new_page()
                for name, path in wanted.items():
                    take(page, room, name, path, ALL / f"{name}-{size}-{scheme}.png")
                window.close()
        browser.close()
    for chosen in CHOSEN:
        if chosen[0] in wanted:
            publish(*chosen)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fill(environment: dict[str, str]) -> tuple[str, str]:
    """Make the demonstration room; its address and the owner's password."""
    command = [sys.executable, "manage.py", "demo"]
    out = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    address, password = (
        re.search(r"^Open +(\S+)", out, re.MULTILINE),
        re.search(r"^Password +(\S+)", out, re.MULTILINE),
    )
    if not address or not password:
        raise SystemExit(f"`manage.py demo` did not say where the room is:\n{out}")
    return address.group(1), password.group(1)


@contextmanager
def site(environment: dict[str, str]) -> Iterator[None]:
    """The site while the pictures are taken."""
    log = (WORK / "site.log").open("w")
    running = subprocess.Popen(
        [sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        wait_for(
            lambda: answers(f"http://127.0.0.1:{environment['PHOTOROOM_PORT']}/readyz"),
            "the site did not start",
        )
        yield
    finally:
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            running.wait(timeout=30)
        log.close()


def answers(url: str) -> bool:
    """Whether an address answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(is_done: Any, complaint: str) -> None:
    """Ask every second, for some minutes."""
    for _ in range(READY_SECONDS):
        if is_done():
            return
        time.sleep(1)
    raise SystemExit(f"{complaint} within {READY_SECONDS} s: see {WORK / 'site.log'}")


def sign_in(browser: Any, room: str, password: str) -> Any:
    """The cookies of the owner."""
    page = browser.new_page()
    page.goto(room)
    page.fill("[name=login]", "demo@example.org")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("^https?://[^/]+/rooms/"))
    return page.context.storage_state()


def wait_until_looked_at(browser: Any, state: Any, room: str) -> None:
    """Until no photo waits and nothing is being sorted."""
    page = browser.new_context(storage_state=state).new_page()

    def is_over() -> bool:
        page.goto(f"{room}progress/")
        return not page.locator(".spinner").count()

    wait_for(is_over, "the photos were not looked at")
    page.context.close()


def name_people(environment: dict[str, str]) -> None:
    """Give the people of the sample photos names, and say which one the owner is."""
    script = (
        "from albums import consent_texts; from albums.models import Person\n"
        "from albums.services import consents; from albums.services.people import claim_person, name_person\n"
        "people = list(Person.objects.order_by('-photo_count', 'pk'))\n"
        "room = people[0].room; owner = room.memberships.get(role='owner').user\n"
        "[name_person(user=owner, person=one, name=name) for one, name in zip(people, ('Barack', 'Joe', 'Eileen')) if not one.name]\n"
        "consents.give(user=owner, room=room, text_version=consent_texts.VERSION)\n"
        "people[0].user_id or claim_person(user=owner, person=people[0])\n"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", script], cwd=ROOT, env=environment, check=False
    )


def edit_one(environment: dict[str, str]) -> None:
    """Cut the photo of two people to a landscape and make it brighter, so that the editor has something to show."""
    script = (
        "from albums.models import Photo; from albums.services import edits\n"
        f"photo = Photo.objects.select_related('room').get(filename={EDITED_PHOTO!r})\n"
        "owner = photo.room.memberships.get(role='owner').user\n"
        f"photo.edit_id or edits.save_edit(user=owner, photo=photo, base=0, recipe={RECIPE!r})\n"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", script], cwd=ROOT, env=environment, check=False
    )


def take(page: Page, room: str, name: str, path: str, target: Path) -> None:
    """One page as one file; a page with a colon is reached by the first link of that kind."""
    start, _, rest = path.partition(":")
    link, _, below = rest.partition(":")
    base = room.split("/rooms/", maxsplit=1)[0]
    page.goto(base + start if start.startswith("/") else room + ("" if start == "photos" else start))
    if link:
        found = page.locator(link).first
        if not found.count():
            print(f"{name}: nothing to open on {start}", flush=True)
            return
        address = str(found.get_attribute("href")).partition("?")[0]
        page.goto(f"{base}{address}{below}" if below else base + str(found.get_attribute("href")))
    with suppress(Exception):
        page.wait_for_load_state("networkidle", timeout=4000)
    if name == "photo" and target.stem.startswith("photo-desk"):
        page.keyboard.press("i")
        page.wait_for_timeout(PANEL_MS)
    page.screenshot(path=target)


def publish(name: str, size: str, scheme: str) -> None:
    """A small copy for the documentation."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    with Image.open(ALL / f"{name}-{size}-{scheme}.png") as image:
        buffer = io.BytesIO()
        image.convert("RGB").save(buffer, "WEBP", quality=QUALITY, method=6)
    (SHOWN / f"{name}-{size}-{scheme}.webp").write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()
