"""Fuzz the API of a running site with schemathesis and fail on any server error. Run by .ci/run.

Starts `manage.py up` on a data folder of its own, with a user, a room and a few photos in it.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = (
    "12"  # of each operation; no limit of time, so that it sends the same on a slow and on a fast machine
)
START_SECONDS = 120
# No fault of ours, and nothing but what the description promises.
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"
# Makes somebody with a room and photos, and prints a token.
SEED = """
from django.core.files.base import ContentFile
from knox.models import AuthToken
from accounts.models import User
from django.utils import timezone
from albums.models import (
    Device, Event, Face, FaceSearch, Person, Photo, PhotoGroup, PhotoTag, Place, Proposal, Question, Tag,
)
from albums.services.photos import add_photo
from albums.services.rooms import create_room
from tests.samples import jpeg
alice = User.objects.create_user(username="alice", email="alice@example.org", display_name="Alice")
room = create_room(owner=alice, name="Party")
for seed in range(3):
    add_photo(room=room, uploader=alice, file=ContentFile(jpeg(seed=seed)), filename=f"{seed}.jpg")
face = {"room": room, "x": 1, "y": 1, "width": 20, "height": 20, "score": 1.0, "sharpness": 2.0, "quality": "A"}
people = [Person.objects.create(room=room) for _ in range(3)]
faces = [
    Face.objects.create(photo=photo, person=person, descriptor=bytes(512), **face)
    for photo, person in zip(room.photos.all(), people)
]
Proposal.objects.create(room=room, face=faces[0], person=people[1], probability=0.5)
Question.objects.create(room=room, person=people[0], other=people[1], distance=0.4, gain=1)
Question.objects.create(room=room, person=people[0], face=faces[2], distance=0.4, gain=1)
FaceSearch.objects.create(room=room, user=alice, state="done", sure=[face.pk for face in faces])
now = timezone.now()
groups = [PhotoGroup.objects.create(room=room, kind=kind) for kind in ("duplicates", "look_alikes")]
for number, photo in enumerate(room.photos.all(), 1):
    Photo.objects.filter(pk=photo.pk).update(
        event=Event.objects.create(room=room, photo_count=1, starts_at=now, ends_at=now),
        place=Place.objects.create(room=room, city=f"Town {number}", latitude=41.9, longitude=12.5),
        device=Device.objects.create(room=room, camera=f"Camera {number}", proposed_seconds=3600),
        place_source="gps", time_source="camera", taken_at=now, latitude=41.9, longitude=12.5,
        duplicates=groups[0], look_alikes=groups[1], look_alike_rank=number,
    )
    tag = Tag.objects.create(room=room, key=f"word {number}", name=f"Word {number}", kind="own")
    PhotoTag.objects.create(photo=photo, room=room, tag=tag, state="proposed", score=0.6)
from albums.models import EditPreview, TurnProposal
from albums.services import edit_batches, edit_presets
Photo.objects.update(width=64, height=48, state="ready")
first, second, third = room.photos.order_by("pk")
recipe = {"steps": [{"op": "exposure", "stops": 0.5}]}
edit_batches.edit_many(user=alice, room=room, photo_ids=[first.pk, second.pk], recipe=recipe, title="Evening")
edit_presets.add_preset(user=alice, room=room, name="Evening", recipe=recipe, is_rooms=True)
TurnProposal.objects.create(room=room, photo=third, quarters=1, confidence=0.9)
EditPreview.objects.create(photo=first, user=alice, page="a", number=1)
print(AuthToken.objects.create(alice)[1], room.pk)
"""
# Addresses lead into that room, and now and then to a row that exists: everything else is answered 404 at the door.
CONFIGURATION = """
[dictionaries.rows]
values = [1, 2, 3]

[parameters]
"path.room" = "{room}"
"path.id" = {{ dictionary = "rows", probability = 0.5 }}
"""
# Longer addresses are refused by the web server, before the API that is tested here.
HOOKS = """
from urllib.parse import urlencode
import schemathesis

@schemathesis.hook
def filter_query(context, query):
    return len(urlencode(query or {}, doseq=True)) < 6000
"""


def main() -> None:
    """Start the site, fuzz it, stop it; the exit code says whether it stood."""
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "photoroom.settings",
            "PHOTOROOM_DATA": data,
            "PHOTOROOM_PORT": str(port),
            "PHOTOROOM_WORKERS": "1",
            "PHOTOROOM_LOG_LEVEL": "ERROR",
        }
        site = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/api/v1/schema/", site)
            seed = [sys.executable, "manage.py", "shell", "--no-imports", "--command", SEED]
            done = subprocess.run(
                seed, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
            )
            token, room = done.stdout.split()[-2:]
            code = fuzz(f"http://127.0.0.1:{port}/api/v1/schema/", token, room)
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(timeout=60)
    raise SystemExit(code)


def fuzz(schema: str, token: str, room: str) -> int:
    """Send generated requests, valid and not, and watch for server errors."""
    with tempfile.TemporaryDirectory() as work:
        configuration = Path(work) / "schemathesis.toml"
        configuration.write_text(CONFIGURATION.format(room=room))
        hooks = Path(work) / "hooks.py"
        hooks.write_text(HOOKS)
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run", schema),
            *("--header", f"Authorization: Token {token}", "--checks", CHECKS),
            # Without token or room every later answer would be the same.
            *("--exclude-path-regex", "/token/$|/leave/$", "--exclude-operation-id", "rooms_destroy"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES),
            *("--seed", "1", "--generation-database", "none", "--suppress-health-check", "all"),
            *("--request-timeout", "30", "--continue-on-failure", "--warnings", "off", "--no-color"),
        ]
        environment = os.environ | {"SCHEMATHESIS_HOOKS": str(hooks)}
        return subprocess.run(command, cwd=work, env=environment, check=False).returncode


def wait_for(url: str, site: subprocess.Popen[bytes]) -> None:
    """Wait until the site answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and site.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=10).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The site did not start: the lines above say why.")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
