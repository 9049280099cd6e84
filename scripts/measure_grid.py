"""Measure how the grid of a large room behaves in a browser: time, frames, elements, memory, layout shift.

Usage: PYTHONPATH=. python scripts/measure_grid.py [--photos 50000] [--pictures FOLDER] [--data FOLDER] [--keep]

Makes a room of so many photos in a data folder of its own (it is used again if it is there), starts the site and looks at it with
Chromium: at a desk, and as a phone with a processor four times as slow. docs/gallery.md has the results.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EMAIL, PASSWORD = "grid@example.org", "correct horse battery"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
         "--enable-precise-memory-info", "--js-flags=--expose-gc"]  # fmt: skip
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}
WATCH = """() => {
    window.seen = { shift: 0, shifts: [], longest: 0, long: 0 };
    new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
        seen.shift += entry.value; } }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver(list => { for (const entry of list.getEntries()) {
        seen.long += 1; seen.longest = Math.max(seen.longest, entry.duration); } }).observe({ type: 'longtask', buffered: true });
}"""
SCROLL = """async ([px, ms]) => {
    seen.long = seen.longest = 0;
    const frames = []; let most = 0, bare = 0, looks = 0, last = performance.now(); const start = last;
    while (performance.now() - start < ms) {
        await new Promise(requestAnimationFrame);
        const now = performance.now(); frames.push(now - last); last = now;
        scrollBy(0, px * frames.at(-1) / 1000);
        most = Math.max(most, document.querySelectorAll('*').length);
        const tile = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('.tile');
        looks += 1; if (!tile) bare += 1;
    }
    frames.sort((a, b) => a - b);
    return { frames: frames.length, median: frames[frames.length >> 1], p95: frames[Math.floor(frames.length * 0.95)],
             worst: frames.at(-1), over50: frames.filter(f => f > 50).length, elements: most, long: seen.long,
             longest: seen.longest, bare: bare / looks };
}"""
THROUGH = """async steps => {
    let most = 0;
    const end = document.documentElement.scrollHeight - innerHeight;
    for (let step = 0; step <= steps; step += 1) {
        scrollTo(0, end * step / steps);
        await new Promise(done => setTimeout(done, 60));
        most = Math.max(most, document.querySelectorAll('*').length);
    }
    await new Promise(done => setTimeout(done, 1500));
    gc();
    return { elements: most, tiles: document.querySelectorAll('.tile').length, heap: performance.memory.usedJSHeapSize,
             shift: seen.shift, height: document.documentElement.scrollHeight };
}"""


def main() -> None:
    """Make the room where it is missing, then print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=50_000)
    parser.add_argument("--pictures", type=Path, help="a folder of photos to show; invented ones without it")
    parser.add_argument("--data", type=Path)
    parser.add_argument(
        "--copies", type=Path, help="measure what 640 px and the placeholder cost, with these photos"
    )
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.copies:
        print(json.dumps(measure_copies(sorted(options.copies.rglob("*.jpg")))))
        return
    if options.fill:
        print(fill(options.photos, options.pictures))
        return
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        room = make(data, options.photos, options.pictures)
        with site(data) as address:
            for name, result in measure(address, room).items():
                print(name, json.dumps(result))


@contextmanager
def site(data: Path) -> Iterator[str]:
    """The web server on the data folder, without a worker: it would look for the originals of these photos. Its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = environment(data, PHOTOROOM_PORT=str(port))
    subprocess.run(
        [sys.executable, "manage.py", "up", "prepare"], cwd=ROOT, env=own, check=True, stdout=sys.stderr
    )
    with subprocess.Popen([sys.executable, "manage.py", "up", "web"], cwd=ROOT, env=own) as process:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)


def wait_for(port: int, seconds: float = 60) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"nobody listens at port {port}")


def environment(data: Path, **more: str) -> dict[str, str]:
    """Of a process that works on this data folder."""
    return (
        os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "photoroom.settings",
            "PHOTOROOM_DATA": str(data),
            "PYTHONPATH": str(ROOT),
        }
        | more
    )


def make(data: Path, photos: int, pictures: Path | None) -> str:
    """Fill the data folder in a process of its own; answers the room."""
    note = data / f"room-of-{photos}.txt"
    if not note.exists():
        command = [sys.executable, __file__, "--fill", "--photos", str(photos)]
        command += ["--pictures", str(pictures)] if pictures else []
        made = subprocess.run(
            command, env=environment(data), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        note.write_text(made.stdout.strip().splitlines()[-1])
    return note.read_text()


def fill(photos: int, pictures: Path | None) -> str:
    """Make the room in the database that the environment names."""
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from albums.services.rooms import create_room
    from photoroom.invented_pictures import give_pictures
    from photoroom.invented_rooms import fill as fill_rows

    call_command("migrate", verbosity=0)
    owner = User.objects.filter(email=EMAIL).first() or User.objects.create_user(
        username="grid", email=EMAIL, password=PASSWORD, display_name="Grid"
    )
    room = create_room(owner=owner, name=f"A room of {photos:,}", time_zone="Europe/Rome")
    fill_rows(room, owner, photos)
    give_pictures(room, sorted(pictures.rglob("*.jpg")) if pictures else ())
    return str(room.pk)


def measure_copies(paths: Sequence[Path]) -> dict[str, Any]:
    """What the smaller copies of a photo take on average: bytes by side, milliseconds of the processor."""
    from processing import imaging
    from processing.renditions import encode, make_copies, placeholder

    bytes_of: dict[int, list[int]] = {}
    letters, new_ms, all_ms = [], [], []
    for path in paths:
        copies = make_copies(imaging.open_picture(path, 2048))
        begun = time.process_time()
        for rendition in encode(copies):
            bytes_of.setdefault(rendition.side_px, []).append(len(rendition.data))
        all_ms.append(1000 * (time.process_time() - begun))
        begun = time.process_time()
        encode({640: copies[640]})
        new_ms.append(1000 * (time.process_time() - begun))
        letters.append(len(placeholder(copies[min(copies)])))
    means = {f"{side} px, bytes": mean(sizes) for side, sizes in bytes_of.items()}
    return rounded(
        means
        | {
            "encoding all, ms": mean(all_ms),
            "encoding 640 px, ms": mean(new_ms),
            "placeholder, letters": mean(letters),
            "longest": max(letters),
        }
    )


def measure(address: str, room: str) -> dict[str, Any]:
    """Look at the room as a desk and as a slow phone."""
    from playwright.sync_api import sync_playwright

    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PHOTOROOM_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        for name, device, slowdown in (("desk", DESK, 1), ("slow phone", PHONE, 4)):
            context = browser.new_context(**device)
            page = context.new_page()
            sign_in(page, address)
            page.add_init_script(f"({WATCH})()")
            client = context.new_cdp_session(page)
            client.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
            found[f"{name}: first screen"] = first_screen(page, f"{address}/rooms/{room}/")
            page.mouse.move(200, 400)
            for speed in (1500, 6000, 40_000):
                found[f"{name}: {speed:,} px/s"] = rounded(page.evaluate(SCROLL, [speed, 4000]))
            found[f"{name}: from end to end"] = rounded(page.evaluate(THROUGH, 120))
            context.close()
        browser.close()
    return found


def sign_in(page: Any, address: str) -> None:
    """As the owner of the room."""
    page.goto(f"{address}/account/login/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_url(lambda url: "/login" not in url)


def first_screen(page: Any, url: str) -> dict[str, Any]:
    """Milliseconds until the page has answered, until its first picture is there, until the whole list is laid out."""
    page.goto(url, wait_until="commit")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile .photo')].filter(i => i.complete && i.naturalWidth).length >= 6"
    )
    page.wait_for_function(
        "() => document.querySelector('.grid.is-virtual') && !document.querySelector('.timeline').hidden"
    )
    page.wait_for_timeout(500)
    timings = page.evaluate(
        """() => { const [page] = performance.getEntriesByType('navigation');
        const paints = Object.fromEntries(performance.getEntriesByType('paint').map(p => [p.name, p.startTime]));
        const images = performance.getEntriesByType('resource').filter(r => /\\/photos\\/\\d+\\/\\d+$/.test(r.name)).map(r => r.responseEnd);
        const lists = performance.getEntriesByType('resource').filter(r => r.name.includes('/outline/'));
        const scripts = performance.getEntriesByType('resource').filter(r => r.name.endsWith('.js'));
        return { answered: page.responseEnd, painted: paints['first-contentful-paint'], sixth_picture: images.sort((a, b) => a - b)[5],
                 outline: Math.max(...lists.map(r => r.responseEnd)), outline_bytes: lists.reduce((s, r) => s + r.transferSize, 0),
                 scripts: scripts.length, shift: seen.shift, long: seen.long, longest: seen.longest }; }"""
    )
    return rounded(timings)


def rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 3) if isinstance(value, float) and value < 10 else round(value)
        for key, value in values.items()
    }


if __name__ == "__main__":
    main()
